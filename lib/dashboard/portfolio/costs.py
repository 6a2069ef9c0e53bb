"""What a threshold costs: sliders for threshold and cost ratio, and the curve of the cost."""

import numpy as np
from ipywidgets import HTML, Box, Button, FloatSlider, VBox

from lib.dashboard.charts import (
    AXIS_COLOUR,
    Axis,
    LinearScale,
    Lines,
    label_axis,
    make_figure,
    round_ticks,
)
from lib.dashboard.folded import folded_table
from lib.dashboard.formats import write_number, write_percent
from lib.dashboard.markup import element, text
from lib.dashboard.portfolio.curves import (
    cheapest,
    expected_costs,
    figures_at,
    grant_rates,
    known_costs,
)
from lib.dashboard.portfolio.drawing import threshold_line
from lib.dashboard.portfolio.state import PortfolioState
from lib.dashboard.sliders import BoundedIntSlider
from lib.dashboard.texts import say
from lib.serving.wire import PortfolioOverview

EXPECTED_COLOUR, KNOWN_COLOUR = "#1d4f91", "#8a5a00"
RATIOS = (1.0, 30.0)


class CostPanel:
    """Two sliders over the sums that the API gave once: nothing is asked again."""

    def __init__(self, state: PortfolioState) -> None:
        self._state = state
        self._writing = False
        self.heading = HTML().add_class("card-heading")
        self.place = BoundedIntSlider(readout=False).add_class("portfolio-threshold")
        self.ratio = FloatSlider(min=RATIOS[0], max=RATIOS[1], step=0.5, readout=False)
        self.in_use, self.best = Button(), Button()
        self.sentence = HTML().add_class("portfolio-sentence")
        self.table = HTML().add_class("portfolio-figures")
        self._make_chart()
        controls = [self.place, self.ratio, Box([self.in_use, self.best]).add_class("buttons")]
        self.widget = VBox(
            [
                self.heading,
                Box(controls).add_class("portfolio-controls"),
                self.sentence,
                Box([self.figure]).add_class("portfolio-chart-box"),
                self.table,
            ]
        ).add_class("card")
        self._listen()

    def _make_chart(self) -> None:
        self._risks, self._costs = LinearScale(min=0.0), LinearScale(min=0.0)
        scales = {"x": self._risks, "y": self._costs}
        self.expected = Lines(x=[], y=[], scales=scales, colors=[EXPECTED_COLOUR], stroke_width=3)
        self.known = Lines(
            x=[], y=[], scales=scales, colors=[KNOWN_COLOUR], stroke_width=2, line_style="dashed"
        )
        self.threshold = threshold_line(self._risks)
        self._risk_axis = Axis(scale=self._risks, color=AXIS_COLOUR, grid_lines="none")
        self._cost_axis = Axis(scale=self._costs, side="left", color=AXIS_COLOUR)
        self.figure = make_figure(
            [self.known, self.expected, self.threshold],
            [self._risk_axis, self._cost_axis],
            (10, 20, 34, 64),
        ).add_class("portfolio-chart")

    def _listen(self) -> None:
        state = self._state
        self.place.observe(lambda _: self._turn(), names="value")
        self.ratio.observe(lambda _: self._turn(), names="value")
        self.in_use.on_click(lambda _: self._reset())
        self.best.on_click(lambda _: self._take_best())
        state.follow(self._write, "overview", "card", "place", "ratio", "language")

    def _turn(self) -> None:
        if not self._writing:
            self._state.place, self._state.ratio = self.place.value, self.ratio.value

    def _reset(self) -> None:
        state = self._state
        state.place = state.place_in_use
        if state.card:
            state.ratio = state.card.costs.missed_default / state.card.costs.refused_good

    def _take_best(self) -> None:
        state = self._state
        if state.overview:
            best = cheapest(state.overview.everybody, state.costs)
            state.place = min(best, len(state.overview.bin_edges) - 2)

    def _write(self) -> None:
        state, language = self._state, self._state.language
        self.heading.value = element("h2", text(say(language, "portfolio.cost"))) + element(
            "p", text(say(language, "portfolio.cost_intro"))
        )
        self.in_use.description = say(language, "portfolio.in_use")
        self.best.description = say(language, "portfolio.best")
        self.ratio.description = say(
            language, "portfolio.ratio", ratio=write_number(state.ratio, language, 1)
        )
        self.place.description = say(
            language, "portfolio.threshold", threshold=write_percent(state.threshold, language)
        )
        if state.overview:
            self._write_figures(state.overview)
            self._draw(state.overview)

    def _write_figures(self, overview: PortfolioOverview) -> None:
        state, language = self._state, self._state.language
        self._writing = True
        try:
            with self.place.hold_sync():
                self.place.max = len(overview.bin_edges) - 2
                self.place.value = state.place
            self.ratio.value = min(max(state.ratio, RATIOS[0]), RATIOS[1])
        finally:
            self._writing = False
        figures = figures_at(overview.everybody, state.place, state.costs)
        best = cheapest(overview.everybody, state.costs)
        at_best = figures_at(overview.everybody, best, state.costs)
        words = say(
            language,
            "portfolio.cost_sentence",
            granted=write_percent(figures.granted, language),
            cost=write_number(figures.cost, language, 3),
            best=write_percent(overview.bin_edges[best], language),
            lowest=write_number(at_best.cost, language, 3),
        )
        known = (
            ""
            if figures.known_cost is None
            else say(
                language,
                "portfolio.known_sentence",
                cost=write_number(figures.known_cost, language, 3),
            )
        )
        self.sentence.value = element("p", text(words)) + element("p", text(known))
        self.table.value = self._write_table(overview)

    def _draw(self, overview: PortfolioOverview) -> None:
        state, language = self._state, self._state.language
        edges = np.array(overview.bin_edges[:-1])
        expected = expected_costs(overview.everybody, state.costs)[:-1]
        known = known_costs(overview.everybody, state.costs)
        top = max(float(expected.max()), 0.0 if known is None else float(known[:-1].max()))
        self._risks.max, self._costs.max = float(edges[-1]), top * 1.05
        with self.expected.hold_sync():
            self.expected.x, self.expected.y = edges, expected
        with self.known.hold_sync():
            self.known.x = [] if known is None else edges
            self.known.y = [] if known is None else known[:-1]
        self.threshold.x = [state.threshold] * 2
        label_axis(
            self._risk_axis,
            round_ticks(0.0, float(edges[-1])),
            lambda tick: write_percent(tick, language, digits=0),
        )
        label_axis(
            self._cost_axis, round_ticks(0.0, top), lambda tick: write_number(tick, language, 2)
        )

    def _write_table(self, overview: PortfolioOverview) -> str:
        state, language = self._state, self._state.language
        bins, costs = overview.everybody, state.costs
        known = known_costs(bins, costs)
        rows = [
            (
                write_percent(edge, language),
                write_percent(granted, language),
                write_number(cost, language, 3),
                "–" if known is None else write_number(known[at], language, 3),
            )
            for at, (edge, granted, cost) in enumerate(
                zip(overview.bin_edges, grant_rates(bins), expected_costs(bins, costs), strict=True)
            )
        ]
        headings = [
            say(language, "portfolio.threshold_column"),
            say(language, "portfolio.granted_column"),
            say(language, "portfolio.cost_column"),
            say(language, "portfolio.known_cost_column"),
        ]
        return folded_table(say(language, "portfolio.cost"), headings, rows, language)
