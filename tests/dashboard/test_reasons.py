"""Reasons as bars and words, one by one or by family, and step by step."""

from collections.abc import Callable

import pytest

from lib.dashboard.panels.reason_tables import probability_of, rows_by_feature, steps_to_client
from lib.dashboard.panels.reasons import ReasonsPanel
from lib.dashboard.state import State
from lib.serving.wire import ClientFile, ScorerCard
from tests.dashboard.reading import read

MakeFile = Callable[..., ClientFile]


def test_bars_are_the_contributions_on_their_side(state: State) -> None:
    panel = ReasonsPanel(state)
    assert panel.against.x.tolist() == [0, 2, 4]
    assert panel.against.y.tolist() == [0.9, 0.2, 0.01]
    assert panel.in_favour.x.tolist() == [1, 3]
    assert panel.in_favour.y.tolist() == [-0.5, -0.05]


def test_wording_depends_on_direction_weight_and_absence(state: State) -> None:
    shown = {row.feature: row for row in ReasonsPanel(state)._shown}
    assert shown["late_share"].effect == "Son absence augmente fortement le risque"
    assert shown["late_share"].value == "non renseigné"
    assert shown["income_total"].effect == "Réduit fortement le risque"
    assert read(shown["income_total"].value) == "135 000 €"
    assert shown["contract_type"].effect == "Augmente le risque"
    assert shown["age_years"].effect == "Réduit légèrement le risque"


def test_the_table_says_each_row_with_its_definition(state: State) -> None:
    said = read(ReasonsPanel(state).words.value)
    assert (
        "Votre âge Réduit légèrement le risque Identité. Vient de la demande de crédit. "
        "Une durée en années. 34 ans Pour tous : n° 1" in said
    )


def test_marks_are_made_once(state: State, make_file: MakeFile) -> None:
    panel = ReasonsPanel(state)
    marks = list(panel.figure.marks)
    state.file = make_file(client_id=100_003)
    state.language = "en"
    assert panel.figure.marks == marks


def test_the_rest_is_summed_up(state: State) -> None:
    panel = ReasonsPanel(state)
    reasons = state.file.explanation.reasons
    assert panel.top.value >= len(reasons)
    assert panel.others.value == ""
    many = state.file.explanation.model_copy(update={"reasons": reasons + reasons})
    state.file = state.file.model_copy(update={"explanation": many})
    assert "Les 5 autres informations, prises ensemble, augmentent le risque." in read(
        panel.others.value
    )


def test_choosing_a_bar_chooses_its_feature(state: State) -> None:
    panel = ReasonsPanel(state)
    panel._choose_bar(panel.against, {"data": {"index": 1}})
    assert state.feature == "contract_type"


def test_a_button_beside_each_reason_does_the_same_by_keyboard(state: State) -> None:
    panel = ReasonsPanel(state)
    shown = [choice for choice in panel.choices if choice.layout.display != "none"]
    assert len(shown) == len(panel._shown)
    shown[1].click()
    assert state.feature == panel._shown[1].feature
    assert ["choice-made" in choice._dom_classes for choice in shown[:3]] == [False, True, False]


def test_the_mean_weight_over_all_clients_lies_beside(state: State) -> None:
    panel = ReasonsPanel(state)
    assert panel.usual.x.tolist() == [0, 1, 2, 3, 4]
    assert panel.usual.y.tolist() == [0.1, -0.1, 0.1, -0.1, 0.1]


def test_by_family_the_weights_are_sums(state: State, card: ScorerCard) -> None:
    features = [
        info.model_copy(update={"family": "employment"}) if info.name == "age_years" else info
        for info in card.features
    ]
    state.card = card.model_copy(update={"features": features})
    panel = ReasonsPanel(state)
    panel.view.value = "together"
    assert [row.label for row in panel._shown][:2] == [
        "Habitudes de remboursement",
        "Emploi et revenus",
    ]
    assert panel._shown[1].weight == pytest.approx(-0.55)
    assert panel._shown[1].value == "2 informations"
    assert panel._shown[1].feature == "income_total"
    assert panel.others.value == ""


class TestWaterfall:
    @pytest.mark.parametrize("count", [0, 2, 5])
    def test_steps_lead_from_the_average_client_to_this_one(self, state: State, count: int) -> None:
        score = state.file.explanation
        rows = rows_by_feature(score.reasons[:count], state.card.features, "fr")
        steps = steps_to_client(score, rows, "others")
        assert steps[0][1] == pytest.approx(probability_of(score.base_log_odds))
        assert steps[-1][2] == pytest.approx(score.default_probability)
        assert [before for _, before, _ in steps[1:]] == [after for _, _, after in steps[:-1]]
        assert (steps[-1][0] == "others") == (count < len(score.reasons))

    def test_each_step_goes_the_way_of_its_reason(self, state: State) -> None:
        score = state.file.explanation
        rows = rows_by_feature(score.reasons, state.card.features, "fr")
        for row, (_, before, after) in zip(rows, steps_to_client(score, rows, ""), strict=True):
            assert (after > before) == (row.weight > 0)

    def test_it_is_a_sentence_and_a_table(self, state: State) -> None:
        said = read(ReasonsPanel(state).waterfall.value)
        assert "jusqu’aux 12,0 % de ce client." in said
        assert "Ce client 12,0 %" in said
        assert said.index("Client moyen") < said.index("Vos revenus") < said.index("Ce client")
