"""The client among the clients of a group."""

import numpy as np
import pytest

from lib.dashboard.panels.comparison import ComparisonPanel
from lib.dashboard.panels.comparison_charts import Measure, bars_of
from lib.dashboard.panels.comparison_words import count_around
from lib.dashboard.state import State
from lib.serving.wire import Axis, Comparison, Density
from tests.dashboard.reading import read


def test_the_histogram_is_the_group_with_the_client_marked(state: State, ages: Comparison) -> None:
    panel = ComparisonPanel(state)
    state.comparison = ages
    assert panel.histogram.bars.y.tolist() == [2, 4, 3]
    assert panel.histogram.bars.x.tolist() == [25, 35, 45]
    assert np.unique(panel.histogram.marker.x).tolist() == [34]
    assert panel.histogram.figure.layout.display == ""
    assert panel.bars.figure.layout.display == "none"


def test_it_says_where_the_client_stands(state: State, ages: Comparison) -> None:
    panel = ComparisonPanel(state)
    state.comparison = ages
    said = read(panel.sentence.value)
    assert "Avec 34 ans, ce client dépasse 40 % des clients du groupe." in said
    assert "Groupe : environ 10 clients, dont 1 sans cette information." in said
    assert "entre 28 ans et 41 ans" in said


def test_the_table_has_the_same_figures(state: State, ages: Comparison) -> None:
    panel = ComparisonPanel(state)
    state.comparison = ages
    assert "30 ans à 40 ans 4 44,4 %" in read(panel.figures.value)
    # The outer bars hold all beyond them.
    assert "Moins de 30 ans 2" in read(panel.figures.value)
    assert "40 ans et plus 3" in read(panel.figures.value)


def test_a_wider_bin_has_the_area_of_its_clients(state: State, ages: Comparison) -> None:
    panel = ComparisonPanel(state)
    state.comparison = ages.model_copy(
        update={"bin_edges": [20.0, 30.0, 40.0, 70.0], "counts": [20, 40, 30]}
    )
    assert panel.histogram.bars.x.tolist() == [25, 35, 45, 55, 65]
    assert panel.histogram.bars.y.tolist() == [20, 40, 10, 10, 10]


def test_a_category_has_a_bar_with_the_client_s_own_apart(
    state: State, contracts: Comparison
) -> None:
    panel = ComparisonPanel(state)
    state.comparison = contracts
    assert panel.bars.own_bar.x.tolist() == [0]
    assert panel.bars.own_bar.y.tolist() == [3]
    assert panel.bars.other_bars.y.tolist() == [1]
    assert panel.histogram.figure.layout.display == "none"
    said = read(panel.sentence.value)
    assert "75 % des clients du groupe ont la valeur « Prêt personnel »" in said


def test_yes_and_no_are_two_bars(state: State) -> None:
    panel = ComparisonPanel(state)
    state.comparison = Comparison(
        feature="owns_car",
        group_size=9,
        missing_share=0,
        value=1.0,
        percentile=0.8,
        counts=[5, 0, 4],
        bin_edges=[0, 1 / 3, 2 / 3, 1],
        categories=None,
        quantiles=None,
    )
    assert panel.bars.own_bar.y.tolist() == [4]
    assert panel.bars.other_bars.y.tolist() == [5]
    assert "« oui »" in read(panel.sentence.value)


def test_a_client_without_the_value_is_not_marked(state: State, ages: Comparison) -> None:
    panel = ComparisonPanel(state)
    state.comparison = ages.model_copy(update={"value": None, "percentile": None})
    assert len(panel.histogram.marker.x) == 0
    assert "n’est pas renseignée pour ce client" in panel.sentence.value


def test_an_empty_group_says_so(state: State, ages: Comparison) -> None:
    panel = ComparisonPanel(state)
    state.comparison = ages.model_copy(
        update={"group_size": 0, "counts": [0], "bin_edges": [0.0, 1.0], "quantiles": None}
    )
    assert "Aucun client de ce groupe" in read(panel.sentence.value)
    assert panel.histogram.figure.layout.display == "none"


def test_a_feature_chosen_elsewhere_shows_in_the_list(state: State) -> None:
    panel = ComparisonPanel(state)
    state.feature = "income_total"
    assert panel.feature.value == "income_total"
    panel.feature.value = "age_years"
    assert state.feature == "age_years"


def test_heights_are_counts_or_shares_evenly_or_by_their_logarithm(
    state: State, ages: Comparison
) -> None:
    panel = ComparisonPanel(state)
    state.comparison = ages
    panel.scale.value = "log"
    assert panel.histogram.bars.y.tolist() == np.log10([4, 8, 6]).tolist()
    panel.scale.value = "linear"
    panel.unit.value = "shares"
    assert panel.histogram.bars.y.tolist() == [2, 4, 3]
    assert "40\u202f%" in panel.histogram._height_axis.tick_labels.values()


@pytest.mark.parametrize("is_log", [True, False])
def test_a_bin_of_nobody_has_no_height_and_one_client_has_some(is_log: bool) -> None:
    nobody, one, many = Measure(total=101, is_log=is_log).heights([0, 1, 100])
    assert nobody == 0 < one < many


def test_many_categories_share_a_bar_but_the_client_s_own_never_does(
    state: State, contracts: Comparison
) -> None:
    names = [f"kind {number}" for number in range(30)]
    info = state.feature_info("contract_type")
    told = contracts.model_copy(
        update={"categories": names, "counts": list(range(30, 0, -1)), "value": "kind 20"}
    )
    bars = bars_of(told, info, "fr")
    assert len(bars) == 14
    assert bars[12] == ("kind 20", 10, True)
    assert bars[13][0] == "17 autres valeurs"
    assert sum(count for _, count, _ in bars) == sum(told.counts)


def test_a_group_too_small_to_show_says_so(state: State) -> None:
    panel = ComparisonPanel(state)
    assert panel.sentence.value == ""
    state.group_is_small = True
    assert "moins de 10 clients" in read(panel.sentence.value)
    assert panel.figures.value == ""


@pytest.fixture
def together(ages: Comparison) -> Comparison:
    """Ages and contract types of ten clients; the client is 34 and has the second type."""
    density = Density(
        x=Axis(
            feature="contract_type",
            value="Revolving loans",
            bin_edges=None,
            categories=["Cash loans", "Revolving loans"],
        ),
        y=Axis(feature="age_years", value=34.0, bin_edges=[20.0, 30.0, 50.0], categories=None),
        counts=[[3, 2], [4, 0]],
        missing_share=0.1,
    )
    return ages.model_copy(update={"density": density})


class TestTwoFeatures:
    def test_categories_are_beside_and_numbers_below(
        self, state: State, together: Comparison
    ) -> None:
        panel = ComparisonPanel(state)
        state.comparison = together
        squares = panel.density.cells.color**2
        assert np.round(squares).tolist() == [[3, 4], [2, 0]]
        assert (panel.density.marker.x.tolist(), panel.density.marker.y.tolist()) == ([1.2], [1.5])
        assert panel.density.figure.layout.display == ""
        assert panel.histogram.figure.layout.display == "none"

    def test_sentence_and_table_say_the_same(self, state: State, together: Comparison) -> None:
        panel = ComparisonPanel(state)
        state.comparison = together
        said = read(panel.sentence.value)
        assert "(34 ans ; Crédit renouvelable) : environ 0 clients du groupe, soit 0,0 %" in said
        assert "Groupe : environ 10 clients, dont 1 sans cette information." in said
        assert "Crédit renouvelable 2 0 Prêt personnel 3 4" in read(panel.figures.value)

    @pytest.mark.parametrize(("age", "clients"), [(20.0, 3), (29.9, 3), (30.0, 4), (99.0, 4)])
    def test_beyond_the_edges_a_client_is_at_the_edge(
        self, together: Comparison, age: float, clients: int
    ) -> None:
        density = together.density
        moved = density.model_copy(
            update={
                "x": density.x.model_copy(update={"value": "Cash loans"}),
                "y": density.y.model_copy(update={"value": age}),
            }
        )
        assert count_around(moved) == clients

    def test_a_client_who_lacks_a_value_is_not_marked(
        self, state: State, together: Comparison
    ) -> None:
        lacking = together.density.y.model_copy(update={"value": None})
        density = together.density.model_copy(update={"y": lacking})
        panel = ComparisonPanel(state)
        state.comparison = together.model_copy(update={"density": density})
        assert panel.density.marker.x.size == 0
        assert "n’est pas sur la carte" in read(panel.sentence.value)

    def test_a_single_column_is_drawn_too(self, state: State, together: Comparison) -> None:
        one = together.density.x.model_copy(update={"categories": ["Cash loans"]})
        density = together.density.model_copy(update={"x": one, "counts": [[3], [4]]})
        panel = ComparisonPanel(state)
        state.comparison = together.model_copy(update={"density": density})
        assert np.round(panel.density.cells.color**2).tolist() == [[3, 4], [0, 0]]

    def test_choosing_none_ends_it(self, state: State) -> None:
        panel = ComparisonPanel(state)
        panel.second.value = "income_total"
        assert state.second_feature == "income_total"
        panel.second.value = ""
        assert state.second_feature is None
