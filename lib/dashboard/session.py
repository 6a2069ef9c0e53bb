"""Keeps the state filled from the API: the only part of the page that makes calls."""

from collections.abc import Callable
from typing import Any

from lib.dashboard.attempts import Attempts
from lib.dashboard.errands import Errands
from lib.dashboard.numbers import numbers_beginning_with
from lib.dashboard.state import SORTS, State
from lib.serving.api import ApiProblem, ScoringApi
from lib.serving.wire import ClientFile, ClientPage, Comparison, Group, ScorerCard, Usual

PAGE_SIZE = 8
COMPLETIONS = 8
# Lists of choices in the filters: what each has is counted.
FACETS = ("contract_type", "income_type", "occupation", "education", "housing_type")
BINS = 24
BINS_A_SIDE = 12
# How the API names a group that is too small to be described.
SMALL_GROUP = "the group"


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
        self._attempts = Attempts(state, errands)
        self._overview_of: tuple[Group, int] | None = None

    def start(self) -> None:
        """Fetch what every visit needs, then follow what the manager chooses."""
        self._follow(self._fetch_client, "client_id")
        self._follow(self._fetch_found, "page")
        self._follow(self._first_page, "filters", "sort")
        self._follow(self._fetch_completions, "typed")
        self._follow(self._fetch_comparison, "feature", "second_feature", "group")
        self._follow(self._fetch_overview_once, "file", "group")
        # Only with the card it is known which lists of choices there are to count.
        self._follow(self._fetch_found, "card")
        self._fetch_card()
        if self.state.found is None:
            self._fetch_found()
        self._fetch_client()

    def retry(self) -> None:
        """Repeat the calls that failed because the API was not there."""
        self._attempts.retry()

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
            self._fetch_overview_once()

    def _fetch_card(self) -> None:
        def done(card: ScorerCard) -> None:
            self.state.card = card

        self._attempts.run("card", self._api.scorer, done, self._fetch_card)

    def _fetch_found(self) -> None:
        state = self.state
        sort, descending = SORTS[state.sort]
        filters, page = state.filters, state.page
        counted = ["decision", *(name for name in FACETS if state.feature_info(name))]
        shown = [sort] if state.feature_info(sort) else []

        def call() -> ClientPage:
            return self._api.search(
                filters,
                sort=sort,
                descending=descending,
                page=page,
                page_size=PAGE_SIZE,
                features=shown,
                facets=counted,
            )

        def done(found: ClientPage) -> None:
            self.state.found = found

        self._attempts.run("found", call, done, self._fetch_found)

    def _fetch_client(self) -> None:
        """Ask for the file and the comparison at once: neither waits for the other."""
        self._attempts.forget_fault("file")
        self._attempts.forget_fault("comparison")
        self._fetch_file()
        self._fetch_comparison()

    def _fetch_completions(self) -> None:
        span = numbers_beginning_with(self.state.typed)
        if span is None:
            self._attempts.drop("completions")
            self.state.completions = ()
            return

        def done(found: ClientPage) -> None:
            self.state.completions = tuple(client.client_id for client in found.clients)

        def call() -> ClientPage:
            return self._api.search([span], page_size=COMPLETIONS)

        self._attempts.run("completions", call, done, self._fetch_completions)

    def _fetch_file(self) -> None:
        client_id = self.state.client_id
        self.state.file = None
        if client_id is None:
            self._attempts.drop("file")
            return

        def done(file: ClientFile) -> None:
            if self.state.feature is None and file.explanation.reasons:
                self.state.feature = file.explanation.reasons[0].feature
            self.state.file = file

        def call() -> ClientFile:
            return self._api.client(client_id)

        # Nobody can be compared whom the API does not know.
        self._attempts.run("file", call, done, self._fetch_file, self._fetch_comparison)

    def _fetch_comparison(self) -> None:
        state = self.state
        feature, client_id = state.feature, state.client_id
        state.comparison = None
        is_refused = isinstance(state.faults.get("file"), ApiProblem)
        if feature is None or client_id is None or is_refused:
            self._attempts.drop("comparison")
            return
        group = self._group()
        second = state.second_feature if state.second_feature != feature else None

        def call() -> Comparison | None:
            return self._compare(
                feature, group, client_id, BINS, second_feature=second, bins_a_side=BINS_A_SIDE
            )

        def done(comparison: Comparison | None) -> None:
            self.state.group_is_small = comparison is None
            self.state.comparison = comparison

        self._attempts.run("comparison", call, done, self._fetch_comparison)

    def _fetch_overview_once(self) -> None:
        """Ask what is usual in the group, unless it is known: for most groups it lasts a visit."""
        group, file = self._group(), self.state.file
        wanted = (group, file.client_id if file and group.kind == "similar" else 0)
        if file and wanted != self._overview_of:
            self._overview_of = wanted
            self.state.overview = {}
            self._fetch_overview()

    def _fetch_overview(self) -> None:
        file, feature, group = self.state.file, self.state.feature, self._group()
        if file is None or feature is None:
            return

        def call() -> dict[str, Usual]:
            told = self._compare(feature, group, file.client_id, bins=1, overview=True)
            return (told and told.overview) or {}

        def done(overview: dict[str, Usual]) -> None:
            self.state.overview = overview

        self._attempts.run("overview", call, done, self._fetch_overview)

    def _compare(self, *asked: Any, **more: Any) -> Comparison | None:
        """Ask for a comparison; none where the group is too small to be described."""
        try:
            return self._api.compare(*asked, **more)
        except ApiProblem as fault:
            if fault.offender == SMALL_GROUP:
                return None
            raise

    def _group(self) -> Group:
        state = self.state
        filters = list(state.filters) if state.group == "filters" else []
        return Group(kind=state.group, filters=filters)
