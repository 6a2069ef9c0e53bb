"""The known clients as messages: one of them, a page of a list, those like one of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from lib.portfolio import FEWEST_IN_A_GROUP, Condition, Portfolio
from lib.scoring.scorer import Scorer
from lib.serving.explaining import explain_clients
from lib.serving.wire import (
    CategoryCount,
    ClientFile,
    ClientPage,
    ClientRequest,
    ClientSummary,
    Filter,
    SearchRequest,
    SimilarClient,
    SimilarClients,
    SimilarRequest,
)

OUTSIDE_FEATURES = frozenset({"client_id", "defaulted", "default_probability", "decision"})


def client_file(
    portfolio: Portfolio, scorer: Scorer, tag: str, request: ClientRequest
) -> ClientFile:
    """Give all that is known of one client, with the explanation of the score."""
    row = portfolio.client(request.client_id)
    explained = explain_clients(scorer, tag, [request.client_id], [model_features(row, scorer)])
    return ClientFile.model_construct(
        client_id=request.client_id,
        defaulted=row["defaulted"],
        features=all_features(row),
        explanation=explained[0],
    )


def page_of_clients(portfolio: Portfolio, request: SearchRequest) -> ClientPage:
    """List the clients for whom all filters hold, a page at a time."""
    found = portfolio.search(
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


def similar_clients(
    portfolio: Portfolio, scorer: Scorer, request: SimilarRequest
) -> SimilarClients:
    """List the clients nearest to one, with their outcomes."""
    found = portfolio.similar(
        request.client_id,
        scorer.importance,
        conditions_of(request.filters),
        count=request.count,
        features=request.features,
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
        compared_on=found.compared_on,
    )


def summary(row: Mapping[str, Any], features: Sequence[str]) -> dict[str, Any]:
    """Give what a line of a list shows."""
    return {
        "client_id": row["client_id"],
        "default_probability": row["default_probability"],
        "decision": row["decision"],
        "features": {name: row[name] for name in features},
    }


def share_of(outcomes: Sequence[bool]) -> float | None:
    """Give the share that defaulted, where there are enough outcomes to speak of one.

    Examples
    --------
    >>> share_of([True] * 3 + [False] * 9), share_of([True])
    (0.25, None)
    """
    return sum(outcomes) / len(outcomes) if len(outcomes) >= FEWEST_IN_A_GROUP else None


def all_features(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give the features of a row of the portfolio."""
    return {name: value for name, value in row.items() if name not in OUTSIDE_FEATURES}


def model_features(row: Mapping[str, Any], scorer: Scorer) -> dict[str, Any]:
    """Give those that the scorer reads."""
    return {name: row[name] for name in scorer.features if name in row}


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
