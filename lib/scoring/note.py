"""Why a person must look at a score, as it is told with the score."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from lib.features.description import Text


class ReviewKind(StrEnum):
    """What makes a score one that a person must look at."""

    OUTSIDE_SEEN = "outside_seen"  # a number beyond what the model has seen
    UNSEEN_CATEGORY = "unseen_category"  # a category that the model has not seen
    TOO_LITTLE_KNOWN = "too_little_known"  # less given than calibration holds for
    UNTOLD = "untold"  # numbers missing that no client lacked whom the model has seen


class ReviewNote(BaseModel):
    """One reason why a person must look at a score.

    Parameters
    ----------
    kind : ReviewKind
    feature : str or None
        What is unusual; None where it is that too little is known, or what was not told.
    value : float or str
        The client's own value; for too little known, the share that is known, see `known_shares`;
        for what was not told, how many features that are.
    nearest_seen : float or None
        The value that it counts as; for too little known, the share from which on calibration
        holds. None for a category, which counts as none.
    text : Text
        All that in words.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    kind: ReviewKind
    feature: str | None = None
    value: Annotated[float | str, Field(description="the client's own")]
    nearest_seen: Annotated[float | None, Field(description="what it counts as")] = None
    text: Text
