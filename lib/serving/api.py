"""The scoring API as a Python object: typed calls over HTTP, and errors that name what is wrong."""

import os
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import requests
from pydantic import BaseModel, ValidationError

from lib.decision import Decision
from lib.serving import wire
from lib.serving.people import PERSON_HEADER, PERSON_ROLE_HEADER, Person

DEFAULT_URL = "http://127.0.0.1:3000"
API_KEY_HEADER = "X-API-Key"
CONNECT_SECONDS = 2.0
READ_SECONDS = 10.0
# Refusals after which the same call may succeed.
FOR_NOW = {requests.codes.request_timeout, requests.codes.too_many_requests}
# It answers so where it has no room: too many requests of one caller, or of all.
BUSY = {requests.codes.too_many_requests, requests.codes.service_unavailable}

Answer = TypeVar("Answer", bound=BaseModel)


class ApiFault(Exception):
    """A call that brought no answer.

    Parameters
    ----------
    offender : str
        What is wrong, by its name.
    rule : str
        The rule that it breaks, as a sentence without a full stop.
    remedy : str
        What the reader can do about it, as a sentence without a full stop.
    """

    def __init__(self, offender: str, rule: str, remedy: str) -> None:
        self.offender = offender
        self.rule = rule
        self.remedy = remedy
        super().__init__(f"{offender}: {rule}; {remedy}.")


class ApiUnreachable(ApiFault):
    """The API is not there, too slow, or failing: the same call may succeed later."""


class ApiBusy(ApiUnreachable):
    """The API answers that it has too much to do just now: the same call may succeed soon."""


class ApiProblem(ApiFault):
    """The API refused the request: the same call will fail again.

    Parameters
    ----------
    status : int
        HTTP status, 4xx.
    problem : Problem
        What the API says about it.
    """

    def __init__(self, status: int, problem: wire.Problem) -> None:
        self.status = status
        super().__init__(problem.offender, problem.rule, problem.remedy)


class ScoringApi:
    """Calls to one scoring API.

    Each endpoint has a method; fields of its request that a method does not name are given by
    their names, as in ``api.search(page_size=5)``, and have the defaults of the message.

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
        self.url = url.rstrip("/")
        self._timeout = (connect_seconds, read_seconds)
        self._session = requests.Session()
        # The API is a neighbour: neither a proxy nor a password file has a part in the call.
        self._session.trust_env = False
        if key:
            self._session.headers[API_KEY_HEADER] = key

    @classmethod
    def from_environment(cls) -> Self:
        """Make one from ``SCORING_API_URL`` and ``SCORING_API_KEY``; empty is unset."""
        return cls(
            os.environ.get("SCORING_API_URL") or DEFAULT_URL,
            os.environ.get("SCORING_API_KEY") or None,
        )

    def speak_for(self, person: Person) -> None:
        """Tell the API with each call for whom it is made; it believes a key of that role only."""
        self._session.headers[PERSON_HEADER] = person.name
        self._session.headers[PERSON_ROLE_HEADER] = person.role

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
        self._session.close()

    def score(self, clients: Sequence[wire.ClientFeatures]) -> list[wire.Score]:
        """Score clients by their features, in the order given."""
        return self.call("score", wire.ScoreRequest(clients=list(clients)), wire.Scores).scores

    def explain(self, clients: Sequence[wire.ClientFeatures]) -> list[wire.Explanation]:
        """Score clients by their features, with all reasons, in the order given."""
        request = wire.ScoreRequest(clients=list(clients))
        return self.call("explain", request, wire.Explanations).explanations

    def score_application(self, application: wire.ApplicationRequest) -> wire.ScoredApplication:
        """Score a new client by raw records, with features and reasons."""
        return self.call("score_application", application, wire.ScoredApplication)

    def client(self, client_id: int) -> wire.ClientFile:
        """Fetch all that is known of one client."""
        return self.call("client", wire.ClientRequest(client_id=client_id), wire.ClientFile)

    def search(self, filters: Sequence[wire.Filter] = (), **fields: Any) -> wire.ClientPage:
        """Fetch one page of the known clients for whom all filters hold, and counts of facets."""
        return self.call(
            "search", wire.SearchRequest(filters=list(filters), **fields), wire.ClientPage
        )

    def similar(
        self, client_id: int, filters: Sequence[wire.Filter] = (), **fields: Any
    ) -> wire.SimilarClients:
        """Fetch the clients most like one, among those for whom all filters hold."""
        request = wire.SimilarRequest(client_id=client_id, filters=list(filters), **fields)
        return self.call("similar", request, wire.SimilarClients)

    def compare(
        self,
        feature: str,
        group: wire.Group | None = None,
        client_id: int | None = None,
        bins: int = wire.USUAL_BINS,
        **fields: Any,
    ) -> wire.Comparison:
        """Fetch how a group is spread over one feature, or over two together."""
        request = wire.CompareRequest(
            feature=feature, group=group or wire.Group(), client_id=client_id, bins=bins, **fields
        )
        return self.call("compare", request, wire.Comparison)

    def what_if(self, client_id: int, changes: Mapping[str, float], **fields: Any) -> wire.WhatIf:
        """Fetch the explanation of a client before and after changes."""
        request = wire.WhatIfRequest(client_id=client_id, changes=dict(changes), **fields)
        return self.call("what_if", request, wire.WhatIf)

    def recourse(self, client_id: int, **fields: Any) -> wire.Recourse:
        """Fetch the smallest changes that would turn a refusal into a grant."""
        return self.call(
            "recourse", wire.RecourseRequest(client_id=client_id, **fields), wire.Recourse
        )

    def portfolio(self, **fields: Any) -> wire.PortfolioOverview:
        """Fetch all clients together, by risk and segment."""
        return self.call("portfolio", wire.PortfolioRequest(**fields), wire.PortfolioOverview)

    def monitoring(self) -> wire.MonitoringReport:
        """Fetch what the monitoring last found."""
        return self.call("monitoring", wire.MonitoringRequest(), wire.MonitoringReport)

    def outcomes(self, outcomes: Sequence[wire.OutcomeGiven]) -> wire.OutcomesRecorded:
        """Record what became of credits, all or none."""
        request = wire.OutcomesRequest(outcomes=list(outcomes))
        return self.call("outcomes", request, wire.OutcomesRecorded)

    def decide(
        self,
        client_id: int,
        score_id: str,
        decision: Decision,
        reason: wire.DecisionReason | None = None,
        comment: str = "",
        idempotency_key: str | None = None,
    ) -> wire.Decided:
        """Record a manager's decision beside a score that the model has given.

        With an idempotency key of its own it may be sent again: it is recorded once.
        """
        request = wire.DecideRequest(
            client_id=client_id,
            score_id=score_id,
            decision=decision,
            reason=reason,
            comment=comment,
            idempotency_key=idempotency_key,
        )
        return self.call("decide", request, wire.Decided)

    def decisions(
        self, client_ids: Sequence[int] | None = None, **fields: Any
    ) -> wire.DecisionsPage:
        """Fetch one page of decisions, on some clients or on all, the newest first."""
        given = None if client_ids is None else list(client_ids)
        request = wire.DecisionsRequest(client_ids=given, **fields)
        return self.call("decisions", request, wire.DecisionsPage)

    def scorer(self) -> wire.ScorerCard:
        """Fetch the model card of what is deployed."""
        return self.call("scorer", wire.ScorerRequest(), wire.ScorerCard)

    def call(self, endpoint: str, request: wire.Message, kind: type[Answer]) -> Answer:
        """Send a request message to an endpoint, and read the answer as a message of a kind.

        Raises
        ------
        ApiProblem
            If the API refuses the request.
        ApiBusy
            If it has no room for the request just now.
        ApiUnreachable
            If no answer comes, none that can be read, or one that says to come again later.
        """
        response = self._post(endpoint, request)
        status = response.status_code
        if 400 <= status < 500 and status not in FOR_NOW:
            raise ApiProblem(status, _read_problem(response, endpoint))
        if status in BUSY:
            raise ApiBusy(
                f"the API at {self.url}", f"it is busy and puts off /{endpoint}", "try again soon"
            )
        if status != requests.codes.ok:
            raise self._unreachable(f"it answers {status} to /{endpoint}")
        try:
            return kind.model_validate_json(response.content)
        except ValidationError as error:
            raise self._unreachable(f"its answer to /{endpoint} is not as agreed") from error

    def _post(self, endpoint: str, request: wire.Message) -> requests.Response:
        try:
            return self._session.post(
                f"{self.url}/{endpoint}",
                data=request.model_dump_json().encode(),
                headers={"Content-Type": "application/json"},
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.Timeout as error:
            raise self._unreachable("it does not answer in time") from error
        except requests.RequestException as error:
            raise self._unreachable("it cannot be reached") from error

    def _unreachable(self, rule: str) -> ApiUnreachable:
        return ApiUnreachable(f"the API at {self.url}", rule, "start it, or try again later")


def _read_problem(response: requests.Response, endpoint: str) -> wire.Problem:
    """Give what the API says is wrong, or the little that is known where it does not say."""
    try:
        body = response.json()
        # BentoML wraps the body of its own errors in a list.
        return wire.Problem.model_validate(body[0] if isinstance(body, list) and body else body)
    except (requests.JSONDecodeError, ValidationError):
        return wire.Problem(
            offender=f"the request to /{endpoint}",
            rule=f"the API refuses it with status {response.status_code}",
            remedy="check the address and the versions of both sides",
        )
