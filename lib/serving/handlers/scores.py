"""From features or raw records to scores and reasons, and what other features would lead to."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isnan
from typing import Any, TypeVar

import numpy as np

from lib.decision import Decision, InvalidInput
from lib.features.description import Unit
from lib.scoring.changes import check_changeable, check_changes, with_changes
from lib.scoring.encoder import Features, Floats, Given
from lib.scoring.models import sigmoid
from lib.scoring.possible import check_given_possible, check_possible
from lib.scoring.recourse import Search, amounts_of, effect_of, find_recourse
from lib.scoring.review import review
from lib.scoring.scorer import Scorer
from lib.serving.journal import new_id
from lib.serving.resources import Resources
from lib.serving.wire import (
    ApplicationRequest,
    Bounds,
    ClientFault,
    ClientFeatures,
    Explanation,
    Explanations,
    FeatureReason,
    Reason,
    Recourse,
    RecourseOption,
    RecourseRequest,
    Score,
    ScoredApplication,
    ScorerCard,
    ScoreRequest,
    ScorerRequest,
    Scores,
    WhatIf,
    WhatIfRequest,
    of_client,
)

Scored = TypeVar("Scored", bound=Score)

# A new client's outcome is not known: this is the table for it.
APPLICATION_TABLE = "application_test"
# Columns of the portfolio, and of a new client's row, that are no features.
NOT_FEATURES = frozenset(
    {"client_id", "target", "defaulted", "default_probability", "decision", "review_notes"}
)


def score(resources: Resources, request: ScoreRequest) -> Scores:
    """Score clients by their features: default probability, decision and threshold.

    Raises
    ------
    InvalidInput
        If a client cannot be scored, and the request is not for partial results.
    """
    scores, faults = scored(resources, request, score_given)
    return Scores(scores=scores, faults=faults)


def explain(resources: Resources, request: ScoreRequest) -> Explanations:
    """Score clients by their features, with the reasons, which sum to the log-odds.

    Raises
    ------
    InvalidInput
        If a client cannot be scored, and the request is not for partial results.
    """
    explained, faults = scored(resources, request, explain_given)
    return Explanations.model_construct(explanations=explained, faults=faults)


def score_application(resources: Resources, request: ApplicationRequest) -> ScoredApplication:
    """Score a new client by raw records, with the features worked out and the reasons.

    Features are worked out by the code of the batch.

    Raises
    ------
    InvalidInput
        If a table or a column is unknown, a value is of a wrong type, a key is missing, or a row is
        not of this client.
    """
    records = {name: getattr(request, name) for name in type(request).model_fields}
    records[APPLICATION_TABLE] = [records.pop("application")]
    (row,) = resources.client_features(records)
    client_id, features = row["client_id"], features_of(row)
    (explanation,) = explain_clients(resources, [client_id], [features])
    return ScoredApplication.model_construct(
        client_id=client_id, features=features, explanation=explanation
    )


def what_if(resources: Resources, request: WhatIfRequest) -> WhatIf:
    """Score a client before and after changes, with what follows from them.

    Raises
    ------
    InvalidInput
        If a feature may not be changed, or its new value is out of range.
    """
    scorer = resources.scorer
    check_changes(request.changes, scorer.catalogue)
    before = features_of_client(resources, request.client_id, request.client_features)
    values = {name: np.array([value]) for name, value in request.changes.items()}
    changed = {
        name: None if isnan(column[0]) else float(column[0])
        for name, column in with_changes(before, values, resources.derived_features).items()
    }
    clients = [of_model(resources, features) for features in (before, before | changed)]
    explained = explain_clients(resources, [request.client_id] * 2, clients)
    return WhatIf.model_construct(
        client_id=request.client_id,
        changes=request.changes,
        recomputed={name: new for name, new in changed.items() if name not in request.changes},
        before=explained[0],
        after=explained[1],
    )


def recourse(resources: Resources, request: RecourseRequest) -> Recourse:
    """Search the smallest changes that would turn a refusal into a grant.

    Raises
    ------
    InvalidInput
        If a feature that was asked for may not be changed, or not by a share of what it is.
    """
    scorer = resources.scorer
    for name in request.features or []:
        check_changeable(name, scorer.catalogue)
    features = features_of_client(resources, request.client_id, request.client_features)
    (before,) = score_clients(resources, [request.client_id], [of_model(resources, features)])
    advised = [row.name for row in scorer.catalogue.values() if row.advisable]
    amounts = amounts_of(features, request.features or advised, scorer)
    others = [name for name in request.features or [] if name not in amounts]
    if others:
        raise InvalidInput(
            f"feature {', '.join(others)}",
            "what is searched are amounts that the client has, each by a share of its own",
            "leave it out, or try values of it with /what_if",
        )
    most = request.largest_change
    found = Search([], complete=True)
    if before.decision is Decision.REFUSE:
        found = find_recourse(scorer, resources.derived_features, features, amounts, most)
    return Recourse(
        client_id=request.client_id,
        before=before,
        bounds={
            name: bounds_of(own, most, effect_of(scorer.catalogue[name]))
            for name, own in amounts.items()
        },
        options=[
            RecourseOption(
                changes=dict(option.values),
                relative_changes=dict(option.shares),
                default_probability=option.default_probability,
            )
            for option in found.options
        ],
        complete=found.complete,
    )


def bounds_of(own: float, most: float, effect: int) -> Bounds:
    """Give the values between which a search looks: only where less risk is to be expected.

    Examples
    --------
    >>> bounds_of(1000.0, 0.5, -1)
    Bounds(minimum=1000.0, maximum=1500.0)
    """
    return Bounds(
        minimum=own if effect < 0 else round(own * (1 - most), 2),
        maximum=own if effect > 0 else round(own * (1 + most), 2),
    )


def scorer(resources: Resources, request: ScorerRequest) -> ScorerCard:
    """Show the model card: costs, threshold, metrics, features, origin."""
    return resources.card


def scored(
    resources: Resources,
    request: ScoreRequest,
    score: Callable[[Resources, list[int | None], Given], list[Scored]],
) -> tuple[list[Scored], list[ClientFault]]:
    """Score the clients of a request, all of them or, if it asks for that, those that can be.

    Raises
    ------
    InvalidInput
        If one cannot be scored and the request is not for partial results: it names the first.
    """
    try:
        return _score_all(resources, request.clients, score), []
    except InvalidInput:
        faults = [
            fault
            for index, client in enumerate(request.clients)
            if (fault := fault_of(resources.scorer, index, client))
        ]
        if not faults:
            raise
        if not request.partial:
            raise InvalidInput(
                of_client(faults[0].offender, faults[0].index, faults[0].client_id),
                faults[0].rule,
                faults[0].remedy,
            ) from None
    faulty = {fault.index for fault in faults}
    sound = [client for index, client in enumerate(request.clients) if index not in faulty]
    return _score_all(resources, sound, score) if sound else [], faults


def _score_all(
    resources: Resources,
    clients: Sequence[ClientFeatures],
    score: Callable[[Resources, list[int | None], Given], list[Scored]],
) -> list[Scored]:
    given = resources.scorer.encoder.as_given([client.features for client in clients])
    check_given_possible(resources.scorer, given)
    return score(resources, [client.client_id for client in clients], given)


def fault_of(scorer: Scorer, index: int, client: ClientFeatures) -> ClientFault | None:
    """Say why a client cannot be scored, if that is so."""
    try:
        check_possible(client.features, scorer.catalogue)
        scorer.encoder.as_given([client.features])
    except InvalidInput as fault:
        return ClientFault(
            index=index,
            client_id=client.client_id,
            offender=fault.offender,
            rule=fault.rule,
            remedy=fault.remedy,
        )
    return None


def score_clients(
    resources: Resources, client_ids: Sequence[int | None], clients: Sequence[Features]
) -> list[Score]:
    """Score clients, in their order."""
    return score_given(resources, client_ids, resources.scorer.encoder.as_given(clients))


def score_given(
    resources: Resources, client_ids: Sequence[int | None], given: Given
) -> list[Score]:
    """Score clients that the encoder has read, in their order."""
    scorer = resources.scorer
    log_odds = scorer.log_odds(scorer.encoder.nearest_seen(given.matrix))
    return _scores(resources, client_ids, given, log_odds)


def _scores(
    resources: Resources, client_ids: Sequence[int | None], given: Given, log_odds: Floats
) -> list[Score]:
    """Write the scores of clients, from what was given and their log-odds."""
    scorer = resources.scorer
    probabilities = sigmoid(log_odds).tolist()
    return [
        Score(
            score_id=new_id(),
            client_id=client_id,
            default_probability=probability,
            decision=decision,
            threshold=scorer.threshold,
            coverage=coverage,
            scorer=resources.tag,
            review=notes,
        ).of(features)
        for client_id, features, probability, decision, coverage, notes in zip(
            client_ids,
            given.clients,
            probabilities,
            scorer.decisions(probabilities),
            given.coverage,
            review(scorer, given),
            strict=True,
        )
    ]


def explain_clients(
    resources: Resources, client_ids: Sequence[int | None], clients: Sequence[Features]
) -> list[Explanation]:
    """Score clients with all their reasons, in their order."""
    return explain_given(resources, client_ids, resources.scorer.encoder.as_given(clients))


def explain_given(
    resources: Resources, client_ids: Sequence[int | None], given: Given
) -> list[Explanation]:
    """Score clients that the encoder has read, with all their reasons, in their order."""
    scorer = resources.scorer
    matrix = scorer.encoder.nearest_seen(given.matrix)
    log_odds, contributions = scorer.log_odds_and_contributions(matrix)
    scores = _scores(resources, client_ids, given, log_odds)
    sums = scorer.sum_by_fact(contributions)
    points = scorer.points_per_log_odds(log_odds).tolist()
    return [
        # Made of values that are valid already: checking hundreds of reasons again would take
        # longer than finding them.
        Explanation.model_construct(
            **dict(score),
            base_probability=scorer.base_probability,
            base_log_odds=scorer.base_log_odds,
            log_odds=float(log_odds[index]),
            reasons=_reasons(scorer, features, contributions[index], sums[index], points[index]),
        ).of(features)
        for index, (score, features) in enumerate(zip(scores, given.clients, strict=True))
    ]


def _reasons(
    scorer: Scorer, features: Features, contributions: Floats, sums: Floats, points: float
) -> list[Reason]:
    """Give all reasons, the strongest first; equal ones in the model's order.

    Parameters
    ----------
    scorer : Scorer
    features : mapping of str to float, str or None
        The client's values.
    contributions, sums : ndarray of float, shapes (k,) and (f,)
        What each feature and each fact adds to the log-odds.
    points : float
        Percentage points per unit of log-odds.
    """
    told: dict[str, list[FeatureReason]] = {fact: [] for fact in scorer.facts}
    for column, contribution, in_points in _strongest_first(contributions, points):
        name, label, fact = scorer.told[column]
        told[fact].append(FeatureReason(name, label, features.get(name), contribution, in_points))
    facts = list(told)
    return [
        Reason(
            fact=facts[place],
            label=scorer.fact_labels[facts[place]],
            contribution=contribution,
            points=in_points,
            features=told[facts[place]],
        )
        for place, contribution, in_points in _strongest_first(sums, points)
    ]


def _strongest_first(contributions: Floats, points: float) -> Iterator[tuple[int, float, float]]:
    """Give places and contributions, in log-odds and in points."""
    order = np.argsort(-np.abs(contributions), kind="stable")
    sorted_ones = contributions[order]
    return zip(order.tolist(), sorted_ones.tolist(), (sorted_ones * points).tolist(), strict=True)


def features_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give the features of a row of the portfolio, or of a new client's."""
    return {name: value for name, value in row.items() if name not in NOT_FEATURES}


def features_of_client(
    resources: Resources, client_id: int, given: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Give a client's features: those given, or else those that the portfolio holds.

    Raises
    ------
    InvalidInput
        If a feature has a value that there cannot be.
    NotFound
        If none are given, and the portfolio does not hold the client.
    """
    if given is None:
        return features_of(resources.portfolio.client(client_id))
    check_given(resources, given)
    return dict(given)


def check_given(resources: Resources, features: Mapping[str, Any]) -> None:
    """Check features as `/score_application` works them out, whether the model reads them or not.

    Raises
    ------
    InvalidInput
        If one is unknown, of the wrong type, or beyond what is possible.
    """
    catalogue = resources.scorer.catalogue
    for name, value in features.items():
        if name not in catalogue:
            raise InvalidInput(
                f"feature {name}", "the scorer knows it", "take the names that /scorer lists"
            )
        is_category = catalogue[name].unit is Unit.CATEGORY
        if value is not None and isinstance(value, str) is not is_category:
            raise InvalidInput(
                f"feature {name}",
                f"it is a {'category' if is_category else 'number'}, or missing",
                "give it as /score_application does",
            )
    check_possible(features, catalogue)


def of_model(resources: Resources, features: Mapping[str, Any]) -> dict[str, Any]:
    """Give those features that the scorer reads, and those that a shadow reads besides."""
    scorer, shadow = resources.scorer, resources.shadow
    names = (*scorer.features, *(shadow.reads_besides(scorer) if shadow else ()))
    return {name: features[name] for name in names if name in features}
