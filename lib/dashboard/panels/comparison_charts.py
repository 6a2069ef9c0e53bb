"""The charts of a group: a histogram, a bar a category, and a map of two features together."""

from dataclasses import dataclass
from math import ceil, isclose

import numpy as np
import numpy.typing as npt

from lib.dashboard.charts import (
    AXIS_COLOUR,
    CLIENT_COLOUR,
    GRID_COLOUR,
    GROUP_COLOUR,
    Axis,
    Bars,
    ColorScale,
    Floats,
    GridHeatMap,
    LinearScale,
    OrdinalScale,
    Scatter,
    even_bars,
    label_axis,
    make_figure,
    make_line,
    move,
    move_line,
    round_counts,
    round_ticks,
)
from lib.dashboard.formats import write_compact, write_number, write_percent
from lib.dashboard.panels.comparison_words import place_on, write_category
from lib.dashboard.texts import Language, say, say_count
from lib.serving.wire import Axis as Side
from lib.serving.wire import Comparison, Density, FeatureInfo

# On a logarithmic scale no client has no height, and a single one must have some.
LOG_FLOOR = 0.5
# From a share of a millionth to a hundred million clients.
POWERS_OF_TEN = [10.0**power for power in range(-6, 9)]
ROOM_ABOVE = 1.05  # of the highest bar
ROW_HEIGHT = 34  # pixels
AXIS_HEIGHT = 34  # pixels
MOST_BARS = 12
ROOM_BESIDE_BARS = 1.02  # of the longest bar
Bar = tuple[str, int, bool]
DENSITY_COLOURS = ["#f4f6fa", "#8ea9cf", CLIENT_COLOUR]
MAP_MARGINS = (10, 24, 34, 72)
ROOM_BELOW = 120  # pixels, where categories are written aslant
ROOM_BESIDE = 190  # pixels, where categories are written out
LONGEST_LABEL = 22  # letters


@dataclass(frozen=True)
class Measure:
    """What the height of a bar says.

    Parameters
    ----------
    total : int
        Clients that all bars make up.
    in_shares : bool
        Ticks are shares of them, not counts.
    is_log : bool
        Heights are logarithms.
    """

    total: int
    in_shares: bool = False
    is_log: bool = False

    def heights(self, counts: npt.ArrayLike) -> Floats:
        """Give the heights of bars of so many clients.

        Examples
        --------
        >>> Measure(10).heights([0, 5]).tolist()
        [0.0, 5.0]
        >>> Measure(100, is_log=True).heights([0, 50]).tolist()
        [0.0, 2.0]
        """
        given = np.asarray(counts, dtype=float)
        if not self.is_log:
            return given
        return np.log10(np.maximum(given, LOG_FLOOR) / LOG_FLOOR)

    def ticks(self, top: int, language: Language) -> dict[float, str]:
        """Give heights to be labelled up to so many clients, each with its label.

        Examples
        --------
        >>> Measure(10, in_shares=True).ticks(5, "en")
        {0.0: '0%', 1.0: '10%', 2.0: '20%', 3.0: '30%', 4.0: '40%', 5.0: '50%'}
        """
        whole = self.total if self.in_shares else 1
        if self.is_log:
            steps = [one for one in POWERS_OF_TEN if 1 <= one * whole <= top]
        else:
            steps = round_ticks(0.0, top / whole) if self.in_shares else round_counts(top)
        return {float(self.heights(step * whole)): self._write(step, language) for step in steps}

    def _write(self, step: float, language: Language) -> str:
        if not self.in_shares:
            return write_number(step, language)
        percent = step * 100
        digits = next((n for n in range(4) if isclose(round(percent, n), percent)), 4)
        return write_percent(step, language, digits)


class Histogram:
    """Bars of a group's numbers, and a line where the client stands.

    Attributes
    ----------
    bars, marker : Mark
        Made once, updated by `draw`.
    figure : Figure
        What is shown.
    """

    def __init__(self) -> None:
        values, heights = LinearScale(), LinearScale(min=0.0)
        self._values, self._heights = values, heights
        self.bars = Bars(
            x=[], y=[], scales={"x": values, "y": heights}, colors=[GROUP_COLOUR], padding=0.04
        )
        self.marker = make_line(values, CLIENT_COLOUR, 3)
        self._value_axis = Axis(scale=values, color=AXIS_COLOUR, grid_lines="none")
        self._height_axis = Axis(
            scale=heights, side="left", color=AXIS_COLOUR, grid_color=GRID_COLOUR
        )
        axes = [self._value_axis, self._height_axis]
        self.figure = make_figure([self.bars, self.marker], axes)
        self.figure.add_class("histogram")

    def draw(
        self, comparison: Comparison, info: FeatureInfo, measure: Measure, language: Language
    ) -> None:
        """Show a group's numbers; a value beyond them is marked at the end."""
        edges = np.array(comparison.bin_edges, dtype=float)
        low, high = float(edges[0]), float(edges[-1])
        middles, clients = even_bars(edges, np.array(comparison.counts, dtype=float))
        top = ceil(clients.max())
        with self._values.hold_sync():
            self._values.min, self._values.max = low, high
        self._heights.max = float(measure.heights(top)) * ROOM_ABOVE
        move(self.bars, middles, measure.heights(clients))
        value = comparison.value if isinstance(comparison.value, float | int) else None
        move_line(self.marker, None if value is None else min(max(value, low), high))
        ticks = round_ticks(low, high)
        labels = {tick: write_compact(tick, info.unit, language) for tick in ticks}
        label_axis(self._value_axis, labels)
        label_axis(self._height_axis, measure.ticks(top, language))


class CategoryBars:
    """Horizontal bars, the most frequent category on top.

    Attributes
    ----------
    other_bars, own_bar : Mark
        Made once, updated by `draw`.
    figure : Figure
        What is shown.
    """

    def __init__(self) -> None:
        self._places, self._heights = OrdinalScale(), LinearScale(min=0.0)
        self.other_bars = self._make_bars(GROUP_COLOUR)
        self.own_bar = self._make_bars(CLIENT_COLOUR)
        self._name_axis = Axis(
            scale=self._places, side="left", color=AXIS_COLOUR, grid_lines="none"
        )
        self._height_axis = Axis(
            scale=self._heights, side="bottom", color=AXIS_COLOUR, grid_color=GRID_COLOUR
        )
        self.figure = make_figure(
            [self.other_bars, self.own_bar],
            [self._name_axis, self._height_axis],
            (0, 28, AXIS_HEIGHT, 260),
        )
        self.figure.add_class("category-chart")

    def _make_bars(self, colour: str) -> Bars:
        scales = {"x": self._places, "y": self._heights}
        return Bars(
            x=[], y=[], scales=scales, orientation="horizontal", colors=[colour], padding=0.35
        )

    def draw(
        self, comparison: Comparison, info: FeatureInfo, measure: Measure, language: Language
    ) -> None:
        """Show how many clients have each category."""
        bars = bars_of(comparison, info, language)
        places = np.arange(len(bars))
        counts = np.array([count for _, count, _ in bars])
        own = np.array([is_own for _, _, is_own in bars], dtype=bool)
        self.figure.layout.height = f"{max(len(bars), 2) * ROW_HEIGHT + AXIS_HEIGHT}px"
        self._places.domain = places[::-1].tolist()
        top = int(counts.max())
        self._heights.max = float(measure.heights(top)) * ROOM_BESIDE_BARS
        label_axis(self._name_axis, {place: name for place, (name, _, _) in enumerate(bars)})
        for mark, chosen in ((self.other_bars, ~own), (self.own_bar, own)):
            move(mark, places[chosen], measure.heights(counts[chosen]))
        label_axis(self._height_axis, measure.ticks(top, language))


def bars_of(comparison: Comparison, info: FeatureInfo, language: Language) -> list[Bar]:
    """Give each bar's label, clients, and whether it is the client's own.

    The most frequent categories and the client's own have a bar each; the others share one.
    """
    counted = list(zip(comparison.categories or [], comparison.counts, strict=True))
    kept = [
        (name, count)
        for place, (name, count) in enumerate(counted)
        if place < MOST_BARS or name == comparison.value or len(counted) == MOST_BARS + 1
    ]
    bars = [
        (write_category(name, info, language), count, name == comparison.value)
        for name, count in kept
    ]
    rest = len(counted) - len(kept)
    if rest:
        label = say_count(language, "comparison.other_one", "comparison.others", rest, count=rest)
        bars.append((label, sum(comparison.counts) - sum(count for _, count in kept), False))
    return bars


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
        self._colour = ColorScale(colors=DENSITY_COLOURS, min=0.0)
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
        self.figure = make_figure([self.cells, self.marker], axes, MAP_MARGINS)
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
        move(self.marker, *([one] if is_known else [] for one in places))
        self._make_room(density.x.categories is not None, density.y.categories is not None)
        for axis, side, info in ((self._x_axis, density.x, x), (self._y_axis, density.y, y)):
            label_axis(axis, labels_of(side, info, language))

    def _make_room(self, names_below: bool, names_beside: bool) -> None:
        """Leave room for the names of categories, and none where there are numbers."""
        _, _, bottom, left = MAP_MARGINS
        self.figure.fig_margin = {
            **self.figure.fig_margin,
            "bottom": ROOM_BELOW if names_below else bottom,
            "left": ROOM_BESIDE if names_beside else left,
        }
        with self._x_axis.hold_sync():
            self._x_axis.tick_rotate = -35 if names_below else 0
            self._x_axis.tick_style = {"text-anchor": "end" if names_below else "middle"}


def labels_of(side: Side, info: FeatureInfo, language: Language) -> dict[float, str]:
    """Give places on an axis, each with its label: round numbers, or middles of categories."""
    if side.bin_edges is None:
        return {
            place + 0.5: _shorten(write_category(name, info, language), language)
            for place, name in enumerate(side.categories or [])
        }
    ticks = round_ticks(side.bin_edges[0], side.bin_edges[-1])
    places = np.interp(ticks, side.bin_edges, np.arange(len(side.bin_edges))).tolist()
    words = [write_compact(tick, info.unit, language) for tick in ticks]
    return dict(zip(places, words, strict=True))


def _shorten(label: str, language: Language) -> str:
    if len(label) <= LONGEST_LABEL:
        return label
    return say(language, "comparison.cut", label=label[: LONGEST_LABEL - 1].rstrip())
