"""From the figures to single clients: a short list, each line a link to the client's page."""

from urllib.parse import urlencode

from ipywidgets import HTML, Dropdown, HBox, VBox

from lib.dashboard.formats import write_number, write_percent
from lib.dashboard.languages import LANGUAGES, Language
from lib.dashboard.markup import element, text
from lib.dashboard.portfolio.state import ORDERS, PortfolioState
from lib.dashboard.texts import say, text_id
from lib.decision import Decision
from lib.serving.wire import ClientSummary

ORDER_NAMES = {
    "near": text_id("portfolio.order_near"),
    "riskiest": text_id("portfolio.order_riskiest"),
    "safest": text_id("portfolio.order_safest"),
}
DECISIONS = {
    Decision.GRANT: text_id("finder.granted"),
    Decision.REFUSE: text_id("finder.refused"),
}
# A dropdown shows nothing chosen for None.
EVERYBODY = ""


class ClientsPanel:
    """Clients of the chosen category, in the chosen order.

    Parameters
    ----------
    state : PortfolioState
        What is chosen and listed.
    client_page : str
        Address of the manager's page, without a query.
    """

    def __init__(self, state: PortfolioState, client_page: str) -> None:
        self._state, self._client_page = state, client_page
        self._writing = False
        self.heading = HTML().add_class("card-heading")
        self.category = Dropdown(options=[("", EVERYBODY)], value=EVERYBODY)
        self.order = Dropdown(options=list(ORDERS))
        self.list = HTML().add_class("portfolio-clients")
        choices = HBox([self.category, self.order]).add_class("portfolio-controls")
        self.widget = VBox([self.heading, choices, self.list]).add_class("card")
        for widget in (self.category, self.order):
            widget.observe(lambda _: self._choose(), names="value")
        state.follow(self._write_options, "overview", "card", "category", "language")
        state.follow(self._write, "clients", "language")

    def _choose(self) -> None:
        if not self._writing:
            self._state.category = self.category.value or None
            self._state.order = self.order.value

    def _write_options(self) -> None:
        state, language = self._state, self._state.language
        names = state.overview.segments if state.overview and state.segment else ()
        self._writing = True
        try:
            self.category.options = [
                (say(language, "comparison.all"), EVERYBODY),
                *((state.name_category(name), name) for name in names),
            ]
            self.category.value = state.category if state.category in names else EVERYBODY
            self.order.options = [(say(language, ORDER_NAMES[one]), one) for one in ORDERS]
            self.order.value = state.order
        finally:
            self._writing = False
        self.category.description = say(language, "portfolio.category_column")
        self.order.description = say(language, "finder.sort")
        self.heading.value = element("h2", text(say(language, "portfolio.clients"))) + element(
            "p", text(say(language, "portfolio.clients_intro"))
        )

    def _write(self) -> None:
        clients, language = self._state.clients, self._state.language
        if clients is None:
            self.list.value = ""
            return
        head = "".join(
            element("th", text(words), scope="col")
            for words in (
                say(language, "finder.number"),
                say(language, "portfolio.risk_column"),
                say(language, "finder.decision"),
            )
        )
        rows = "".join(self._write_row(client) for client in clients.clients)
        total = say(
            language,
            "portfolio.clients_total",
            shown=write_number(len(clients.clients), language),
            total=write_number(clients.total, language),
        )
        self.list.value = element("p", text(total), role="status") + element(
            "table",
            element("caption", text(say(language, "portfolio.clients"))),
            element("thead", element("tr", head)),
            element("tbody", rows),
            class_="figures-table",
        )

    def _write_row(self, client: ClientSummary) -> str:
        language = self._state.language
        address = link_to(self._client_page, client.client_id, language)
        words = say(language, "client.title", number=client.client_id)
        mark = "✕ " if client.decision is Decision.REFUSE else "✓ "
        return element(
            "tr",
            element("th", element("a", text(words), href=address, target="_blank"), scope="row"),
            element("td", text(write_percent(client.default_probability, language))),
            element("td", text(mark + say(language, DECISIONS[client.decision]))),
        )


def link_to(client_page: str, client_id: int, language: Language) -> str:
    """Give the address of a client's page.

    Examples
    --------
    >>> link_to("http://127.0.0.1:8866/", 100002, "en")
    'http://127.0.0.1:8866/?client_id=100002&lang=en'
    """
    given = {"client_id": str(client_id)} | ({} if language == LANGUAGES[0] else {"lang": language})
    return f"{client_page}?{urlencode(given)}"
