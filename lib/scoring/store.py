"""Where scorers are kept: the BentoML store, and the rule by which a new one takes over.

The latest scorer in the store is the one in place. A new one is saved, and so takes its place, only
if it surely costs the business less on the same test clients, or if someone insists.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bentoml
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lib.decision import CostDifference, InvalidInput, cost_difference, refuses
from lib.scoring.card_page import write_card
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
        Why, in a sentence or two.
    difference : CostDifference or None
        What the new one costs less the one that was in place, on the same test clients; None where
        there was none, or where it cannot read these clients.
    """

    tag: str
    promoted: bool
    reason: str
    difference: CostDifference | None


def save_scorer(scorer: Scorer) -> str:
    """Save a scorer in the store, as the latest, with its model card, and give its tag.

    The card is in the entry's metadata, and beside the scorer as a page.
    """
    card = scorer.card
    with bentoml.models.create(
        MODEL_NAME,
        labels={
            "candidate": card.candidate,
            "fingerprint": card.data_fingerprint[:FINGERPRINT_LETTERS],
        },
        metadata={**_told(card.model_dump(mode="json")), "features": list(scorer.features)},
    ) as entry:
        scorer.save(Path(entry.path))
        write_card(scorer, Path(entry.path))
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
    """Save a scorer if it surely costs less than the one in place on the same test clients.

    It does where the paired 95% bootstrap interval of the cost difference lies below 0. An empty
    store takes the first scorer.

    Parameters
    ----------
    scorer : Scorer
        The new one; its costs weigh both.
    test_clients : Table
        Features of the clients set aside, and `defaulted` (0 or 1).
    force : bool
        Save it whatever the one in place costs.

    Returns
    -------
    Promotion

    Raises
    ------
    InvalidInput
        If the one in place cannot score these clients, and nobody insists.
    """
    tag = latest_tag()
    if tag is None:
        return Promotion(save_scorer(scorer), True, "No scorer was in place.", None)
    in_place = load_scorer(tag)
    try:
        difference = compare(scorer, in_place, test_clients)
    except InvalidInput as error:
        if not force:
            raise InvalidInput(
                f"{tag}, in place",
                f"it scores the clients set aside, to be compared with the new one; but {error}",
                "set force_promotion to put the new one in its place without a comparison",
            ) from error
        reason = f"Forced, without a comparison: {tag} cannot score these clients; {error}"
        return Promotion(save_scorer(scorer), True, reason, None)
    told = _in_words(difference, tag) + _doubt(scorer, in_place)
    if difference.surely_lower:
        return Promotion(save_scorer(scorer), True, f"Surely better: {told}", difference)
    if force:
        return Promotion(
            save_scorer(scorer), True, f"Forced, not surely better: {told}", difference
        )
    return Promotion(tag, False, f"Not surely better, so not saved: {told}", difference)


def compare(scorer: Scorer, in_place: Scorer, clients: pa.Table) -> CostDifference:
    """Compare the business costs of two scorers' own decisions on the same clients."""
    defaulted = clients.column("defaulted").to_numpy().astype(int)
    return cost_difference(
        defaulted, _refused(scorer, clients), _refused(in_place, clients), scorer.card.costs
    )


def _refused(scorer: Scorer, clients: pa.Table) -> npt.NDArray[np.bool_]:
    probabilities = scorer.default_probabilities(scorer.encode_frame(clients))
    return refuses(probabilities, scorer.threshold)


def _in_words(told: CostDifference, tag: str) -> str:
    return (
        f"it costs {told.cost:.4f} a client, {tag} {told.other_cost:.4f}, on the same test clients;"
        f" difference {told.difference:+.4f}, 95% interval {told.low:+.4f} to {told.high:+.4f}."
    )


def _doubt(scorer: Scorer, in_place: Scorer) -> str:
    """Say where the comparison may be unfair to the new scorer."""
    if scorer.card.data_fingerprint == in_place.card.data_fingerprint:
        return ""
    return " The one in place learned from other data, perhaps from some of these clients."


def _told(plain: Any) -> Any:
    """Give plain values without those that are None, which BentoML does not take."""
    return json.loads(
        json.dumps(plain),
        object_hook=lambda pairs: {k: v for k, v in pairs.items() if v is not None},
    )


def _entry(tag: str) -> bentoml.Model:
    try:
        return bentoml.models.get(tag)
    except bentoml.exceptions.NotFound as error:
        raise InvalidInput(
            f"scorer {tag}", "it is in the BentoML store", "save one with notebook 03"
        ) from error
