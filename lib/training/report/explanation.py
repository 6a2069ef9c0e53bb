"""What the model looks at: weights, how each value pushes, and whether as one would expect."""

from textwrap import fill

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from pandas.api.types import is_numeric_dtype
from pandas.io.formats.style import Styler

from lib.features.description import FeatureDescription, Unit
from lib.training.data import Catalogue
from lib.training.evidence.importance import Explained, importance
from lib.training.report import style

PANELS = 10
PANEL_COLUMNS = 2
MOST_CATEGORIES = 5
# The most extreme values would squeeze all the others together.
DRAWN_VALUES = (0.005, 0.995)
# Shares of the width that is drawn: dots of clients without a value, and room beside the dots.
PLACE_OF_MISSING, ROOM, ROOM_BESIDE_MISSING = 0.12, 0.05, 0.18
FORMATS = {Unit.SHARE: "{:.0%}", Unit.AMOUNT: "{:,.0f}"}
NOTHING = "The model gives every client the same probability: it looks at nothing."


def importance_figure(ranked: pd.DataFrame, top: int = 15) -> Figure:
    """Draw the facts with the largest mean contribution."""
    shown = _weighty(ranked).head(top)
    return _bars(
        shown["english"],
        shown["mean_contribution"],
        "What the model looks at",
        f"The {len(shown)} facts that move the log-odds of default most, on average over test "
        "clients: up for some clients, down for others. Features that tell the same fact are added "
        "up for each client first.",
    )


def family_figure(ranked: pd.DataFrame) -> Figure:
    """Draw the families of features with their mean contribution."""
    shown = _weighty(ranked)
    names = shown["family"].str.replace("_", " ").str.capitalize()
    return _bars(
        names + " (" + shown["features"].astype(str) + ")",
        shown["mean_contribution"],
        "What kind of information the model looks at",
        "The same by family, contributions of one family added up for each client first. In "
        "brackets: how many features of the family the model knows.",
    )


def dependence_figure(explained: Explained, catalogue: Catalogue) -> Figure:
    """Draw, for the weightiest features, each client's value against its contribution."""
    names = _weighty(importance(explained, catalogue))["feature"].head(PANELS)
    if names.empty:
        return _nothing()
    rows = -(-len(names) // PANEL_COLUMNS)
    figure = style.Chart(
        "Each dot is a test client: its value to the right, and how far the value pushes towards "
        "refusal (up) or towards grant (down). Orange dots at the left: no value is known.",
        (style.WIDTH, 2.3 * rows),
    )
    panels = figure.subplots(rows, PANEL_COLUMNS, squeeze=False).ravel()
    for panel, name in zip(panels, names, strict=False):
        values, pushes = explained.features[name], explained.contributions[name]
        draw = _numbers if is_numeric_dtype(values) else _categories
        draw(panel, values, pushes, catalogue[name])
        panel.axhline(0, color=style.GREY, lw=0.8, ls="--")
        panel.set_title(fill(catalogue[name].label.en, 44), loc="left", fontsize=9)
        panel.tick_params(labelsize=8)
        style.without_frame(panel)
    for panel in panels[len(names) :]:
        panel.set_axis_off()
    figure.supylabel("Contribution, in log-odds", fontsize=9)
    return figure


def signs_table(signs: pd.DataFrame, top: int = 20) -> Styler:
    """Style whether the weightiest features push the way that one would expect."""
    shown = _weighty(signs).head(top)
    return style.table(
        shown.assign(
            expected=shown["expected"].fillna(style.NOT_KNOWN),
            found=[found(one) for one in shown["correlation"]],
        ),
        "What a larger value does to the default probability; the weightiest features first",
        {
            "english": "Feature",
            "mean_contribution": ("Weight", ".2f"),
            "expected": "Expected",
            "found": "Found",
            "correlation": ("Rank correlation", "+.2f"),
            "verdict": "Verdict",
            "reason": "Why expected",
        },
    )


def found(correlation: float) -> str:
    """Say which way a feature pushes.

    Examples
    --------
    >>> found(0.7), found(-0.7), found(0.0)
    ('raises', 'lowers', '–')
    """
    if np.isnan(correlation) or correlation == 0:
        return style.NOT_KNOWN
    return "raises" if correlation > 0 else "lowers"


def _weighty(ranked: pd.DataFrame) -> pd.DataFrame:
    return ranked[ranked["mean_contribution"] > 0]


def _nothing() -> Figure:
    figure = style.Chart(NOTHING, (style.WIDTH, 0.6))
    figure.text(0.01, 0.4, NOTHING)
    return figure


def _bars(names: pd.Series, sizes: pd.Series, title: str, says: str) -> Figure:
    if names.empty:
        return _nothing()
    chart, axes = style.single_axes(title, says, height=1.1 + 0.34 * len(names))
    bars = axes.barh([fill(name, 40) for name in names], sizes, color=style.BLUE)
    axes.tick_params(axis="y", labelsize=9)
    axes.invert_yaxis()
    axes.bar_label(bars, fmt="%.2f", padding=3, color=style.GREY)
    axes.set(xlabel="Mean size of the contribution, in log-odds")
    axes.margins(x=0.1)
    return chart


def _numbers(
    axes: Axes, values: pd.Series, pushes: pd.Series, described: FeatureDescription
) -> None:
    given = values.notna()
    low, high = (float(values.quantile(share)) for share in DRAWN_VALUES)
    span = high - low or 1.0
    _dots(axes, values[given], pushes[given], style.BLUE)
    if not given.all():
        beside = np.full((~given).sum(), low - PLACE_OF_MISSING * span)
        _dots(axes, beside, pushes[~given], style.ORANGE)
    left = ROOM if given.all() else ROOM_BESIDE_MISSING
    axes.set_xlim(low - left * span, high + ROOM * span)
    drawn = pushes[values.between(low, high) | ~given]
    margin = ROOM * (drawn.max() - drawn.min()) or ROOM
    axes.set_ylim(drawn.min() - margin, drawn.max() + margin)
    # Where no value is known there is nothing to read off.
    axes.set_xticks([at for at in axes.get_xticks() if low <= at <= high])
    if described.unit == Unit.YES_NO:
        axes.set_xticks([0, 1], ["no", "yes"])
    elif pattern := FORMATS.get(described.unit):
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: pattern.format(value)))


def _categories(
    axes: Axes, values: pd.Series, pushes: pd.Series, described: FeatureDescription
) -> None:
    frequent = values.value_counts().index[:MOST_CATEGORIES].tolist()
    random = np.random.default_rng(0)
    for place, category in enumerate(frequent):
        members = pushes[values == category]
        _dots(axes, place + random.uniform(-0.2, 0.2, len(members)), members, style.BLUE)
    words = [described.categories[c].en if c in described.categories else c for c in frequent]
    axes.set_xticks(range(len(frequent)), [fill(word, 10) for word in words], fontsize=7)


def _dots(axes: Axes, x: npt.NDArray | pd.Series, y: pd.Series, colour: str) -> None:
    # Thousands of dots are smaller as a picture than as vectors.
    axes.scatter(x, y, s=5, alpha=0.35, color=colour, linewidths=0, rasterized=True)
