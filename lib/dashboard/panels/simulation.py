"""What if: sliders for what may change, the score before and after, and the way to a grant."""

from math import floor, log10

from ipywidgets import HTML, Button, HBox, VBox

from lib.dashboard.fault_words import write_fault
from lib.dashboard.formats import in_language, write_value
from lib.dashboard.markup import element, text
from lib.dashboard.panels.simulation_words import (
    say_no_option,
    say_option,
    write_moves,
    write_outcome,
    write_scale,
    write_signed,
)
from lib.dashboard.simulator import CREDIT, DURATION, INSTALMENT, Simulator
from lib.dashboard.sliders import BoundedFloatSlider
from lib.dashboard.state import State
from lib.dashboard.texts import say
from lib.serving.wire import FeatureInfo

MOST_SLIDERS = 6
MOST_OPTIONS = 3
LOWEST, HIGHEST = 0.25, 2.0  # of the client's own value


class Knob:
    """A slider with its value written beside it in the page's language."""

    def __init__(self) -> None:
        self.slider = BoundedFloatSlider(readout=False, continuous_update=True)
        self.value = HTML().add_class("sim-value")
        self.widget = HBox([self.slider, self.value]).add_class("sim-knob")
        self.name = ""


class SimulationPanel:
    """A card that changes nothing in the client's file."""

    def __init__(self, state: State, simulator: Simulator) -> None:
        self._state, self._simulator = state, simulator
        self._writing = False
        self.heading = HTML().add_class("card-heading")
        self.reset = Button().add_class("sim-reset")
        self.knobs = [Knob() for _ in range(MOST_SLIDERS)]
        self.outcome = HTML().add_class("sim-result")
        self.retry = Button().add_class("sim-retry")
        self.need = Button().add_class("sim-need")
        self.needed = HTML().add_class("sim-needed")
        self.options = [HTML().add_class("sim-option") for _ in range(MOST_OPTIONS)]
        self.tries = [Button().add_class("quiet") for _ in range(MOST_OPTIONS)]
        pairs = zip(self.options, self.tries, strict=True)
        self._option_rows = [HBox(pair).add_class("sim-option-row") for pair in pairs]
        sliders = VBox([knob.widget for knob in self.knobs]).add_class("sim-sliders")
        results = VBox([self.outcome, self.retry]).add_class("sim-results")
        self.widget = (
            VBox(
                [
                    HBox([self.heading, self.reset]).add_class("card-head"),
                    HBox([sliders, results]).add_class("sim-body"),
                    VBox([self.need, self.needed, *self._option_rows]).add_class("sim-recourse"),
                ]
            )
            .add_class("card")
            .add_class("sim-card")
        )
        self._listen()

    def _listen(self) -> None:
        state, simulator = self._state, self._simulator
        self.reset.on_click(lambda _: simulator.reset())
        self.retry.on_click(lambda _: simulator.ask())
        self.need.on_click(lambda _: simulator.ask_recourse())
        for knob in self.knobs:
            knob.slider.observe(lambda _, knob=knob: self._turn(knob), names="value")
        for place, button in enumerate(self.tries):
            button.on_click(lambda _, place=place: self._try(place))
        state.follow(self._write_words, "language", "file")
        state.follow(self._write_knobs, "language", "file", "card")
        simulator.observe(lambda _: self._write_knobs(), names="changes")
        state.follow(self._write_results, "language", "card")
        simulator.observe(lambda _: self._write_results(), names=["what_if", "changes", "faults"])
        state.follow(self._write_recourse, "language", "card")
        simulator.observe(lambda _: self._write_recourse(), names=["recourse", "faults"])

    def _turn(self, knob: Knob) -> None:
        """Take a slider's value, unless the browser only rounds to its steps what was written."""
        value, half = knob.slider.value, knob.slider.step / 2
        if self._writing or abs(value - (self._simulator.value(knob.name) or 0.0)) < half:
            return
        own = self._own(knob.name) or 0.0
        self._simulator.change(knob.name, own if abs(value - own) < half else value)

    def _try(self, place: int) -> None:
        recourse = self._simulator.recourse
        if recourse and place < len(recourse.options):
            self._simulator.apply(dict(recourse.options[place].changes))

    def _write_words(self) -> None:
        language = self._state.language
        self.heading.value = element(
            "h2",
            text(say(language, "simulation.title")),
            element("span", text(say(language, "simulation.badge")), class_="sim-badge"),
        ) + element("p", text(say(language, "simulation.intro")))
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
        shown = self._shown()
        self._writing = True
        try:
            for place, knob in enumerate(self.knobs):
                known = place < len(shown)
                knob.widget.layout.display = "" if known else "none"
                if known:
                    self._write_knob(knob, shown[place])
        finally:
            self._writing = False
        self.reset.disabled = not self._simulator.changes

    def _write_knob(self, knob: Knob, info: FeatureInfo) -> None:
        language, slider = self._state.language, knob.slider
        own, value = self._own(info.name), self._simulator.value(info.name)
        if not own or value is None:
            return
        step = round_step(own)
        # The client's own value lies on the slider's grid, which begins at its lower end.
        low = own - floor(own * (1 - LOWEST) / step) * step
        with slider.hold_sync():
            # The widest range first: a bound may never pass the value on its way.
            slider.min, slider.max = 0.0, max(own, value) * HIGHEST
            slider.step, slider.value = step, value
            slider.max = max(own * HIGHEST, value)
            slider.min = min(low, value)
            slider.description = in_language(info.label, language)
        knob.name = info.name
        written = write_value(value, info, language)
        change = value / own - 1
        moved = abs(change) >= 0.0005
        knob.value.value = element("span", text(written), class_="sim-now") + (
            element("span", text(write_signed(change, language)), class_="sim-by") if moved else ""
        )

    def _own(self, name: str) -> float | None:
        simulator = self._simulator
        if name != DURATION:
            return simulator.own(name)
        credit, instalment = simulator.own(CREDIT), simulator.own(INSTALMENT)
        return credit / instalment if credit and instalment else None

    def _write_results(self) -> None:
        language, simulator = self._state.language, self._simulator
        told, fault = simulator.what_if, simulator.faults.get("what_if")
        self.retry.layout.display = "" if fault else "none"
        if fault:
            self.outcome.value = write_fault(fault, language)
        elif told is None:
            words = say(language, "simulation.move") if not simulator.changes else ""
            self.outcome.value = element("p", text(words), class_="sim-hint")
        else:
            self.outcome.value = (
                write_outcome(told, language)
                + write_scale(told, language)
                + write_moves(told, self._state, language)
            )

    def _write_recourse(self) -> None:
        language, simulator = self._state.language, self._simulator
        recourse, fault = simulator.recourse, simulator.faults.get("recourse")
        options = recourse.options[:MOST_OPTIONS] if recourse else []
        for place, row in enumerate(self._option_rows):
            row.layout.display = "" if place < len(options) else "none"
        for html, option in zip(self.options, options, strict=False):
            html.value = element("p", text(say_option(option, self._state, language)))
        if fault:
            self.needed.value = write_fault(fault, language)
        elif recourse is None:
            self.needed.value = ""
        else:
            words = (
                say(language, "simulation.options")
                if options
                else say_no_option(recourse, language)
            )
            self.needed.value = element("p", text(words), role="status")


def round_step(value: float) -> float:
    """Give a round step of about a hundredth of a value.

    Examples
    --------
    >>> round_step(450_000), round_step(27_000), round_step(24)
    (5000.0, 200.0, 0.2)
    """
    size = 10.0 ** floor(log10(value / 100))
    return next(step for step in (size, 2 * size, 5 * size, 10 * size) if step >= value / 100 * 0.7)
