"""The charts over the threshold: how risky the clients are, and what a threshold costs."""

from collections.abc import Mapping

import numpy as np

from lib.dashboard.charts import (
    AXIS_COLOUR,
    Axis,
    Bars,
    LinearScale,
    Lines,
    even_bars,
    label_axis,
    make_figure,
    make_line,
    move,
    move_line,
    round_counts,
    round_ticks,
)
from lib.dashboard.formats import write_number, write_percent
from lib.dashboard.markup import Html, element, folded, heading, table, wide
from lib.dashboard.panels.comparison_words import name_spans
from lib.dashboard.portfolio.curves import (
    COST_DIGITS,
    cheapest,
    expected_costs,
    figures_at,
    grant_rates,
    known_costs,
)
from lib.dashboard.portfolio.session import PortfolioState
from lib.dashboard.texts import Language, say
from lib.dashboard.widgets import HTML, Bind, BoundedIntSlider, Box, Button, FloatSlider, make_card
from lib.serving.wire import PortfolioOverview

GRANT_COLOUR, REFUSE_COLOUR = "#1f7a5c", "#b4472f"
EXPECTED_COLOUR, KNOWN_COLOUR = "#1d4f91", "#8a5a00"
THRESHOLD_COLOUR, THRESHOLD_WIDTH = "#1b2638", 2
ROOM_ABOVE = 1.05  # of the highest
RATIOS = (1.0, 30.0)


class RiskPanel:
    """Bars of the granted and of the refused, with the threshold between them."""

    def __init__(self, state: PortfolioState) -> None:
        self._state = state
        self.heading = HTML().add_class("card-heading")
        self.sentence = HTML().add_class("portfolio-sentence")
        self.table = HTML().add_class("portfolio-figures")
        self._risks, self._counts = LinearScale(min=0.0), LinearScale(min=0.0)
        scales = {"x": self._risks, "y": self._counts}
        self.granted, self.refused = (
            Bars(x=[], y=[], scales=scales, colors=[colour], padding=0.06)
            for colour in (GRANT_COLOUR, REFUSE_COLOUR)
        )
        self.threshold = make_line(self._risks, THRESHOLD_COLOUR, THRESHOLD_WIDTH)
        self._risk_axis = Axis(scale=self._risks, color=AXIS_COLOUR, grid_lines="none")
        self._count_axis = Axis(scale=self._counts, side="left", color=AXIS_COLOUR)
        marks, axes = (
            [self.granted, self.refused, self.threshold],
            [self._risk_axis, self._count_axis],
        )
        figure = make_figure(marks, axes).add_class("portfolio-chart")
        chart = Box([figure]).add_class("portfolio-chart-box")
        self.widget = make_card([self.heading, self.sentence, chart, self.table])
        state.follow(self._write, "overview", "place", "ratio", "language")

    def _write(self) -> None:
        state, language = self._state, self._state.language
        self.heading.value = heading(say(language, "portfolio.risk"))
        overview = state.overview
        if overview is None:
            return
        figures = figures_at(overview.everybody, state.place, state.costs)
        words = say(
            language,
            "portfolio.risk_sentence",
            clients=write_number(figures.clients, language),
            risk=write_percent(figures.risk, language),
            threshold=write_percent(state.threshold, language),
            refused=write_percent(1 - figures.granted, language),
        )
        self.sentence.value = element("p", words)
        self.table.value = folded(self._write_table(overview), language)
        self._draw(overview)

    def _draw(self, overview: PortfolioOverview) -> None:
        place, language = self._state.place, self._state.language
        edges = np.array(overview.bin_edges)
        # The last bin is open: it is drawn as wide as the narrowest of the others.
        last = float(edges[-2])
        end = edges[-1] = last + (np.diff(edges[:-1]).min() if last else 1.0)
        middles, counts = even_bars(edges, np.array(overview.everybody.clients, dtype=float))
        is_granted = middles < edges[place]
        self._risks.max, self._counts.max = float(end), float(counts.max()) * ROOM_ABOVE
        move(self.granted, middles[is_granted], counts[is_granted])
        move(self.refused, middles[~is_granted], counts[~is_granted])
        move_line(self.threshold, min(float(edges[place]), float(end)))
        ticks = round_counts(float(counts.max()))
        label_axis(self._count_axis, {tick: write_number(tick, language) for tick in ticks})
        above = say(language, "comparison.tick_over", value=write_percent(last, language))
        _label_risks(self._risk_axis, last, language, {(last + float(end)) / 2: above})

    def _write_table(self, overview: PortfolioOverview) -> Html:
        language, bins = self._state.language, overview.everybody
        edges = [write_percent(edge, language) for edge in overview.bin_edges]
        spans = name_spans(edges, language, is_open_below=False)
        rows = [
            (
                span,
                write_number(clients, language),
                write_number(expected, language, 1),
                write_number(defaulted, language),
            )
            for span, clients, expected, defaulted in zip(
                spans, bins.clients, bins.expected_defaults, bins.defaulted, strict=True
            )
        ]
        headings = [
            say(language, "portfolio.risk_column"),
            say(language, "comparison.clients"),
            say(language, "portfolio.expected_column"),
            say(language, "portfolio.known_column"),
        ]
        title = say(language, "portfolio.risk")
        return wide(table(title, headings, rows), title)


def _label_risks(
    axis: Axis, end: float, language: Language, own: Mapping[float, str] | None = None
) -> None:
    """Write round shares below an axis, and labels of its own, which have the room around them."""
    room = end / 10 if own else 0.0
    ticks = (tick for tick in round_ticks(0.0, end) if tick <= end - room)
    labels = {tick: write_percent(tick, language, digits=0) for tick in ticks}
    label_axis(axis, labels | dict(own or {}))


class CostPanel:
    """Two sliders over the sums that the API gave once: nothing is asked again."""

    def __init__(self, state: PortfolioState) -> None:
        self._state = state
        self.heading = HTML().add_class("card-heading")
        self.place = BoundedIntSlider(readout=False).add_class("portfolio-threshold")
        self.ratio = FloatSlider(min=RATIOS[0], max=RATIOS[1], step=0.5, readout=False)
        self.in_use, self.best = Button(), Button()
        self.sentence = HTML().add_class("portfolio-sentence")
        self.table = HTML().add_class("portfolio-figures")
        self._make_chart()
        controls = [self.place, self.ratio, Box([self.in_use, self.best]).add_class("buttons")]
        self.widget = make_card(
            [
                self.heading,
                Box(controls).add_class("portfolio-controls"),
                self.sentence,
                Box([self.figure]).add_class("portfolio-chart-box"),
                self.table,
            ]
        )
        self._bind_place = Bind(state, "place", self.place)
        # Costs in use may lie beyond the slider: they stay what they are until it is moved.
        Bind(state, "ratio", self.ratio, show=lambda ratio: min(max(ratio, RATIOS[0]), RATIOS[1]))
        self.in_use.on_click(lambda _: self._reset())
        self.best.on_click(lambda _: self._take_best())
        state.follow(self._write, "overview", "card", "place", "ratio", "language")

    def _make_chart(self) -> None:
        self._risks, self._costs = LinearScale(min=0.0), LinearScale(min=0.0)
        scales = {"x": self._risks, "y": self._costs}
        self.expected = Lines(x=[], y=[], scales=scales, colors=[EXPECTED_COLOUR], stroke_width=3)
        self.known = Lines(
            x=[], y=[], scales=scales, colors=[KNOWN_COLOUR], stroke_width=2, line_style="dashed"
        )
        self.threshold = make_line(self._risks, THRESHOLD_COLOUR, THRESHOLD_WIDTH)
        self._risk_axis = Axis(scale=self._risks, color=AXIS_COLOUR, grid_lines="none")
        self._cost_axis = Axis(scale=self._costs, side="left", color=AXIS_COLOUR)
        marks, axes = (
            [self.known, self.expected, self.threshold],
            [self._risk_axis, self._cost_axis],
        )
        self.figure = make_figure(marks, axes).add_class("portfolio-chart")

    def _reset(self) -> None:
        state = self._state
        state.place = state.place_in_use
        if state.card:
            state.ratio = state.ratio_in_use

    def _take_best(self) -> None:
        state = self._state
        if state.overview:
            best = cheapest(state.overview.everybody, state.costs)
            state.place = min(best, len(state.overview.bin_edges) - 2)

    def _write(self) -> None:
        state, language = self._state, self._state.language
        title, intro = say(language, "portfolio.cost"), say(language, "portfolio.cost_intro")
        self.heading.value = heading(title, intro)
        self.in_use.description = say(language, "portfolio.in_use")
        self.best.description = say(language, "portfolio.best")
        self.ratio.description = say(
            language, "portfolio.ratio", ratio=write_number(state.ratio, language, 1)
        )
        self.place.description = say(
            language, "portfolio.threshold", threshold=write_percent(state.threshold, language)
        )
        if state.overview:
            with self.place.hold_sync(), self._bind_place.changing():
                self.place.max = len(state.overview.bin_edges) - 2
            self.sentence.value = self._write_sentence(state.overview)
            self.table.value = folded(self._write_table(state.overview), language)
            self._draw(state.overview)

    def _write_sentence(self, overview: PortfolioOverview) -> Html:
        state, language = self._state, self._state.language
        figures = figures_at(overview.everybody, state.place, state.costs)
        best = cheapest(overview.everybody, state.costs)
        at_best = figures_at(overview.everybody, best, state.costs)
        words = say(
            language,
            "portfolio.cost_sentence",
            granted=write_percent(figures.granted, language),
            cost=write_number(figures.cost, language, COST_DIGITS),
            best=write_percent(overview.bin_edges[best], language),
            lowest=write_number(at_best.cost, language, COST_DIGITS),
        )
        known = ""
        if figures.known_cost is not None:
            cost = write_number(figures.known_cost, language, COST_DIGITS)
            known = say(language, "portfolio.known_sentence", cost=cost)
        return element("p", words) + element("p", known)

    def _draw(self, overview: PortfolioOverview) -> None:
        state, language = self._state, self._state.language
        edges = np.array(overview.bin_edges[:-1])
        expected = expected_costs(overview.everybody, state.costs)[:-1]
        known = known_costs(overview.everybody, state.costs)
        end = float(edges[-1])
        top = max(float(expected.max()), 0.0 if known is None else float(known[:-1].max()))
        self._risks.max, self._costs.max = end, top * ROOM_ABOVE
        move(self.expected, edges, expected)
        move(self.known, *(([], []) if known is None else (edges, known[:-1])))
        move_line(self.threshold, state.threshold)
        ticks = round_ticks(0.0, top)
        label_axis(self._cost_axis, {tick: write_number(tick, language, 2) for tick in ticks})
        _label_risks(self._risk_axis, end, language)

    def _write_table(self, overview: PortfolioOverview) -> Html:
        state, language = self._state, self._state.language
        bins, costs = overview.everybody, state.costs
        known = known_costs(bins, costs)
        rows = [
            (
                write_percent(edge, language),
                write_percent(granted, language),
                write_number(cost, language, COST_DIGITS),
                "–" if known is None else write_number(known[at], language, COST_DIGITS),
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
        title = say(language, "portfolio.cost")
        return wide(table(title, headings, rows), title)
