"""`/scorer`: the model card."""

from pydantic import Field

from lib.features.description import Text
from lib.serving.model_card import ModelCard
from lib.serving.wire.base import Message, Probability


class ScorerRequest(Message):
    """Body of `/scorer`: nothing."""


class Costs(Message):
    """What wrong decisions cost, in units of one refused good client."""

    missed_default: float
    refused_good: float


class FeatureInfo(Message):
    """A feature as a person reads it."""

    name: str
    label: Text
    unit: str
    family: str
    source: str
    protected: bool
    changeable: bool
    in_model: bool
    importance: float = Field(description="mean absolute contribution in log-odds, 0 outside")
    categories: dict[str, Text]


class ScorerCard(Message):
    """Answer of `/scorer`: what is deployed, and what speaks for it."""

    tag: str
    candidate: str
    created: str
    threshold: Probability
    costs: Costs
    base_probability: Probability
    metrics: dict[str, float]
    data_fingerprint: str
    clients_trained_on: int
    versions: dict[str, str]
    features: list[FeatureInfo]
    model_card: ModelCard = ModelCard()
