"""The rows of a model card: what was measured, of whom, and how sure it is."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self


@dataclass(frozen=True)
class Row:
    """A row that plain values fill."""

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Read a row from plain values; what they hold beside it is left out."""
        return cls(**{field.name: plain[field.name] for field in fields(cls)})


@dataclass(frozen=True)
class CandidateFigures(Row):
    """One candidate of the selection, out-of-fold.

    Parameters
    ----------
    candidate, english : str
        Its name, and how people name it.
    business_cost, standard_error : float
        Cost per client with cross-fitted thresholds.
    auc : float
        In [0, 1].
    chosen : bool
        Whether it was selected.
    """

    candidate: str
    english: str
    business_cost: float
    standard_error: float
    auc: float
    chosen: bool


@dataclass(frozen=True)
class RivalFigures(Row):
    """Another way to decide about the test clients.

    Parameters
    ----------
    against, english : str
        Its name, and how people name it.
    cost : float
        Its business cost per client.
    difference, low, high : float
        What the scorer costs less that, with the ends of the paired 95 % interval.
    """

    against: str
    english: str
    cost: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class GroupFigures(Row):
    """One group of test clients; a rate of nobody is None.

    Parameters
    ----------
    attribute, attribute_english, group : str
        By what clients were grouped, in words, and which group this is.
    clients : int
        How many.
    grant_rate, false_refusal_rate, missed_default_rate, default_rate : float or None
        Shares granted; refused of those who repaid; granted of those who defaulted; defaulted.
        Each with the ends of its 95 % interval.
    mean_probability, calibration_error : float
        Mean default probability, and how far it is off on average.
    """

    attribute: str
    attribute_english: str
    group: str
    clients: int
    grant_rate: float | None
    grant_rate_low: float | None
    grant_rate_high: float | None
    false_refusal_rate: float | None
    false_refusal_rate_low: float | None
    false_refusal_rate_high: float | None
    missed_default_rate: float | None
    missed_default_rate_low: float | None
    missed_default_rate_high: float | None
    default_rate: float | None
    default_rate_low: float | None
    default_rate_high: float | None
    mean_probability: float
    calibration_error: float


@dataclass(frozen=True)
class WithholdingFigures(Row):
    """What leaving the protected features out costs, on the training clients.

    Parameters
    ----------
    cost, other_cost : float
        Business cost per client without them, and with them.
    difference, low, high : float
        The first less the second, with the ends of the paired 95 % interval.
    """

    cost: float
    other_cost: float
    difference: float
    low: float
    high: float
