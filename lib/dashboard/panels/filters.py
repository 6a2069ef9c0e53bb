"""The filters over the known clients: widgets on one side, the API's filters on the other."""

import re
from collections.abc import Callable
from typing import Any

from ipywidgets import Button, Dropdown, FloatRangeSlider, HBox, Text, VBox

from lib.dashboard.formats import in_language
from lib.dashboard.state import State
from lib.dashboard.texts import say
from lib.decision import Decision
from lib.serving.messages import Filter

CONTRACT, AGE, INCOME = "contract_type", "age_years", "income_total"
AGES = (18.0, 80.0)
PERCENTS = (0.0, 100.0)
# A dropdown shows nothing chosen for None, so the choice of any has a value of its own.
ANY = ""


class FilterForm:
    """A few filters; each change goes to the state at once."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._writing = False
        self.decision = Dropdown()
        self.contract = Dropdown()
        self.age = FloatRangeSlider(min=AGES[0], max=AGES[1], value=AGES, step=1.0)
        self.probability = FloatRangeSlider(
            min=PERCENTS[0], max=PERCENTS[1], value=PERCENTS, step=1.0
        )
        for slider in (self.age, self.probability):
            slider.continuous_update = False
            slider.readout_format = ".0f"
        self.income_from, self.income_to = (Text(continuous_update=False) for _ in range(2))
        self.reset = Button().add_class("quiet")
        self.widget = VBox(
            [
                self.decision,
                self.contract,
                self.age,
                HBox([self.income_from, self.income_to]).add_class("pair"),
                self.probability,
                self.reset,
            ]
        ).add_class("filters")
        for widget in self._fields():
            widget.observe(self._apply, names="value")
        self.reset.on_click(lambda _: self._clear())
        state.follow(self._write, "card", "language")

    def _fields(self) -> list[Any]:
        return [
            *(self.decision, self.contract, self.age),
            *(self.income_from, self.income_to, self.probability),
        ]

    def _write(self) -> None:
        language = self._state.language
        self._without_applying(self._write_options)
        self.decision.description = say(language, "finder.decision")
        self.contract.description = say(language, "finder.contract")
        self.age.description = say(language, "finder.age")
        self.income_from.description = say(language, "finder.income_from")
        self.income_to.description = say(language, "finder.income_to")
        self.probability.description = say(language, "finder.probability")
        self.reset.description = say(language, "finder.reset")

    def _write_options(self) -> None:
        state, language = self._state, self._state.language
        contract = state.feature_info(CONTRACT)
        _set_options(
            self.decision,
            [
                (say(language, "finder.any_decision"), ANY),
                (say(language, "finder.granted"), str(Decision.GRANT)),
                (say(language, "finder.refused"), str(Decision.REFUSE)),
            ],
        )
        categories = contract.categories if contract else {}
        _set_options(
            self.contract,
            [
                (say(language, "finder.any_contract"), ANY),
                *((in_language(label, language), name) for name, label in categories.items()),
            ],
        )
        _show(self.contract, bool(categories))
        _show(self.age, state.feature_info(AGE) is not None)
        has_income = state.feature_info(INCOME) is not None
        _show(self.income_from, has_income)
        _show(self.income_to, has_income)

    def _clear(self) -> None:
        def write() -> None:
            self.decision.value = self.contract.value = ANY
            self.age.value, self.probability.value = AGES, PERCENTS
            self.income_from.value = self.income_to.value = ""

        self._without_applying(write)
        self._state.filters = ()

    def _without_applying(self, act: Callable[[], None]) -> None:
        self._writing = True
        try:
            act()
        finally:
            self._writing = False

    def _apply(self, _: object) -> None:
        if not self._writing:
            self._state.filters = tuple(self._read())

    def _read(self) -> list[Filter]:
        low, high = self.probability.value
        income = (read_amount(self.income_from.value), read_amount(self.income_to.value))
        chosen = [
            _one_of("decision", self.decision.value),
            _one_of(CONTRACT, self.contract.value),
            _range(AGE, *self.age.value, AGES),
            Filter(feature=INCOME, minimum=income[0], maximum=income[1])
            if income != (None, None)
            else None,
            _range("default_probability", low / 100, high / 100, (0.0, 1.0)),
        ]
        return [condition for condition in chosen if condition is not None]


def read_amount(typed: str) -> float | None:
    """Read an amount as people type it; what is no amount is no condition.

    Examples
    --------
    >>> read_amount("50 000,5"), read_amount("€1,200"), read_amount("some")
    (50000.5, 1200.0, None)
    """
    digits = "".join(typed.replace("€", "").split())
    # A comma before exactly three digits parts thousands, any other is a decimal comma.
    digits = re.sub(r",(?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
    return float(digits) if re.fullmatch(r"\d{1,15}(\.\d+)?", digits, re.ASCII) else None


def _one_of(feature: str, category: str) -> Filter | None:
    return Filter(feature=feature, categories=[category]) if category else None


def _range(
    feature: str, minimum: float, maximum: float, whole: tuple[float, float]
) -> Filter | None:
    """Give a filter; an end that was not moved is no condition, so nobody is lost by it."""
    low = minimum if minimum > whole[0] else None
    high = maximum if maximum < whole[1] else None
    if low is None and high is None:
        return None
    return Filter(feature=feature, minimum=low, maximum=high)


def _set_options(dropdown: Dropdown, options: list[tuple[str, str]]) -> None:
    """Change the options but keep what was chosen, where it is still there."""
    chosen = dropdown.value
    dropdown.options = options
    dropdown.value = chosen if chosen in {value for _, value in options} else ANY


def _show(widget: Any, visible: bool) -> None:
    widget.layout.display = "" if visible else "none"
