"""The portfolio page: its panels around one state."""

import os

from lib.dashboard.calls import Calls
from lib.dashboard.frame import HeadPage
from lib.dashboard.portfolio.money import MoneyPanel
from lib.dashboard.portfolio.session import PortfolioSession, PortfolioState
from lib.dashboard.portfolio.tables import ClientsPanel, RefusalsPanel, SegmentsPanel
from lib.dashboard.portfolio.thresholds import CostPanel, RiskPanel
from lib.dashboard.texts import text_id
from lib.serving.api import ScoringApi

CLIENT_PAGE = "http://127.0.0.1:8866/"


class PortfolioPage(HeadPage):
    """All clients together.

    Parameters
    ----------
    api : ScoringApi
        Where everything shown comes from; called only once the page is opened.
    client_page : str or None
        Address of the manager's page; None takes it from ``SCORING_CLIENT_PAGE``.
    """

    def __init__(self, api: ScoringApi, client_page: str | None = None) -> None:
        state = self.state = PortfolioState()
        calls = Calls(state)
        self.session = PortfolioSession(state, api, calls)
        page = client_page or os.environ.get("SCORING_CLIENT_PAGE") or CLIENT_PAGE
        self.risk, self.costs = RiskPanel(state), CostPanel(state)
        self.money = MoneyPanel(state)
        self.segments, self.refusals = SegmentsPanel(state), RefusalsPanel(state)
        self.clients = ClientsPanel(state, page)
        panels = (
            self.risk,
            self.costs,
            self.money,
            self.segments,
            self.refusals,
            self.clients,
        )
        super().__init__(
            state,
            api,
            calls,
            content="overview",
            title=text_id("portfolio.title"),
            document_title=text_id("portfolio.page_title"),
            panels=[panel.widget for panel in panels],
        )

    def fetch(self) -> None:
        """Fetch everything, then follow what is chosen."""
        self.session.start()
