"""The portfolio page: its panels around one state."""

import os

from ipywidgets import HTML, Button, HBox, VBox

from lib.dashboard.calls import Calls
from lib.dashboard.frame import Header, describe_page, make_arrival, make_style, welcome
from lib.dashboard.markup import element, write_fault
from lib.dashboard.portfolio.money import MoneyPanel
from lib.dashboard.portfolio.session import PortfolioSession, PortfolioState
from lib.dashboard.portfolio.tables import ClientsPanel, RefusalsPanel, SegmentsPanel
from lib.dashboard.portfolio.thresholds import CostPanel, RiskPanel
from lib.dashboard.texts import say
from lib.dashboard.visitor import Visit
from lib.dashboard.widgets import show
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
        self._api = api
        calls = self._calls = Calls(state)
        self.session = PortfolioSession(state, api, calls)
        page = client_page or os.environ.get("SCORING_CLIENT_PAGE") or CLIENT_PAGE
        self.risk, self.costs = RiskPanel(state), CostPanel(state)
        self.money = MoneyPanel(state)
        self.segments, self.refusals = SegmentsPanel(state), RefusalsPanel(state)
        self.clients = ClientsPanel(state, page)
        self._title = HTML().add_class("client-title")
        self._follower = HTML().add_class("page-follower")
        self._fault, self._retry = HTML(), Button().add_class("retry")
        self._notice = HBox([self._fault, self._retry]).add_class("portfolio-notice")
        self._retry.on_click(lambda _: calls.retry())
        panels = (
            self.risk,
            self.costs,
            self.money,
            self.segments,
            self.refusals,
            self.clients,
        )
        self._panels = VBox([panel.widget for panel in panels]).add_class("client-panels")
        self.widget = VBox(
            [
                make_style("theme", "tools", "portfolio"),
                self._follower,
                make_arrival(calls),
                Header(state).widget,
                VBox([self._notice, self._title, self._panels]).add_class("portfolio-main"),
            ]
        ).add_class("page")
        state.follow(self._write, "overview", "faults", "language")

    def open(self, visit: Visit) -> None:
        """Begin the visit: take the language from the address, then call the API."""
        welcome(self.state, self._api, visit)
        self._calls.hold_until_browser()
        self.session.start()

    def _write(self) -> None:
        state, language = self.state, self.state.language
        fault = next(iter(state.faults.values()), None)
        show(self._notice, fault is not None)
        self._fault.value = write_fault(fault, language)
        self._retry.description = say(language, "fault.retry")
        show(self._panels, state.overview is not None)
        title = element("h1", say(language, "portfolio.title"))
        if state.overview is None and fault is None:
            title += element("p", say(language, "portfolio.loading"), class_="loading")
        self._title.value = title
        self._follower.value = describe_page(say(language, "portfolio.page_title"), None, language)
