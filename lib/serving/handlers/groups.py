"""Many known clients together: how they are spread, how risky they are, why they are refused."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np

from lib import portfolio as known
from lib.decision import Decision, InvalidInput
from lib.portfolio import FEWEST_IN_A_GROUP, Condition, Portfolio
from lib.portfolio.ahead import SAMPLE_AHEAD
from lib.portfolio.keeping import kept
from lib.scoring.encoder import Floats
from lib.serving.handlers.clients import conditions_of
from lib.serving.handlers.scores import check_given
from lib.serving.http.keys import CALLER_ROLE, NotAllowed, Role
from lib.serving.resources import Resources
from lib.serving.wire import (
    Axis,
    CompareRequest,
    Comparison,
    Density,
    Filter,
    Group,
    NumberBins,
    PortfolioOverview,
    PortfolioRequest,
    RefusalReason,
    RiskBins,
    Usual,
)

MOST_SIMILAR = 100
DECISIONS = {"granted": Decision.GRANT, "refused": Decision.REFUSE}
# Contributions take about half a millisecond a client: so many stay within a second.
MOST_EXPLAINED = SAMPLE_AHEAD
ANSWERS_KEPT = 16
MAIN_REASONS = 4
MOST_REASONS = 15


def compare(resources: Resources, request: CompareRequest) -> Comparison:
    """Show how a group is spread over one or two features, and where a client stands.

    Raises
    ------
    InvalidInput
        If a feature is unknown, or the group has fewer than 10 clients.
    NotAllowed
        If it names a client, and the caller sees groups only.
    """
    require_nobody_named(request.group.filters, request.client_id)
    require_no_values(request)
    return resources.portfolio.file.read_as_one(partial(comparison_of, resources, request))


def comparison_of(resources: Resources, request: CompareRequest) -> Comparison:
    """Ask the portfolio what a comparison needs."""
    portfolio = resources.portfolio
    features = [name for name in {request.feature, request.second_feature} if name]
    client = client_values(resources, request, features)
    value = client.get(request.feature)
    group = group_of(resources, request)
    spread = portfolio.compare(request.feature, group, bins=request.bins, value=value)
    return Comparison(
        feature=request.feature,
        group_size=spread.group_size,
        missing_share=spread.missing_share,
        value=value,
        percentile=spread.percentile,
        equal_share=spread.equal_share,
        counts=spread.counts,
        bin_edges=spread.bin_edges,
        categories=spread.categories,
        other_clients=spread.other_clients,
        default_shares=spread.default_shares,
        by_factors=NumberBins(**asdict(spread.by_factors)) if spread.by_factors else None,
        quantiles=_by_name(spread.quantiles) or None,
        density=density_of(portfolio, group, client, request),
        overview=overview_of(portfolio, group) if request.overview else None,
    )


def portfolio(resources: Resources, request: PortfolioRequest) -> PortfolioOverview:
    """Show all clients together by risk and segment, and why clients are refused.

    Raises
    ------
    InvalidInput
        If a feature is unknown, the segment holds numbers, or fewer than 10 clients match.
    NotAllowed
        If it names a client, and the caller sees groups only.
    """
    require_nobody_named(request.filters)
    return resources.portfolio.file.read_as_one(partial(portfolio_overview_of, resources, request))


def portfolio_overview_of(resources: Resources, request: PortfolioRequest) -> PortfolioOverview:
    """Ask the portfolio what an overview of it needs."""
    scorer = resources.scorer
    conditions = conditions_of(request.filters)
    risks = resources.portfolio.risks(
        known.Group(conditions),
        segment=request.segment,
        threshold=scorer.threshold,
        bins=request.bins,
    )
    contributions = contributions_of_refused(resources, known.Group(conditions))
    place = risks.bin_edges.index(scorer.threshold)
    facts = list(scorer.facts)
    return PortfolioOverview(
        threshold=scorer.threshold,
        costs=scorer.card.costs,
        bin_edges=risks.bin_edges,
        everybody=RiskBins(**asdict(risks.everybody)),
        segments={name: RiskBins(**asdict(bins)) for name, bins in risks.segments.items()},
        refused=sum(risks.everybody.clients[place:]),
        explained=len(contributions),
        reasons=[
            RefusalReason(
                fact=facts[index],
                label=scorer.fact_labels[facts[index]],
                mean_contribution=mean,
                main_share=share,
            )
            for index, mean, share in rank_reasons(contributions)
        ],
    )


def require_nobody_named(filters: Sequence[Filter], client_id: int | None = None) -> None:
    """Refuse to speak of one client to who sees groups only.

    Raises
    ------
    NotAllowed
        If a client is named, or picked out by number.
    """
    if CALLER_ROLE.get().opens(Role.PORTFOLIO):
        return
    if client_id is not None or any(one.feature == "client_id" for one in filters):
        raise NotAllowed(
            "client_id",
            f"a key of the role “{Role.AGGREGATES}” names no client",
            "leave it out, or ask the operator for a key to the portfolio",
        )


def require_no_values(request: CompareRequest) -> None:
    """Refuse to who sees groups only to say where made-up values stand.

    Asked often enough, in groups that differ by one client, it would tell that client's own.

    Raises
    ------
    NotAllowed
        If values are given.
    """
    if request.client_features is not None and not CALLER_ROLE.get().opens(Role.PORTFOLIO):
        raise NotAllowed(
            "client_features",
            f"a key of the role “{Role.AGGREGATES}” asks of groups alone",
            "leave it out, or ask the operator for a key to the portfolio",
        )


def client_values(
    resources: Resources, request: CompareRequest, features: Sequence[str]
) -> Mapping[str, Any]:
    """Give a client's values of some features: those given, or else those of the portfolio.

    Raises
    ------
    InvalidInput
        If a value given is none that there can be.
    NotFound
        If none are given, and the portfolio does not hold the client.
    """
    if request.client_features is not None:
        check_given(resources, request.client_features)
        return {name: request.client_features.get(name) for name in features}
    if request.client_id is None:
        return {}
    return resources.portfolio.values(request.client_id, features)


def group_of(resources: Resources, request: CompareRequest) -> known.Group:
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
    nearest = resources.portfolio.similar(
        request.client_id,
        resources.scorer.feature_weights,
        conditions,
        count=MOST_SIMILAR,
        client=request.client_features,
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
        conditions.append(_decided(DECISIONS[group.kind]))
    return conditions


def density_of(
    portfolio: Portfolio, group: known.Group, client: Mapping[str, Any], request: CompareRequest
) -> Density | None:
    """Count the group by two features, where the request names a second one."""
    if request.second_feature is None:
        return None
    density = portfolio.compare_two(
        request.feature, request.second_feature, group, bins_a_side=request.bins_a_side
    )
    x, y = (
        Axis(
            feature=name,
            value=client.get(name),
            bin_edges=axis.bin_edges,
            categories=axis.categories,
        )
        for name, axis in ((request.feature, density.x), (request.second_feature, density.y))
    )
    return Density(x=x, y=y, counts=density.counts, missing_share=density.missing_share)


def overview_of(portfolio: Portfolio, group: known.Group) -> dict[str, Usual]:
    """Say what is usual in the group for every feature."""
    return {
        name: Usual(quantiles=_by_name(usual.quantiles), shares=usual.shares, given=usual.given)
        for name, usual in portfolio.overview(group).items()
    }


@kept(ANSWERS_KEPT)
def contributions_of_refused(resources: Resources, group: known.Group) -> Floats:
    """Give what each fact adds for some of the refused, shape (n, f); nothing where few are."""
    scorer = resources.scorer
    refused = known.Group([*group.conditions, _decided(Decision.REFUSE)])
    _, sample = resources.portfolio.sample(refused, columns=scorer.features, count=MOST_EXPLAINED)
    if len(sample) < FEWEST_IN_A_GROUP:
        return np.empty((0, len(scorer.facts)))
    return scorer.sum_by_fact(scorer.contributions(scorer.encode_frame(sample)))


def rank_reasons(contributions: Floats) -> list[tuple[int, float, float]]:
    """Rank facts by what they add to the risk on average.

    Parameters
    ----------
    contributions : ndarray of float, shape (n, f)
        Of n clients by f facts, in log-odds.

    Returns
    -------
    list of (int, float, float)
        Place of the fact, its mean contribution, and the share of clients who have it among
        their four strongest reasons for refusal, 0 where they are fewer than ten; at most 15, the
        weightiest first.

    Examples
    --------
    >>> rank_reasons(np.array([[0.5, -0.2], [0.25, 0.1]] * 8))
    [(0, 0.375, 1.0)]
    """
    if not len(contributions):
        return []
    means = contributions.mean(axis=0)
    strongest = np.argsort(-contributions, axis=1, kind="stable")[:, :MAIN_REASONS]
    against = np.take_along_axis(contributions, strongest, axis=1) > 0
    having = np.bincount(strongest[against], minlength=contributions.shape[1])
    main = np.where(having < FEWEST_IN_A_GROUP, 0, having) / len(contributions)
    ranked = np.argsort(-means, kind="stable")[:MOST_REASONS]
    return [(int(at), float(means[at]), float(main[at])) for at in ranked if means[at] > 0]


def _decided(decision: Decision) -> Condition:
    return Condition("decision", categories=(decision.value,))


def _by_name(quantiles: Mapping[float, float] | None) -> dict[str, float] | None:
    """Write quantiles with text as keys, as JSON needs it."""
    return None if quantiles is None else {str(share): at for share, at in quantiles.items()}
