"""What is written on a scorer: where it comes from and what speaks for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Self

from lib.decision import CostMatrix, InvalidInput


@dataclass(frozen=True)
class ScorerCard:
    """Facts about a scorer that do not change its answers, and the threshold, which does.

    Parameters
    ----------
    candidate : str
        Name of the candidate that was selected.
    threshold : float
        Clients from this default probability on are refused; in [0, 1].
    costs : CostMatrix
        What the selection weighed.
    metrics : mapping of str to float
        Measured on the test set.
    clients_trained_on : int
        Their number.
    data_fingerprint : str
        Of the raw tables.
    versions : mapping of str to str
        Of the libraries that trained the model.
    created : str
        Time of the selection, ISO 8601.
    """

    candidate: str
    threshold: float
    costs: CostMatrix
    metrics: Mapping[str, float] = field(default_factory=dict)
    clients_trained_on: int = 0
    data_fingerprint: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    created: str = ""

    def __post_init__(self) -> None:
        if not (isfinite(self.threshold) and 0 <= self.threshold <= 1):
            raise InvalidInput(
                f"threshold {self.threshold}", "it lies in [0, 1]", "select the model again"
            )

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Read a card from plain values; what they hold beside it is left out."""
        costs = CostMatrix(**{name: float(cost) for name, cost in plain["costs"].items()})
        return cls(
            candidate=plain["candidate"],
            threshold=float(plain["threshold"]),
            costs=costs,
            metrics={name: float(value) for name, value in plain.get("metrics", {}).items()},
            clients_trained_on=int(plain.get("clients_trained_on", 0)),
            data_fingerprint=str(plain.get("data_fingerprint", "")),
            versions=dict(plain.get("versions", {})),
            created=str(plain.get("created", "")),
        )

    def to_plain(self) -> dict[str, Any]:
        """Give the card as plain values."""
        return {**vars(self), "costs": vars(self.costs)}
