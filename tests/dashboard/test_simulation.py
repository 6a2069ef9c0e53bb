"""The simulation: sliders, what they ask of the API, and what is said of the answers."""

import asyncio
import math
import re
from collections.abc import Callable
from dataclasses import replace
from threading import Event
from typing import Any

import pytest

from lib.dashboard.calls import Calls
from lib.dashboard.panels.simulation import (
    DURATION,
    HIGHEST,
    LOWEST,
    SimulationPanel,
    Simulator,
    ends_around,
    round_step,
)
from lib.dashboard.panels.simulation_words import (
    LEAST_MOVE,
    find_moves,
    say_consequences,
    say_option,
    write_moves,
    write_outcome,
    write_scale,
)
from lib.dashboard.state import State
from lib.decision import decide
from lib.features.description import Purpose
from lib.serving.api import ApiFault, ApiUnreachable
from lib.serving.wire import (
    Bounds,
    ClientFile,
    Explanation,
    FeatureInfo,
    Recourse,
    RecourseOption,
    Score,
    ScorerCard,
    Text,
    Value,
    WhatIf,
)
from tests.dashboard.conftest import NOTE
from tests.dashboard.reading import read

MakeFile = Callable[..., ClientFile]
THRESHOLD = 1 / 11
# name, French label, unit
CREDIT = [
    ("credit_amount", "Montant du crédit", "amount"),
    ("annuity_amount", "Montant de chaque échéance", "amount"),
    (DURATION, "Durée", "months"),
]
VALUES = {"credit_amount": 240_000.0, "annuity_amount": 10_000.0, DURATION: 24.0}


Given = dict[str, Value] | None


class Api:
    """Answers as the API does, and keeps what it was asked."""

    def __init__(self, file: ClientFile) -> None:
        self.file = file
        self.asked: list[dict[str, float]] = []
        self.given: list[Given] = []
        self.fault: ApiFault | None = None
        self.options: list[RecourseOption] = []
        self.complete = True

    def what_if(
        self, client_id: int, changes: dict[str, float], client_features: Given = None
    ) -> WhatIf:
        self.given.append(client_features)
        self.asked.append(changes)
        if self.fault:
            raise self.fault
        less = 0.8 * (1 - changes.get("credit_amount", 240_000) / 240_000)
        before = self.file.explanation
        return WhatIf(
            client_id=client_id,
            changes=changes,
            recomputed={"late_share": 0.1},
            before=before,
            after=lowered(before, less),
        )

    def recourse(self, client_id: int, client_features: Given = None) -> Recourse:
        self.given.append(client_features)
        if self.fault:
            raise self.fault
        before = Score(
            **{name: getattr(self.file.explanation, name) for name in Score.model_fields}
        )
        return Recourse(
            client_id=client_id,
            before=before,
            bounds={"credit_amount": Bounds(minimum=120_000.0, maximum=240_000.0)},
            options=self.options,
            complete=self.complete,
        )


def lowered(score: Explanation, by: float) -> Explanation:
    """Lower the risk by some log-odds, half by a feature that changed and half by one that not."""
    log_odds = score.log_odds - by
    probability = 1 / (1 + math.exp(-log_odds))
    halves = {"late_share": by / 2, "age_years": by / 2}
    reasons = [
        replace(one, contribution=one.contribution - halves.get(one.fact, 0.0))
        for one in score.reasons
    ]
    return score.model_copy(
        update={
            "log_odds": log_odds,
            "default_probability": probability,
            "decision": decide(probability, THRESHOLD),
            "reasons": reasons,
        }
    )


@pytest.fixture
def state(card: ScorerCard, make_file: MakeFile) -> State:
    """A client who asks for 240,000 in instalments of 10,000."""
    infos = [
        FeatureInfo(
            name=name,
            label=Text(fr=label, en=label),
            unit=unit,
            family="credit_requested",
            source="application_train",
            fact="any",
            purpose=Purpose.SITUATION,
            protected=False,
            changeable=name != DURATION,
            in_model=True,
            importance=0.1,
            categories={},
        )
        for name, label, unit in CREDIT
    ]
    return State(
        client_id=100_002,
        card=card.model_copy(update={"features": [*card.features, *infos]}),
        file=with_credit(make_file()),
    )


def with_credit(file: ClientFile) -> ClientFile:
    return file.model_copy(update={"features": {**file.features, **VALUES}})


@pytest.fixture
def api(state: State) -> Api:
    return Api(state.file)


@pytest.fixture
def simulator(state: State, api: Api) -> Simulator:
    return Simulator(state, api, Calls(state))


@pytest.fixture
def panel(state: State, simulator: Simulator) -> SimulationPanel:
    return SimulationPanel(state, simulator)


def test_there_is_a_slider_for_all_that_may_change_and_for_the_duration(
    panel: SimulationPanel,
) -> None:
    shown = [knob for knob in panel.knobs if knob.widget.layout.display != "none"]
    assert [knob.slider.description for knob in shown] == [label for _, label, _ in CREDIT]
    assert [knob.slider.value for knob in shown] == [240_000, 10_000, 24]
    assert read(shown[0].value.value) == "240 000 €"


def test_the_clients_own_value_lies_on_the_grid_of_its_slider(panel: SimulationPanel) -> None:
    for knob in panel.knobs[:3]:
        steps = (knob.slider.value - knob.slider.min) / knob.slider.step
        assert steps == pytest.approx(round(steps), abs=1e-6)


def test_moving_a_slider_asks_the_api_and_says_what_follows(
    panel: SimulationPanel, api: Api
) -> None:
    panel.knobs[0].slider.value = 120_000
    assert api.asked == [{"credit_amount": 120_000}]
    said = read(panel.outcome.value)
    assert "Le crédit serait accordé : le risque passerait de 12,0 % à 8,4 %." in said
    assert "120 000 €" in read(panel.knobs[0].value.value)
    assert "−50 %" in read(panel.knobs[0].value.value)


def test_a_small_move_is_written_finely_enough_to_be_seen(
    panel: SimulationPanel,
) -> None:
    panel.knobs[0].slider.value = 239_000
    assert "de 12,00 % à 11,96 %" in read(panel.outcome.value)


def moved_by(before: Explanation, threshold: float, probability: float) -> WhatIf:
    """Give a simulation that ends at a probability, beside another threshold."""
    log_odds = math.log(probability / (1 - probability))
    after = lowered(before, before.log_odds - log_odds)
    sides = [
        one.model_copy(
            update={
                "threshold": threshold,
                "decision": decide(one.default_probability, threshold),
            }
        )
        for one in (before, after)
    ]
    return WhatIf(
        client_id=100_002,
        changes={"late_share": 0.1},
        recomputed={},
        before=sides[0],
        after=sides[1],
    )


def test_a_decision_that_changes_by_a_hair_is_told_with_what_moved_it(
    state: State, make_file: MakeFile
) -> None:
    before = make_file(probability=0.08752).explanation
    what_if = moved_by(before, threshold=0.087515, probability=0.08751)
    assert before.log_odds - what_if.after.log_odds < LEAST_MOVE
    said = read(write_outcome(what_if, "fr"))
    assert "serait accordé : le risque passerait de 8,7520 % à 8,7510 %." in said
    assert "seuil de refus, 8,7515 %." in read(write_scale(what_if, "fr"))
    told = read(write_moves(what_if, state, "fr"))
    assert "Part en retard" in told
    assert "Aucune raison ne bouge" not in told
    # As little is nothing to a person where nothing follows from it.
    stays = moved_by(before, threshold=0.05, probability=0.08751)
    assert "Aucune raison ne bouge" in read(write_moves(stays, state, "fr"))


@pytest.mark.parametrize("threshold", [0.0876, 0.08751])
def test_the_threshold_is_written_as_finely_as_the_risk(
    make_file: MakeFile, threshold: float
) -> None:
    before = make_file(probability=0.0875).explanation
    what_if = moved_by(before, threshold=threshold, probability=0.087512)
    words = read(write_outcome(what_if, "fr") + write_scale(what_if, "fr"))
    figures = re.findall(r"([\d,]+) %", words.replace("0 à 100 %", ""))
    assert len({len(figure) for figure in figures}) == 1
    before_written, after_written, limit = figures
    assert before_written < limit
    assert (after_written >= limit) is (what_if.after.decision == "refuse")


def test_only_features_that_changed_are_named_the_others_are_summed_up(
    panel: SimulationPanel, simulator: Simulator
) -> None:
    panel.knobs[0].slider.value = 120_000
    moves, rest = find_moves(simulator.what_if)
    assert [move.reason.fact for move in moves] == ["late_share"]
    assert moves[0].by == pytest.approx(-0.2)
    assert rest == pytest.approx(-0.2)
    assert "Part en retard non renseigné Moins de risque" in read(panel.outcome.value)


def test_a_duration_is_an_instalment(panel: SimulationPanel, api: Api) -> None:
    panel.knobs[2].slider.value = 48
    assert api.asked == [{"annuity_amount": 5_000}]
    assert panel.knobs[1].slider.value == 5_000


def test_the_end_of_a_slider_stays_where_it_is_when_it_is_reached(
    panel: SimulationPanel, state: State, simulator: Simulator
) -> None:
    values = {**VALUES, "credit_amount": 450_000.0, "annuity_amount": 23_456.5}
    state.file = state.file.model_copy(update={"features": {**state.file.features, **values}})
    slider = panel.knobs[2].slider
    for end in ("max", "min"):
        bound = getattr(slider, end)
        slider.value = bound
        # The instalment of that duration is rounded, so that the duration is a hair off.
        assert (slider.value, getattr(slider, end)) == (bound, bound)
        assert simulator.value(DURATION) == pytest.approx(bound, rel=1e-5)
    simulator.changes = {}
    assert slider.value == 450_000 / 23_456.5


def test_the_duration_follows_the_amount(panel: SimulationPanel) -> None:
    panel.knobs[0].slider.value = 120_000
    assert read(panel.knobs[2].value.value).startswith("12 mois")


def test_what_the_browser_rounds_is_no_change(panel: SimulationPanel, api: Api) -> None:
    slider = panel.knobs[0].slider
    slider.value += 0.4 * slider.step
    assert api.asked == []


def test_back_at_the_clients_own_value_nothing_is_simulated(
    panel: SimulationPanel, simulator: Simulator
) -> None:
    panel.knobs[0].slider.value = 120_000
    panel.knobs[0].slider.value = 240_000
    assert (simulator.changes, simulator.what_if) == ({}, None)


def test_one_click_resets(panel: SimulationPanel, simulator: Simulator) -> None:
    assert panel.reset.disabled
    panel.knobs[0].slider.value = 120_000
    assert not panel.reset.disabled
    panel.reset.click()
    assert (simulator.changes, simulator.what_if) == ({}, None)
    assert panel.knobs[0].slider.value == 240_000


def test_it_is_marked_as_a_simulation(panel: SimulationPanel) -> None:
    assert "Simulation Rien n’est modifié dans le dossier" in read(panel.heading.value)


def test_another_client_ends_the_simulation(
    panel: SimulationPanel, simulator: Simulator, state: State, make_file: MakeFile
) -> None:
    panel.knobs[0].slider.value = 120_000
    simulator.ask_recourse()
    state.file = with_credit(make_file(client_id=100_003))
    assert (simulator.changes, simulator.what_if, simulator.recourse) == ({}, None, None)
    assert panel.knobs[0].slider.value == 240_000


@pytest.mark.parametrize(
    ("probability", "complete", "words"),
    [
        (0.05, True, "Le crédit est déjà accordé"),
        (0.12, True, "montant du crédit, chacun de moitié au plus"),
        (0.12, False, "Aucune solution trouvée dans le temps imparti"),
    ],
)
def test_it_says_why_nothing_would_be_needed_or_enough(
    panel: SimulationPanel,
    api: Api,
    make_file: MakeFile,
    probability: float,
    complete: bool,
    words: str,
) -> None:
    api.file, api.complete = make_file(probability=probability), complete
    panel.need.click()
    assert words in read(panel.needed.value)


def test_it_says_what_would_be_enough_and_tries_it(
    panel: SimulationPanel, api: Api, simulator: Simulator
) -> None:
    api.options = [
        RecourseOption(
            changes={"credit_amount": 180_000.0, "annuity_amount": 8_000.0},
            relative_changes={"credit_amount": -0.25, "annuity_amount": -0.2},
            default_probability=0.088,
        )
    ]
    panel.need.click()
    assert read(panel.options[0].value) == (
        "Montant du crédit à 180 000 € au lieu de 240 000 € (−25 %) et montant de chaque échéance"
        " à 8 000 € au lieu de 10 000 € (−20 %). Risque estimé : 8,8 %."
        " Il serait remboursé en 23 échéances environ, 180 000 € en tout hors intérêts et frais,"
        " au lieu de 24 et 240 000 €."
        " 60 000 € seraient à payer autrement, par un apport par exemple."
    )
    assert read(panel.needed.value) == "Ce changement suffirait :"
    panel.tries[0].click()
    assert simulator.changes == {"credit_amount": 180_000, "annuity_amount": 8_000}


def test_the_risk_of_a_way_to_a_grant_is_written_below_the_threshold(state: State) -> None:
    """Both are 9.1% to one decimal: the threshold is one in eleven."""
    option = RecourseOption(
        changes={"income_total": 150_000.0},
        relative_changes={"income_total": 0.11},
        default_probability=0.0906,
    )
    assert say_option(option, state, "en").endswith("Estimated risk: 9.06%.")


def test_more_income_asks_nothing_else_and_a_smaller_instalment_more_time(
    state: State, make_file: MakeFile
) -> None:
    option = RecourseOption(
        changes={"income_total": 150_000.0}, relative_changes={}, default_probability=0.05
    )
    assert say_consequences(option, state, "en") == ""
    slower = option.model_copy(update={"changes": {"annuity_amount": 7_500.0}})
    assert say_consequences(slower, state, "en") == (
        "It would be repaid in about 32 instalments, €240,000 in all before interest and fees, "
        "instead of 24 and €240,000."
    )


def test_a_fault_is_told_in_place_and_can_be_tried_again(
    panel: SimulationPanel, api: Api, state: State
) -> None:
    api.fault = ApiUnreachable("the API", "it is there", "start it")
    panel.knobs[0].slider.value = 120_000
    assert "Le service de calcul ne répond pas." in read(panel.outcome.value)
    assert panel.retry.layout.display == ""
    assert state.faults.keys() == {"what_if"}
    api.fault = None
    panel.retry.click()
    assert "Le crédit serait accordé" in read(panel.outcome.value)
    assert panel.retry.layout.display == "none"


def test_dragging_asks_once(state: State, api: Api) -> None:
    async def drag() -> None:
        simulator = Simulator(state, api, calls := Calls(state))
        for amount in range(230_000, 100_000, -10_000):
            simulator.changes = simulator.with_change("credit_amount", float(amount))
        rested = asyncio.Event()
        simulator.observe(lambda _: rested.set(), names="what_if")
        await rested.wait()
        await calls.finish()

    asyncio.run(drag())
    assert api.asked == [{"credit_amount": 110_000}]


def test_an_answer_that_comes_after_the_client_has_gone_is_dropped(
    state: State, api: Api, make_file: MakeFile
) -> None:
    let_go = Event()

    class Slow(Api):
        def what_if(self, client_id: int, changes: dict[str, float], **fields: Any) -> WhatIf:
            let_go.wait(10)
            return super().what_if(client_id, changes, **fields)

    async def visit() -> Simulator:
        simulator = Simulator(state, Slow(state.file), calls := Calls(state))
        simulator.changes = simulator.with_change("credit_amount", 120_000.0)
        simulator.ask()
        state.file = with_credit(make_file(client_id=100_003))
        let_go.set()
        await calls.finish()
        return simulator

    assert asyncio.run(visit()).what_if is None


def test_what_a_change_makes_unusual_is_said(make_file: MakeFile) -> None:
    before = make_file().explanation
    after = before.model_copy(update={"review": [NOTE]})
    told = WhatIf(
        client_id=100_002, changes={"income_total": 1.0}, recomputed={}, before=before, after=after
    )
    said = read(write_outcome(told, "fr"))
    assert "⚑ Une personne doit examiner ce score. Vos revenus : 1, compte" in said
    unchanged = told.model_copy(update={"after": before})
    assert "⚑" not in read(write_outcome(unchanged, "fr"))


def test_of_a_client_just_assessed_the_api_is_told_the_features(
    state: State, simulator: Simulator, api: Api
) -> None:
    simulator.changes = {"credit_amount": 200_000.0}
    state.assessed = {state.client_id: state.file}
    simulator.changes = {"credit_amount": 210_000.0}
    simulator.ask_recourse()
    assert api.given == [None, state.file.features, state.file.features]


@pytest.mark.parametrize("own", [0.37, 24.0, 27_123.45, 450_000.0])
@pytest.mark.parametrize("factor", [0.1, 0.9, 1.0, 1.37, 3.3])
def test_both_ends_of_a_slider_lie_on_the_grid_of_the_own_value(own: float, factor: float) -> None:
    step = round_step(own)
    low, high = ends_around(own, own * factor, step)
    assert 0 < low - step / 2 <= own * factor <= high + step / 2 or low == own * factor
    assert low <= own * LOWEST + step
    assert high >= own * HIGHEST - step
    for end in (low, high):
        steps = (end - own) / step
        assert steps == pytest.approx(round(steps), abs=1e-6)
