"""Where a client stands in a group, in sentences and as a table."""

from itertools import pairwise

from lib.dashboard.folded import folded_table
from lib.dashboard.formats import (
    in_language,
    write_number,
    write_percent,
    write_value,
)
from lib.dashboard.languages import Language
from lib.dashboard.texts import say
from lib.features.description import Unit
from lib.serving.wire import Comparison, FeatureInfo

LOWEST, HIGHEST = 0.02, 0.98
NO, YES = "no", "yes"


def count_answers(comparison: Comparison) -> Comparison:
    """Turn the histogram of a yes/no feature into the counts of its two answers."""
    edges = comparison.bin_edges or []
    yes = sum(count for low, count in zip(edges, comparison.counts, strict=False) if low >= 0.5)
    # Where all answers are one, the only bin lies around it.
    if len(comparison.counts) == 1 and edges[1] > 1:
        yes = comparison.counts[0]
    value = comparison.value
    return comparison.model_copy(
        update={
            "counts": [sum(comparison.counts) - yes, yes],
            "categories": [NO, YES],
            "bin_edges": None,
            "quantiles": None,
            "value": None if value is None else (YES if value else NO),
        }
    )


def write_category(name: str, info: FeatureInfo, language: Language) -> str:
    """Write one category, or one of the two answers of a yes/no feature."""
    value = float(name == YES) if info.unit == Unit.YES_NO else name
    return write_value(value, info, language)


def say_comparison(comparison: Comparison, info: FeatureInfo, language: Language) -> list[str]:
    """Say where the client stands, and who the group is."""
    group = say_group(comparison.group_size, comparison.missing_share, language)
    if sum(comparison.counts) == 0:
        return [say(language, "comparison.empty"), group]
    return [_say_place(comparison, info, language), group + _say_middle(comparison, info, language)]


def say_group(size: int, missing_share: float, language: Language) -> str:
    """Say how many clients the group has, and how many of them lack the information."""
    written = write_number(size, language)
    missing = round(missing_share * size)
    if not missing:
        return say(language, "comparison.size_full", size=written)
    return say(language, "comparison.size", size=written, missing=write_number(missing, language))


def _say_place(comparison: Comparison, info: FeatureInfo, language: Language) -> str:
    if comparison.value is None:
        return say(language, "comparison.not_given")
    if comparison.categories is not None:
        value = write_category(str(comparison.value), info, language)
        return _say_category(comparison, value, language)
    value = write_value(comparison.value, info, language)
    percentile = comparison.percentile if comparison.percentile is not None else 0.0
    if percentile <= LOWEST:
        return say(language, "comparison.lowest", value=value)
    if percentile >= HIGHEST:
        return say(language, "comparison.highest", value=value)
    share = write_percent(percentile, language, digits=0)
    return say(language, "comparison.percentile", value=value, share=share)


def _say_category(comparison: Comparison, value: str, language: Language) -> str:
    counts = dict(zip(comparison.categories or [], comparison.counts, strict=True))
    own = counts.get(str(comparison.value), 0)
    if own == 0:
        return say(language, "comparison.other_category", value=value)
    share = write_percent(own / sum(comparison.counts), language, digits=0)
    return say(language, "comparison.category", value=value, share=share)


def _say_middle(comparison: Comparison, info: FeatureInfo, language: Language) -> str:
    quantiles = comparison.quantiles or {}
    if not {"0.25", "0.5", "0.75"} <= quantiles.keys():
        return ""
    low, middle, high = (
        write_value(quantiles[key], info, language) for key in ("0.25", "0.5", "0.75")
    )
    sentences = (
        say(language, "comparison.median", value=middle),
        say(language, "comparison.half", low=low, high=high),
    )
    return "".join(f" {sentence}" for sentence in sentences)


def write_figures(comparison: Comparison, info: FeatureInfo, language: Language) -> str:
    """Write the chart as a table, for who cannot see it or wants the figures."""
    total = sum(comparison.counts)
    names = (
        [write_category(name, info, language) for name in comparison.categories]
        if comparison.categories is not None
        else [
            say(
                language,
                "comparison.from_to",
                low=write_value(low, info, language),
                high=write_value(high, info, language),
            )
            for low, high in pairwise(comparison.bin_edges or [])
        ]
    )
    rows = [
        (name, write_number(count, language), write_percent(count / total, language))
        for name, count in zip(names, comparison.counts, strict=True)
    ]
    caption = in_language(info.label, language)
    headings = [
        say(language, "comparison.value"),
        say(language, "comparison.clients"),
        say(language, "comparison.share"),
    ]
    return folded_table(caption, headings, rows, language)
