"""Where scorers are kept: the BentoML store, and the rule by which a new one takes over.

The latest scorer in the store is the one in place. A new one is saved, and so takes its place, only
if it costs the business less on the same test clients.
"""

from dataclasses import dataclass
from pathlib import Path

import bentoml
import pyarrow as pa

from lib.decision import CostMatrix, InvalidInput, business_cost, refuses
from lib.scoring.scorer import Scorer

MODEL_NAME = "credit_scorer"
# Labels are short by BentoML's rules; this much of a fingerprint still tells two apart.
FINGERPRINT_LETTERS = 16


@dataclass(frozen=True)
class Promotion:
    """What became of a new scorer.

    Attributes
    ----------
    tag : str
        Of the scorer in place now.
    promoted : bool
        Whether it is the new one.
    reason : str
        Why, in a sentence.
    cost, cost_in_place : float, float or None
        Business cost of the new one and of the one in place on the same test clients; None where
        there is none, or where it cannot read the features.
    """

    tag: str
    promoted: bool
    reason: str
    cost: float
    cost_in_place: float | None


def save_scorer(scorer: Scorer) -> str:
    """Save a scorer in the store, as the latest, and give its tag."""
    card = scorer.card
    with bentoml.models.create(
        MODEL_NAME,
        labels={
            "candidate": card.candidate,
            "fingerprint": card.data_fingerprint[:FINGERPRINT_LETTERS],
        },
        metadata={
            "threshold": card.threshold,
            "costs": vars(card.costs),
            "metrics": dict(card.metrics),
            "features": list(scorer.features),
            "data_fingerprint": card.data_fingerprint,
            "clients_trained_on": card.clients_trained_on,
            "created": card.created,
        },
    ) as entry:
        scorer.save(Path(entry.path))
    return str(entry.tag)


def load_scorer(tag: str = f"{MODEL_NAME}:latest") -> Scorer:
    """Load a scorer from the store.

    Raises
    ------
    InvalidInput
        If the store does not hold it.
    """
    return Scorer.load(Path(_entry(tag).path))


def latest_tag() -> str | None:
    """Give the tag of the scorer in place, or None where there is none."""
    try:
        return str(_entry(f"{MODEL_NAME}:latest").tag)
    except InvalidInput:
        return None


def promote(scorer: Scorer, test_clients: pa.Table, force: bool = False) -> Promotion:
    """Save a scorer if it is better than the one in place on the same test clients.

    Parameters
    ----------
    scorer : Scorer
        The new one.
    test_clients : Table
        Features of the clients set aside, and `defaulted` (0 or 1).
    force : bool
        Save it whatever the one in place costs.

    Returns
    -------
    Promotion
    """
    cost = cost_on(scorer, test_clients, scorer.card.costs)
    tag = latest_tag()
    if tag is None:
        reason = "No scorer was in place."
        return Promotion(save_scorer(scorer), True, reason, cost, None)
    try:
        in_place = cost_on(load_scorer(tag), test_clients, scorer.card.costs)
    except InvalidInput as error:
        reason = f"{tag}, in place before, cannot score these test clients: {error}"
        return Promotion(save_scorer(scorer), True, reason, cost, None)
    compared = f"it costs {cost:.4f} a client, {tag} {in_place:.4f}, on the same test clients"
    if cost < in_place:
        return Promotion(save_scorer(scorer), True, f"Better: {compared}.", cost, in_place)
    if force:
        return Promotion(save_scorer(scorer), True, f"Forced: {compared}.", cost, in_place)
    return Promotion(tag, False, f"Not better, so not saved: {compared}.", cost, in_place)


def cost_on(scorer: Scorer, clients: pa.Table, costs: CostMatrix) -> float:
    """Give the business cost of a scorer's own decisions on clients whose outcome is known."""
    probabilities = scorer.default_probabilities(scorer.encode_frame(clients))
    refused = refuses(probabilities, scorer.threshold)
    defaulted = clients.column("defaulted").to_numpy().astype(int)
    return float(business_cost(defaulted, refused, costs))


def _entry(tag: str) -> bentoml.Model:
    try:
        return bentoml.models.get(tag)
    except bentoml.exceptions.NotFound as error:
        raise InvalidInput(
            f"scorer {tag}", "it is in the BentoML store", "save one with notebook 03"
        ) from error
