"""The scoring API as a Python object: typed calls over HTTP, and errors that name what is wrong."""

import os
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from lib.decision import Decision
from lib.serving.calling import API_KEY_HEADER, Caller
from lib.serving.faults import ApiFault, ApiProblem, ApiUnreachable
from lib.serving.wire import (
    ApplicationRequest,
    ClientFeatures,
    ClientFile,
    ClientPage,
    ClientRequest,
    CompareRequest,
    Comparison,
    Decided,
    DecideRequest,
    Explanation,
    Explanations,
    Filter,
    Group,
    PortfolioOverview,
    PortfolioRequest,
    Recourse,
    RecourseRequest,
    Score,
    ScoredApplication,
    ScorerCard,
    ScoreRequest,
    ScorerRequest,
    Scores,
    SearchRequest,
    SimilarClients,
    SimilarRequest,
    WhatIf,
    WhatIfRequest,
)

DEFAULT_URL = "http://127.0.0.1:3000"
CONNECT_SECONDS = 2.0
READ_SECONDS = 10.0

__all__ = ["API_KEY_HEADER", "ApiFault", "ApiProblem", "ApiUnreachable", "ScoringApi"]


class ScoringApi:
    """Calls to one scoring API.

    Parameters
    ----------
    url : str
        Where it listens, such as ``http://127.0.0.1:3000``.
    key : str or None
        API key, sent as a header; None where the API asks for none.
    connect_seconds, read_seconds : float
        How long to wait for the connection, and for each part of the answer.

    Examples
    --------
    >>> ScoringApi("http://127.0.0.1:3000/").url
    'http://127.0.0.1:3000'
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        key: str | None = None,
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._caller = Caller(url, key, (connect_seconds, read_seconds))

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return self._caller.url

    @classmethod
    def from_environment(cls) -> Self:
        """Make one from ``SCORING_API_URL`` and ``SCORING_API_KEY``."""
        return cls(
            os.environ.get("SCORING_API_URL") or DEFAULT_URL,
            os.environ.get("SCORING_API_KEY") or None,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._caller.close()

    def score(self, clients: Sequence[ClientFeatures]) -> list[Score]:
        """Score clients by their features, in the order given."""
        return self._caller.ask("score", ScoreRequest(clients=list(clients)), Scores).scores

    def explain(self, clients: Sequence[ClientFeatures]) -> list[Explanation]:
        """Score clients by their features, with all reasons, in the order given."""
        request = ScoreRequest(clients=list(clients))
        return self._caller.ask("explain", request, Explanations).explanations

    def score_application(self, application: ApplicationRequest) -> ScoredApplication:
        """Score a new client by raw records, with features and reasons."""
        return self._caller.ask("score_application", application, ScoredApplication)

    def client(self, client_id: int) -> ClientFile:
        """Fetch all that is known of one client."""
        return self._caller.ask("client", ClientRequest(client_id=client_id), ClientFile)

    def search(
        self,
        filters: Sequence[Filter] = (),
        *,
        sort: str = "client_id",
        descending: bool = False,
        page: int = 1,
        page_size: int = 20,
        features: Sequence[str] = (),
        facets: Sequence[str] = (),
    ) -> ClientPage:
        """Fetch one page of the known clients for whom all filters hold, and counts of facets."""
        request = SearchRequest(
            filters=list(filters),
            sort=sort,
            descending=descending,
            page=page,
            page_size=page_size,
            features=list(features),
            facets=list(facets),
        )
        return self._caller.ask("search", request, ClientPage)

    def similar(
        self,
        client_id: int,
        filters: Sequence[Filter] = (),
        *,
        count: int = 20,
        features: Sequence[str] = (),
    ) -> SimilarClients:
        """Fetch the clients most like one, among those for whom all filters hold."""
        request = SimilarRequest(
            client_id=client_id, filters=list(filters), count=count, features=list(features)
        )
        return self._caller.ask("similar", request, SimilarClients)

    def compare(
        self,
        feature: str,
        group: Group | None = None,
        client_id: int | None = None,
        bins: int = 20,
        *,
        second_feature: str | None = None,
        bins_a_side: int = 25,
        overview: bool = False,
    ) -> Comparison:
        """Fetch how a group is spread over one feature, or over two together."""
        request = CompareRequest(
            feature=feature,
            second_feature=second_feature,
            group=group or Group(),
            client_id=client_id,
            bins=bins,
            bins_a_side=bins_a_side,
            overview=overview,
        )
        return self._caller.ask("compare", request, Comparison)

    def what_if(self, client_id: int, changes: Mapping[str, float]) -> WhatIf:
        """Fetch the explanation of a client before and after changes."""
        request = WhatIfRequest(client_id=client_id, changes=dict(changes))
        return self._caller.ask("what_if", request, WhatIf)

    def recourse(
        self,
        client_id: int,
        features: Sequence[str] | None = None,
        *,
        largest_change: float = 0.5,
    ) -> Recourse:
        """Fetch the smallest changes that would turn a refusal into a grant."""
        request = RecourseRequest(
            client_id=client_id,
            features=None if features is None else list(features),
            largest_change=largest_change,
        )
        return self._caller.ask("recourse", request, Recourse)

    def portfolio(
        self, filters: Sequence[Filter] = (), *, segment: str | None = None, bins: int = 60
    ) -> PortfolioOverview:
        """Fetch all clients together, by risk and segment."""
        request = PortfolioRequest(filters=list(filters), segment=segment, bins=bins)
        return self._caller.ask("portfolio", request, PortfolioOverview)

    def decide(self, client_id: int, decision: Decision, comment: str = "") -> Decided:
        """Record a manager's decision on a client whom the model has scored."""
        request = DecideRequest(client_id=client_id, decision=decision, comment=comment)
        return self._caller.ask("decide", request, Decided)

    def scorer(self) -> ScorerCard:
        """Fetch the model card of what is deployed."""
        return self._caller.ask("scorer", ScorerRequest(), ScorerCard)
