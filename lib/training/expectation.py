"""What one may expect of a feature: which way it should push, and why."""

from dataclasses import dataclass
from enum import Enum


class Direction(Enum):
    """What a larger value does to the default probability."""

    RAISES = 1
    LOWERS = -1


@dataclass(frozen=True)
class Expectation:
    """Features that should push one way, for one reason.

    Parameters
    ----------
    direction : Direction
        What a larger value should do.
    reason : str
        Why, in a sentence.
    features : tuple of str
        Their names in the catalogue; a name also stands for its variants over the last months,
        such as `_last_12_months`.
    """

    direction: Direction
    reason: str
    features: tuple[str, ...]
