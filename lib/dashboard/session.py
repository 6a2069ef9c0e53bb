"""Keeps the state filled from the API: the only part of the page that makes calls."""

from collections.abc import Callable
from typing import Any

from lib.dashboard.errands import Errands
from lib.dashboard.state import SORTS, State
from lib.serving.api import ApiFault, ApiProblem, ApiUnreachable, ScoringApi
from lib.serving.messages import ClientFile, ClientPage, Comparison, Group, ScorerCard

PAGE_SIZE = 8
RETRY_SECONDS = 3.0
BINS = 24


class Session:
    """One manager's visit.

    Parameters
    ----------
    state : State
        What to fill; a change of what was chosen starts the calls that follow from it.
    api : ScoringApi
        Where the answers come from.
    errands : Errands
        How the calls run.
    """

    def __init__(self, state: State, api: ScoringApi, errands: Errands) -> None:
        self.state = state
        self._api = api
        self._errands = errands
        self._retry_planned = False
        self._running: set[str] = set()
        self._fetchers: dict[str, Callable[[], None]] = {
            "card": self._fetch_card,
            "found": self._fetch_found,
            "file": self._fetch_file,
            "comparison": self._fetch_comparison,
        }

    def start(self) -> None:
        """Fetch what every visit needs, then follow what the manager chooses."""
        self._follow(self._fetch_client, "client_id")
        self._follow(self._fetch_found, "page")
        self._follow(self._first_page, "filters", "sort")
        self._follow(self._fetch_comparison, "feature", "group")
        self._fetch_card()
        self._fetch_found()
        self._fetch_client()

    def retry(self) -> None:
        """Repeat the errands that failed because the API was not there."""
        for name in self._unreachable():
            if name not in self._running:
                self._fetchers[name]()

    async def finish(self) -> None:
        """End the visit: wait for the calls that still run."""
        await self._errands.finish()

    def _follow(self, act: Callable[[], None], *names: str) -> None:
        def on_change(_: Any) -> None:
            act()

        self.state.observe(on_change, names=list(names))

    def _first_page(self) -> None:
        if self.state.page == 1:
            self._fetch_found()
        else:
            self.state.page = 1
        if self.state.group == "filters":
            self._fetch_comparison()

    def _fetch_card(self) -> None:
        def done(card: ScorerCard) -> None:
            self.state.card = card

        self._run("card", self._api.scorer, done)

    def _fetch_found(self) -> None:
        state = self.state
        sort, descending = SORTS[state.sort]
        filters, page = state.filters, state.page

        def call() -> ClientPage:
            return self._api.search(
                filters, sort=sort, descending=descending, page=page, page_size=PAGE_SIZE
            )

        def done(found: ClientPage) -> None:
            self.state.found = found

        self._run("found", call, done)

    def _fetch_client(self) -> None:
        """Ask for the file and the comparison at once: neither waits for the other."""
        self._forget_fault("file")
        self._forget_fault("comparison")
        self._fetch_file()
        self._fetch_comparison()

    def _fetch_file(self) -> None:
        client_id = self.state.client_id
        self.state.file = None
        if client_id is None:
            self._drop("file")
            return

        def done(file: ClientFile) -> None:
            if self.state.feature is None and file.explanation.reasons:
                self.state.feature = file.explanation.reasons[0].feature
            self.state.file = file

        self._run("file", lambda: self._api.client(client_id), done)

    def _fetch_comparison(self) -> None:
        state = self.state
        feature, client_id = state.feature, state.client_id
        state.comparison = None
        is_refused = isinstance(state.faults.get("file"), ApiProblem)
        if feature is None or client_id is None or is_refused:
            self._drop("comparison")
            return
        filters = list(state.filters) if state.group == "filters" else []
        group = Group(kind=state.group, filters=filters)

        def done(comparison: Comparison) -> None:
            self.state.comparison = comparison

        self._run("comparison", lambda: self._api.compare(feature, group, client_id, BINS), done)

    def _run(self, name: str, call: Callable[[], Any], done: Callable[[Any], None]) -> None:
        def succeeded(answer: Any) -> None:
            self._running.discard(name)
            self._forget_fault(name)
            done(answer)
            # Whoever answers one call may answer the others too.
            self.retry()

        def failed(fault: ApiFault) -> None:
            self._running.discard(name)
            self.state.faults = {**self.state.faults, name: fault}
            if isinstance(fault, ApiUnreachable):
                self._plan_retry()
            elif name == "file":
                # Nobody can be compared whom the API does not know.
                self._fetch_comparison()

        self._running.add(name)
        self._errands.run(name, call, succeeded, failed)

    def _drop(self, name: str) -> None:
        self._errands.drop(name)
        self._running.discard(name)
        self._forget_fault(name)

    def _forget_fault(self, name: str) -> None:
        faults = self.state.faults
        if name in faults:
            self.state.faults = {key: fault for key, fault in faults.items() if key != name}

    def _unreachable(self) -> list[str]:
        faults = self.state.faults.items()
        return [name for name, fault in faults if isinstance(fault, ApiUnreachable)]

    def _plan_retry(self) -> None:
        if self._retry_planned:
            return

        def act() -> None:
            self._retry_planned = False
            self.retry()

        self._retry_planned = True
        self._errands.later(RETRY_SECONDS, act)
