"""Two features together, in a sentence and as a table."""

from collections.abc import Sequence
from itertools import pairwise

from lib.dashboard.formats import in_language, write_number, write_percent, write_value
from lib.dashboard.languages import Language
from lib.dashboard.markup import element, table, text
from lib.dashboard.panels.density_map import place_on
from lib.dashboard.panels.standing import write_category
from lib.dashboard.texts import say
from lib.serving.wire import Axis, Density, FeatureInfo


def turned(density: Density) -> Density:
    """Put a category on the vertical axis, where its name has room, if a number is the other."""
    if density.x.categories is None or density.y.categories is not None:
        return density
    counts = [list(column) for column in zip(*density.counts, strict=True)]
    return density.model_copy(update={"x": density.y, "y": density.x, "counts": counts})


def count_around(density: Density) -> int | None:
    """Count the clients in the client's own cell; None where the client lacks a value."""
    x, y = place_on(density.x), place_on(density.y)
    if x is None or y is None:
        return None
    row = min(int(y), len(density.counts) - 1)
    return density.counts[row][min(int(x), len(density.counts[row]) - 1)]


def say_density(density: Density, x: FeatureInfo, y: FeatureInfo, language: Language) -> str:
    """Say how many clients are where the client is."""
    around = count_around(density)
    if around is None:
        return say(language, "comparison.nowhere")
    total = sum(map(sum, density.counts))
    return say(
        language,
        "comparison.around",
        x=_write_own(density.x, x, language),
        y=_write_own(density.y, y, language),
        share=write_percent(around / total, language) if total else "–",
        clients=write_number(around, language),
    )


def write_density(density: Density, x: FeatureInfo, y: FeatureInfo, language: Language) -> str:
    """Write the map as a table, the highest row first as on the map."""
    labels = in_language(y.label, language), in_language(x.label, language)
    caption = say(language, "comparison.crossed", y=labels[0], x=labels[1])
    names = _name_parts(density.y, y, language)
    rows = [
        (name, *(write_number(count, language) for count in counts))
        for name, counts in zip(names, density.counts, strict=True)
    ]
    headings = [caption, *_name_parts(density.x, x, language)]
    return element(
        "details",
        element("summary", text(say(language, "comparison.table"))),
        element(
            "div",
            table(caption, headings, reversed(rows), class_="figures-table"),
            tabindex="0",
            role="region",
            aria_label=caption,
            class_="wide-table",
        ),
    )


def _write_own(axis: Axis, info: FeatureInfo, language: Language) -> str:
    value = axis.value
    if isinstance(value, str):
        return write_category(value, info, language)
    return write_value(value, info, language)


def _name_parts(axis: Axis, info: FeatureInfo, language: Language) -> Sequence[str]:
    if axis.bin_edges is None:
        return [write_category(name, info, language) for name in axis.categories or []]
    return [
        say(
            language,
            "comparison.from_to",
            low=write_value(low, info, language),
            high=write_value(high, info, language),
        )
        for low, high in pairwise(axis.bin_edges)
    ]
