"""`/scorer`: the model card."""

from lib.scoring.card import FeatureInfo, ScorerCard
from lib.serving.wire.base import Message

__all__ = ["FeatureInfo", "ScorerCard", "ScorerRequest"]


class ScorerRequest(Message):
    """Body of `/scorer`: nothing."""
