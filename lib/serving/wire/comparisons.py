"""`/compare`: how a group is spread over one feature, or over two, and where a client stands."""

from typing import Annotated, Literal

from pydantic import Field

from lib.serving.examples import EXAMPLE_COMPARE
from lib.serving.wire.base import ClientId, Message, Share, Value, shown_by
from lib.serving.wire.clients import Filters

MOST_BINS = 100
MOST_BINS_A_SIDE = 50


class Group(Message):
    """The clients that one is compared with: those of a kind for whom all filters hold.

    `similar` are the 100 nearest to the client of the request, as `/similar` finds them among
    those for whom the filters hold.
    """

    kind: Literal["all", "granted", "refused", "filters", "similar"] = "all"
    filters: Filters = Field(default_factory=list)


class CompareRequest(Message):
    """Body of `/compare`: one feature of a group, and where a client stands in it.

    With `second_feature`, also how the group is spread over both features together; with
    `overview`, also what is usual in the group for every feature.
    """

    model_config = shown_by(EXAMPLE_COMPARE)

    feature: str
    second_feature: str | None = None
    group: Group = Group()
    client_id: ClientId | None = None
    bins: Annotated[int, Field(ge=1, le=MOST_BINS)] = 20
    bins_a_side: Annotated[
        int, Field(ge=1, le=MOST_BINS_A_SIDE, description="of each of two features")
    ] = 25
    overview: bool = False


class Axis(Message):
    """One of two features: a number has `bin_edges`, a category has `categories`."""

    feature: str
    value: Value = Field(description="the client's own")
    bin_edges: list[float] | None
    categories: list[str] | None


class Density(Message):
    """How many clients of a group have which values of two features.

    `counts` has a row for each bin or category of `y`, from the lowest edge on, and in it a number
    for each of `x`. Clients who lack a value of either are only in `missing_share`.
    """

    x: Axis
    y: Axis
    counts: list[list[int]]
    missing_share: Share


class Usual(Message):
    """What is usual of one feature in a group.

    A number has `quantiles`, null where nobody has a value; a category has `shares` of the given
    values, the most frequent first.
    """

    quantiles: dict[str, float] | None = Field(description="keys 0.05, 0.5, 0.95")
    shares: dict[str, Share] | None


class Comparison(Message):
    """Answer of `/compare`: how a group's values of one feature are distributed.

    A number has `bin_edges` (one more than `counts`) and `quantiles`; a category has `categories`,
    the most frequent first, at most 100. Each client of the group weighs the same: `missing_share`
    and the shares `counts / group_size` add up to 1.
    `percentile` is the share of the group's given values below the client's, equal ones counted
    by half; null where the client has none.
    """

    feature: str
    group_size: int
    missing_share: Share
    value: Value
    percentile: Share | None
    counts: list[int]
    bin_edges: list[float] | None
    categories: list[str] | None
    quantiles: dict[str, float] | None = Field(description="keys 0.05, 0.25, 0.5, 0.75, 0.95")
    density: Density | None = None
    overview: dict[str, Usual] | None = Field(default=None, description="by the feature's name")
