"""Where a client stands in a group, in one feature or in two, in sentences and as tables."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from lib.dashboard.formats import (
    in_language,
    within_sentence,
    write_edge,
    write_number,
    write_percent,
    write_value,
)
from lib.dashboard.markup import Html, folded, table, wide
from lib.dashboard.texts import Language, say, say_count, text_id
from lib.features.description import Unit
from lib.serving.wire import Axis, Comparison, Density, FeatureInfo, SimilarClients

GROUP_NAMES = {
    "all": text_id("comparison.all"),
    "granted": text_id("comparison.granted"),
    "refused": text_id("comparison.refused"),
    "similar": text_id("comparison.similar"),
    "filters": text_id("comparison.filters"),
}
ENDS = 0.02  # share of a group: a client beyond whom are no more is among its ends
MANY = 0.05  # share of a group: where more have the client's number, that is said first
FEWEST_TOLD = 10  # of fewer clients the API tells nothing
NO, YES = "no", "yes"
UNTOLD = "–"
MOST_FACTS = 5  # named of what makes clients alike, the weightiest


def count_answers(comparison: Comparison) -> Comparison:
    """Turn the histogram of a yes/no feature into the counts of its two answers."""
    yes, value = _count_yes(comparison), comparison.value
    return comparison.model_copy(
        update={
            "counts": [sum(comparison.counts) - yes, yes],
            "categories": [NO, YES],
            "bin_edges": None,
            "by_factors": None,
            "default_shares": _shares_of_answers(comparison),
            "quantiles": None,
            "value": None if value is None else (YES if value else NO),
        }
    )


def _count_yes(comparison: Comparison) -> int:
    """Count who answers yes; where hardly anybody answers otherwise, one bin holds both answers."""
    counts, value = comparison.counts, comparison.value
    if len(counts) > 1:
        edges = comparison.bin_edges or []
        return sum(count for low, count in zip(edges, counts, strict=False) if low >= 0.5)
    total = sum(counts)
    if isinstance(value, float | int) and comparison.equal_share is not None:
        same = round(total * comparison.equal_share / 10) * 10
        return same if value else total - same
    median = (comparison.quantiles or {}).get("0.5", 0.0)
    return total if median >= 0.5 else 0


def _shares_of_answers(comparison: Comparison) -> list[float | None]:
    """Give the share of defaults of both answers, which are the outer bins."""
    shares = comparison.default_shares
    if len(comparison.counts) < 2 or not shares:
        return []
    return [shares[0], shares[-1]]


def write_category(name: str, info: FeatureInfo, language: Language) -> str:
    """Write one category, or one of the two answers of a yes/no feature."""
    value = float(name == YES) if info.unit == Unit.YES_NO else name
    return write_value(value, info, language)


def say_comparison(comparison: Comparison, info: FeatureInfo, language: Language) -> list[str]:
    """Say where the client stands, and who the group is."""
    group = say_group(comparison.group_size, comparison.missing_share, language)
    if count_given(comparison) == 0:
        return [say(language, "comparison.empty"), group]
    return [_say_place(comparison, info, language), group + _say_middle(comparison, info, language)]


def count_given(comparison: Comparison) -> int:
    """Count the clients whose value is given: also those of categories too rare to be named."""
    return sum(comparison.counts) + comparison.other_clients


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
    if (comparison.equal_share or 0.0) > MANY:
        return _say_alike(comparison, value, language)
    return _say_rank(comparison, value, language)


def _share_below(comparison: Comparison) -> float:
    """Give the share of those below the client: the percentile counts equal ones by half."""
    equal = comparison.equal_share or 0.0
    # Both are coarse: a percentile of 1 says that fewer than ten lie above.
    return min(max((comparison.percentile or 0.0) - equal / 2, 0.0), 1.0 - equal)


def _say_alike(comparison: Comparison, value: str, language: Language) -> str:
    """Say how many have the client's number, and how many less where those are not a few."""
    alike = _say_share(comparison.equal_share or 0.0, value, language)
    below = _share_below(comparison)
    if below <= ENDS or below * count_given(comparison) < FEWEST_TOLD:
        return alike
    lower = say(language, "comparison.lower", share=write_percent(below, language, digits=0))
    return f"{alike} {lower}"


def _say_rank(comparison: Comparison, value: str, language: Language) -> str:
    """Say how many have less than the client, of whom nobody or few have the same."""
    percentile, below = comparison.percentile or 0.0, _share_below(comparison)
    above = 1.0 - percentile - (comparison.equal_share or 0.0) / 2
    # Beyond the client are fewer than ten, which may be a large part of a small group.
    is_small = count_given(comparison) * ENDS < FEWEST_TOLD
    if is_small and percentile in (0.0, 1.0):
        if percentile == 0.0:
            return say(language, "comparison.few_below", value=value)
        return say(language, "comparison.few_above", value=value)
    if below <= ENDS:
        return say(language, "comparison.lowest", value=value)
    if above <= ENDS:
        return say(language, "comparison.highest", value=value)
    share = write_percent(below, language, digits=0)
    return say(language, "comparison.percentile", value=value, share=share)


def _say_category(comparison: Comparison, value: str, language: Language) -> str:
    counts = dict(zip(comparison.categories or [], comparison.counts, strict=True))
    own = counts.get(str(comparison.value), 0)
    if own == 0:
        return say(language, "comparison.few", value=value)
    return _say_share(own / count_given(comparison), value, language)


def _say_share(share: float, value: str, language: Language) -> str:
    """Say which share of the group have the client's value: never some as none or as everybody."""
    if share == 1:
        return say(language, "comparison.all_alike", value=value)
    digits = next((n for n in range(4) if round(share * 100, n) not in (0, 100)), 4)
    written = write_percent(share, language, digits)
    return say(language, "comparison.category", value=value, share=written)


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


def write_figures(comparison: Comparison, info: FeatureInfo, language: Language) -> Html:
    """Write the chart as a table, for who cannot see it or wants the figures."""
    bins = comparison.by_factors or comparison
    total = sum(bins.counts) + comparison.other_clients
    names = _name_parts(bins.bin_edges, comparison.categories, info, language)
    shares = bins.default_shares or [None] * len(names)
    has_shares = any(share is not None for share in shares)
    headings = [
        say(language, "comparison.value"),
        say(language, "comparison.clients"),
        say(language, "comparison.share"),
    ]
    if has_shares:
        headings.append(say(language, "comparison.not_repaid"))
    rows = []
    for name, count, share in zip(names, bins.counts, shares, strict=True):
        row = [name, write_number(count, language), write_percent(count / total, language)]
        if has_shares:
            row.append(UNTOLD if share is None else write_percent(share, language))
        rows.append(row)
    if others := comparison.other_clients:
        row = [say(language, "comparison.rare"), write_number(others, language)]
        rows.append([*row, write_percent(others / total, language), *[UNTOLD] * has_shares])
    return folded(table(in_language(info.label, language), headings, rows), language)


def say_nearest(
    similar: SimilarClients, labels: Mapping[str, str], language: Language
) -> list[str]:
    """Say what became of the clients most like this one, and what makes them alike.

    Parameters
    ----------
    similar : SimilarClients
    labels : mapping of str to str
        Of each fact, in the language.
    language : "fr" or "en"
    """
    known = similar.defaulted + similar.repaid
    total = write_number(len(similar.clients), language)
    if similar.default_share is None:
        outcome = say(language, "comparison.nearest_few", total=total)
    else:
        outcome = say(
            language,
            "comparison.nearest",
            total=total,
            known=write_number(known, language),
            repaid=write_number(similar.repaid, language),
            defaulted=write_number(similar.defaulted, language),
            share=write_percent(similar.default_share, language, digits=0),
        )
    named = [within_sentence(labels[fact]) for fact in similar.compared_on if fact in labels]
    if not named:
        return [outcome]
    facts = say(language, "comparison.list_mark").join(named[:MOST_FACTS])
    more = len(named) - MOST_FACTS
    if more <= 0:
        return [outcome, say(language, "comparison.alike", facts=facts)]
    alike = say_count(
        language, "comparison.alike_one", "comparison.alike_more", more, facts=facts, more=more
    )
    return [outcome, alike]


def _name_parts(
    edges: Sequence[float] | None,
    categories: Sequence[str] | None,
    info: FeatureInfo,
    language: Language,
) -> list[str]:
    """Name the categories, or the spans between edges, of which the outer ones are open."""
    if categories is not None:
        return [write_category(name, info, language) for name in categories]
    written = [write_edge(edge, info, language) for edge in edges or []]
    return name_spans(written, language, is_open_below=True)


def name_spans(edges: Sequence[str], language: Language, *, is_open_below: bool) -> list[str]:
    """Name the spans between written edges; the last one also holds what lies above."""
    spans = [
        say(language, "comparison.from_to", low=low, high=high) for low, high in pairwise(edges)
    ]
    # The only span is all there is.
    if len(spans) > 1:
        spans[-1] = say(language, "comparison.and_above", low=edges[-2])
        if is_open_below:
            spans[0] = say(language, "comparison.up_to", high=edges[1])
    return spans


def place_on(axis: Axis) -> float | None:
    """Say where the client stands, counted in parts; beyond the outer edges, at the edge.

    Examples
    --------
    >>> place_on(Axis(feature="age", value=35.0, bin_edges=[20.0, 30.0, 40.0], categories=None))
    1.5
    >>> place_on(Axis(feature="job", value="cook", bin_edges=None, categories=["clerk", "cook"]))
    1.5
    """
    if axis.value is None:
        return None
    if axis.bin_edges is not None:
        return float(np.interp(float(axis.value), axis.bin_edges, np.arange(len(axis.bin_edges))))
    names = axis.categories or []
    return names.index(str(axis.value)) + 0.5 if axis.value in names else None


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


def write_density(density: Density, x: FeatureInfo, y: FeatureInfo, language: Language) -> Html:
    """Write the map as a table, the highest row first as on the map."""
    labels = in_language(y.label, language), in_language(x.label, language)
    caption = say(language, "comparison.crossed", y=labels[0], x=labels[1])
    names = _name_parts(density.y.bin_edges, density.y.categories, y, language)
    columns = _name_parts(density.x.bin_edges, density.x.categories, x, language)
    rows = [
        (name, *(write_number(count, language) for count in counts))
        for name, counts in zip(names, density.counts, strict=True)
    ]
    crossed = wide(table(caption, [caption, *columns], rows[::-1]), caption)
    return folded(crossed, language)


def _write_own(axis: Axis, info: FeatureInfo, language: Language) -> str:
    value = axis.value
    if isinstance(value, str):
        return write_category(value, info, language)
    return write_value(value, info, language)
