"""The known clients: one of them, a page of them, those like one, and a decision on one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lib.portfolio import FEWEST_IN_A_GROUP, Condition, NotFound
from lib.scoring.scorer import Scorer
from lib.serving.handlers.scores import check_given, explain_clients, features_of, of_model
from lib.serving.http.keys import CALLER
from lib.serving.http.lateness import require_in_time
from lib.serving.journal import Conflict, WrittenDecision
from lib.serving.journal.recording import count_decision
from lib.serving.resources import Resources
from lib.serving.wire import (
    CategoryCount,
    ClientFile,
    ClientPage,
    ClientRequest,
    ClientSummary,
    Decided,
    DecideRequest,
    Filter,
    SearchRequest,
    SimilarClient,
    SimilarClients,
    SimilarRequest,
)


def client(resources: Resources, request: ClientRequest) -> ClientFile:
    """Give all that is known of one client, with the explanation of the score."""
    row = resources.portfolio.client(request.client_id)
    features = of_model(resources.scorer, row)
    (explanation,) = explain_clients(resources, [request.client_id], [features])
    return ClientFile.model_construct(
        client_id=request.client_id,
        defaulted=row["defaulted"],
        features=features_of(row),
        explanation=explanation,
    )


def search(resources: Resources, request: SearchRequest) -> ClientPage:
    """List the known clients for whom all filters hold, a page at a time."""
    found = resources.portfolio.search(
        conditions_of(request.filters),
        sort=request.sort,
        descending=request.descending,
        page=request.page,
        page_size=request.page_size,
        features=request.features,
        facets=request.facets,
    )
    return ClientPage(
        total=found.total,
        page=request.page,
        page_size=request.page_size,
        clients=[ClientSummary(**summary(row, request.features)) for row in found.rows],
        facets={
            name: [CategoryCount(category=one, clients=count) for one, count in counts.items()]
            for name, counts in found.facets.items()
        },
    )


def similar(resources: Resources, request: SimilarRequest) -> SimilarClients:
    """List the clients most like one in what drives the score, and what became of them."""
    if request.client_features is not None:
        check_given(resources, request.client_features)
    found = resources.portfolio.similar(
        request.client_id,
        resources.scorer.feature_weights,
        conditions_of(request.filters),
        count=request.count,
        features=request.features,
        client=request.client_features,
    )
    outcomes = [row["defaulted"] for row in found.rows if row["defaulted"] is not None]
    return SimilarClients(
        client_id=request.client_id,
        clients=[
            SimilarClient(
                **summary(row, request.features),
                distance=row["distance"],
                defaulted=row["defaulted"],
            )
            for row in found.rows
        ],
        defaulted=sum(outcomes),
        repaid=len(outcomes) - sum(outcomes),
        default_share=share_of(outcomes),
        compared_on=facts_of(found.compared_on, resources.scorer),
    )


def decide(resources: Resources, request: DecideRequest) -> Decided:
    """Record a manager's decision and comment beside the model's on the same client.

    A decision that is sent again with its idempotency key is recorded once: the answer is the
    first one's.

    Raises
    ------
    NotFound
        If the journal holds no score of the client.
    Conflict
        If the idempotency key is that of another decision.
    """
    if again := decided_before(resources, request):
        return again
    journal = resources.journal
    score = journal.last_score(request.client_id)
    if score is None:
        raise NotFound(
            f"client {request.client_id}",
            "the model has scored the client",
            "ask /client, /score or /explain first",
        )
    content = (request.decision, request.comment)
    require_in_time()
    try:
        at = journal.write_decision(CALLER.get(), score.id, *content, request.idempotency_key)
    except Conflict:
        # Sent twice at once: the other one was quicker.
        if again := decided_before(resources, request):
            return again
        raise
    count_decision(request.decision, score.decision)
    return told(WrittenDecision(at, request.client_id, *content, score))


def decided_before(resources: Resources, request: DecideRequest) -> Decided | None:
    """Give the answer to a decision that was recorded already, if it was.

    Raises
    ------
    Conflict
        If the idempotency key is that of another decision.
    """
    if request.idempotency_key is None:
        return None
    written = resources.journal.decision_by_key(CALLER.get(), request.idempotency_key)
    if written is None:
        return None
    was = (written.client_id, written.decision, written.comment)
    if was != (request.client_id, request.decision, request.comment):
        raise Conflict(
            "idempotency_key", "it is that of this decision alone", "make up one for each decision"
        )
    return told(written)


def told(written: WrittenDecision) -> Decided:
    """Answer with a decision as it is written."""
    return Decided(
        client_id=written.client_id,
        decision=written.decision,
        comment=written.comment,
        decided_at=written.at,
        model_decision=written.score.decision,
        default_probability=written.score.default_probability,
        scorer=written.score.scorer,
    )


def summary(row: Mapping[str, Any], features: Sequence[str]) -> dict[str, Any]:
    """Give what a line of a list shows."""
    return {
        "client_id": row["client_id"],
        "default_probability": row["default_probability"],
        "decision": row["decision"],
        "review_notes": row["review_notes"],
        "features": {name: row[name] for name in features},
    }


def facts_of(features: Iterable[str], scorer: Scorer) -> list[str]:
    """Name the facts that features tell, each once, in their order."""
    return list(dict.fromkeys(scorer.catalogue[name].fact for name in features))


def share_of(outcomes: Sequence[bool]) -> float | None:
    """Give the share that defaulted, where there are enough outcomes to speak of one.

    Examples
    --------
    >>> share_of([True] * 3 + [False] * 9), share_of([True])
    (0.25, None)
    """
    return sum(outcomes) / len(outcomes) if len(outcomes) >= FEWEST_IN_A_GROUP else None


def conditions_of(filters: Sequence[Filter]) -> list[Condition]:
    """Give filters as the portfolio takes them."""
    return [
        Condition(
            one.feature,
            one.minimum,
            one.maximum,
            None if one.categories is None else tuple(one.categories),
        )
        for one in filters
    ]
