"""The filters over the known clients: widgets on one side, the API's filters on the other."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from ipywidgets import Button, Dropdown, FloatRangeSlider, HBox, Text, VBox

from lib.dashboard.formats import in_language, write_number
from lib.dashboard.session import FACETS
from lib.dashboard.state import State
from lib.dashboard.texts import say, text_id
from lib.decision import Decision
from lib.serving.wire import CategoryCount, Filter

AGE, INCOME, DECISION, PROBABILITY = (
    "age_years",
    "income_total",
    "decision",
    "default_probability",
)
LISTS = (DECISION, *FACETS)
AGES = (18.0, 80.0)
PERCENTS = (0.0, 100.0)
# A dropdown shows nothing chosen for None, so the choice of any has a value of its own.
ANY = ""
OUTCOMES = {Decision.GRANT: text_id("finder.granted"), Decision.REFUSE: text_id("finder.refused")}


class FilterForm:
    """Lists with the number of clients beside each choice, and ranges; each change acts at once."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._writing = False
        self.lists = {name: Dropdown() for name in LISTS}
        self.age = FloatRangeSlider(min=AGES[0], max=AGES[1], value=AGES, step=1.0)
        self.probability = FloatRangeSlider(
            min=PERCENTS[0], max=PERCENTS[1], value=PERCENTS, step=1.0
        )
        for slider in (self.age, self.probability):
            slider.continuous_update = False
            slider.readout_format = ".0f"
        self.income_from, self.income_to = (Text(continuous_update=False) for _ in range(2))
        self.reset = Button().add_class("quiet")
        first, *others = self.lists.values()
        incomes = HBox([self.income_from, self.income_to]).add_class("pair")
        self.widget = VBox(
            [first, self.probability, self.age, incomes, *others, self.reset]
        ).add_class("filters")
        for widget in self._fields():
            widget.observe(self._apply, names="value")
        self.reset.on_click(lambda _: self._clear())
        state.follow(self._write, "card", "language", "found")

    def _fields(self) -> list[Any]:
        ranges = [self.age, self.probability, self.income_from, self.income_to]
        return [*self.lists.values(), *ranges]

    def _write(self) -> None:
        state, language = self._state, self._state.language
        self._without_applying(self._write_lists)
        for widget, feature in ((self.age, AGE), (self.income_from, INCOME)):
            _show(widget, state.feature_info(feature) is not None)
        self.income_to.layout.display = self.income_from.layout.display
        self.age.description = say(language, "finder.age")
        self.income_from.description = say(language, "finder.income_from")
        self.income_to.description = say(language, "finder.income_to")
        self.probability.description = say(language, "finder.probability")
        self.reset.description = say(language, "finder.reset")

    def _write_lists(self) -> None:
        state, language = self._state, self._state.language
        facets = state.found.facets if state.found else {}
        for name, dropdown in self.lists.items():
            info = state.feature_info(name)
            counts = facets.get(name)
            if name == DECISION:
                dropdown.description = say(language, "finder.decision")
                names = {str(one): say(language, OUTCOMES[one]) for one in Decision}
            else:
                dropdown.description = in_language(info.label, language) if info else ""
                labels = info.categories if info else {}
                names = {one: in_language(label, language) for one, label in labels.items()}
            _show(dropdown, bool(names))
            _set_options(dropdown, self._options(names, counts))

    def _options(
        self, names: dict[str, str], counts: Sequence[CategoryCount] | None
    ) -> list[tuple[str, str]]:
        """Offer what clients have, the most frequent first; without counts, all that there is."""
        language = self._state.language
        anything = (say(language, "finder.any"), ANY)
        if counts is None:
            return [anything, *((label, name) for name, label in names.items())]
        return [
            anything,
            *(
                (
                    say(
                        language,
                        "finder.choice",
                        choice=names.get(one.category, one.category),
                        clients=write_number(one.clients, language),
                    ),
                    one.category,
                )
                for one in counts
            ),
        ]

    def _clear(self) -> None:
        def write() -> None:
            for dropdown in self.lists.values():
                dropdown.value = ANY
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
            *(_one_of(name, dropdown.value) for name, dropdown in self.lists.items()),
            _range(AGE, *self.age.value, AGES),
            Filter(feature=INCOME, minimum=income[0], maximum=income[1])
            if income != (None, None)
            else None,
            _range(PROBABILITY, low / 100, high / 100, (0.0, 1.0)),
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
    """Change the options but keep what was chosen, even where nobody is left who has it."""
    chosen = dropdown.value
    if dropdown.options == tuple(options):
        return
    if chosen and chosen not in {value for _, value in options}:
        options = [*options, (chosen, chosen)]
    dropdown.options = options
    dropdown.value = chosen or ANY


def _show(widget: Any, visible: bool) -> None:
    widget.layout.display = "" if visible else "none"
