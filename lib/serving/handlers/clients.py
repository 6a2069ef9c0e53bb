"""The known clients: one of them, a page of them, those like one, and a decision on one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lib.decision import Decision, InvalidInput
from lib.portfolio import FEWEST_IN_A_GROUP, Condition, NotFound
from lib.scoring.scorer import Scorer
from lib.serving.handlers.scores import check_given, explain_clients, features_of, of_model
from lib.serving.http.keys import CALLER_ROLE, NotAllowed
from lib.serving.http.lateness import require_in_time
from lib.serving.http.speaking import PERSON
from lib.serving.journal import Conflict, Entry, Kind, Wanted, WrittenEntry
from lib.serving.journal.recording import author, count_decision
from lib.serving.resources import Resources
from lib.serving.wire import (
    CategoryCount,
    ClientFile,
    ClientPage,
    ClientRequest,
    ClientSummary,
    Decided,
    DecideRequest,
    DecisionReason,
    DecisionsPage,
    DecisionsRequest,
    Filter,
    SearchRequest,
    SimilarClient,
    SimilarClients,
    SimilarRequest,
)


def client(resources: Resources, request: ClientRequest) -> ClientFile:
    """Give all that is known of one client, with the explanation of the score."""
    row = resources.portfolio.client(request.client_id)
    features = of_model(resources, row)
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
    """Record a manager's decision, with its reason, beside the score that it is about.

    A decision that is sent again with its idempotency key is recorded once: the answer is the
    first one's.

    Raises
    ------
    NotFound
        If the caller was shown no such score of the client.
    Conflict
        If the idempotency key is that of another decision.
    InvalidInput
        If the decision is another than the model's, and no reason is given.
    """
    if again := decided_before(resources, request):
        return again
    score = shown_score(resources, request)
    model_decision = Decision(score.facts["decision"])
    check_reason(request, model_decision)
    entry = Entry(
        Kind.DECISION,
        author(),
        facts={
            "score_id": request.score_id,
            "score_at": score.at,
            "decision": request.decision,
            "reason": request.reason,
            "model_decision": model_decision,
            "is_override": request.decision is not model_decision,
            **{name: score.facts[name] for name in ("about", "threshold", "scorer")},
        },
        sealed={
            "comment": request.comment,
            "default_probability": (score.sealed or {})["default_probability"],
        },
        client_id=request.client_id,
        idempotency_key=request.idempotency_key,
    )
    require_in_time()
    try:
        (at,) = resources.journal.write([entry], durable=True)
    except Conflict:
        # Sent twice at once: the other one was quicker.
        if again := decided_before(resources, request):
            return again
        raise
    count_decision(request.decision, model_decision)
    return told(entry, at)


def decided_before(resources: Resources, request: DecideRequest) -> Decided | None:
    """Give the answer to a decision that was recorded already, if it was.

    Raises
    ------
    Conflict
        If the idempotency key is that of another decision.
    """
    if request.idempotency_key is None:
        return None
    written = resources.journal.entry_by_key(author(), request.idempotency_key)
    if written is None or written.sealed is None:
        return None
    answer = told(written, written.at)
    names = ("client_id", "score_id", "decision", "reason", "comment")
    if any(getattr(answer, name) != getattr(request, name) for name in names):
        raise Conflict(
            "idempotency_key", "it is that of this decision alone", "make up one for each decision"
        )
    return answer


def shown_score(resources: Resources, request: DecideRequest) -> WrittenEntry:
    """Give the score that a decision is about, as it was shown to a caller of the same role.

    Raises
    ------
    NotFound
        If there is none such of the client: a partner's score of other values is not what the
        manager has seen, and a simulation is not the client.
    """
    score = resources.journal.entry(request.score_id)
    if (
        score is None
        or score.kind is not Kind.SCORE
        or score.sealed is None
        or score.client_id != request.client_id
        or score.author.role != CALLER_ROLE.get()
        or score.facts.get("simulates")
    ):
        raise NotFound(
            f"score {request.score_id} of client {request.client_id}",
            "the model has given it, and this caller's role was shown it",
            "ask /client or /explain, and take the score_id of the answer",
        )
    return score


def check_reason(request: DecideRequest, model_decision: Decision) -> None:
    """See to it that a decision other than the model's says why.

    Raises
    ------
    InvalidInput
        If it does not.
    """
    if request.decision is not model_decision and request.reason is None:
        raise InvalidInput(
            "reason",
            "a decision other than the model's has one",
            f"give one of {', '.join(DecisionReason)}",
        )
    if request.reason is DecisionReason.OTHER and not request.comment.strip():
        raise InvalidInput(
            "comment", f"it says what the reason “{DecisionReason.OTHER}” is", "write it"
        )


def decisions(resources: Resources, request: DecisionsRequest) -> DecisionsPage:
    """List people's decisions on some clients, by a person or from some days, a page at a time.

    Raises
    ------
    NotAllowed
        If a manager asks for the decisions of others on no client in particular.
    """
    person = PERSON.get()
    is_own = request.client_ids is not None or (person and request.person == person.name)
    if person and not person.role.sees_all_decisions and not is_own:
        raise NotAllowed(
            f"“{person.name}”",
            f"the role “{person.role}” opens the decisions on clients that are named, and the own",
            "name the clients or yourself, or have a head or an auditor do it",
        )
    wanted = Wanted(request.client_ids, request.person, request.first_day, request.last_day)
    total, found = resources.journal.decisions(wanted, request.page, request.page_size)
    return DecisionsPage(
        total=total,
        page=request.page,
        page_size=request.page_size,
        decisions=[told(one, one.at) for one in found if one.sealed is not None],
    )


def told(written: Entry | WrittenEntry, at: str) -> Decided:
    """Answer with a decision as it is written, on a client who is not forgotten."""
    facts, sealed = written.facts, written.sealed or {}
    return Decided(
        decision_id=written.id,
        client_id=written.client_id or 0,
        person=written.author.person or None,
        caller=written.author.caller,
        decided_at=at,
        comment=sealed["comment"],
        default_probability=sealed["default_probability"],
        **{
            name: facts[name]
            for name in (
                "score_id",
                "decision",
                "reason",
                "is_override",
                "model_decision",
                "threshold",
                "scorer",
            )
        },
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
