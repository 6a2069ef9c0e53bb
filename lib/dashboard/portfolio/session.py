"""Keeps the portfolio page filled from the API."""

from collections.abc import Callable

from lib.dashboard.calls import Calls
from lib.dashboard.debounce import Debounced
from lib.dashboard.errands import Errands
from lib.dashboard.portfolio.state import PortfolioState
from lib.decision import Decision
from lib.serving.api import ApiUnreachable, ScoringApi
from lib.serving.wire import ClientPage, Filter, PortfolioOverview, ScorerCard

LISTED = 10
REST_SECONDS = 0.3


class PortfolioSession:
    """One visit of the portfolio page.

    Parameters
    ----------
    state : PortfolioState
        What to fill; a change of what was chosen starts the calls that follow from it.
    api : ScoringApi
        Where the answers come from.
    errands : Errands
        How the calls run.
    """

    def __init__(self, state: PortfolioState, api: ScoringApi, errands: Errands) -> None:
        self.state, self._api = state, api
        self._calls = Calls(state, errands)
        self._list_soon = Debounced(self._fetch_clients, REST_SECONDS)
        self._fetchers: dict[str, Callable[[], None]] = {
            "card": self._fetch_card,
            "overview": self._fetch_overview,
            "clients": self._fetch_clients,
        }

    def start(self) -> None:
        """Fetch everything, then follow what is chosen."""
        state = self.state
        state.observe(lambda _: self._choose_segment(), names="segment")
        state.observe(lambda _: self._fetch_clients(), names=["category", "order"])
        state.observe(lambda _: self._list_soon(), names="place")
        for fetch in (self._fetch_card, self._fetch_overview):
            fetch()

    def retry(self) -> None:
        """Repeat what failed because the API was not there."""
        for name, fault in tuple(self.state.faults.items()):
            if isinstance(fault, ApiUnreachable):
                self._fetchers[name]()

    def _choose_segment(self) -> None:
        self.state.category = None
        self._fetch_overview()

    def _fetch_card(self) -> None:
        def done(card: ScorerCard) -> None:
            self.state.ratio = card.costs.missed_default / card.costs.refused_good
            self.state.card = card

        self._calls.run("card", self._api.scorer, done)

    def _fetch_overview(self) -> None:
        segment = self.state.segment

        def done(overview: PortfolioOverview) -> None:
            state, first = self.state, self.state.overview is None
            state.overview = overview
            if first:
                state.place = state.place_in_use

        self._calls.run("overview", lambda: self._api.portfolio(segment=segment), done)

    def _fetch_clients(self) -> None:
        state = self.state
        filters = self._filters()
        descending = state.order == "riskiest"

        def call() -> ClientPage:
            return self._api.search(
                filters, sort="default_probability", descending=descending, page_size=LISTED
            )

        def done(clients: ClientPage) -> None:
            state.clients = clients

        self._calls.run("clients", call, done)

    def _filters(self) -> list[Filter]:
        """List those of a category; near the threshold, those just refused by it."""
        state = self.state
        filters = []
        if state.segment and state.category:
            filters.append(Filter(feature=state.segment, categories=[state.category]))
        if state.order == "near":
            filters.append(Filter(feature="default_probability", minimum=state.threshold))
        elif state.order == "riskiest":
            filters.append(Filter(feature="decision", categories=[str(Decision.REFUSE)]))
        return filters
