"""The model card as it goes over the wire: how the scorer was chosen, judged and audited."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
Interval = Annotated[tuple[float, float], Field(description="ends of a 95% interval")]


class Part(BaseModel):
    """A part of the card; it has no other fields than those named."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CandidateFigures(Part):
    """One candidate of the selection, out-of-fold."""

    candidate: str
    english: str
    business_cost: float
    standard_error: float
    auc: Share
    chosen: bool


class RivalFigures(Part):
    """Another way to decide about the test clients; below 0 the scorer costs less than it."""

    against: str
    english: str
    cost: float
    difference: float
    low: float
    high: float


class GroupFigures(Part):
    """Decisions about one group of test clients; a rate of nobody is null."""

    attribute: str
    attribute_english: str
    group: str
    clients: int
    grant_rate: Share | None
    grant_rate_low: Share | None
    grant_rate_high: Share | None
    false_refusal_rate: Share | None
    false_refusal_rate_low: Share | None
    false_refusal_rate_high: Share | None
    missed_default_rate: Share | None
    missed_default_rate_low: Share | None
    missed_default_rate_high: Share | None
    default_rate: Share | None
    default_rate_low: Share | None
    default_rate_high: Share | None
    mean_probability: Share
    calibration_error: Share


class WithholdingFigures(Part):
    """What leaving the protected features out costs: above 0 the lender pays for it."""

    cost: float
    other_cost: float
    difference: float
    low: float
    high: float


class ModelCard(Part):
    """What a risk committee asks of a scorer, beside its figures."""

    intervals: dict[str, Interval] = {}
    candidates: list[CandidateFigures] = []
    rivals: list[RivalFigures] = []
    fairness: list[GroupFigures] = []
    excluded_features: list[str] = []
    price_of_withholding: WithholdingFigures | None = None
    clients_tested_on: int = 0
    base_rate: Share = 0.0
    period: str = ""
    limits: list[str] = []
    intended_use: list[str] = []

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Take from a scorer's card, as plain values, what belongs here."""
        return cls(**{name: plain[name] for name in cls.model_fields})
