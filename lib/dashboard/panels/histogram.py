"""A histogram of a group with the client marked."""

import numpy as np

from lib.dashboard.charts import (
    AXIS_COLOUR,
    CLIENT_COLOUR,
    GRID_COLOUR,
    GROUP_COLOUR,
    Axis,
    Bars,
    LinearScale,
    Lines,
    label_axis,
    make_figure,
    round_ticks,
)
from lib.dashboard.formats import write_compact
from lib.dashboard.languages import Language
from lib.dashboard.measure import Measure
from lib.serving.wire import Comparison, FeatureInfo


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
        self.marker = Lines(
            x=[],
            y=[],
            scales={"x": values, "y": LinearScale(min=0.0, max=1.0)},
            colors=[CLIENT_COLOUR],
            stroke_width=3,
        )
        self._value_axis = Axis(scale=values, color=AXIS_COLOUR, grid_lines="none")
        self._height_axis = Axis(
            scale=heights, side="left", color=AXIS_COLOUR, grid_color=GRID_COLOUR
        )
        axes = [self._value_axis, self._height_axis]
        self.figure = make_figure([self.bars, self.marker], axes, (10, 20, 34, 64))
        self.figure.add_class("histogram")

    def draw(
        self, comparison: Comparison, info: FeatureInfo, measure: Measure, language: Language
    ) -> None:
        """Show a group's numbers; a value beyond them is marked at the end."""
        edges = np.array(comparison.bin_edges, dtype=float)
        low, high = float(edges[0]), float(edges[-1])
        top = max(comparison.counts)
        with self._values.hold_sync():
            self._values.min, self._values.max = low, high
        self._heights.max = float(measure.heights(top)) * 1.05
        with self.bars.hold_sync():
            self.bars.x = (edges[:-1] + edges[1:]) / 2
            self.bars.y = measure.heights(comparison.counts)
        value = comparison.value
        inside = [] if value is None or isinstance(value, str) else [min(max(value, low), high)] * 2
        with self.marker.hold_sync():
            self.marker.x, self.marker.y = inside, [0.0, 1.0][: len(inside)]
        label_axis(
            self._value_axis,
            round_ticks(low, high),
            lambda tick: write_compact(tick, info.unit, language),
        )
        ticks = measure.ticks(top, language)
        label_axis(self._height_axis, np.array(list(ticks)), ticks.__getitem__)
