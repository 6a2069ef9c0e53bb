"""What if: sliders for what may change, the score before and after, and the way to a grant."""

from functools import partial
from math import floor, log10

from traitlets import Dict, HasTraits, Instance

from lib.dashboard.calls import Calls
from lib.dashboard.formats import in_language, write_value
from lib.dashboard.guide import explain_words
from lib.dashboard.markup import element, write_fault
from lib.dashboard.panels.simulation_words import (
    say_consequences,
    say_no_option,
    say_option,
    write_moves,
    write_outcome,
    write_scale,
    write_signed,
)
from lib.dashboard.state import State
from lib.dashboard.texts import say, say_count
from lib.dashboard.widgets import (
    HTML,
    Bind,
    BoundedFloatSlider,
    Button,
    HBox,
    VBox,
    make_card,
    show,
)
from lib.serving.api import ScoringApi
from lib.serving.wire import FeatureInfo, Recourse, WhatIf

# Long enough that a dragged slider asks once, short enough that nobody waits for it.
REST_SECONDS = 0.2
CREDIT, INSTALMENT, DURATION = "credit_amount", "annuity_amount", "implied_duration_months"
MOST_SLIDERS = 6
MOST_OPTIONS = 3
LOWEST, HIGHEST = 0.25, 2.0  # of the client's own value
ROUNDING = 1e-4  # relative: as near, an instalment is the client's own but for rounding
LEAST_CHANGE = 0.0005  # relative: less is not written


class Simulator(HasTraits):
    """Keeps a simulation of the client on the page; another client ends it.

    Attributes
    ----------
    changes : dict of str to float
        New values by feature; empty where nothing is simulated. What follows from them is asked
        once they rest.
    what_if : WhatIf or None
        The score before and after those changes; None until it is there.
    recourse : Recourse or None
        What would be needed for a grant, once it was asked for.
    """

    changes: Dict = Dict()
    what_if = Instance(WhatIf, allow_none=True)
    recourse = Instance(Recourse, allow_none=True)

    def __init__(self, state: State, api: ScoringApi, calls: Calls) -> None:
        super().__init__()
        self.state = state
        self._api, self._calls = api, calls
        state.when_changed(self._begin, "file")
        self.observe(lambda _: self._follow_changes(), names="changes")

    def changeable(self) -> list[FeatureInfo]:
        """Give the features that may be changed and have a value to begin from."""
        return [
            one for one in self.state.features if one.changeable and (self.own(one.name) or 0) > 0
        ]

    def own(self, name: str) -> float | None:
        """Give the client's own value of a feature, where it is a number."""
        if name == DURATION:
            return _divide(self.own(CREDIT), self.own(INSTALMENT))
        value = self.state.file.features.get(name) if self.state.file else None
        return value if isinstance(value, float | int) else None

    def value(self, name: str) -> float | None:
        """Give the value that a feature has in the simulation; the duration follows."""
        if name == DURATION:
            return _divide(self.value(CREDIT), self.value(INSTALMENT))
        changed = self.changes.get(name)
        return self.own(name) if changed is None else float(changed)

    def with_change(self, name: str, value: float) -> dict[str, float]:
        """Give the changes with another value of a feature; a duration is another instalment."""
        own = self.own(INSTALMENT if name == DURATION else name)
        if name == DURATION:
            name, value = INSTALMENT, round((self.value(CREDIT) or 0.0) / value, 2)
            if own and abs(value - own) <= ROUNDING * own:
                value = own
        others = {key: other for key, other in self.changes.items() if key != name}
        return others if value == own else {**others, name: value}

    def ask(self, wait: float = 0.0) -> None:
        """Ask what follows from the changes, once they have rested for some seconds."""
        file, changes = self.state.file, dict(self.changes)
        if file and changes:
            own = self.state.own_features
            call = partial(self._api.what_if, file.client_id, changes, client_features=own)
            self._calls.run("what_if", call, partial(setattr, self, "what_if"), wait=wait)

    def ask_recourse(self) -> None:
        """Ask what would be needed for a grant."""
        file = self.state.file
        if file:
            own = self.state.own_features
            call = partial(self._api.recourse, file.client_id, client_features=own)
            self._calls.run("recourse", call, partial(setattr, self, "recourse"))

    def _begin(self) -> None:
        """Start over with another client: what was asked about the last one is not wanted."""
        self._calls.drop("recourse")
        self.recourse = None
        self.changes = {}

    def _follow_changes(self) -> None:
        if self.changes:
            self.ask(REST_SECONDS)
        else:
            self._calls.drop("what_if")
            self.what_if = None


def _divide(dividend: float | None, divisor: float | None) -> float | None:
    return dividend / divisor if dividend and divisor else None


class Knob:
    """A slider with its value written beside it in the page's language."""

    def __init__(self, simulator: Simulator) -> None:
        self.slider = BoundedFloatSlider(readout=False, continuous_update=True)
        self.value = HTML().add_class("sim-value")
        self.widget = HBox([self.slider, self.value]).add_class("sim-knob")
        self.name = ""
        self._simulator = simulator
        self._bind = Bind(simulator, "changes", self.slider, show=self._show, take=self._take)

    def write(self, info: FeatureInfo, state: State) -> None:
        """Be the slider of a feature: from a part of the client's own value to its double."""
        language, slider = state.language, self.slider
        own, value = self._simulator.own(info.name), self._simulator.value(info.name)
        if not own or value is None:
            return
        self.name = info.name
        step = round_step(own)
        low, high = ends_around(own, value, step)
        with slider.hold_sync(), self._bind.changing():
            # First the lowest end of all: a bound may never pass the other on its way.
            slider.min = 0.0
            slider.max = high
            slider.min = low
            slider.step = step
            slider.description = in_language(info.label, language)
        change = value / own - 1
        by = element("span", write_signed(change, language), class_="sim-by")
        written = element("span", write_value(value, info, language), class_="sim-now")
        self.value.value = written + (by if abs(change) >= LEAST_CHANGE else "")

    def _show(self, changes: dict[str, float]) -> float:
        """Give the value in the simulation; of a duration that was set, what the browser has.

        They differ by the rounding of its instalment: told back, it would take the place of what
        was set meanwhile.
        """
        value, shown = self._simulator.value(self.name), self.slider.value
        is_set = self.name == DURATION and bool(changes)
        if value is None or (is_set and abs(value - shown) < self.slider.step / 2):
            return shown
        return value

    def _take(self, value: float) -> dict[str, float]:
        """Give the changes with a slider's value, unless the browser only rounds to its steps."""
        simulator, half = self._simulator, self.slider.step / 2
        if abs(value - (simulator.value(self.name) or 0.0)) < half:
            return simulator.changes
        own = simulator.own(self.name) or 0.0
        return simulator.with_change(self.name, own if abs(value - own) < half else value)


class SimulationPanel:
    """A card that changes nothing in the client's file."""

    def __init__(self, state: State, simulator: Simulator) -> None:
        self._state, self._simulator = state, simulator
        self.heading = HTML().add_class("card-heading")
        self.reset = Button().add_class("sim-reset")
        self.knobs = [Knob(simulator) for _ in range(MOST_SLIDERS)]
        self.outcome = HTML().add_class("sim-result")
        self.retry = Button().add_class("card-retry")
        self.need = Button().add_class("sim-need")
        self.needed = HTML().add_class("sim-needed")
        self.options = [HTML().add_class("sim-option") for _ in range(MOST_OPTIONS)]
        self.tries = [Button().add_class("quiet") for _ in range(MOST_OPTIONS)]
        pairs = zip(self.options, self.tries, strict=True)
        self._option_rows = [HBox(pair).add_class("sim-option-row") for pair in pairs]
        sliders = VBox([knob.widget for knob in self.knobs]).add_class("sim-sliders")
        results = VBox([self.outcome, self.retry]).add_class("sim-results")
        self.widget = make_card(
            [
                HBox([self.heading, self.reset]).add_class("card-head"),
                HBox([sliders, results]).add_class("sim-body"),
                VBox([self.need, self.needed, *self._option_rows]).add_class("sim-recourse"),
            ],
            "sim-card",
        )
        self._listen()

    def _listen(self) -> None:
        state, simulator = self._state, self._simulator
        self.reset.on_click(lambda _: self._try({}))
        self.retry.on_click(lambda _: simulator.ask())
        self.need.on_click(lambda _: simulator.ask_recourse())
        for place, button in enumerate(self.tries):
            button.on_click(lambda _, place=place: self._try_option(place))
        state.follow(self._write_words, "language", "file")
        state.follow(self._write_knobs, "language", "file", "card")
        simulator.observe(lambda _: self._write_knobs(), names="changes")
        state.follow(self._write_results, "language", "card", "faults")
        simulator.observe(lambda _: self._write_results(), names=["what_if", "changes"])
        state.follow(self._write_recourse, "language", "card", "faults")
        simulator.observe(lambda _: self._write_recourse(), names="recourse")

    def _try(self, changes: dict[str, float]) -> None:
        self._simulator.changes = changes

    def _try_option(self, place: int) -> None:
        recourse = self._simulator.recourse
        if recourse and place < len(recourse.options):
            self._try(dict(recourse.options[place].changes))

    def _write_words(self) -> None:
        language = self._state.language
        badge = element("span", say(language, "simulation.badge"), class_="sim-badge")
        title = element("h2", say(language, "simulation.title"), badge)
        intro = element("p", say(language, "simulation.intro"))
        self.heading.value = title + intro + explain_words("simulation", language)
        self.reset.description = say(language, "simulation.reset")
        self.retry.description = say(language, "fault.retry")
        self.need.description = say(language, "simulation.need")
        for button in self.tries:
            button.description = say(language, "simulation.try")

    def _shown(self) -> list[FeatureInfo]:
        """Give the features that have a slider; a duration stands for the instalment it needs."""
        shown = self._simulator.changeable()[: MOST_SLIDERS - 1]
        duration = self._state.feature_info(DURATION)
        names = {info.name for info in shown}
        return [*shown, duration] if duration and {CREDIT, INSTALMENT} <= names else shown

    def _write_knobs(self) -> None:
        if self._state.file is None:
            return
        shown = self._shown()
        for knob in self.knobs[len(shown) :]:
            show(knob.widget, False)
        for knob, info in zip(self.knobs, shown, strict=False):
            knob.write(info, self._state)
            show(knob.widget, True)
        self.reset.disabled = not self._simulator.changes

    def _write_results(self) -> None:
        language, simulator = self._state.language, self._simulator
        what_if, fault = simulator.what_if, self._state.faults.get("what_if")
        show(self.retry, fault is not None)
        if fault:
            self.outcome.value = write_fault(fault, language)
        elif what_if is None:
            words = say(language, "simulation.move") if not simulator.changes else ""
            self.outcome.value = element("p", words, class_="sim-hint")
        else:
            self.outcome.value = (
                write_outcome(what_if, language)
                + write_scale(what_if, language)
                + write_moves(what_if, self._state, language)
            )

    def _write_recourse(self) -> None:
        language, recourse = self._state.language, self._simulator.recourse
        fault = self._state.faults.get("recourse")
        options = recourse.options[:MOST_OPTIONS] if recourse else []
        for place, row in enumerate(self._option_rows):
            show(row, place < len(options))
        for html, option in zip(self.options, options, strict=False):
            consequences = say_consequences(option, self._state, language)
            html.value = element("p", say_option(option, self._state, language)) + (
                element("p", consequences, class_="sim-consequences") if consequences else ""
            )
        if fault:
            self.needed.value = write_fault(fault, language)
        elif recourse is None:
            self.needed.value = ""
        else:
            several = len(options)
            found = say_count(language, "simulation.options_one", "simulation.options", several)
            words = found if options else say_no_option(recourse, self._state, language)
            self.needed.value = element("p", words, role="status")


def ends_around(own: float, value: float, step: float) -> tuple[float, float]:
    """Give the ends of a slider from a part of the client's own value to its double.

    Both ends and the client's own value lie on one grid, or keys would stop short of an end. A
    value beyond them moves the end, by whole steps but never to 0; by less than half a step it is
    at the end. So an instalment, rounded for the duration at the end, does not move that end.

    Examples
    --------
    >>> ends_around(1010.0, 1010.0, 100.0)
    (310.0, 2010.0)
    >>> ends_around(1010.0, 2345.0, 100.0)
    (310.0, 2310.0)
    """
    steps_down = max(floor(own * (1 - LOWEST) / step), round((own - value) / step))
    steps_up = max(floor(own * (HIGHEST - 1) / step), round((value - own) / step))
    low, high = own - steps_down * step, own + steps_up * step
    return (low if low > 0 else min(value, own)), high


def round_step(value: float) -> float:
    """Give a round step of about a hundredth of a value.

    Examples
    --------
    >>> round_step(450_000), round_step(27_000), round_step(24)
    (5000.0, 200.0, 0.2)
    """
    wanted = value / 100
    size = 10.0 ** floor(log10(wanted))
    return next(step for step in (size, 2 * size, 5 * size, 10 * size) if step >= 0.7 * wanted)
