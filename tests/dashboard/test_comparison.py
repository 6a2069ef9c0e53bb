"""The client among the clients of a group."""

import numpy as np
import pytest

from lib.dashboard.panels.comparison import ComparisonPanel
from lib.dashboard.panels.comparison_charts import (
    CategoryBars,
    DensityMap,
    Histogram,
    bars_of,
    labels_of,
)
from lib.dashboard.panels.comparison_words import (
    count_answers,
    count_around,
    say_comparison,
    say_nearest,
    write_figures,
)
from lib.dashboard.state import State
from lib.serving.wire import Axis, Comparison, Density, NumberBins, SimilarClient, SimilarClients
from tests.dashboard.reading import read


def heights_of(panel: ComparisonPanel) -> list[float]:
    return panel.histogram.bars.y.max(axis=1).tolist()


def spans_of(panel: ComparisonPanel) -> list[list[float]]:
    return panel.histogram.bars.x[:, [0, 2]].tolist()


def is_shown(chart: Histogram | CategoryBars | DensityMap) -> bool:
    return chart.box.widget.layout.display == ""


def test_the_histogram_is_the_group_with_the_client_marked(state: State, ages: Comparison) -> None:
    panel = ComparisonPanel(state)
    state.comparison = ages
    assert heights_of(panel) == [2, 4, 3]
    # The outer bars stand apart by half a bar: they hold all the others.
    assert spans_of(panel) == [[15, 25], [30, 40], [45, 55]]
    assert np.unique(panel.histogram.marker.x).tolist() == [34]
    assert is_shown(panel.histogram)
    assert not is_shown(panel.bars)


def test_the_outer_bars_say_that_they_hold_the_rest(state: State, ages: Comparison) -> None:
    panel = ComparisonPanel(state)
    state.comparison = ages.model_copy(update={"value": 71.0})
    labels = panel.histogram._value_axis.tick_labels
    assert (labels["20"], labels["34"], labels["50"]) == ("< 30", "34", "≥ 40")
    assert "aux extrémités : tous les autres" in read(panel.histogram.box.head.value)
    # Whoever lies beyond stands in the middle of such a bar.
    assert np.unique(panel.histogram.marker.x).tolist() == [50]


def test_axes_have_titles_and_the_line_of_the_client_its_legend(
    state: State, ages: Comparison, contracts: Comparison
) -> None:
    panel = ComparisonPanel(state)
    state.comparison = ages
    head = read(panel.histogram.box.head.value)
    assert "Nombre de clients, par barre" in head
    assert "ce client : 34 ans" in head
    assert read(panel.histogram.box.foot.value) == "Votre âge"
    panel.unit.value = "shares"
    assert "Part des clients, par barre" in read(panel.histogram.box.head.value)
    state.comparison = contracts
    assert "Type de crédit demandé" in read(panel.bars.box.head.value)
    assert "ce client : Prêt personnel" in read(panel.bars.box.head.value)
    assert "Part Prêt personnel 75,0 %" in read(panel.bars.drawing.value)


class TestDefaults:
    def test_a_level_line_a_bar_says_the_share_of_defaults(
        self, state: State, ages: Comparison
    ) -> None:
        panel = ComparisonPanel(state)
        state.comparison = ages.model_copy(update={"default_shares": [0.2, None, 0.05]})
        assert panel.histogram.rates.x.tolist() == [[15, 25], [45, 55]]
        assert panel.histogram.rates.y.tolist() == [[0.2, 0.2], [0.05, 0.05]]
        assert panel.histogram.rate_figure.layout.display == ""
        assert "qui n’ont pas remboursé" in read(panel.histogram.rate_head.value)
        figures = read(panel.figures.value)
        assert "Moins de 30 ans 2 22,2 % 20,0 %" in figures
        assert "30 ans à 40 ans 4 44,4 % –" in figures

    def test_nothing_is_drawn_where_nothing_is_told(self, state: State, ages: Comparison) -> None:
        panel = ComparisonPanel(state)
        state.comparison = ages.model_copy(update={"default_shares": [None, None, None]})
        assert panel.histogram.rate_figure.layout.display == "none"
        assert panel.histogram.rate_head.layout.display == "none"
        assert "Non remboursé" not in read(panel.figures.value)

    def test_they_stand_beside_the_bars_of_categories(
        self, state: State, contracts: Comparison
    ) -> None:
        panel = ComparisonPanel(state)
        state.comparison = contracts.model_copy(update={"default_shares": [0.083, None]})
        drawn = read(panel.bars.drawing.value)
        assert "Non remboursé Prêt personnel 3 8,3 % Crédit renouvelable 1 –" in drawn

    def test_beside_categories_nothing_stands_where_nothing_is_told(
        self, state: State, contracts: Comparison
    ) -> None:
        panel = ComparisonPanel(state)
        state.comparison = contracts
        assert "remboursé" not in read(panel.bars.drawing.value)

    def test_they_are_those_of_both_answers(self, state: State, ages: Comparison) -> None:
        answers = ages.model_copy(
            update={
                "feature": "owns_car",
                "counts": [60, 0, 40],
                "bin_edges": [0, 1 / 3, 2 / 3, 1],
                "default_shares": [0.1, None, 0.3],
            }
        )
        assert count_answers(answers).default_shares == [0.1, 0.3]


class TestFactors:
    @pytest.fixture
    def incomes(self, ages: Comparison) -> Comparison:
        return ages.model_copy(
            update={
                "feature": "income_total",
                "value": 3_000.0,
                "by_factors": NumberBins(
                    bin_edges=[0.0, 100.0, 1_000.0, 10_000.0, 20_000.0],
                    counts=[10, 20, 40, 30],
                    default_shares=[None, None, 0.1, None],
                ),
            }
        )

    def test_the_logarithm_acts_on_the_values(self, state: State, incomes: Comparison) -> None:
        panel = ComparisonPanel(state)
        state.comparison = incomes
        assert heights_of(panel) == [2, 4, 3]
        panel.scale.value = "log"
        assert heights_of(panel) == [10, 20, 40, 30]
        assert spans_of(panel) == [[0.5, 1.5], [2, 3], [3, 4], [4.5, 5.5]]
        assert panel.histogram.marker.x.tolist() == [np.log10(3_000)] * 2
        assert panel.histogram._value_axis.tick_labels["1"] == "< 100"
        assert panel.histogram._value_axis.tick_labels["3"] == "1\u202f000"
        assert panel.histogram.rates.x.ravel().tolist() == [3, 4]
        assert "échelle logarithmique" in read(panel.histogram.box.foot.value)
        assert "10 000 € et plus 30 30,0 %" in read(panel.figures.value)

    def test_it_is_offered_only_where_values_differ_by_orders_of_magnitude(
        self, state: State, ages: Comparison, incomes: Comparison
    ) -> None:
        panel = ComparisonPanel(state)
        state.comparison = ages
        assert panel.scale.layout.display == "none"
        state.comparison = incomes
        assert panel.scale.layout.display == ""


class TestNearest:
    def similar(self, **told: object) -> SimilarClients:
        client = SimilarClient(
            client_id=1,
            default_probability=0.1,
            decision="refuse",
            features={},
            distance=0.1,
            defaulted=None,
        )
        fields = {"defaulted": 9, "repaid": 83, "default_share": 9 / 92, "compared_on": []} | told
        return SimilarClients(client_id=100_002, clients=[client] * 100, **fields)

    def test_it_says_how_many_repaid_and_what_makes_them_alike(self, state: State) -> None:
        panel = ComparisonPanel(state)
        assert panel.nearest.value == ""
        state.similar = self.similar(compared_on=["late_share", "income_total", "unknown"])
        said = read(panel.nearest.value)
        assert "100 clients les plus proches" in said
        assert "connue pour 92 : 83 ont remboursé, 9 non (10 %)" in said
        assert "part en retard ; vos revenus." in said

    def test_of_a_few_outcomes_nothing_is_said(self, state: State) -> None:
        panel = ComparisonPanel(state)
        state.similar = self.similar(defaulted=2, repaid=7, default_share=None)
        said = read(panel.nearest.value)
        assert "Trop peu" in said
        assert "9" not in said

    def test_of_many_facts_the_weightiest_are_named(self, state: State) -> None:
        names = [info.name for info in state.facts]
        labels = {name: name for name in names} | {"a": "a", "b": "b"}
        similar = self.similar(compared_on=[*names, "a", "b"])
        (_, alike) = say_nearest(similar, labels, "en")
        assert alike.endswith(f"{names[-1]}, and 2 others.")


def test_it_says_where_the_client_stands(state: State, ages: Comparison) -> None:
    panel = ComparisonPanel(state)
    state.comparison = ages
    said = read(panel.sentence.value)
    assert "Avec 34 ans, ce client dépasse environ 40 % des clients du groupe." in said
    assert "Groupe : environ 10 clients, dont 1 sans cette information." in said
    assert "entre 28 ans et 41 ans" in said


class TestEqualValues:
    """Where many have the client's number, it is not above them."""

    @pytest.fixture
    def overdue(self, ages: Comparison) -> Comparison:
        """Amounts overdue of a thousand clients; nearly all have none, as the client."""
        many = {"feature": "income_total", "value": 0.0, "group_size": 1000, "missing_share": 0.0}
        counts = {"bin_edges": [0.0, 100.0, 200.0], "counts": [980, 20], "quantiles": None}
        return ages.model_copy(update={**many, **counts, "percentile": 0.49, "equal_share": 0.98})

    def say(self, state: State, told: Comparison, **other: object) -> str:
        info = state.feature_info("income_total")
        return say_comparison(told.model_copy(update=other), info, "en")[0]

    def test_what_most_have_is_above_nobody(self, state: State, overdue: Comparison) -> None:
        said = self.say(state, overdue)
        assert said == "Like this client, 98% of the group have the value “€0”."

    def test_how_many_have_less_is_said_too(self, state: State, overdue: Comparison) -> None:
        said = self.say(state, overdue, value=1.0, percentile=0.75, equal_share=0.3)
        assert said == (
            "Like this client, 30% of the group have the value “€1”. About 60% have a lower value."
        )

    def test_a_few_who_have_the_same_are_not_below(self, state: State, overdue: Comparison) -> None:
        said = self.say(state, overdue, value=5.0, percentile=0.5, equal_share=0.04)
        assert said == "With €5, this client is above about 48% of the group."

    @pytest.mark.parametrize(
        ("percentile", "word"), [(0.0, "lowest"), (0.039, "lowest"), (0.961, "highest")]
    )
    def test_at_an_end_hardly_anybody_is_beyond(
        self, state: State, overdue: Comparison, percentile: float, word: str
    ) -> None:
        said = self.say(state, overdue, percentile=percentile, equal_share=0.04)
        assert f"one of the {word} values of the group" in said

    def test_some_are_never_written_as_nobody_or_everybody(
        self, state: State, overdue: Comparison
    ) -> None:
        assert "99.8% of the group" in self.say(state, overdue, equal_share=0.998)
        # So the API tells it where fewer than ten have another value.
        for percentile in (0.0, 0.5, 1.0):
            everybody = self.say(state, overdue, percentile=percentile, equal_share=1.0)
            assert everybody == (
                "Like this client, all clients of the group but fewer than 10 have the value “€0”."
            )

    @pytest.mark.parametrize(("percentile", "word"), [(0.0, "lower"), (1.0, "higher")])
    def test_of_a_small_group_fewer_than_ten_may_be_many(
        self, state: State, overdue: Comparison, percentile: float, word: str
    ) -> None:
        small = {"group_size": 20, "counts": [10, 10], "equal_share": 0.0}
        said = self.say(state, overdue, value=5.0, percentile=percentile, **small)
        assert said == (
            f"Fewer than 10 clients of the group have a {word} value than this client (€5)."
        )

    def test_an_answer_of_an_older_api_is_read_as_before(
        self, state: State, overdue: Comparison
    ) -> None:
        older = Comparison.model_validate(overdue.model_dump(exclude={"equal_share"}))
        assert older.equal_share is None
        assert "above about 49% of the group" in self.say(state, older)

    @pytest.mark.parametrize(
        ("value", "equal_share", "counts"),
        [(1.0, 0.003, [19_940, 60]), (0.0, 0.997, [19_940, 60]), (1.0, 0.0, [20_000, 0])],
    )
    def test_an_answer_that_few_give_is_counted_where_it_shares_a_bin(
        self, ages: Comparison, value: float, equal_share: float, counts: list[int]
    ) -> None:
        answers = ages.model_copy(
            update={
                "feature": "owns_car",
                "value": value,
                "equal_share": equal_share,
                "counts": [20_000],
                "bin_edges": [-0.5, 0.5],
                "quantiles": None,
            }
        )
        assert count_answers(answers).counts == counts


class TestSmallNumbers:
    """Ticks and spans have as many decimals as tell them apart."""

    @pytest.fixture
    def small_shares(self, ages: Comparison) -> Comparison:
        edges = [0.0, 0.0005, 0.001, 0.0015, 0.002, 0.0025, 0.003]
        told = {"feature": "late_share", "bin_edges": edges, "counts": [10] * 6, "value": 0.001}
        return ages.model_copy(update={**told, "quantiles": None})

    def test_on_the_axis(self, state: State, small_shares: Comparison) -> None:
        panel = ComparisonPanel(state)
        state.language = "en"
        state.comparison = small_shares
        labels = list(panel.histogram._value_axis.tick_labels.values())
        assert labels == ["< 0.05%", "0.05%", "0.1%", "0.15%", "0.2%", "0.25%", "≥ 0.25%"]

    def test_on_the_axis_of_a_map(self, state: State) -> None:
        side = Axis(feature="late_share", value=0.0, bin_edges=[0.0, 0.01, 0.02], categories=None)
        labels = labels_of(side, state.feature_info("late_share"), "en").values()
        assert list(labels) == ["0%", "0.5%", "1%", "1.5%", "2%"]

    def test_in_the_table(self, state: State, small_shares: Comparison) -> None:
        figures = read(write_figures(small_shares, state.feature_info("late_share"), "en"))
        assert "0.05% to 0.1% 10" in figures
        assert "0.1% to 0.15% 10" in figures

    def test_an_edge_between_ages_is_no_age(self, state: State, ages: Comparison) -> None:
        halves = ages.model_copy(update={"bin_edges": [20.0, 22.5, 25.0, 27.5]})
        figures = read(write_figures(halves, state.feature_info("age_years"), "en"))
        assert "22.5 years to 25 years 4" in figures


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
        update={
            "bin_edges": [20.0, 30.0, 40.0, 50.0, 70.0, 90.0],
            "counts": [20, 40, 40, 30, 10],
        }
    )
    assert heights_of(panel) == [20, 40, 40, 15, 10]


def test_a_category_has_a_bar_with_the_client_s_own_apart(
    state: State, contracts: Comparison
) -> None:
    panel = ComparisonPanel(state)
    state.comparison = contracts
    drawing = panel.bars.drawing.value
    assert read(drawing).endswith("Prêt personnel 3 Crédit renouvelable 1")
    assert '<span class="category-own"><span style="width: 100.0%">' in drawing
    assert '<span class="category-bar"><span style="width: 33.3%">' in drawing
    assert not is_shown(panel.histogram)
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
    assert read(panel.bars.drawing.value).endswith("non 5 oui 4")
    assert '<span class="category-own"><span style="width: 80.0%">' in panel.bars.drawing.value
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
    assert "Moins de 10 clients de ce groupe ont cette information." in read(panel.sentence.value)
    assert not is_shown(panel.histogram)


def test_a_feature_chosen_elsewhere_shows_in_the_list(state: State) -> None:
    panel = ComparisonPanel(state)
    state.feature = "income_total"
    assert panel.feature.value == "income_total"
    panel.feature.value = "age_years"
    assert state.feature == "age_years"


def test_heights_are_counts_or_shares(state: State, ages: Comparison) -> None:
    panel = ComparisonPanel(state)
    state.comparison = ages
    assert "4" in panel.histogram._height_axis.tick_labels.values()
    panel.unit.value = "shares"
    assert heights_of(panel) == [2, 4, 3]
    assert "40\u202f%" in panel.histogram._height_axis.tick_labels.values()


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
    assert bars[12] == ("kind 20", 10, True, None)
    assert bars[13][0] == "17 autres valeurs"
    assert sum(count for _, count, _, _ in bars) == sum(told.counts)


def test_values_put_together_are_counted_apart_from_those_too_rare_to_name(
    state: State, contracts: Comparison
) -> None:
    info = state.feature_info("contract_type")
    named = [f"kind {number}" for number in range(18)]
    told = contracts.model_copy(
        update={"categories": named, "counts": [10] * 18, "other_clients": 20, "value": "seldom"}
    )
    assert bars_of(told, info, "en")[12:] == [
        ("6 other values", 60, False, None),
        ("Values too rare to name", 20, True, None),
    ]
    figures = read(write_figures(told, info, "fr"))
    assert figures.endswith("Valeurs trop rares pour être nommées 20 10,0 %")


@pytest.fixture
def with_rare(contracts: Comparison) -> Comparison:
    """Of a hundred clients ten have values that fewer than ten have each."""
    counted = {"group_size": 100, "counts": [60, 30], "other_clients": 10}
    return contracts.model_copy(update=counted)


def test_who_has_a_rare_value_counts_among_the_others(state: State, with_rare: Comparison) -> None:
    info = state.feature_info("contract_type")
    (told, _) = say_comparison(with_rare, info, "fr")
    assert "60" in told
    rare_bar = bars_of(with_rare, info, "fr")[-1]
    assert rare_bar == ("Valeurs trop rares pour être nommées", 10, False, None)
    figures = read(write_figures(with_rare, info, "fr"))
    assert "60 60,0 %" in figures
    assert "Valeurs trop rares pour être nommées 10 10,0 %" in figures


def test_of_a_value_too_rare_to_be_told_it_says_what_is_sure(
    state: State, with_rare: Comparison
) -> None:
    info = state.feature_info("contract_type")
    rare = with_rare.model_copy(update={"value": "Pawn"})
    said = [say_comparison(rare, info, language)[0] for language in ("en", "fr")]
    assert said == [
        "Fewer than 10 clients of the group have the value “Pawn”.",
        "Moins de 10 clients du groupe ont la valeur «\u00a0Pawn\u00a0».",
    ]
    assert bars_of(rare, info, "en")[-1] == ("Values too rare to name", 10, True, None)


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
        assert is_shown(panel.density)
        assert not is_shown(panel.histogram)

    def test_sentence_and_table_say_the_same(self, state: State, together: Comparison) -> None:
        panel = ComparisonPanel(state)
        state.comparison = together
        said = read(panel.sentence.value)
        assert "(34 ans ; Crédit renouvelable) : environ 0 clients du groupe, soit 0,0 %" in said
        assert "soit 0,0 % de ceux de la carte." in said
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
