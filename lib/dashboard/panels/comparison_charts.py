"""The charts of a group: a histogram, a bar a category, and a map of two features together."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np

from lib.dashboard.charts import (
    AXIS_COLOUR,
    CLIENT_COLOUR,
    GRID_COLOUR,
    GROUP_COLOUR,
    Axis,
    ColorScale,
    Figure,
    Floats,
    GridHeatMap,
    LinearScale,
    Lines,
    Scatter,
    label_axis,
    make_figure,
    make_line,
    move,
    move_line,
    round_counts,
    round_ticks,
)
from lib.dashboard.formats import (
    in_language,
    write_number,
    write_percent,
    write_tick,
    write_value,
)
from lib.dashboard.markup import Html, element, join
from lib.dashboard.panels.comparison_words import UNTOLD, place_on, write_category
from lib.dashboard.texts import Language, say, say_count
from lib.dashboard.widgets import HTML, VBox, show
from lib.features.description import Unit
from lib.serving.wire import Axis as Side
from lib.serving.wire import Comparison, Density, FeatureInfo, NumberBins

ROOM_ABOVE = 1.05  # of the highest bar
MOST_BARS = 12
Bar = tuple[str, int, bool, float | None]
DENSITY_COLOURS = ["#f4f6fa", "#8ea9cf", CLIENT_COLOUR]
END_COLOUR = "#d3dbe8"  # of the bars that hold the rest
SIGNAL_COLOUR = "#b4472f"
RATE_MARGINS = (8, 20, 26, 64)
MAP_MARGINS = (10, 24, 34, 72)
ROOM_BELOW = 120  # pixels, where categories are written aslant
ROOM_BESIDE = 190  # pixels, where categories are written out
LONGEST_LABEL = 22  # letters
# The bars that hold the rest stand apart by half a usual bar.
GAP = 0.5
# A label within such a share of the axis of another would touch it.
LABEL_WIDTH = 0.09
FEWEST_BARS_WITH_ENDS = 3
# Factors within a power of ten that are labelled, where the axis has at most so many powers.
STEPS_A_POWER = ((2.0, (1.0, 2.0, 5.0)), (4.0, (1.0, 3.0)), (np.inf, (1.0,)))


@dataclass(frozen=True)
class Measure:
    """What the height of a bar says.

    Parameters
    ----------
    total : int
        Clients that all bars make up.
    in_shares : bool
        Ticks are shares of them, not counts.
    """

    total: int
    in_shares: bool = False

    def ticks(self, top: int, language: Language) -> dict[float, str]:
        """Give heights to be labelled up to so many clients, each with its label.

        Examples
        --------
        >>> Measure(10, in_shares=True).ticks(5, "en")
        {0.0: '0%', 1.0: '10%', 2.0: '20%', 3.0: '30%', 4.0: '40%', 5.0: '50%'}
        """
        if not self.in_shares:
            return {tick: write_tick(tick, Unit.COUNT, language) for tick in round_counts(top)}
        return {
            float(tick * self.total): write_tick(tick, Unit.SHARE, language)
            for tick in round_ticks(0.0, top / self.total)
        }

    def write(self, count: int, language: Language) -> str:
        """Write what the height of a bar of so many clients is."""
        if self.in_shares:
            return write_percent(count / self.total, language)
        return write_number(count, language)

    def short_name(self, language: Language) -> str:
        """Say what a column counts."""
        if self.in_shares:
            return say(language, "comparison.share")
        return say(language, "comparison.clients")

    def name(self, language: Language) -> str:
        """Say what the axis of heights counts."""
        if self.in_shares:
            return say(language, "comparison.share_axis")
        return say(language, "comparison.count_axis")


@dataclass(frozen=True)
class Ruler:
    """Where numbers stand on an axis whose outer bars stand apart: they hold the rest.

    Parameters
    ----------
    edges : sequence of float
        Rising, one more than there are bars.
    by_factors : bool
        The same distance is the same factor: places are logarithms.
    """

    edges: Sequence[float]
    by_factors: bool = False

    @property
    def has_ends(self) -> bool:
        """Whether there are so many bars that the outer ones stand apart."""
        return len(self.edges) > FEWEST_BARS_WITH_ENDS

    def spans(self) -> Floats:
        """Give where each bar begins and ends, shape (bars, 2).

        Examples
        --------
        >>> Ruler([0.0, 20.0, 30.0, 40.0, 99.0]).spans().tolist()
        [[5.0, 15.0], [20.0, 30.0], [30.0, 40.0], [45.0, 55.0]]
        """
        edges = np.asarray(self.edges, dtype=float)
        if not self.has_ends:
            return np.column_stack([edges[:-1], edges[1:]])
        inner = self._places(edges[1:-1])
        usual = float(np.median(np.diff(inner)))
        gap = GAP * usual
        ends = inner[0] - gap - usual, inner[-1] + gap
        return np.array(
            [(ends[0], ends[0] + usual), *pairwise(inner), (ends[1], ends[1] + usual)], dtype=float
        )

    def heights(self, counts: Sequence[int]) -> Floats:
        """Give the height of each bar: a wider one has the area of its clients.

        Examples
        --------
        >>> Ruler([0.0, 20.0, 30.0, 40.0, 60.0, 99.0]).heights([8, 6, 6, 6, 1]).tolist()
        [8.0, 6.0, 6.0, 3.0, 1.0]
        """
        widths = np.diff(self.spans(), axis=1).ravel()
        heights: Floats = np.asarray(counts, dtype=float) * np.median(widths) / widths
        return heights

    def place(self, value: float) -> float:
        """Say where a value stands; in the middle of an outer bar, if that holds it.

        Examples
        --------
        >>> ruler = Ruler([0.0, 20.0, 30.0, 40.0, 99.0])
        >>> ruler.place(7.0), ruler.place(25.0), ruler.place(4000.0)
        (10.0, 25.0, 50.0)
        """
        spans = self.spans()
        if not self.has_ends:
            return float(np.clip(value, self.edges[0], self.edges[-1]))
        if value < self.edges[1]:
            return float(spans[0].mean())
        if value >= self.edges[-2]:
            return float(spans[-1].mean())
        return float(self._places(np.array([value]))[0])

    def ticks(self, unit: str, language: Language) -> dict[float, str]:
        """Give places to be labelled, each with its label; the outer bars say what they hold."""
        if not self.has_ends:
            return {
                tick: write_tick(tick, unit, language)
                for tick in round_ticks(self.edges[0], self.edges[-1])
            }
        low, high = self.edges[1], self.edges[-2]
        first, last = (float(end.mean()) for end in self.spans()[[0, -1]])
        room = LABEL_WIDTH * (last - first)
        steps = factor_ticks(low, high) if self.by_factors else round_ticks(low, high)
        placed = zip(steps, self._places(np.array(steps)).tolist(), strict=True)
        between = {
            place: write_tick(step, unit, language)
            for step, place in placed
            if first + room <= place <= last - room
        }
        under = say(language, "comparison.tick_under", value=write_tick(low, unit, language))
        over = say(language, "comparison.tick_over", value=write_tick(high, unit, language))
        return {first: under, **between, last: over}

    def _places(self, values: Floats) -> Floats:
        return np.log10(values) if self.by_factors else values


def factor_ticks(low: float, high: float) -> list[float]:
    """Give a few round numbers between two others that differ by orders of magnitude.

    Examples
    --------
    >>> factor_ticks(30.0, 700.0), factor_ticks(2.0, 5_000_000.0)
    ([50.0, 100.0, 200.0, 500.0], [10.0, 100.0, 1000.0, 10000.0, 100000.0, 1000000.0])
    """
    first, last = np.log10([low, high])
    steps = next(steps for most, steps in STEPS_A_POWER if last - first <= most)
    powers = range(int(np.floor(first)), int(np.ceil(last)) + 1)
    numbers = [float(f"{step}e{power}") for power in powers for step in steps]
    return [one for one in numbers if low <= one <= high]


class ChartBox:
    """A chart with the titles of its axes and a legend, which wrap where a drawing's would not.

    Attributes
    ----------
    head, foot : HTML
        Above the drawing the upright axis's title and the legend, below it the other title.
    widget : VBox
        What is shown.
    """

    def __init__(self, drawing: Figure | HTML, *below: HTML | Figure) -> None:
        self.head, self.foot = HTML().add_class("chart-head"), HTML().add_class("chart-foot")
        self.widget = VBox([self.head, drawing, self.foot, *below]).add_class("chart-box")

    def name(self, upright: str, level: str, legend: Sequence[tuple[str, str]]) -> None:
        """Write the titles and the legend: the style and the words of each of its entries."""
        entries = (element("span", words, class_=f"legend {style}") for style, words in legend)
        keys = element("span", join(entries), class_="legends")
        self.head.value = element("span", upright, class_="axis-title") + keys
        self.foot.value = element("span", level, class_="axis-title") if level else Html()


class Histogram:
    """Bars of a group's numbers, a line where the client stands, and the defaults below.

    Attributes
    ----------
    bars : Lines
        An outline a bar, shape (bars, 4): left, left, right, right.
    marker, rate_marker : Lines
        The client's line.
    rates : Lines
        A level line a bar, where its share of defaults is told, shape (told, 2).
    figure, rate_figure : Figure
        What is shown, in `box`.
    """

    def __init__(self) -> None:
        places, heights, shares = LinearScale(), LinearScale(min=0.0), LinearScale(min=0.0)
        self._places, self._heights, self._shares = places, heights, shares
        self.bars = Lines(
            x=[],
            y=[],
            scales={"x": places, "y": heights},
            colors=["#ffffff"],
            fill="inside",
            stroke_width=1,
        )
        self.marker = make_line(places, CLIENT_COLOUR, 3)
        self.rates = Lines(
            x=[], y=[], scales={"x": places, "y": shares}, colors=[SIGNAL_COLOUR], stroke_width=3
        )
        self.rate_marker = make_line(places, CLIENT_COLOUR, 3)
        self._value_axis, self._height_axis = _level_axis(places), _upright_axis(heights)
        self._rate_value_axis, self._share_axis = _level_axis(places), _upright_axis(shares)
        self.figure = make_figure([self.bars, self.marker], [self._value_axis, self._height_axis])
        self.figure.add_class("histogram")
        rate_axes = [self._rate_value_axis, self._share_axis]
        self.rate_figure = make_figure([self.rate_marker, self.rates], rate_axes, RATE_MARGINS)
        self.rate_figure.add_class("rates")
        self.rate_head = HTML().add_class("chart-head")
        self.box = ChartBox(self.figure, self.rate_head, self.rate_figure)

    def draw(
        self, comparison: Comparison, info: FeatureInfo, measure: Measure, language: Language
    ) -> None:
        """Show a group's numbers, by factors where the comparison says so."""
        bins = bins_of(comparison)
        ruler = Ruler(bins.bin_edges, comparison.by_factors is not None)
        spans, heights = ruler.spans(), ruler.heights(bins.counts)
        with self._places.hold_sync():
            self._places.min, self._places.max = float(spans[0, 0]), float(spans[-1, 1])
        self._heights.max = float(heights.max()) * ROOM_ABOVE
        is_end = [ruler.has_ends and at in (0, len(spans) - 1) for at in range(len(spans))]
        self.bars.fill_colors = [END_COLOUR if one else GROUP_COLOUR for one in is_end]
        lefts, rights = spans.T
        floor = np.zeros_like(heights)
        move(
            self.bars,
            np.column_stack([lefts, lefts, rights, rights]),
            np.column_stack([floor, heights, heights, floor]),
        )
        value = comparison.value if isinstance(comparison.value, float | int) else None
        place = None if value is None else ruler.place(value)
        move_line(self.marker, place)
        ticks = ruler.ticks(info.unit, language)
        label_axis(self._value_axis, ticks)
        label_axis(self._height_axis, measure.ticks(ceil(heights.max()), language))
        legend = [("legend-bar", say(language, "comparison.legend_group"))]
        if ruler.has_ends:
            legend.append(("legend-end", say(language, "comparison.legend_ends")))
        if value is not None:
            written = write_value(value, info, language)
            legend.append(("legend-line", say(language, "comparison.legend_client", value=written)))
        label = in_language(info.label, language)
        if comparison.by_factors is not None:
            label = say(language, "comparison.factor_axis", label=label)
        self.box.name(measure.name(language), label, legend)
        self._draw_rates(bins.default_shares, spans, place, ticks, language)

    def _draw_rates(
        self,
        shares: Sequence[float | None],
        spans: Floats,
        place: float | None,
        ticks: dict[float, str],
        language: Language,
    ) -> None:
        """Show the share of defaults of each bar, where it is told."""
        told = [at for at, share in enumerate(shares) if share is not None]
        show(self.rate_head, bool(told))
        show(self.rate_figure, bool(told))
        if not told:
            return
        known = np.array([shares[at] for at in told], dtype=float)
        top = max(float(known.max()), 0.01) * ROOM_ABOVE
        self._shares.max = top
        move(self.rates, spans[told], np.column_stack([known, known]))
        move_line(self.rate_marker, place)
        label_axis(self._rate_value_axis, ticks)
        every_other = round_ticks(0.0, top)[::2]
        labels = {tick: write_tick(tick, Unit.SHARE, language) for tick in every_other}
        label_axis(self._share_axis, labels)
        self.rate_head.value = _write_rate_title(language)


def bins_of(comparison: Comparison) -> NumberBins:
    """Give the bins that are shown: by factors where there are such, or else even ones."""
    return comparison.by_factors or NumberBins(
        bin_edges=comparison.bin_edges or [],
        counts=comparison.counts,
        default_shares=comparison.default_shares,
    )


def _write_rate_title(language: Language) -> Html:
    title = element("span", say(language, "comparison.rate_axis"), class_="axis-title rate-title")
    return title + element("span", say(language, "comparison.rate_hint"), class_="legends")


def _level_axis(scale: LinearScale) -> Axis:
    return Axis(scale=scale, color=AXIS_COLOUR, grid_lines="none")


def _upright_axis(scale: LinearScale) -> Axis:
    return Axis(scale=scale, side="left", color=AXIS_COLOUR, grid_color=GRID_COLOUR)


class CategoryBars:
    """A bar a category, the most frequent on top, with the share of defaults beside it.

    Attributes
    ----------
    drawing : HTML
        Names, bars and figures, which wrap in a narrow window where a drawing's would not.
    box : ChartBox
        What is shown.
    """

    def __init__(self) -> None:
        self.drawing = HTML().add_class("category-chart")
        self.box = ChartBox(self.drawing)

    def draw(
        self, comparison: Comparison, info: FeatureInfo, measure: Measure, language: Language
    ) -> None:
        """Show how many clients have each category, and how many of them did not repay."""
        bars = bars_of(comparison, info, language)
        top = max(count for _, count, _, _ in bars)
        is_told = any(share is not None for *_, share in bars)
        heads = ["", "", measure.short_name(language)]
        if is_told:
            heads.append(say(language, "comparison.not_repaid"))
        rows = [join(element("span", head, class_="category-head") for head in heads)]
        for name, count, is_own, share in bars:
            fill = element("span", style=f"width: {100 * count / top:.1f}%")
            cells = [
                element("span", name, class_="category-name"),
                element("span", fill, class_="category-own" if is_own else "category-bar"),
                element("span", measure.write(count, language), class_="category-figure"),
            ]
            if is_told:
                rate = UNTOLD if share is None else write_percent(share, language)
                cells.append(element("span", rate, class_="category-figure"))
            rows.append(join(cells))
        style = "category-rows with-rates" if is_told else "category-rows"
        # The table below says the same to who cannot see it.
        self.drawing.value = element("div", *rows, class_=style, aria_hidden="true")
        legend = [("legend-bar", say(language, "comparison.legend_group"))]
        if any(is_own for _, _, is_own, _ in bars):
            value = write_category(str(comparison.value), info, language)
            legend.append(("legend-own", say(language, "comparison.legend_client", value=value)))
        self.box.name(in_language(info.label, language), "", legend)


def bars_of(comparison: Comparison, info: FeatureInfo, language: Language) -> list[Bar]:
    """Give each bar's label, clients, whether it is the client's own, and its share of defaults.

    The most frequent categories and the client's own have a bar each; the others share one. Those
    too rare to be named have a bar of their own, the last one.
    """
    names = comparison.categories or []
    shares = comparison.default_shares or [None] * len(names)
    counted = list(zip(names, comparison.counts, shares, strict=True))
    kept = [
        (name, count, share)
        for place, (name, count, share) in enumerate(counted)
        if place < MOST_BARS or name == comparison.value or len(counted) == MOST_BARS + 1
    ]
    bars: list[Bar] = [
        (write_category(name, info, language), count, name == comparison.value, share)
        for name, count, share in kept
    ]
    if rest := len(counted) - len(kept):
        label = say_count(language, "comparison.other_one", "comparison.others", rest, count=rest)
        others = sum(comparison.counts) - sum(count for _, count, _ in kept)
        bars.append((label, others, False, None))
    if comparison.other_clients:
        is_own = comparison.value is not None and comparison.value not in names
        bars.append((say(language, "comparison.rare"), comparison.other_clients, is_own, None))
    return bars


class DensityMap:
    """Cells the darker, the more clients they hold; a ring where the client is.

    Attributes
    ----------
    cells, marker : Mark
        Made once, updated by `draw`. Both axes count parts: the first cell lies between 0 and 1.
    figure : Figure
        What is shown, in `box`.
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
            colors=[SIGNAL_COLOUR],
            stroke="#ffffff",
            stroke_width=2,
            default_size=180,
        )
        self._x_axis = Axis(scale=self._x, color=AXIS_COLOUR, grid_lines="none")
        self._y_axis = Axis(scale=self._y, side="left", color=AXIS_COLOUR, grid_lines="none")
        axes = [self._x_axis, self._y_axis]
        self.figure = make_figure([self.cells, self.marker], axes, MAP_MARGINS)
        self.figure.add_class("density-map")
        self.box = ChartBox(self.figure)

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
        legend = [("legend-cells", say(language, "comparison.legend_cells"))]
        if is_known:
            legend.append(("legend-dot", say(language, "comparison.legend_dot")))
        self.box.name(in_language(y.label, language), in_language(x.label, language), legend)

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
    words = [write_tick(tick, info.unit, language) for tick in ticks]
    return dict(zip(places, words, strict=True))


def _shorten(label: str, language: Language) -> str:
    if len(label) <= LONGEST_LABEL:
        return label
    return say(language, "comparison.cut", label=label[: LONGEST_LABEL - 1].rstrip())
