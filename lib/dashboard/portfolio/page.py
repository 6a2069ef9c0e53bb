"""The portfolio page: its panels around one state."""

import os
from importlib.resources import files

from ipywidgets import HTML, Button, HBox, VBox

from lib.dashboard.arrival import Arrival
from lib.dashboard.errands import Errands
from lib.dashboard.fault_words import write_fault
from lib.dashboard.markup import element, text
from lib.dashboard.page import read_query, read_theme, write_query
from lib.dashboard.panels.header import Header
from lib.dashboard.portfolio.clients import ClientsPanel
from lib.dashboard.portfolio.costs import CostPanel
from lib.dashboard.portfolio.refusals import RefusalsPanel
from lib.dashboard.portfolio.risk import RiskPanel
from lib.dashboard.portfolio.segments import SegmentsPanel
from lib.dashboard.portfolio.session import PortfolioSession
from lib.dashboard.portfolio.state import PortfolioState
from lib.dashboard.texts import say
from lib.serving.api import ScoringApi

CLIENT_PAGE = "http://127.0.0.1:8866/"


class PortfolioPage:
    """The page of the head of the team.

    Parameters
    ----------
    api : ScoringApi
        Where everything shown comes from; called only once the page is opened.
    client_page : str or None
        Address of the manager's page; None takes it from ``SCORING_CLIENT_PAGE``.

    Attributes
    ----------
    widget : Widget
        What the notebook shows.
    """

    def __init__(self, api: ScoringApi, client_page: str | None = None) -> None:
        state = self.state = PortfolioState()
        errands = Errands()
        self.session = PortfolioSession(state, api, errands)
        self._arrival = Arrival(errands)
        page = client_page or os.environ.get("SCORING_CLIENT_PAGE") or CLIENT_PAGE
        self.risk, self.costs = RiskPanel(state), CostPanel(state)
        self.segments, self.refusals = SegmentsPanel(state), RefusalsPanel(state)
        self.clients = ClientsPanel(state, page)
        self._title = HTML().add_class("client-title")
        self._follower = HTML().add_class("page-follower")
        self._fault, self._retry = HTML(), Button().add_class("retry")
        self._notice = HBox([self._fault, self._retry]).add_class("portfolio-notice")
        self._retry.on_click(lambda _: self.session.retry())
        panels = (self.risk, self.costs, self.segments, self.refusals, self.clients)
        self._panels = VBox([panel.widget for panel in panels]).add_class("client-panels")
        self.widget = VBox(
            [
                HTML(f"<style>{read_theme()}{read_style()}</style>").add_class("page-theme"),
                self._follower,
                self._arrival.widget,
                Header(state).widget,
                VBox([self._notice, self._title, self._panels]).add_class("portfolio-main"),
            ]
        ).add_class("page")
        state.follow(self._write, "overview", "faults", "language")

    def open(self, query: str | None) -> None:
        """Begin the visit: take the language from the address, then call the API."""
        _, self.state.language = read_query(query or "")
        self._arrival.await_browser()
        self.session.start()

    def _write(self) -> None:
        state, language = self.state, self.state.language
        fault = next(iter(state.faults.values()), None)
        self._notice.layout.display = "" if fault else "none"
        self._fault.value = write_fault(fault, language)
        self._retry.description = say(language, "fault.retry")
        self._panels.layout.display = "" if state.overview else "none"
        title = say(language, "portfolio.title")
        loading = say(language, "portfolio.loading")
        waits = state.overview is None and fault is None
        self._title.value = element("h1", text(title)) + (
            element("p", text(loading), class_="loading") if waits else ""
        )
        self._follower.value = element(
            "span",
            class_="page-state",
            data_language=language,
            data_title=say(language, "portfolio.page_title"),
            data_query=write_query(None, language),
        )


def read_style() -> str:
    """Give what the style sheet of this page adds to the manager's."""
    sheets = files("lib.dashboard")
    return "".join(
        (sheets / name).read_text(encoding="utf-8") for name in ("tools.css", "portfolio.css")
    )
