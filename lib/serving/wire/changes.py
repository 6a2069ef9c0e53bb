"""`/what_if` and `/recourse`: what other values of changeable features would lead to."""

from typing import Annotated

from pydantic import Field

from lib.serving.examples import EXAMPLE_RECOURSE, EXAMPLE_WHAT_IF
from lib.serving.wire.base import ClientId, Message, Number, Probability, Value, shown_by
from lib.serving.wire.scores import Explanation, Score


class WhatIfRequest(Message):
    """Body of `/what_if`: other values of features that `/scorer` marks as changeable."""

    model_config = shown_by(EXAMPLE_WHAT_IF)

    client_id: ClientId
    changes: Annotated[dict[str, Number], Field(min_length=1, max_length=20)]


class WhatIf(Message):
    """Answer of `/what_if`: the same client before and after.

    `recomputed` are the features that follow from those changed, with their new values: the
    instalment against the income follows from both.
    """

    client_id: ClientId
    changes: dict[str, Number]
    recomputed: dict[str, Value]
    before: Explanation
    after: Explanation


class RecourseRequest(Message):
    """Body of `/recourse`: how a refused client would be granted.

    `features` are those that may change; where it is null, all changeable ones but the price of the
    goods, since nobody is served by a dearer good. `largest_change` is the most by which each may
    change, relative to the client's own value.
    """

    model_config = shown_by(EXAMPLE_RECOURSE)

    client_id: ClientId
    features: Annotated[list[str], Field(min_length=1, max_length=20)] | None = None
    largest_change: Annotated[float, Field(gt=0, le=0.9)] = 0.5


class Bounds(Message):
    """The values of one feature that were looked at."""

    minimum: float
    maximum: float


class RecourseOption(Message):
    """Changes that lead to a grant; `relative_changes` of -0.1 is a tenth less."""

    changes: dict[str, Number]
    relative_changes: dict[str, float]
    default_probability: Probability


class Recourse(Message):
    """Answer of `/recourse`: the smallest changes that would turn a refusal into a grant.

    `options` change as few features as possible, one option for each choice of features, the
    smallest change first. None means: none within these `bounds` if `complete`, and none in the
    time there was if not. A client who is granted already has none either.
    """

    client_id: ClientId
    before: Score
    bounds: dict[str, Bounds]
    options: list[RecourseOption]
    complete: bool
