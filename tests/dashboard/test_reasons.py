"""Reasons as bars and words, one a fact or one a family, and step by step."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from lib.dashboard.panels.letter import write_letter
from lib.dashboard.panels.reason_tables import (
    rows_by_fact,
    say_effect,
    steps_to_client,
    write_waterfall,
)
from lib.dashboard.panels.reasons import ReasonsPanel
from lib.dashboard.points import points_of_facts, say_points, tenths_of
from lib.dashboard.state import State
from lib.serving.wire import ClientFile, FactInfo, ScorerCard, Text
from tests.dashboard.conftest import reason_of
from tests.dashboard.reading import read

MakeFile = Callable[..., ClientFile]


def test_bars_are_the_contributions_on_their_side(state: State) -> None:
    panel = ReasonsPanel(state)
    assert panel.against.x.tolist() == [0, 2, 4]
    assert panel.against.y.tolist() == [0.9, 0.2, 0.01]
    assert panel.in_favour.x.tolist() == [1, 3]
    assert panel.in_favour.y.tolist() == [-0.5, -0.05]


def test_wording_depends_on_direction_weight_and_absence(state: State) -> None:
    shown = {row.name: row for row in ReasonsPanel(state)._shown}
    assert shown["late_share"].effect == "Son absence augmente fortement le risque"
    assert shown["late_share"].value == "non renseigné"
    assert shown["income_total"].effect == "Réduit fortement le risque"
    assert read(shown["income_total"].value) == "135 000 €"
    assert shown["contract_type"].effect == "Augmente le risque"
    assert shown["age_years"].effect == "Réduit légèrement le risque"


def test_what_comes_to_no_points_is_not_said_to_lower_or_raise_the_risk() -> None:
    assert say_effect(-0.001, 0, True, "en") == "Hardly changes the risk"
    assert say_effect(-0.001, -1, True, "en") == "Lowers the risk slightly"
    assert say_effect(0.001, 0, False, "fr") == "Son absence ne change guère le risque"


def test_the_table_says_each_row_with_its_definition(state: State) -> None:
    said = read(ReasonsPanel(state).words.value)
    assert (
        "Votre âge Réduit légèrement le risque (−0,4 point) Décrit la situation de la personne. "
        "Vient de la demande de crédit. 34 ans n° 1 chez tous les clients" in said
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
    others = [replace(one, fact=f"other_{one.fact}") for one in reasons]
    score = state.file.explanation
    many = score.model_copy(
        update={
            "reasons": [*reasons, *others],
            "default_probability": score.default_probability
            + sum(one.points for one in others) / 100,
        }
    )
    state.file = state.file.model_copy(update={"explanation": many})
    said = read(panel.others.value)
    # The stronger of each pair are shown: 0.2, twice -0.05 and twice 0.01 are left.
    assert "Les 5 autres raisons, prises ensemble, augmentent le risque (+1,1 point)" in said
    # The same words for the same step.
    assert said.split("(")[1].split(")")[0] in read(panel.waterfall.value)


def test_choosing_a_bar_chooses_its_feature(state: State) -> None:
    panel = ReasonsPanel(state)
    panel._choose_bar(panel.against, {"data": {"index": 1}})
    assert state.feature == "contract_type"


def test_a_button_beside_each_reason_does_the_same_by_keyboard(state: State) -> None:
    panel = ReasonsPanel(state)
    shown = [choice for choice in panel.choices if choice.layout.display != "none"]
    assert len(shown) == len(panel._shown)
    shown[1].click()
    assert state.feature == panel._shown[1].features[0]
    assert ["choice-made" in choice._dom_classes for choice in shown[:3]] == [False, True, False]


def test_the_mean_weight_over_all_clients_lies_beside(state: State) -> None:
    panel = ReasonsPanel(state)
    assert panel.usual.x.tolist() == [0, 1, 2, 3, 4]
    assert panel.usual.y.tolist() == [0.1, -0.1, 0.1, -0.1, 0.1]


def test_by_family_the_weights_are_sums(state: State, card: ScorerCard) -> None:
    facts = [
        info.model_copy(update={"family": "employment"}) if info.name == "age_years" else info
        for info in card.facts
    ]
    state.card = card.model_copy(update={"facts": facts, "families": {"employment": 0.17}})
    panel = ReasonsPanel(state)
    singly = {row.name: row for row in panel._shown}
    panel.view.value = "together"
    assert [row.label for row in panel._shown][:2] == [
        "Habitudes de remboursement",
        "Emploi et revenus",
    ]
    employment = panel._shown[1]
    assert employment.weight == pytest.approx(-0.55)
    assert employment.usual_weight == 0.17
    assert employment.value == "2 raisons"
    assert employment.features == ("income_total", "age_years")
    assert [one.label for one in employment.details] == ["Vos revenus", "Votre âge"]
    assert employment.points == singly["income_total"].points + singly["age_years"].points
    assert panel.others.value == ""


SCORES = Text(fr="Vos scores externes", en="Your external scores")
FIRST, SECOND = Text(fr="Premier score", en="First"), Text(fr="Second score", en="Second")


@pytest.fixture
def scored(state: State) -> State:
    """The same client, with two external scores that tell one fact, the strongest of all."""
    score = state.file.explanation
    points = score.reasons[0].points / score.reasons[0].contribution
    features = {"score_2": (SECOND, 0.2, 1.5), "score_1": (FIRST, None, -0.3)}
    told = reason_of("external_scores", SCORES, features, points)
    income = next(one for one in score.reasons if one.fact == "income_total")
    # What the scores add the income takes away, so that the probability stays.
    weight = income.contribution - told.contribution
    weighty = {"income_total": (income.label, 135_000.0, weight)}
    others = [one for one in score.reasons if one is not income]
    reasons = [told, reason_of("income_total", income.label, weighty, points), *others]
    ordered = sorted(reasons, key=lambda one: -abs(one.contribution))
    state.file = state.file.model_copy(
        update={"explanation": score.model_copy(update={"reasons": ordered})}
    )
    fact = FactInfo(name="external_scores", label=SCORES, family="external_scores", importance=0.4)
    state.card = state.card.model_copy(update={"facts": [*state.card.facts, fact]})
    return state


class TestDetails:
    def test_the_values_behind_a_fact_are_one_click_further(self, scored: State) -> None:
        panel = ReasonsPanel(scored)
        (row,) = [one for one in panel._shown if one.name == "external_scores"]
        assert row.value == "1 valeur"
        assert [one.label for one in row.details] == ["Second score", "Premier score"]
        assert sum(one.points for one in row.details) == row.points
        said = panel.words.value
        (place,) = set(re.findall(r'id="(details-[^"]+)"', said))
        assert f'popovertarget="{place}"' in said
        assert 'aria-label="Vos scores externes\u00a0: 1 valeur, voir le détail"' in said
        assert "Ce qui pèse le plus : Second score." in read(said)

    def test_a_fact_that_one_feature_tells_says_its_value_itself(self, state: State) -> None:
        panel = ReasonsPanel(state)
        assert not any(row.details for row in panel._shown)
        assert "popover" not in panel.words.value

    def test_a_fact_of_which_nothing_is_given_says_so(self, scored: State) -> None:
        score = scored.file.explanation
        reasons = [
            replace(one, features=[replace(own, value=None) for own in one.features])
            for one in score.reasons
        ]
        scored.file = scored.file.model_copy(
            update={"explanation": score.model_copy(update={"reasons": reasons})}
        )
        (row,) = [one for one in ReasonsPanel(scored)._shown if one.name == "external_scores"]
        assert (row.value, row.is_given) == ("non renseigné", False)
        assert row.effect == "Son absence augmente fortement le risque"

    def test_choosing_a_fact_compares_its_strongest_feature(self, scored: State) -> None:
        panel = ReasonsPanel(scored)
        place = [row.name for row in panel._shown].index("external_scores")
        panel.choices[place].click()
        assert scored.feature == "score_2"
        scored.feature = "score_1"
        assert "choice-made" in panel.choices[place]._dom_classes


def said_points(words: str) -> list[str]:
    return re.findall(r"[+−]?\d+(?:,\d)? points?", read(words))


class TestOneTruth:
    """List, waterfall, themes and letter say the same points in the same order."""

    def test_list_and_waterfall(self, scored: State) -> None:
        panel = ReasonsPanel(scored)
        panel.top.value = 15
        shown = [say_points(row.points, "fr") for row in panel._shown]
        of_list = re.findall(r'points">\(([^)]*points?)\)</span></span>', panel.words.value)
        assert [read(one) for one in of_list] == [read(one) for one in shown]
        assert said_points(panel.waterfall.value) == [read(one) for one in shown]

    def test_themes_add_up_what_the_list_shows(self, scored: State) -> None:
        panel = ReasonsPanel(scored)
        panel.top.value = 15
        singly = {row.label: row.points for row in panel._shown}
        panel.view.value = "together"
        behind = [one for row in panel._shown for one in row.details]
        assert {one.label: one.points for one in behind} == singly
        for row in panel._shown:
            assert row.points == sum(one.points for one in row.details)
        assert said_points(panel.waterfall.value) == [
            read(say_points(row.points, "fr")) for row in panel._shown
        ]

    def test_letter(self, scored: State) -> None:
        panel = ReasonsPanel(scored)
        panel.top.value = 15
        letter = write_letter(scored, date(2026, 11, 24))
        told = letter.sections[1].points
        against = [row for row in panel._shown if row.weight > 0][:4]
        assert len(told) == len(against)
        for sentence, row in zip(told, against, strict=True):
            assert sentence.startswith(row.label)
            assert read(say_points(row.points, "fr")) in read(sentence)

    @pytest.mark.parametrize("top", [5, 10, 15])
    def test_every_number_stays_the_same_whatever_is_shown(self, scored: State, top: int) -> None:
        panel = ReasonsPanel(scored)
        panel.top.value = top
        shown = points_of_facts(scored.file.explanation)
        assert all(row.points == shown[row.name] for row in panel._shown)


class TestWaterfall:
    @pytest.mark.parametrize("count", [0, 2, 5])
    def test_steps_lead_from_the_starting_point_to_this_client(
        self, state: State, count: int
    ) -> None:
        score = state.file.explanation
        rows, left_out = rows_by_fact(score, state, count)
        steps = steps_to_client(score, rows, left_out, "others")
        assert steps[0].before == tenths_of(score.base_probability)
        assert steps[-1].after == tenths_of(score.default_probability)
        assert [step.before for step in steps[1:]] == [step.after for step in steps[:-1]]
        assert (steps[-1].label == "others") == (count < len(score.reasons))

    def test_each_step_goes_the_way_of_its_reason(self, state: State) -> None:
        score = state.file.explanation
        rows, _ = rows_by_fact(score, state, len(score.reasons))
        for row, step in zip(rows, steps_to_client(score, rows, [], ""), strict=True):
            assert (step.after - step.before) * row.weight >= 0

    def test_it_is_a_sentence_and_a_table(self, state: State) -> None:
        said = read(ReasonsPanel(state).waterfall.value)
        assert "jusqu’aux 12,0 % de ce client." in said
        assert "Ce client 12,0 %" in said
        assert said.index("Point de départ") < said.index("Vos revenus") < said.index("Ce client")

    def test_bars_stay_within_their_track_also_where_the_way_leads_below_zero(
        self, state: State, make_file: MakeFile
    ) -> None:
        score = make_file(probability=0.001).explanation
        reasons = sorted(score.reasons, key=lambda one: one.contribution)
        first = replace(reasons[0], points=-9.0)
        last = replace(reasons[-1], points=9.0 + score.reasons[0].points)
        moved = score.model_copy(update={"reasons": [first, *reasons[1:-1], last]})
        said = write_waterfall(moved, *rows_by_fact(moved, state, len(moved.reasons)), "fr")
        places = [float(one) for one in re.findall(r"(?:left|width): (-?[\d.]+)%", said)]
        assert len(places) == 2 * 7
        assert all(0 <= one <= 100 for one in places)
