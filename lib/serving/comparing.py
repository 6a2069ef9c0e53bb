"""A group against one client, by one feature or two."""

from collections.abc import Mapping
from typing import Any

from lib import portfolio as known
from lib.decision import Decision, InvalidInput
from lib.portfolio import Condition, Portfolio
from lib.scoring.scorer import Scorer
from lib.serving.known import conditions_of
from lib.serving.wire import Axis, CompareRequest, Comparison, Density, Group, Usual

MOST_SIMILAR = 100
DECISIONS = {"granted": Decision.GRANT, "refused": Decision.REFUSE}


def compare_clients(portfolio: Portfolio, scorer: Scorer, request: CompareRequest) -> Comparison:
    """Show how a group is spread over one feature, or over two, and where a client stands.

    Raises
    ------
    InvalidInput
        If a feature is unknown, or the group has fewer than 10 clients.
    """
    features = [name for name in {request.feature, request.second_feature} if name]
    client = {} if request.client_id is None else portfolio.values(request.client_id, features)
    value = client.get(request.feature)
    group = group_of(portfolio, scorer, request)
    told = portfolio.compare(request.feature, group, bins=request.bins, value=value)
    return Comparison(
        feature=request.feature,
        group_size=told.group_size,
        missing_share=told.missing_share,
        value=value,
        percentile=told.percentile,
        counts=told.counts,
        bin_edges=told.bin_edges,
        categories=told.categories,
        quantiles={str(share): at for share, at in told.quantiles.items()}
        if told.quantiles
        else None,
        density=density_of(portfolio, group, client, request),
        overview=overview_of(portfolio, group) if request.overview else None,
    )


def group_of(portfolio: Portfolio, scorer: Scorer, request: CompareRequest) -> known.Group:
    """Say who belongs to the group of a request.

    Raises
    ------
    InvalidInput
        If it is of those like a client, and no client is named.
    """
    conditions = group_conditions(request.group)
    if request.group.kind != "similar":
        return known.Group(conditions)
    if request.client_id is None:
        raise InvalidInput("client_id", "those similar are similar to someone", "give the client")
    nearest = portfolio.similar(
        request.client_id, scorer.importance, conditions, count=MOST_SIMILAR
    )
    return known.Group(client_ids=[row["client_id"] for row in nearest.rows])


def group_conditions(group: Group) -> list[Condition]:
    """Say what must hold for the clients of a group.

    Examples
    --------
    >>> group_conditions(Group(kind="granted"))[0].categories
    ('grant',)
    """
    conditions = conditions_of(group.filters)
    if group.kind in DECISIONS:
        conditions.append(Condition("decision", categories=(DECISIONS[group.kind].value,)))
    return conditions


def density_of(
    portfolio: Portfolio, group: known.Group, client: Mapping[str, Any], request: CompareRequest
) -> Density | None:
    """Count the group by two features, where the request names a second one."""
    if request.second_feature is None:
        return None
    told = portfolio.compare_two(
        request.feature, request.second_feature, group, bins_a_side=request.bins_a_side
    )
    return Density(
        x=_axis(request.feature, told.x, client),
        y=_axis(request.second_feature, told.y, client),
        counts=told.counts,
        missing_share=told.missing_share,
    )


def overview_of(portfolio: Portfolio, group: known.Group) -> dict[str, Usual]:
    """Say what is usual in the group for every feature."""
    return {
        name: Usual(
            quantiles=None
            if usual.quantiles is None
            else {str(at): one for at, one in usual.quantiles.items()},
            shares=usual.shares,
        )
        for name, usual in portfolio.overview(group).items()
    }


def _axis(feature: str, axis: known.Axis, client: Mapping[str, Any]) -> Axis:
    return Axis(
        feature=feature,
        value=client.get(feature),
        bin_edges=axis.bin_edges,
        categories=axis.categories,
    )
