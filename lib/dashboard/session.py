"""Keeps the client page's state filled from the API."""

from collections.abc import Callable
from functools import partial
from math import ceil
from typing import Any

from lib.dashboard.calls import Calls
from lib.dashboard.formats import numbers_beginning_with
from lib.dashboard.state import SORTS, State
from lib.serving.api import ApiFault, ApiProblem, ApiUnreachable, ScoringApi
from lib.serving.wire import ClientFile, ClientPage, Comparison, Group, Usual

PAGE_SIZE = 8
COMPLETIONS = 10  # all that a number one digit short may become
# Who types on, or presses Enter, needs none of what began as typed so far.
TYPING_SECONDS = 0.15
# Lists of choices in the filters: what each has is counted.
FACETS = ("contract_type", "income_type", "occupation", "education", "housing_type")
BINS = 24
SIMILAR_CLIENTS = 100  # as many as the group of the same name has
BINS_A_SIDE = 12
MOST_DECISIONS = 100  # the newest of one client, or of all clients of a page of the list
# How the API names a group that is too small to be described.
SMALL_GROUP = "the group"


def last_page(found: ClientPage) -> int:
    """Give the number of the list's last page; a list without clients has one page, too.

    Examples
    --------
    >>> last_page(ClientPage(total=17, page=1, page_size=8, clients=[]))
    3
    """
    return max(1, ceil(found.total / found.page_size))


class Session:
    """One manager's visit.

    Parameters
    ----------
    state : State
        What to fill; a change of what was chosen starts the calls that follow from it.
    api : ScoringApi
        Where the answers come from.
    calls : Calls
        How the API is asked.
    """

    def __init__(self, state: State, api: ScoringApi, calls: Calls) -> None:
        self.state = state
        self._api = api
        self._calls = calls
        # For whom it was asked what is usual: the group and, where it depends on the client, who.
        self._overview_of: tuple[Group, str] | None = None

    def start(self) -> None:
        """Fetch what every visit needs, then follow what the manager chooses."""
        state = self.state
        state.when_changed(self._fetch_client, "client_id")
        state.when_changed(self._fetch_found, "page")
        state.when_changed(self._fetch_first_page, "filters", "sort")
        state.when_changed(self._fetch_completions, "typed")
        state.when_changed(self._fetch_comparison, "feature", "second_feature", "group")
        state.when_changed(self._fetch_overview_once, "file", "group")
        state.when_changed(self._fetch_similar, "file", "group")
        state.when_changed(self._fetch_decided, "file")
        state.when_changed(self._fetch_decided_in_list, "found")
        # Only with the card it is known which lists of choices there are to count.
        state.when_changed(self._fetch_found, "card")
        self._fetch("card", self._api.scorer, partial(setattr, state, "card"))
        if state.found is None:
            self._fetch_found()
        self._fetch_client()

    def _fetch(self, name: str, call: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._calls.run(name, call, done, retried=True)

    def _fetch_first_page(self) -> None:
        if self.state.page == 1:
            self._fetch_found()
        else:
            self.state.page = 1
        if self.state.group == "filters":
            self._fetch_comparison()
            self._fetch_overview_once()

    def _fetch_found(self) -> None:
        state = self.state
        sort, descending = SORTS[state.sort]
        search = partial(
            self._api.search,
            state.filters,
            sort=sort,
            descending=descending,
            page=state.page,
            page_size=PAGE_SIZE,
            features=[sort] if state.feature_info(sort) else [],
            facets=["decision", *(name for name in FACETS if state.feature_info(name))],
        )
        self._fetch("found", search, self._show_found)

    def _show_found(self, found: ClientPage) -> None:
        """Show a page of the list; where the list ends before it, go to the last one instead."""
        last = last_page(found)
        if found.page > last:
            self.state.page = last
        else:
            self.state.found = found

    def _fetch_completions(self) -> None:
        span = numbers_beginning_with(self.state.typed)
        if span is None:
            self._calls.drop("completions")
            self.state.completions = ()
            return

        def done(found: ClientPage) -> None:
            self.state.completions = tuple(client.client_id for client in found.clients)

        search = partial(self._api.search, [span], page_size=COMPLETIONS)
        self._calls.run("completions", search, done, wait=TYPING_SECONDS, retried=True)

    def _fetch_client(self) -> None:
        """Ask for the file and the comparison at once: neither waits for the other."""
        self._calls.forget_fault("file")
        self._calls.forget_fault("comparison")
        self._fetch_file()
        self._fetch_comparison()

    def _fetch_file(self) -> None:
        client_id = self.state.client_id
        self.state.file = None
        if client_id is None:
            self._calls.drop("file")
            return

        assessed = self.state.assessed.get(client_id)
        if assessed:
            self._calls.drop("file")
            self._show_file(assessed)
            return

        def failed(fault: ApiFault) -> None:
            # Nobody can be compared whom the API does not know.
            if not isinstance(fault, ApiUnreachable):
                self._fetch_comparison()

        call = partial(self._api.client, client_id)
        self._calls.run("file", call, self._show_file, failed=failed, retried=True)

    def _show_file(self, file: ClientFile) -> None:
        if self.state.feature is None and file.explanation.reasons:
            self.state.feature = file.explanation.reasons[0].features[0].feature
        self.state.file = file

    def _fetch_comparison(self) -> None:
        state = self.state
        feature, client_id = state.feature, state.client_id
        state.comparison = None
        is_refused = isinstance(state.faults.get("file"), ApiProblem)
        if feature is None or client_id is None or is_refused:
            self._calls.drop("comparison")
            return

        def done(comparison: Comparison | None) -> None:
            self.state.group_is_small = comparison is None
            self.state.comparison = comparison

        second = state.second_feature if state.second_feature != feature else None
        compare = partial(
            self._compare,
            feature,
            self._group(),
            client_id,
            BINS,
            second_feature=second,
            bins_a_side=BINS_A_SIDE,
            client_features=state.own_features,
        )
        self._fetch("comparison", compare, done)

    def _fetch_similar(self) -> None:
        """Ask who is most like the client, and what became of them, where they are the group."""
        state = self.state
        state.similar = None
        if state.file is None or state.group != "similar":
            self._calls.drop("similar")
            return
        call = partial(
            self._api.similar,
            state.file.client_id,
            count=SIMILAR_CLIENTS,
            client_features=state.own_features,
        )
        self._fetch("similar", call, partial(setattr, state, "similar"))

    def _fetch_decided(self) -> None:
        """Ask what was decided on the client on the page, in other visits too."""
        if self.state.file is None:
            self._calls.drop("decisions")
        else:
            self._fetch_decisions("decisions", [self.state.file.client_id])

    def _fetch_decided_in_list(self) -> None:
        """Ask which clients of the list were decided on."""
        if self.state.found and self.state.found.clients:
            ids = [client.client_id for client in self.state.found.clients]
            self._fetch_decisions("decided in list", ids)

    def _fetch_decisions(self, name: str, client_ids: list[int]) -> None:
        call = partial(self._api.decisions, client_ids, page_size=MOST_DECISIONS)
        self._fetch(name, call, lambda page: self.state.add_decisions(page.decisions))

    def _fetch_overview_once(self) -> None:
        """Ask what is usual in the group, unless it is known: for most groups it lasts a visit."""
        file, feature, group = self.state.file, self.state.feature, self._group()
        depends_on_client = group.kind == "similar"
        if file is None:
            if depends_on_client:
                self._forget_overview()
            return
        # Not the client's number: a new client, assessed again under it, is like other clients.
        wanted = (group, file.explanation.score_id if depends_on_client else "")
        if wanted == self._overview_of:
            return
        self._forget_overview()
        self._overview_of = wanted
        if feature is None:
            return
        client_id, own = file.client_id, self.state.own_features

        def call() -> dict[str, Usual]:
            comparison = self._compare(
                feature, group, client_id, bins=1, overview=True, client_features=own
            )
            return (comparison and comparison.overview) or {}

        self._fetch("overview", call, partial(setattr, self.state, "overview"))

    def _forget_overview(self) -> None:
        self._calls.drop("overview")
        self._overview_of = None
        self.state.overview = {}

    def _compare(self, *arguments: Any, **options: Any) -> Comparison | None:
        """Ask for a comparison; none where the group is too small to be described."""
        try:
            return self._api.compare(*arguments, **options)
        except ApiProblem as fault:
            if fault.offender == SMALL_GROUP:
                return None
            raise

    def _group(self) -> Group:
        state = self.state
        filters = list(state.filters) if state.group == "filters" else []
        return Group(kind=state.group, filters=filters)  # type: ignore[arg-type]
