"""A group by two features together, with the client on it."""

import numpy as np

from lib.dashboard.charts import (
    AXIS_COLOUR,
    CLIENT_COLOUR,
    Axis,
    ColorScale,
    GridHeatMap,
    LinearScale,
    Scatter,
    label_axis,
    make_figure,
    round_ticks,
)
from lib.dashboard.formats import write_compact
from lib.dashboard.languages import Language
from lib.dashboard.panels.standing import write_category
from lib.dashboard.texts import say
from lib.serving.wire import Axis as Side
from lib.serving.wire import Density, FeatureInfo

COLOURS = ["#f4f6fa", "#8ea9cf", CLIENT_COLOUR]
MARGINS = (10, 24, 34, 72)
ROOM_BELOW = 120  # pixels, where categories are written aslant
ROOM_BESIDE = 190
LONGEST_LABEL = 22


class DensityMap:
    """Cells the darker, the more clients they hold; a ring where the client is.

    Attributes
    ----------
    cells, marker : Mark
        Made once, updated by `draw`. Both axes count parts: the first cell lies between 0 and 1.
    figure : Figure
        What is shown.
    """

    def __init__(self) -> None:
        self._x, self._y = LinearScale(min=0.0), LinearScale(min=0.0)
        self._colour = ColorScale(colors=COLOURS, min=0.0)
        self.cells = GridHeatMap(
            color=np.zeros((2, 2)),
            row=np.arange(3.0),
            column=np.arange(3.0),
            scales={"row": self._y, "column": self._x, "color": self._colour},
            stroke="#ffffff",
        )
        self.marker = Scatter(
            x=[],
            y=[],
            scales={"x": self._x, "y": self._y},
            colors=["#b4472f"],
            stroke="#ffffff",
            stroke_width=2,
            default_size=180,
        )
        self._x_axis = Axis(scale=self._x, color=AXIS_COLOUR, grid_lines="none")
        self._y_axis = Axis(scale=self._y, side="left", color=AXIS_COLOUR, grid_lines="none")
        axes = [self._x_axis, self._y_axis]
        self.figure = make_figure([self.cells, self.marker], axes, MARGINS)
        self.figure.add_class("density-map")

    def draw(self, density: Density, x: FeatureInfo, y: FeatureInfo, language: Language) -> None:
        """Show how many clients have which values of both."""
        counts = np.array(density.counts, dtype=float)
        # bqplot takes no single row or column: an empty one lies beside it.
        counts = np.pad(counts, [(0, max(0, 2 - length)) for length in counts.shape])
        rows, columns = counts.shape
        # Most clients are in a few cells: the square root keeps the others visible.
        shades = np.sqrt(counts)
        self._x.max, self._y.max = float(columns), float(rows)
        self._colour.max = float(shades.max()) or 1.0
        with self.cells.hold_sync():
            # First the colours: rows and columns must agree with them.
            self.cells.color = shades
            self.cells.row, self.cells.column = np.arange(rows + 1.0), np.arange(columns + 1.0)
        places = (place_on(density.x), place_on(density.y))
        is_known = None not in places
        with self.marker.hold_sync():
            self.marker.x, self.marker.y = ([one] if is_known else [] for one in places)
        self._make_room(density.x.categories is not None, density.y.categories is not None)
        for axis, side, info in ((self._x_axis, density.x, x), (self._y_axis, density.y, y)):
            labels = labels_of(side, info, language)
            label_axis(axis, np.array(list(labels)), labels.__getitem__)

    def _make_room(self, names_below: bool, names_beside: bool) -> None:
        """Leave room for the names of categories, and none where there are numbers."""
        _, _, bottom, left = MARGINS
        self.figure.fig_margin = {
            **self.figure.fig_margin,
            "bottom": ROOM_BELOW if names_below else bottom,
            "left": ROOM_BESIDE if names_beside else left,
        }
        with self._x_axis.hold_sync():
            self._x_axis.tick_rotate = -35 if names_below else 0
            self._x_axis.tick_style = {"text-anchor": "end" if names_below else "middle"}


def place_on(side: Side) -> float | None:
    """Say where the client stands, counted in parts; beyond the outer edges, at the edge.

    Examples
    --------
    >>> place_on(Side(feature="age", value=35.0, bin_edges=[20.0, 30.0, 40.0], categories=None))
    1.5
    >>> place_on(Side(feature="job", value="cook", bin_edges=None, categories=["clerk", "cook"]))
    1.5
    """
    if side.value is None:
        return None
    if side.bin_edges is not None:
        return float(np.interp(float(side.value), side.bin_edges, np.arange(len(side.bin_edges))))
    names = side.categories or []
    return names.index(str(side.value)) + 0.5 if side.value in names else None


def labels_of(side: Side, info: FeatureInfo, language: Language) -> dict[float, str]:
    """Give places on an axis, each with its label: round numbers, or middles of categories."""
    if side.bin_edges is None:
        return {
            place + 0.5: _shorten(write_category(name, info, language), language)
            for place, name in enumerate(side.categories or [])
        }
    ticks = round_ticks(side.bin_edges[0], side.bin_edges[-1])
    places = np.interp(ticks, side.bin_edges, np.arange(len(side.bin_edges)))
    return {
        place: write_compact(tick, info.unit, language)
        for place, tick in zip(places.tolist(), ticks.tolist(), strict=True)
    }


def _shorten(label: str, language: Language) -> str:
    if len(label) <= LONGEST_LABEL:
        return label
    return say(language, "comparison.cut", label=label[: LONGEST_LABEL - 1].rstrip())
