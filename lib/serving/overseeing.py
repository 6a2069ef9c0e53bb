"""The portfolio as a whole: how risky, at what cost, and why clients are refused."""

from collections.abc import Sequence

import numpy as np

from lib.decision import Decision
from lib.portfolio import FEWEST_IN_A_GROUP, Bins, Condition, Group, Portfolio
from lib.scoring.encoder import Floats
from lib.scoring.scorer import Scorer
from lib.serving.explaining import words
from lib.serving.known import conditions_of
from lib.serving.wire import (
    PortfolioOverview,
    PortfolioRequest,
    RefusalReason,
    RiskBins,
)

# Contributions take about half a millisecond a client: so many stay within a second.
MOST_EXPLAINED = 1000
MAIN_REASONS = 4
MOST_REASONS = 15


def oversee(portfolio: Portfolio, scorer: Scorer, request: PortfolioRequest) -> PortfolioOverview:
    """Count clients by default probability and segment, with the reasons of refusals.

    Raises
    ------
    InvalidInput
        If a feature is unknown, the segment holds numbers, or fewer than 10 clients match.
    """
    conditions = conditions_of(request.filters)
    told = portfolio.risks(
        Group(conditions),
        segment=request.segment,
        threshold=scorer.threshold,
        bins=request.bins,
    )
    refused, contributions = contributions_of_refused(portfolio, scorer, conditions)
    return PortfolioOverview(
        threshold=scorer.threshold,
        costs=scorer.card.costs,
        bin_edges=told.bin_edges,
        everybody=_as_message(told.everybody),
        segments={name: _as_message(bins) for name, bins in told.segments.items()},
        refused=refused,
        explained=len(contributions),
        reasons=[
            RefusalReason(
                feature=scorer.features[index],
                label=words(scorer.catalogue[scorer.features[index]].label),
                mean_contribution=mean,
                main_share=share,
            )
            for index, mean, share in rank_reasons(contributions)
        ],
    )


def contributions_of_refused(
    portfolio: Portfolio, scorer: Scorer, conditions: Sequence[Condition]
) -> tuple[int, Floats]:
    """Give how many are refused, and the contributions for some of them, shape (n, k)."""
    refused = Group([*conditions, Condition("decision", categories=(Decision.REFUSE.value,))])
    total, sample = portfolio.sample(refused, columns=scorer.features, count=MOST_EXPLAINED)
    if total < FEWEST_IN_A_GROUP:
        return total, np.empty((0, len(scorer.features)))
    return total, scorer.contributions(scorer.encode_frame(sample))


def rank_reasons(contributions: Floats) -> list[tuple[int, float, float]]:
    """Rank features by what they add to the risk on average.

    Parameters
    ----------
    contributions : ndarray of float, shape (n, k)
        Of n clients by k features, in log-odds.

    Returns
    -------
    list of (int, float, float)
        Place of the feature, its mean contribution, and the share of clients who have it among
        their four strongest reasons for refusal; at most 15, the weightiest first.

    Examples
    --------
    >>> rank_reasons(np.array([[0.5, -0.2], [0.3, 0.1]]))
    [(0, 0.4, 1.0)]
    """
    if not len(contributions):
        return []
    means = contributions.mean(axis=0)
    strongest = np.argsort(-contributions, axis=1, kind="stable")[:, :MAIN_REASONS]
    against = np.take_along_axis(contributions, strongest, axis=1) > 0
    main = np.bincount(strongest[against], minlength=contributions.shape[1]) / len(contributions)
    ranked = np.argsort(-means, kind="stable")[:MOST_REASONS]
    return [(int(at), float(means[at]), float(main[at])) for at in ranked if means[at] > 0]


def _as_message(bins: Bins) -> RiskBins:
    return RiskBins(**vars(bins))
