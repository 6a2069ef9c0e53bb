"""Finding a client: by number, by filters, or in the list of known clients."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import floor, nextafter
from typing import Any

from traitlets import dlink

from lib.dashboard.amounts import amount_words
from lib.dashboard.formats import (
    completed,
    in_language,
    read_client_number,
    write_compact,
    write_number,
    write_percent,
)
from lib.dashboard.markup import element
from lib.dashboard.session import FACETS, PAGE_SIZE, last_page
from lib.dashboard.state import SORTS, State
from lib.dashboard.texts import say, text_id
from lib.dashboard.widgets import (
    HTML,
    NOTHING,
    Accordion,
    Bind,
    Button,
    Combobox,
    Dropdown,
    FloatRangeSlider,
    HBox,
    NumberText,
    VBox,
    set_class,
    show,
    unfold,
)
from lib.dashboard.words import REVIEW_SIGN
from lib.decision import Decision
from lib.serving.wire import CategoryCount, ClientSummary, Filter

AGE, INCOME = "age_years", "income_total"
DECISION, PROBABILITY = "decision", "default_probability"
LISTS = (DECISION, *FACETS)
# To the manager, who looks for clients; a feature's label speaks to the client.
LIST_NAMES = {
    DECISION: text_id("finder.decision"),
    "contract_type": text_id("finder.contract_type"),
    "income_type": text_id("finder.income_type"),
    "occupation": text_id("finder.occupation"),
    "education": text_id("finder.education"),
    "housing_type": text_id("finder.housing_type"),
}
# In this order the conditions go to the API.
FILTERED = (*LISTS, AGE, INCOME, PROBABILITY)
DECISIONS = {
    Decision.GRANT: ("✓", text_id("finder.granted")),
    Decision.REFUSE: ("✕", text_id("finder.refused")),
}
# Every client has these, whatever the card knows.
OWN_FIELDS = ("client_id", "default_probability")
SORT_NAMES = {
    "client_id": text_id("finder.sort_client_id"),
    "riskiest": text_id("finder.sort_riskiest"),
    "safest": text_id("finder.sort_safest"),
    "youngest": text_id("finder.sort_youngest"),
    "oldest": text_id("finder.sort_oldest"),
    "income": text_id("finder.sort_income"),
    "credit": text_id("finder.sort_credit"),
}
# In the list, as wide as a digit: percentages stand below each other.
FIGURE_SPACE = "\u2007"
WIDEST_PERCENT = 6  # characters; 100.0 % is hardly ever shown
DECIDED_SIGN = "✎"


@dataclass(frozen=True)
class Span:
    """What a slider with two ends offers.

    Parameters
    ----------
    low, high : float
        Its ends.
    scale : float
        So many of its units are one of the feature's.
    in_completed : bool
        Values are shown in completed units: up to 34 is whoever is not yet 35.
    """

    low: float
    high: float
    scale: float = 1.0
    in_completed: bool = False

    def ends_of(self, condition: Filter) -> tuple[float, float]:
        """Give the ends that a condition leaves."""
        low, high = condition.minimum, condition.maximum
        if self.in_completed and high is not None:
            high = floor(high)
        return (
            self.low if low is None else round(low * self.scale, MOST_DECIMALS),
            self.high if high is None else round(high * self.scale, MOST_DECIMALS),
        )

    def condition(self, feature: str, ends: tuple[float, float]) -> Filter:
        """Make a condition; an end that was not moved is none, so that nobody is lost by it."""
        low, high = ends
        # The last number before the next whole one.
        last = nextafter(high + 1, high) if self.in_completed else high
        return Filter(
            feature=feature,
            minimum=low / self.scale if low > self.low else None,
            maximum=last / self.scale if high < self.high else None,
        )


AGES, PERCENTS = Span(18.0, 80.0, in_completed=True), Span(0.0, 100.0, scale=100.0)
MOST_DECIMALS = 6  # rounding of floats is less


class FilterForm:
    """Lists with the number of clients beside each choice, and ranges; each change acts at once.

    Every widget is bound to the condition of the state's `filters` that it makes.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self.lists = {name: Dropdown(options=[("", NOTHING)]) for name in LISTS}
        self.age, self.probability = self._make_range(AGES), self._make_range(PERCENTS)
        self.income_from = NumberText(continuous_update=False)
        self.income_to = NumberText(continuous_update=False)
        self.fault = HTML().add_class("finder-hint")
        self.reset = Button().add_class("quiet")
        first, *others = self.lists.values()
        incomes = HBox([self.income_from, self.income_to]).add_class("pair")
        ranges = [self.probability, self.age, incomes, self.fault]
        self.parts = [first, *ranges, *others, self.reset]
        self.widget = VBox().add_class("filters")
        self._bind()
        self.reset.on_click(lambda _: self._clear())
        state.follow(self._write, "card", "language", "found")

    def _make_range(self, span: Span) -> FloatRangeSlider:
        settings = {"step": 1.0, "continuous_update": False, "readout_format": ".0f"}
        ends = (span.low, span.high)
        return FloatRangeSlider(min=span.low, max=span.high, value=ends, **settings)

    def _bind(self) -> None:
        self._binds = {
            name: self._bind_filter(name, dropdown, _category_of, _one_of)
            for name, dropdown in self.lists.items()
        }
        for name, slider, span in (
            (AGE, self.age, AGES),
            (PROBABILITY, self.probability, PERCENTS),
        ):
            self._bind_filter(name, slider, span.ends_of, span.condition)
        for box, end in ((self.income_from, "minimum"), (self.income_to, "maximum")):
            dlink((self._state, "language"), (box, "language"))
            box.observe(lambda _: self._write_fault(), names="value")
            shown = partial(self._shown_income, box, end)
            self._bind_filter(INCOME, box, shown, self._incomes, trait="number")

    def _bind_filter(
        self,
        feature: str,
        widget: Any,
        show_filter: Callable[[Filter], Any],
        make_filter: Callable[[str, Any], Filter],
        trait: str = "value",
    ) -> Bind:
        """Bind a widget to the condition on one feature; one that excludes nobody is left out."""
        empty = Filter(feature=feature)

        def take(value: Any) -> tuple[Filter, ...]:
            others = [one for one in self._state.filters if one.feature != feature]
            made = make_filter(feature, value)
            chosen = others if made == empty else [*others, made]
            return tuple(sorted(chosen, key=lambda one: FILTERED.index(one.feature)))

        def show_state(filters: Sequence[Filter]) -> Any:
            return show_filter(next((one for one in filters if one.feature == feature), empty))

        return Bind(self._state, "filters", widget, show=show_state, take=take, trait=trait)

    def _incomes(self, feature: str, _: float | None) -> Filter:
        """Make the condition of both boxes; none where they exclude everybody."""
        if self._excludes_all():
            return Filter(feature=feature)
        low, high = self.income_from.number, self.income_to.number
        return Filter(feature=feature, minimum=low, maximum=high)

    def _shown_income(self, box: NumberText, end: str, condition: Filter) -> float | None:
        """Give an end of the condition; what is not applied stays as it was typed."""
        is_applied = condition != Filter(feature=INCOME)
        number = getattr(condition, end) if is_applied or not self._excludes_all() else box.number
        return None if number is None else float(number)

    def _excludes_all(self) -> bool:
        low, high = self.income_from.number, self.income_to.number
        return low is not None and high is not None and low > high

    def _clear(self) -> None:
        self._state.filters = ()
        # What was no number is no condition that goes with the others.
        self.income_from.value = self.income_to.value = ""

    def _write(self) -> None:
        state, language = self._state, self._state.language
        self._write_lists()
        show(self.age, state.feature_info(AGE) is not None)
        for box in (self.income_from, self.income_to):
            show(box, state.feature_info(INCOME) is not None)
        self.age.description = say(language, "finder.age")
        self.income_from.description = say(language, "finder.income_from", **amount_words(language))
        self.income_to.description = say(language, "finder.income_to")
        self.probability.description = say(language, "finder.probability")
        self.reset.description = say(language, "finder.reset")
        self._write_fault()

    def _write_fault(self) -> None:
        """Say why incomes that were typed are no condition: no number, or in the wrong order."""
        language, boxes = self._state.language, (self.income_from, self.income_to)
        faults = [
            say(language, "finder.fault_income", name=box.description, typed=box.value.strip())
            for box in boxes
            if box.is_wrong
        ]
        excludes_all = self._excludes_all()
        if excludes_all:
            faults.append(say(language, "finder.fault_order"))
        for box in boxes:
            set_class(box, "has-fault", box.is_wrong or excludes_all)
        said = element("div", *(element("p", one) for one in faults), role="alert")
        self.fault.value = said if faults else ""
        show(self.fault, bool(faults))

    def _write_lists(self) -> None:
        state, language = self._state, self._state.language
        facets = state.found.facets if state.found else {}
        for name, dropdown in self.lists.items():
            info = state.feature_info(name)
            dropdown.description = say(language, LIST_NAMES[name])
            if name == DECISION:
                names = {str(one): say(language, words) for one, (_, words) in DECISIONS.items()}
            else:
                labels = info.categories if info else {}
                names = {one: in_language(label, language) for one, label in labels.items()}
            show(dropdown, bool(names))
            options = self._options(names, facets.get(name))
            chosen: str = dropdown.value
            # What was chosen stays, even where nobody is left who has it.
            if chosen and chosen not in {value for _, value in options}:
                options.append((names.get(chosen, chosen), chosen))
            self._binds[name].offer(options)

    def _options(
        self, names: dict[str, str], counts: Sequence[CategoryCount] | None
    ) -> list[tuple[str, str]]:
        """Offer what clients have, the most frequent first, then what hardly anybody has."""
        language = self._state.language
        anything = (say(language, "finder.any"), NOTHING)
        if counts is None:
            return [anything, *((label, name) for name, label in names.items())]
        choices = (
            say(
                language,
                "finder.choice",
                choice=names.get(one.category, one.category),
                clients=write_number(one.clients, language),
            )
            for one in counts
        )
        counted = [one.category for one in counts]
        # A few are not counted, so that nobody is made out: they may be looked for all the same.
        rare = [(label, name) for name, label in names.items() if name not in counted]
        return [anything, *zip(choices, counted, strict=True), *rare]


def _category_of(condition: Filter) -> str:
    return condition.categories[0] if condition.categories else NOTHING


def _one_of(feature: str, category: str) -> Filter:
    return Filter(feature=feature, categories=[category] if category else None)


class Finder:
    """The left column."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.title = HTML().add_class("finder-title")
        self.number = Combobox(continuous_update=True).add_class("client-number")
        self.open = Button().add_class("open-client")
        self.hint = HTML().add_class("finder-hint")
        self.filters = FilterForm(state)
        self.drawer = Accordion([self.filters.widget]).add_class("finder-filters")
        self.sort = Dropdown(options=list(SORTS)).add_class("finder-sort")
        self.list_title = HTML().add_class("finder-list-title")
        self.rows = [self._make_row() for _ in range(PAGE_SIZE)]
        self.previous = Button(description="‹").add_class("pager-button")
        self.next = Button(description="›").add_class("pager-button")
        self.range = HTML().add_class("pager-range")
        self.widget = VBox(
            [
                self.title,
                HBox([self.number, self.open]).add_class("finder-number"),
                self.hint,
                self.drawer,
                VBox([self.list_title, self.sort]).add_class("finder-list-head"),
                VBox(self.rows).add_class("finder-list"),
                HBox([self.previous, self.range, self.next]).add_class("pager"),
            ]
        ).add_class("finder")
        self._shown: list[ClientSummary] = []
        self._listen()
        state.follow(self._write_words, "language", "card")
        state.follow(self._offer, "completions")
        state.follow(self._write_list, "found", "client_id", "language", "decisions")
        state.follow(self._follow_client, "client_id")

    def _listen(self) -> None:
        self.number.observe(self._type, names="value")
        self.number.on_msg(self._enter)
        self.open.on_click(lambda _: self._submit())
        self.drawer.observe(lambda _: self._unfold(), "selected_index")
        self._bind_sort = Bind(self._state, "sort", self.sort)
        self.previous.on_click(lambda _: self._turn(-1))
        self.next.on_click(lambda _: self._turn(+1))

    def _unfold(self) -> None:
        unfold(self.filters.widget, self.filters.parts, self.drawer.selected_index is not None)

    def _make_row(self) -> Button:
        row = Button().add_class("client-row")
        row.on_click(self._choose_row)
        return row

    def _type(self, _: object) -> None:
        """Offer numbers that begin as typed; one of them in full is a choice."""
        typed = self.number.value
        if typed in self.number.options:
            self._submit()
        elif read_client_number(typed) != self._state.client_id:
            self._state.typed = typed

    def _enter(self, _: object, content: dict, __: object) -> None:
        if content.get("event") == "submit":
            self._submit()

    def _submit(self) -> None:
        typed, language = self.number.value, self._state.language
        number = read_client_number(typed)
        self.hint.value = (
            ""
            if number is not None or not typed.strip()
            else element("p", say(language, "finder.not_a_number"), role="alert")
        )
        if number is not None:
            self._state.client_id = number

    def _offer(self) -> None:
        self.number.options = [str(number) for number in self._state.completions]

    def _choose_row(self, row: Button) -> None:
        self._state.client_id = self._shown[self.rows.index(row)].client_id

    def _turn(self, pages: int) -> None:
        """Turn the list; clicks may come faster than answers, so no button stops them in time."""
        found, page = self._state.found, self._state.page + pages
        if found:
            self._state.page = max(1, min(page, last_page(found)))

    def _follow_client(self) -> None:
        number = self._state.client_id
        self.number.value = "" if number is None else str(number)
        self.hint.value = ""
        # Who is found is not looked for any more.
        self._state.typed = ""

    def _write_words(self) -> None:
        language = self._state.language
        self.title.value = element("h2", say(language, "finder.title"))
        self.list_title.value = element("h3", say(language, "finder.list"))
        self.number.description = say(language, "finder.number")
        self.number.placeholder = say(language, "finder.number_hint")
        self.open.description = say(language, "finder.open")
        self.drawer.set_title(0, say(language, "finder.filters"))
        known = [sort for sort in SORTS if self._is_known(sort)]
        self._bind_sort.offer([(say(language, SORT_NAMES[sort]), sort) for sort in known])
        self.sort.description = say(language, "finder.sort")
        self.previous.tooltip = say(language, "finder.previous")
        self.next.tooltip = say(language, "finder.next")

    def _is_known(self, sort: str) -> bool:
        field, state = SORTS[sort][0], self._state
        return sort == state.sort or field in OWN_FIELDS or state.feature_info(field) is not None

    def _write_list(self) -> None:
        found, language = self._state.found, self._state.language
        self._shown = found.clients[:PAGE_SIZE] if found else []
        for place, row in enumerate(self.rows):
            client = self._shown[place] if place < len(self._shown) else None
            self._write_row(row, client)
        if found is None:
            self.range.value = ""
            self.previous.disabled = self.next.disabled = True
            return
        first = (found.page - 1) * found.page_size + 1
        last = first + len(found.clients) - 1
        self.previous.disabled = found.page <= 1
        self.next.disabled = last >= found.total
        words = (
            say(language, "finder.none")
            if not found.total
            else say(
                language,
                "finder.range",
                first=write_number(first, language),
                last=write_number(last, language),
                total=write_number(found.total, language),
            )
        )
        self.range.value = element("p", words, role="status")

    def _write_row(self, row: Button, client: ClientSummary | None) -> None:
        if client is None:
            show(row, False)
            return
        row.description = self._describe(client)
        language = self._state.language
        row.tooltip = say(language, "finder.open_client", number=str(client.client_id))
        if client.review_notes:
            row.tooltip += f" {say(language, 'review.needed')}"
        if client.client_id in self._state.decisions:
            row.tooltip += " " + say(language, "finder.decided")
        set_class(row, "row-refuse", client.decision == Decision.REFUSE)
        set_class(row, "row-chosen", client.client_id == self._state.client_id)
        # Last, so that a row in sight has its words.
        show(row, True)

    def _describe(self, client: ClientSummary) -> str:
        """Write number, probability and decision; what the list is sorted by takes its place."""
        language = self._state.language
        icon, words = DECISIONS[client.decision]
        sorted_by = [
            write_compact(completed(float(value), info), info.unit, language)
            for name, value in client.features.items()
            if value is not None and (info := self._state.feature_info(name))
        ]
        return say(
            language,
            "finder.row",
            number=str(client.client_id),
            probability=write_percent(client.default_probability, language).rjust(
                WIDEST_PERCENT, FIGURE_SPACE
            ),
            decision=" ".join(
                [
                    icon,
                    *(sorted_by or [say(language, words)]),
                    *([REVIEW_SIGN] if client.review_notes else []),
                    *([DECIDED_SIGN] if client.client_id in self._state.decisions else []),
                ]
            ),
        )
