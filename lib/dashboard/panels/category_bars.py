"""A bar for each category of a group, with the client's own apart."""

import numpy as np

from lib.dashboard.charts import (
    AXIS_COLOUR,
    CLIENT_COLOUR,
    GRID_COLOUR,
    GROUP_COLOUR,
    Axis,
    Bars,
    LinearScale,
    OrdinalScale,
    label_axis,
    make_figure,
)
from lib.dashboard.languages import Language
from lib.dashboard.measure import Measure
from lib.dashboard.panels.standing import write_category
from lib.dashboard.texts import say_count
from lib.serving.wire import Comparison, FeatureInfo

ROW_HEIGHT = 34  # pixels
AXIS_HEIGHT = 34  # pixels
MOST_BARS = 12
Bar = tuple[str, int, bool]


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
        self._heights.max = float(measure.heights(top)) * 1.02
        label_axis(self._name_axis, places, lambda place: bars[int(place)][0])
        for mark, chosen in ((self.other_bars, ~own), (self.own_bar, own)):
            with mark.hold_sync():
                mark.x, mark.y = places[chosen], measure.heights(counts[chosen])
        ticks = measure.ticks(top, language)
        label_axis(self._height_axis, np.array(list(ticks)), ticks.__getitem__)


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
