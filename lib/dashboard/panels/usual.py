"""What is usual in a group, and whether a client's value is unusual in it."""

from enum import StrEnum

from lib.dashboard.formats import write_percent, write_value
from lib.dashboard.languages import Language
from lib.dashboard.texts import say, text_id
from lib.features.description import Unit
from lib.serving.wire import FeatureInfo, Usual, Value

RARE_SHARE = 0.05


class Unusual(StrEnum):
    """In what way a value is unusual."""

    LOW = "low"
    HIGH = "high"
    RARE = "rare"


MARKS = {
    Unusual.LOW: text_id("information.low"),
    Unusual.HIGH: text_id("information.high"),
    Unusual.RARE: text_id("information.rare"),
}


def find_unusual(value: Value, usual: Usual | None, info: FeatureInfo) -> Unusual | None:
    """Say in what way a value is unusual in a group.

    A number is where it lies below the group's 5th percentile or above its 95th, a category where
    fewer than 5 of 100 have it; a missing value never is.
    """
    if value is None or usual is None:
        return None
    if isinstance(value, str):
        is_rare = usual.shares is not None and usual.shares.get(value, 0.0) < RARE_SHARE
        return Unusual.RARE if is_rare else None
    if usual.quantiles is None or usual.quantiles["0.05"] <= value <= usual.quantiles["0.95"]:
        return None
    if info.unit == Unit.YES_NO:
        return Unusual.RARE
    return Unusual.LOW if value < usual.quantiles["0.05"] else Unusual.HIGH


def say_unusual(unusual: Unusual, language: Language) -> str:
    """Say in what way a value is unusual."""
    return say(language, MARKS[unusual])


def say_usual(usual: Usual | None, info: FeatureInfo, language: Language) -> str:
    """Say what is usual: a number's median, or the category or answer that most have."""
    if usual and usual.shares:
        name, share = next(iter(usual.shares.items()))
        written = write_value(name, info, language)
        share_written = write_percent(share, language, digits=0)
        return say(language, "information.most", value=written, share=share_written)
    if usual and usual.quantiles:
        median = write_value(usual.quantiles["0.5"], info, language)
        if info.unit == Unit.YES_NO:
            return say(language, "information.mostly", value=median)
        return say(language, "information.median", value=median)
    return ""
