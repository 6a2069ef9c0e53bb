"""bqplot without pandas, and with the look that all charts of the pages share."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt


class StandIn(ModuleType):
    """Stands for pandas in modules imported meanwhile; whatever they use of it later is real.

    bqplot imports pandas for tables and dates that no chart here has; pandas and what it brings
    would be half of what a session holds in memory.
    """

    DataFrame = Series = object

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(import_module(self.__name__), name)


@contextmanager
def without_pandas() -> Iterator[None]:
    """Import something that names pandas without loading it, unless it is loaded already."""
    if "pandas" in sys.modules:
        yield
        return
    sys.modules["pandas"] = StandIn("pandas")
    try:
        yield
    finally:
        del sys.modules["pandas"]


with warnings.catch_warnings(), without_pandas():
    # bqscales 0.3 declares one trait in an old way and warns of itself whenever it is imported.
    warnings.simplefilter("ignore", DeprecationWarning)
    from bqplot import (
        Axis,
        Bars,
        ColorScale,
        Figure,
        GridHeatMap,
        LinearScale,
        Lines,
        OrdinalScale,
        Scatter,
    )


__all__ = [
    "AXIS_COLOUR",
    "CLIENT_COLOUR",
    "GRID_COLOUR",
    "GROUP_COLOUR",
    "MARGINS",
    "Axis",
    "Bars",
    "ColorScale",
    "Figure",
    "Floats",
    "GridHeatMap",
    "LinearScale",
    "Lines",
    "OrdinalScale",
    "Scatter",
    "label_axis",
    "make_figure",
    "make_line",
    "move",
    "move_line",
    "round_counts",
    "round_ticks",
]

Floats = npt.NDArray[np.float64]
AXIS_COLOUR = "#5b6880"
GRID_COLOUR = "#e6ebf2"
GROUP_COLOUR = "#a9b8d0"
CLIENT_COLOUR = "#1d4f91"
MOST_TICKS = 6
# Rounding of floats moves a tick by less: one at an end of the axis is on it.
HAIR, MOST_DECIMALS = 1e-9, 12
MARGINS = (10, 20, 34, 64)  # pixels around a chart with both axes: top, right, bottom, left


def make_figure(marks: list, axes: list, margins: tuple[int, int, int, int] = MARGINS) -> Figure:
    """Make a figure that fills its box.

    Parameters
    ----------
    marks, axes : list
        What it shows.
    margins : tuple of int
        Room in pixels around the marks: top, right, bottom, left.
    """
    top, right, bottom, left = margins
    return Figure(
        marks=marks,
        axes=axes,
        fig_margin={"top": top, "right": right, "bottom": bottom, "left": left},
        padding_x=0,
        padding_y=0,
        min_aspect_ratio=0.01,
        max_aspect_ratio=100,
        background_style={"fill": "transparent"},
        # To move, enlarge and save: signs without words, over the highest bars.
        display_toolbar=False,
    )


def make_line(scale: LinearScale, colour: str, width: int) -> Lines:
    """Make an upright line over the whole height; `move_line` says where it stands."""
    scales = {"x": scale, "y": LinearScale(min=0.0, max=1.0)}
    return Lines(x=[], y=[], scales=scales, colors=[colour], stroke_width=width)


def move_line(line: Lines, place: float | None) -> None:
    """Put an upright line at a place; for None, nowhere."""
    move(line, [] if place is None else [place] * 2, [] if place is None else [0.0, 1.0])


def move(mark: Any, x: Any, y: Any) -> None:
    """Give a mark other places, which the browser gets together."""
    with mark.hold_sync():
        mark.x, mark.y = x, y


def even_bars(edges: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Give the middles and the heights of bars of one width for bins of several.

    A bin that is as wide as three of the narrowest has three bars with a third of its clients each:
    its area stays what it counts.

    Examples
    --------
    >>> even_bars(np.array([0.0, 1.0, 2.0, 5.0]), np.array([10.0, 20.0, 30.0]))
    (array([0.5, 1.5, 2.5, 3.5, 4.5]), array([10., 20., 10., 10., 10.]))
    """
    widths = np.diff(edges)
    bars = np.maximum(np.rint(widths / widths.min()), 1).astype(int) if len(widths) else widths
    middles = [
        low + width * (np.arange(n) + 0.5) / n
        for low, width, n in zip(edges, widths, bars, strict=False)
    ]
    heights = np.repeat(np.asarray(counts) / np.maximum(bars, 1), bars.astype(int))
    return np.concatenate([np.array([]), *middles]), heights


def label_axis(axis: Axis, labels: dict[float, str]) -> None:
    """Put ticks on an axis as the page's language writes them; bqplot's own are American.

    First the labels, then the ticks, in messages of their own: new ticks are written a moment later
    with the labels that there were when they came, and one message has no order.
    """
    axis.tick_labels = {name_tick(tick): words for tick, words in labels.items()}
    axis.tick_values = np.array(list(labels))


def name_tick(tick: float) -> str:
    """Write a number as JavaScript does: bqplot finds a tick's label by it.

    Examples
    --------
    >>> name_tick(200000.0), name_tick(0.25)
    ('200000', '0.25')
    """
    return str(int(tick)) if tick == int(tick) else repr(tick)


def round_ticks(low: float, high: float) -> list[float]:
    """Give a few round numbers between two others, to label an axis with.

    Examples
    --------
    >>> round_ticks(1.03, 64.85)
    [20.0, 40.0, 60.0]
    >>> round_ticks(0, 3)
    [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]
    """
    if not high > low:
        return [float(low)]
    raw = (high - low) / MOST_TICKS
    size = 10.0 ** np.floor(np.log10(raw))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= raw)
    first, last = np.ceil(low / step - HAIR), np.floor(high / step + HAIR)
    # Adding 0 turns -0.0, which would be written with its sign, into 0.0.
    return (np.round(np.arange(first, last + 1) * step, MOST_DECIMALS) + 0.0).tolist()


def round_counts(top: float) -> list[float]:
    """Give round, whole numbers of clients from 0 to the top.

    Examples
    --------
    >>> round_counts(1)
    [0.0, 1.0]
    """
    return [tick for tick in round_ticks(0.0, top) if tick == int(tick)]
