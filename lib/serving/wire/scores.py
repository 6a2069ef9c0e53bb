"""`/score` and `/explain`: from the features of clients to probabilities and reasons."""

from typing import Annotated

from pydantic import Field

from lib.decision import Decision
from lib.features.description import Text
from lib.serving.examples import EXAMPLE_SCORE_REQUEST
from lib.serving.wire.base import (
    MOST_CLIENTS,
    ClientId,
    Message,
    Probability,
    Share,
    Value,
    shown_by,
)


class ClientFeatures(Message):
    """The features of one client; a feature left out counts as missing."""

    client_id: ClientId | None = None
    features: dict[str, Value]


class ScoreRequest(Message):
    """Body of `/score` and `/explain`."""

    model_config = shown_by(EXAMPLE_SCORE_REQUEST)

    clients: Annotated[list[ClientFeatures], Field(min_length=1, max_length=MOST_CLIENTS)]


class Score(Message):
    """The probability of one client and what follows from it."""

    client_id: ClientId | None
    default_probability: Probability
    decision: Decision
    threshold: Probability
    coverage: Annotated[Share, Field(description="share of features given")]
    scorer: Annotated[str, Field(description="tag of the scorer in the store")]


class Scores(Message):
    """Answer of `/score`, in the order of the request."""

    scores: list[Score]


class Reason(Message):
    """What one feature adds to the log-odds of default: positive pushes towards refusal."""

    feature: str
    label: Text
    value: Value
    contribution: float


class Explanation(Score):
    """A score with all its reasons, the strongest first.

    ``base_log_odds`` plus all contributions is ``log_odds``, whose sigmoid is
    ``default_probability``.
    """

    base_probability: Probability
    base_log_odds: float
    log_odds: float
    reasons: list[Reason]


class Explanations(Message):
    """Answer of `/explain`, in the order of the request."""

    explanations: list[Explanation]
