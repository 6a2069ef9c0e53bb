"""Finding a client: by number, or in the list of known clients."""

from ipywidgets import HTML, Accordion, Button, Dropdown, HBox, Text, VBox

from lib.dashboard.formats import write_number, write_percent
from lib.dashboard.languages import Language
from lib.dashboard.markup import element, text
from lib.dashboard.panels.filters import FilterForm
from lib.dashboard.session import PAGE_SIZE
from lib.dashboard.state import SORTS, State
from lib.dashboard.texts import say, text_id
from lib.decision import Decision
from lib.serving.messages import ClientSummary

LONGEST_NUMBER = 18
SORT_NAMES = {
    "client_id": text_id("finder.sort_client_id"),
    "riskiest": text_id("finder.sort_riskiest"),
    "safest": text_id("finder.sort_safest"),
}


class Finder:
    """The left column."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.title = HTML().add_class("finder-title")
        self.number = Text(continuous_update=False).add_class("client-number")
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
                HBox([self.list_title, self.sort]).add_class("finder-list-head"),
                VBox(self.rows).add_class("finder-list"),
                HBox([self.previous, self.range, self.next]).add_class("pager"),
            ]
        ).add_class("finder")
        self._shown: list[ClientSummary] = []
        self._listen()
        state.follow(self._write_words, "language")
        state.follow(self._write_list, "found", "client_id", "language")
        state.follow(self._write_number, "client_id")

    def _listen(self) -> None:
        self.number.observe(self._submit, names="value")
        self.open.on_click(self._submit)
        self.sort.observe(self._choose_sort, names="value")
        self.previous.on_click(lambda _: self._turn(-1))
        self.next.on_click(lambda _: self._turn(+1))

    def _make_row(self) -> Button:
        row = Button().add_class("client-row")
        row.on_click(self._choose_row)
        return row

    def _submit(self, _: object) -> None:
        number = "".join(self.number.value.split())
        is_number = number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER
        language = self._state.language
        self.hint.value = (
            ""
            if is_number or not number
            else element("p", text(say(language, "finder.not_a_number")), role="alert")
        )
        if is_number:
            self._state.client_id = int(number)

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
        self.sort.options = [(say(language, SORT_NAMES[sort]), sort) for sort in SORTS]
        self.sort.value = chosen
        self.sort.description = say(language, "finder.sort")
        self.previous.tooltip = say(language, "finder.previous")
        self.next.tooltip = say(language, "finder.next")

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
        row.layout.display = "" if client else "none"
        if client is None:
            return
        row.description = _describe(client, self._state.language)
        for name, wanted in (
            ("row-refuse", client.decision == Decision.REFUSE),
            ("row-chosen", client.client_id == self._state.client_id),
        ):
            (row.add_class if wanted else row.remove_class)(name)


def _describe(client: ClientSummary, language: Language) -> str:
    refused = client.decision == Decision.REFUSE
    return say(
        language,
        "finder.row",
        number=str(client.client_id),
        probability=write_percent(client.default_probability, language).rjust(7, "\u2007"),
        decision="✕ " + say(language, "finder.refused")
        if refused
        else "✓ " + say(language, "finder.granted"),
    )
