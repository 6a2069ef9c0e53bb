"""The model card: what is written on a scorer, where it comes from and what speaks for it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any, Self

from lib.decision import CostMatrix, InvalidInput
from lib.scoring.figures import CandidateFigures, GroupFigures, RivalFigures, WithholdingFigures


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
    label : mapping of str to str
        How people name the candidate, in French (``fr``) and in English (``en``).
    metrics : mapping of str to float
        Measured on the test set.
    intervals : mapping of str to (float, float)
        Their 95 % bootstrap intervals.
    candidates : tuple of CandidateFigures
        All who competed, the cheapest first.
    rivals : tuple of RivalFigures
        Other ways to decide, judged on the test set.
    fairness : tuple of GroupFigures
        Decisions by group of clients, on the test set.
    excluded_features : tuple of str
        Features that the model may not use, the protected ones among them.
    price_of_withholding : WithholdingFigures, optional
        What leaving the protected ones out costs.
    clients_trained_on, clients_tested_on : int
        Their numbers.
    base_rate : float
        Share of the training clients who defaulted, in [0, 1].
    period : str
        When the clients applied, in words.
    limits, intended_use : tuple of str
        What the figures do not tell, and what the scorer is for, a sentence each.
    data_fingerprint : str
        Of the features that it was trained on.
    versions : mapping of str to str
        Of the libraries that trained the model.
    created : str
        Time of the selection, ISO 8601.
    """

    candidate: str
    threshold: float
    costs: CostMatrix
    label: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    candidates: tuple[CandidateFigures, ...] = ()
    rivals: tuple[RivalFigures, ...] = ()
    fairness: tuple[GroupFigures, ...] = ()
    excluded_features: tuple[str, ...] = ()
    price_of_withholding: WithholdingFigures | None = None
    clients_trained_on: int = 0
    clients_tested_on: int = 0
    base_rate: float = 0.0
    period: str = ""
    limits: tuple[str, ...] = ()
    intended_use: tuple[str, ...] = ()
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
        price = plain.get("price_of_withholding")
        return cls(
            candidate=plain["candidate"],
            threshold=float(plain["threshold"]),
            costs=CostMatrix(**{name: float(cost) for name, cost in plain["costs"].items()}),
            label=dict(plain.get("label", {})),
            metrics={name: float(value) for name, value in plain.get("metrics", {}).items()},
            intervals={name: (low, high) for name, (low, high) in _items(plain, "intervals")},
            candidates=tuple(map(CandidateFigures.from_plain, plain.get("candidates", ()))),
            rivals=tuple(map(RivalFigures.from_plain, plain.get("rivals", ()))),
            fairness=tuple(map(GroupFigures.from_plain, plain.get("fairness", ()))),
            excluded_features=tuple(plain.get("excluded_features", ())),
            price_of_withholding=WithholdingFigures.from_plain(price) if price else None,
            clients_trained_on=int(plain.get("clients_trained_on", 0)),
            clients_tested_on=int(plain.get("clients_tested_on", 0)),
            base_rate=float(plain.get("base_rate", 0.0)),
            period=str(plain.get("period", "")),
            limits=tuple(plain.get("limits", ())),
            intended_use=tuple(plain.get("intended_use", ())),
            data_fingerprint=str(plain.get("data_fingerprint", "")),
            versions=dict(plain.get("versions", {})),
            created=str(plain.get("created", "")),
        )

    def to_plain(self) -> dict[str, Any]:
        """Give the card as plain values."""
        return asdict(self)


def _items(plain: Mapping[str, Any], name: str) -> Any:
    return plain.get(name, {}).items()


# How people name the figures by which decisions are judged.
METRIC_NAMES = {
    "business_cost": "Business cost per client",
    "business_cost_at_half": "Business cost, refusing from 50%",
    "business_cost_granting_all": "Business cost of granting all",
    "business_cost_refusing_all": "Business cost of refusing all",
    "auc": "AUC",
    "average_precision": "Average precision",
    "ks": "KS, largest distance between both outcomes",
    "brier": "Brier score",
    "accuracy": "Accuracy, right decisions",
    "recall": "Recall, defaults that were refused",
    "precision": "Precision, refused clients who default",
    "f2": "F2, recall counting twice",
    "grant_rate": "Clients granted",
}
