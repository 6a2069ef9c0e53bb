"""The page: panels around one state."""

from importlib.resources import files
from urllib.parse import parse_qs, urlencode

from ipywidgets import HTML, Box, VBox

from lib.dashboard.arrival import Arrival
from lib.dashboard.errands import Errands
from lib.dashboard.formats import write_percent
from lib.dashboard.languages import LANGUAGES
from lib.dashboard.markup import element, text
from lib.dashboard.numbers import read_number
from lib.dashboard.panels.comparison import ComparisonPanel
from lib.dashboard.panels.decision import DecisionPanel
from lib.dashboard.panels.finder import Finder
from lib.dashboard.panels.header import Header
from lib.dashboard.panels.information import InformationPanel
from lib.dashboard.panels.notice import Notice
from lib.dashboard.panels.reasons import ReasonsPanel
from lib.dashboard.session import Session
from lib.dashboard.state import State
from lib.dashboard.texts import say, text_id
from lib.dashboard.tools import Tools
from lib.serving.api import ScoringApi

OUTCOMES = {
    True: text_id("client.outcome_defaulted"),
    False: text_id("client.outcome_repaid"),
}


class Page:
    """The manager's page.

    Parameters
    ----------
    api : ScoringApi
        Where everything shown comes from; called only once the page is opened.

    Attributes
    ----------
    widget : Widget
        What the notebook shows.
    """

    def __init__(self, api: ScoringApi) -> None:
        self.state = State()
        errands = Errands()
        self.session = Session(self.state, api, errands)
        self._arrival = Arrival(errands)
        state = self.state
        self.finder = Finder(state)
        self.decision = DecisionPanel(state)
        self.reasons = ReasonsPanel(state)
        self.information = InformationPanel(state)
        self.comparison = ComparisonPanel(state)
        self.notice = self._make_notice("file", "card")
        self.list_notice = self._make_notice("found", "completions")
        self.comparison_notice = self._make_notice("comparison", "overview")
        self.tools = Tools(state, api)
        self._title = HTML().add_class("client-title")
        self._follower = HTML().add_class("page-follower")
        self._client = VBox(
            [
                self.decision.widget,
                self.reasons.widget,
                self.comparison.widget,
                self.comparison_notice.widget,
                self.information.widget,
                self.tools.simulation.widget,
                self.tools.closing,
            ]
        ).add_class("client-panels")
        aside = VBox([self.finder.widget, self.list_notice.widget]).add_class("page-aside")
        main = VBox(
            [self.notice.widget, self._title, self._client, self.tools.new_client.widget]
        ).add_class("page-main")
        self.widget = VBox(
            [
                HTML(f"<style>{read_theme()}</style>").add_class("page-theme"),
                self._follower,
                self._arrival.widget,
                Header(state).widget,
                Box([aside, main]).add_class("page-columns"),
            ]
        ).add_class("page")
        state.follow(self._write, "client_id", "file", "faults", "language")

    def open(self, query: str | None) -> None:
        """Begin the visit: take client and language from the address, then call the API.

        Parameters
        ----------
        query : str or None
            The address's query, such as ``client_id=100002&lang=en``.
        """
        client_id, language = read_query(query or "")
        self.state.language = language
        self.state.client_id = client_id
        self._arrival.await_browser()
        self.session.start()

    def _make_notice(self, *errands: str) -> Notice:
        return Notice(self.state, self.session.retry, errands)

    def _write(self) -> None:
        state, language = self.state, self.state.language
        self._client.layout.display = "flex" if state.file else "none"
        self._title.value = self._write_title()
        number = state.client_id
        title = (
            say(language, "page.title")
            if number is None
            else say(language, "page.title_client", number=number)
        )
        self._follower.value = element(
            "span",
            class_="page-state",
            data_language=language,
            data_title=title,
            data_query=write_query(number, language),
            data_expired=say(language, "page.expired"),
            data_expired_hint=say(language, "page.expired_hint"),
            data_reload=say(language, "page.reload"),
            data_lowest=say(language, "page.lowest"),
            data_highest=say(language, "page.highest"),
        )

    def _write_title(self) -> str:
        state, language = self.state, self.state.language
        if state.client_id is None:
            return element(
                "div",
                element("h1", text(say(language, "page.welcome"))),
                element("p", text(say(language, "page.welcome_hint"))),
                class_="welcome",
            )
        if state.file is None:
            loading = say(language, "page.loading", number=state.client_id)
            return "" if "file" in state.faults else element("p", text(loading), class_="loading")
        file = state.file
        coverage = write_percent(file.explanation.coverage, language, digits=0)
        facts = [say(language, "client.coverage", share=coverage)]
        if file.defaulted is not None:
            facts.append(say(language, OUTCOMES[file.defaulted]))
        return element("h1", text(say(language, "client.title", number=file.client_id))) + element(
            "p", *(element("span", text(fact), class_="fact") for fact in facts)
        )


def read_theme() -> str:
    """Give the page's style sheet."""
    return (files("lib.dashboard") / "theme.css").read_text(encoding="utf-8")


def read_query(query: str) -> tuple[int | None, str]:
    """Read client number and language from an address's query; what makes no sense is left out.

    Examples
    --------
    >>> read_query("client_id=100002&lang=en")
    (100002, 'en')
    >>> read_query("client_id=abc")
    (None, 'fr')
    """
    given = parse_qs(query)
    number = read_number(given.get("client_id", [""])[-1])
    language = given.get("lang", [""])[-1]
    return number, language if language in LANGUAGES else LANGUAGES[0]


def write_query(client_id: int | None, language: str) -> str:
    """Write the query that opens this client in this language again.

    Examples
    --------
    >>> write_query(100002, "fr"), write_query(None, "fr")
    ('?client_id=100002', '')
    """
    given: dict[str, str | int] = {} if client_id is None else {"client_id": client_id}
    if language != LANGUAGES[0]:
        given["lang"] = language
    return f"?{urlencode(given)}" if given else ""
