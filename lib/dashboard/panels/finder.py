"""Finding a client: by number, or in the list of known clients."""

from ipywidgets import HTML, Accordion, Button, Combobox, Dropdown, HBox, VBox

from lib.dashboard.formats import write_compact, write_number, write_percent
from lib.dashboard.markup import element, text
from lib.dashboard.numbers import read_number
from lib.dashboard.panels.filters import FilterForm
from lib.dashboard.session import PAGE_SIZE
from lib.dashboard.state import SORTS, State
from lib.dashboard.texts import say, text_id
from lib.decision import Decision
from lib.serving.wire import ClientSummary

DECISIONS = {
    Decision.GRANT: ("✓", text_id("finder.granted")),
    Decision.REFUSE: ("✕", text_id("finder.refused")),
}
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
        self.sort = Dropdown().add_class("finder-sort")
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
        self._entered = ""
        self._listen()
        state.follow(self._write_words, "language", "card")
        state.follow(self._offer, "completions")
        state.follow(self._write_list, "found", "client_id", "language")
        state.follow(self._write_number, "client_id")

    def _listen(self) -> None:
        self.number.observe(self._type, names="value")
        self.number.on_msg(self._enter)
        self.open.on_click(lambda _: self._submit())
        self.sort.observe(self._choose_sort, names="value")
        self.previous.on_click(lambda _: self._turn(-1))
        self.next.on_click(lambda _: self._turn(+1))

    def _make_row(self) -> Button:
        row = Button().add_class("client-row")
        row.on_click(self._choose_row)
        return row

    def _type(self, _: object) -> None:
        """Offer numbers that begin as typed; one of them in full is a choice."""
        typed = self.number.value
        # The rest of a number may arrive after the key that ends it.
        late = bool(self._entered) and typed.startswith(self._entered)
        self._entered = typed if late else ""
        if late or typed in self.number.options:
            self._submit()
        elif read_number(typed) != self._state.client_id:
            self._state.typed = typed

    def _enter(self, _: object, content: dict, __: object) -> None:
        if content.get("event") == "submit":
            self._entered = self.number.value
            self._submit()

    def _submit(self) -> None:
        typed, language = self.number.value, self._state.language
        number = read_number(typed)
        self.hint.value = (
            ""
            if number is not None or not typed.strip()
            else element("p", text(say(language, "finder.not_a_number")), role="alert")
        )
        if number is not None:
            self._state.client_id = number

    def _offer(self) -> None:
        self.number.options = [str(number) for number in self._state.completions]

    def _choose_row(self, row: Button) -> None:
        self._state.client_id = self._shown[self.rows.index(row)].client_id

    def _choose_sort(self, _: object) -> None:
        if self.sort.value is not None:
            self._state.sort = self.sort.value

    def _turn(self, pages: int) -> None:
        self._state.page = max(1, self._state.page + pages)

    def _write_number(self) -> None:
        number = self._state.client_id
        self.number.value = "" if number is None else str(number)
        self.hint.value = ""

    def _write_words(self) -> None:
        language = self._state.language
        self.title.value = element("h2", text(say(language, "finder.title")))
        self.list_title.value = element("h3", text(say(language, "finder.list")))
        self.number.description = say(language, "finder.number")
        self.number.placeholder = say(language, "finder.number_hint")
        self.open.description = say(language, "finder.open")
        self.drawer.set_title(0, say(language, "finder.filters"))
        chosen = self._state.sort
        self.sort.options = [
            (say(language, SORT_NAMES[sort]), sort) for sort in SORTS if self._is_known(sort)
        ]
        self.sort.value = chosen
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
            if not found.clients
            else say(
                language,
                "finder.range",
                first=write_number(first, language),
                last=write_number(last, language),
                total=write_number(found.total, language),
            )
        )
        self.range.value = element("p", text(words), role="status")

    def _write_row(self, row: Button, client: ClientSummary | None) -> None:
        if client is None:
            row.layout.display = "none"
            return
        row.description = self._describe(client)
        row.tooltip = say(self._state.language, "finder.open_client", number=str(client.client_id))
        for name, wanted in (
            ("row-refuse", client.decision == Decision.REFUSE),
            ("row-chosen", client.client_id == self._state.client_id),
        ):
            (row.add_class if wanted else row.remove_class)(name)
        # Last, so that a row in sight has its words.
        row.layout.display = ""

    def _describe(self, client: ClientSummary) -> str:
        """Write number, probability and decision; what the list is sorted by takes its place."""
        language = self._state.language
        icon, words = DECISIONS[client.decision]
        sorted_by = [
            write_compact(float(value), info.unit, language)
            for name, value in client.features.items()
            if value is not None and (info := self._state.feature_info(name))
        ]
        return say(
            language,
            "finder.row",
            number=str(client.client_id),
            probability=write_percent(client.default_probability, language).rjust(7, "\u2007"),
            decision=" ".join([icon, *(sorted_by or [say(language, words)])]),
        )
