"""The portfolio page's tables: kinds of clients, why clients are refused, and single clients."""

from urllib.parse import urlencode

from lib.dashboard.formats import in_language, reading_order, write_number, write_percent
from lib.dashboard.markup import Html, element, heading, table, wide
from lib.dashboard.portfolio.curves import COST_DIGITS, Figures, figures_at
from lib.dashboard.portfolio.session import ORDERS, PortfolioState
from lib.dashboard.texts import LANGUAGES, Language, say, text_id
from lib.dashboard.widgets import HTML, NOTHING, Bind, Dropdown, HBox, make_card
from lib.decision import Decision
from lib.features.description import BANDS, Unit
from lib.serving.wire import ClientSummary, PortfolioOverview, RefusalReason

MOST_REASONS = 10
LONGEST_BAR = 160  # pixels
ORDER_NAMES = {
    "near": text_id("portfolio.order_near"),
    "riskiest": text_id("portfolio.order_riskiest"),
    "safest": text_id("portfolio.order_safest"),
}
DECISIONS = {
    Decision.GRANT: ("✓", text_id("finder.granted")),
    Decision.REFUSE: ("✕", text_id("finder.refused")),
}


class SegmentsPanel:
    """A table: one line a category, at the threshold and the ratio that are tried."""

    def __init__(self, state: PortfolioState) -> None:
        self._state = state
        self.heading = HTML().add_class("card-heading")
        self.segment = Dropdown(options=[("", NOTHING)]).add_class("portfolio-choice")
        self.table = HTML().add_class("portfolio-segments")
        head = HBox([self.heading, self.segment]).add_class("card-head")
        self.widget = make_card([head, self.table])
        self._bind = Bind(
            state,
            "segment",
            self.segment,
            show=lambda segment: segment or NOTHING,
            take=lambda segment: segment or None,
        )
        state.follow(self._write_options, "card", "language")
        state.follow(self._write, "overview", "card", "place", "ratio", "language")

    def _write_options(self) -> None:
        state, language = self._state, self._state.language
        named = sorted(
            (
                (in_language(info.label, language), info.name)
                for info in state.features
                if info.unit == Unit.CATEGORY or info.name in BANDS
            ),
            key=lambda one: reading_order(one[0]),
        )
        self._bind.offer([(say(language, "portfolio.no_segment"), NOTHING), *named])
        self.segment.description = say(language, "portfolio.segment")
        title, intro = (
            say(language, "portfolio.segments"),
            say(language, "portfolio.segments_intro"),
        )
        self.heading.value = heading(title, intro)

    def _write(self) -> None:
        overview = self._state.overview
        self.table.value = self._write_table(overview) if overview else ""

    def _write_table(self, overview: PortfolioOverview) -> Html:
        state, language = self._state, self._state.language
        named = [(say(language, "comparison.all"), overview.everybody)] + [
            (state.name_category(name), overview.segments[name])
            for name in state.in_order(overview.segments)
        ]
        rows = [
            (name, *_write_figures(figures_at(bins, state.place, state.costs), language))
            for name, bins in named
        ]
        headings = [
            say(language, "portfolio.category_column"),
            say(language, "comparison.clients"),
            say(language, "portfolio.mean_risk_column"),
            say(language, "portfolio.defaulted_column"),
            say(language, "portfolio.granted_column"),
            say(language, "portfolio.cost_column"),
            say(language, "portfolio.known_cost_column"),
        ]
        title = say(language, "portfolio.segments")
        return wide(table(title, headings, rows), title)


def _write_figures(figures: Figures, language: Language) -> tuple[str, ...]:
    defaulted, known_cost = figures.defaulted, figures.known_cost
    return (
        write_number(figures.clients, language),
        write_percent(figures.risk, language),
        "–" if defaulted is None else write_percent(defaulted, language),
        write_percent(figures.granted, language),
        write_number(figures.cost, language, COST_DIGITS),
        "–" if known_cost is None else write_number(known_cost, language, COST_DIGITS),
    )


class RefusalsPanel:
    """A table of reasons over all refused clients, with bars beside the words."""

    def __init__(self, state: PortfolioState) -> None:
        self._state = state
        self.heading = HTML().add_class("card-heading")
        self.table = HTML().add_class("portfolio-reasons")
        self.widget = make_card([self.heading, self.table])
        state.follow(self._write, "overview", "language")

    def _write(self) -> None:
        overview, language = self._state.overview, self._state.language
        title = say(language, "portfolio.reasons")
        if overview is None:
            self.heading.value = heading(title)
            return
        self.heading.value = heading(title, _say_basis(overview, language))
        reasons = overview.reasons[:MOST_REASONS]
        headings = [
            say(language, "reasons.feature"),
            say(language, "portfolio.main_column"),
            say(language, "portfolio.weight_column"),
        ]
        rows = [_write_reason(one, reasons[0].mean_contribution, language) for one in reasons]
        style = "figures-table portfolio-reasons-table"
        self.table.value = table(title, headings, rows, style)


def _say_basis(overview: PortfolioOverview, language: Language) -> str:
    if not overview.reasons:
        return say(language, "portfolio.no_reasons")
    return say(
        language,
        "portfolio.reasons_intro",
        refused=write_number(overview.refused, language),
        explained=write_number(overview.explained, language),
    )


def _write_reason(reason: RefusalReason, most: float, language: Language) -> tuple[str, str, Html]:
    width = f"width: {reason.mean_contribution / most * LONGEST_BAR:.0f}px"
    bar = element("span", style=width, class_="portfolio-bar", aria_hidden="true")
    return (
        in_language(reason.label, language),
        write_percent(reason.main_share, language, digits=0),
        bar + element("span", write_number(reason.mean_contribution, language, 2)),
    )


class ClientsPanel:
    """Clients of the chosen category, in the chosen order, each a link to the client's page.

    Parameters
    ----------
    state : PortfolioState
        What is chosen and listed.
    client_page : str
        Address of the manager's page, without a query.
    """

    def __init__(self, state: PortfolioState, client_page: str) -> None:
        self._state, self._client_page = state, client_page
        self.heading = HTML().add_class("card-heading")
        self.category = Dropdown(options=[("", NOTHING)])
        self.order = Dropdown(options=list(ORDERS))
        self.list = HTML().add_class("portfolio-clients")
        choices = HBox([self.category, self.order]).add_class("portfolio-controls")
        self.widget = make_card([self.heading, choices, self.list])
        self._bind_category = Bind(
            state,
            "category",
            self.category,
            show=lambda category: category if category in self._categories() else NOTHING,
            take=lambda category: category or None,
        )
        self._bind_order = Bind(state, "order", self.order)
        state.follow(self._write_options, "overview", "card", "category", "language")
        state.follow(self._write, "clients", "language")

    def _categories(self) -> list[str]:
        state = self._state
        return state.in_order(state.overview.segments) if state.overview else []

    def _write_options(self) -> None:
        state, language = self._state, self._state.language
        named = [(state.name_category(name), name) for name in self._categories()]
        self._bind_category.offer([(say(language, "comparison.all"), NOTHING), *named])
        self._bind_order.offer([(say(language, ORDER_NAMES[one]), one) for one in ORDERS])
        self.category.description = say(language, "portfolio.category_column")
        self.order.description = say(language, "finder.sort")
        title, intro = say(language, "portfolio.clients"), say(language, "portfolio.clients_intro")
        self.heading.value = heading(title, intro)

    def _write(self) -> None:
        found, language = self._state.clients, self._state.language
        if found is None:
            self.list.value = ""
            return
        headings = [
            say(language, "finder.number"),
            say(language, "portfolio.risk_column"),
            say(language, "finder.decision"),
        ]
        total = say(
            language,
            "portfolio.clients_total",
            shown=write_number(len(found.clients), language),
            total=write_number(found.total, language),
        )
        rows = [self._write_client(client) for client in found.clients]
        clients = table(say(language, "portfolio.clients"), headings, rows)
        self.list.value = element("p", total, role="status") + clients

    def _write_client(self, client: ClientSummary) -> tuple[Html, str, str]:
        language = self._state.language
        address = link_to(self._client_page, client.client_id, language)
        words = say(language, "client.title", number=client.client_id)
        icon, decision = DECISIONS[client.decision]
        return (
            element("a", words, href=address, target="_blank"),
            write_percent(client.default_probability, language),
            f"{icon} {say(language, decision)}",
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
