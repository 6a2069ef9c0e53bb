"""Panels show what the state holds: the state is set, the marks are read."""

import re
from collections.abc import Callable
from html import unescape

import numpy as np
import pytest

from lib.dashboard.panels.comparison import ComparisonPanel
from lib.dashboard.panels.decision import DecisionPanel
from lib.dashboard.panels.header import Header
from lib.dashboard.panels.information import InformationPanel, matches
from lib.dashboard.panels.notice import Notice
from lib.dashboard.panels.reasons import ReasonsPanel
from lib.dashboard.state import State
from lib.serving.api import ApiProblem, ApiUnreachable
from lib.serving.messages import ClientFile, Comparison, Problem, ScorerCard

MakeFile = Callable[..., ClientFile]


def read(html: str) -> str:
    """Give what a person reads, with plain spaces."""
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()
    return unescape(words).replace("\u202f", " ").replace("\xa0", " ")


class TestDecision:
    @pytest.mark.parametrize(
        ("probability", "words", "figure"),
        [(0.12, "Crédit refusé", "12,0 %"), (0.05, "Crédit accordé", "5,0 %")],
    )
    def test_it_says_the_decision_and_the_probability(
        self, state: State, make_file: MakeFile, probability: float, words: str, figure: str
    ) -> None:
        state.file = make_file(probability=probability)
        said = read(DecisionPanel(state).widget.value)
        assert words in said
        assert figure in said
        assert "Seuil de refus : 9,1 %" in said

    def test_at_the_threshold_it_refuses_and_says_so(
        self, state: State, make_file: MakeFile
    ) -> None:
        state.file = make_file(probability=1 / 11)
        said = read(DecisionPanel(state).widget.value)
        assert "Crédit refusé" in said
        assert "Exactement au seuil" in said

    def test_it_says_where_the_threshold_comes_from(self, state: State) -> None:
        assert "coûte 10 fois plus" in read(DecisionPanel(state).widget.value)

    def test_without_a_client_it_says_nothing(self, state: State) -> None:
        panel = DecisionPanel(state)
        state.file = None
        assert panel.widget.value == ""


class TestReasons:
    def test_bars_are_the_contributions_on_their_side(self, state: State) -> None:
        panel = ReasonsPanel(state)
        assert panel.against.x.tolist() == [0, 2, 4]
        assert panel.against.y.tolist() == [0.9, 0.2, 0.01]
        assert panel.in_favour.x.tolist() == [1, 3]
        assert panel.in_favour.y.tolist() == [-0.5, -0.05]

    def test_wording_depends_on_direction_weight_and_absence(self, state: State) -> None:
        said = read(ReasonsPanel(state).words.value)
        assert "Part en retard Son absence augmente fortement le risque non renseigné" in said
        assert "Vos revenus Réduit fortement le risque 135 000 €" in said
        assert "Type de crédit demandé Augmente le risque Prêt personnel" in said
        assert "Votre âge Réduit légèrement le risque 34 ans" in said

    def test_marks_are_made_once(self, state: State, make_file: MakeFile) -> None:
        panel = ReasonsPanel(state)
        marks = list(panel.figure.marks)
        state.file = make_file(client_id=100_003)
        state.language = "en"
        assert panel.figure.marks == marks

    def test_the_rest_is_summed_up(self, state: State) -> None:
        panel = ReasonsPanel(state)
        reasons = state.file.explanation.reasons
        assert panel.top.value >= len(reasons)
        assert panel.others.value == ""
        many = state.file.explanation.model_copy(update={"reasons": reasons + reasons})
        state.file = state.file.model_copy(update={"explanation": many})
        assert "Les 5 autres informations, prises ensemble, augmentent le risque." in read(
            panel.others.value
        )

    def test_choosing_a_bar_chooses_its_feature(self, state: State) -> None:
        panel = ReasonsPanel(state)
        panel.against.send_event = None
        panel._compare(panel.against, {"data": {"index": 1}})
        assert state.feature == "contract_type"


class TestInformation:
    def test_values_are_under_their_family(self, state: State) -> None:
        said = read(InformationPanel(state).values.value)
        assert re.search(r"Identité 1 renseignées? sur 1 Votre âge 34 ans", said)
        assert "Part en retard non renseigné" in said

    @pytest.mark.parametrize("words", ["age", "ÂGE", "identite", "  votre   âge "])
    def test_search_forgives_accents_case_and_spaces(self, card: ScorerCard, words: str) -> None:
        assert [info.name for info in matches(card.features, words, "fr")] == ["age_years"]

    def test_search_that_finds_nothing_says_so(self, state: State) -> None:
        panel = InformationPanel(state)
        panel.search.value = "<b>lune</b>"
        assert "Aucune information ne contient « <b>lune</b> »." in read(panel.values.value)
        assert "<b>" not in panel.values.value


class TestComparison:
    def test_the_histogram_is_the_group_with_the_client_marked(
        self, state: State, ages: Comparison
    ) -> None:
        panel = ComparisonPanel(state)
        state.comparison = ages
        assert panel.bars.y.tolist() == [2, 4, 3]
        assert panel.bars.x.tolist() == [25, 35, 45]
        assert np.unique(panel.marker.x).tolist() == [34]
        assert panel.histogram.layout.display == ""
        assert panel.categories.layout.display == "none"

    def test_it_says_where_the_client_stands(self, state: State, ages: Comparison) -> None:
        panel = ComparisonPanel(state)
        state.comparison = ages
        said = read(panel.sentence.value)
        assert "Avec 34 ans, ce client dépasse 40 % des clients du groupe." in said
        assert "Groupe : 10 clients, dont 1 sans cette information." in said
        assert "entre 28 ans et 41 ans" in said

    def test_the_table_has_the_same_figures(self, state: State, ages: Comparison) -> None:
        panel = ComparisonPanel(state)
        state.comparison = ages
        assert "30 ans à 40 ans 4 44,4 %" in read(panel.figures.value)

    def test_a_category_has_a_bar_with_the_client_s_own_apart(
        self, state: State, contracts: Comparison
    ) -> None:
        panel = ComparisonPanel(state)
        state.comparison = contracts
        assert panel.own_bar.x.tolist() == [0]
        assert panel.own_bar.y.tolist() == [3]
        assert panel.other_bars.y.tolist() == [1]
        assert panel.histogram.layout.display == "none"
        said = read(panel.sentence.value)
        assert "75 % des clients du groupe ont la valeur « Prêt personnel »" in said

    def test_yes_and_no_are_two_bars(self, state: State) -> None:
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
        assert panel.own_bar.y.tolist() == [4]
        assert panel.other_bars.y.tolist() == [5]
        assert "« oui »" in read(panel.sentence.value)

    def test_a_client_without_the_value_is_not_marked(self, state: State, ages: Comparison) -> None:
        panel = ComparisonPanel(state)
        state.comparison = ages.model_copy(update={"value": None, "percentile": None})
        assert len(panel.marker.x) == 0
        assert "n’est pas renseignée pour ce client" in panel.sentence.value

    def test_an_empty_group_says_so(self, state: State, ages: Comparison) -> None:
        panel = ComparisonPanel(state)
        state.comparison = ages.model_copy(
            update={"group_size": 0, "counts": [0], "bin_edges": [0.0, 1.0], "quantiles": None}
        )
        assert "Aucun client de ce groupe" in read(panel.sentence.value)
        assert panel.histogram.layout.display == "none"

    def test_a_feature_chosen_elsewhere_shows_in_the_list(self, state: State) -> None:
        panel = ComparisonPanel(state)
        state.feature = "income_total"
        assert panel.feature.value == "income_total"
        panel.feature.value = "age_years"
        assert state.feature == "age_years"


class TestNotice:
    def test_an_api_that_is_down_outweighs_other_faults(self, state: State) -> None:
        notice = Notice(state, lambda: None, ("file", "card", "found"))
        assert notice.widget.layout.display == "none"
        state.faults = {
            "file": ApiProblem(404, Problem(offender="client 1", rule="known", remedy="check")),
            "card": ApiUnreachable("the API", "it is there", "start it"),
        }
        assert notice.widget.layout.display == "flex"
        assert "ne répond pas" in read(notice.message.value)
        state.faults = {}
        assert notice.widget.layout.display == "none"

    def test_an_unknown_client_is_named(self, state: State) -> None:
        notice = Notice(state, lambda: None, ("file", "card", "found"))
        state.client_id = 42
        state.faults = {
            "file": ApiProblem(404, Problem(offender="client 42", rule="known", remedy="check"))
        }
        assert "Aucun client ne porte le numéro 42" in read(notice.message.value)
        assert notice.button.layout.display == "none"

    def test_another_refusal_gives_the_detail(self, state: State) -> None:
        notice = Notice(state, lambda: None, ("file", "card", "found"))
        state.faults = {
            "found": ApiProblem(400, Problem(offender="age", rule="is known", remedy="drop it"))
        }
        assert "age: is known; drop it." in read(notice.message.value)


def test_the_switch_and_the_state_agree_on_the_language(state: State) -> None:
    header = Header(state)
    header.switch.value = "en"
    assert state.language == "en"
    assert "Credit applications" in read(header.brand.value)
    state.language = "fr"
    assert header.switch.value == "fr"
