"""`/portfolio`: all clients together, never one of them."""

from typing import Annotated

from pydantic import Field

from lib.decision import CostMatrix
from lib.features.description import Text
from lib.serving.examples import EXAMPLE_PORTFOLIO
from lib.serving.wire.base import Message, Probability, Share, shown_by
from lib.serving.wire.clients import Filters
from lib.serving.wire.comparisons import MOST_BINS

Counts = list[int]


class PortfolioRequest(Message):
    """Body of `/portfolio`: the clients for whom all filters hold, by segment.

    `segment` is a feature with categories; each of its categories is counted apart too.
    """

    model_config = shown_by(EXAMPLE_PORTFOLIO)

    filters: Filters = Field(default_factory=list)
    segment: str | None = None
    bins: Annotated[int, Field(ge=2, le=MOST_BINS, description="at most so many")] = 60


class RiskBins(Message):
    """Clients counted by default probability; each list has a number for each bin.

    `expected_defaults` adds their calibrated probabilities up; `defaulted` and `repaid` count
    those whose outcome is known.
    """

    clients: Counts
    expected_defaults: list[float]
    defaulted: Counts
    repaid: Counts


class RefusalReason(Message):
    """What one feature adds to the risk of refused clients, in log-odds and on average.

    `main_share` is the share of them who have it among their four strongest reasons for refusal.
    """

    feature: str
    label: Text
    mean_contribution: float
    main_share: Share


class PortfolioOverview(Message):
    """Answer of `/portfolio`.

    `bin_edges` rise from 0 to 1, one more than there are bins, with the threshold among them.
    `segments` has the largest first; categories with fewer than 10 clients are left out. `reasons`
    push most towards refusal among refused clients, found on `explained` of them at even
    distances; there are none where fewer than 10 are refused.
    """

    threshold: Probability
    costs: CostMatrix
    bin_edges: list[Probability]
    everybody: RiskBins
    segments: dict[str, RiskBins]
    refused: int
    explained: int
    reasons: list[RefusalReason]
