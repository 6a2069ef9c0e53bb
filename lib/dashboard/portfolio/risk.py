"""How risky the clients are: a histogram of default probabilities, parted by the threshold."""

from itertools import pairwise

import numpy as np
from ipywidgets import HTML, Box, VBox

from lib.dashboard.charts import (
    AXIS_COLOUR,
    Axis,
    Bars,
    LinearScale,
    label_axis,
    make_figure,
    round_counts,
    round_ticks,
)
from lib.dashboard.folded import folded_table
from lib.dashboard.formats import write_number, write_percent
from lib.dashboard.languages import Language
from lib.dashboard.markup import element, text
from lib.dashboard.portfolio.curves import figures_at
from lib.dashboard.portfolio.drawing import threshold_line
from lib.dashboard.portfolio.state import PortfolioState
from lib.dashboard.texts import say
from lib.serving.wire import PortfolioOverview

GRANT_COLOUR, REFUSE_COLOUR = "#1f7a5c", "#b4472f"


class RiskPanel:
    """Bars of the granted and of the refused, with the threshold between them."""

    def __init__(self, state: PortfolioState) -> None:
        self._state = state
        self.heading = HTML().add_class("card-heading")
        self.sentence = HTML().add_class("portfolio-sentence")
        self.table = HTML().add_class("portfolio-figures")
        self._risks, self._counts = LinearScale(min=0.0), LinearScale(min=0.0)
        self.granted, self.refused = (
            Bars(
                x=[],
                y=[],
                scales={"x": self._risks, "y": self._counts},
                colors=[colour],
                padding=0.06,
            )
            for colour in (GRANT_COLOUR, REFUSE_COLOUR)
        )
        self.threshold = threshold_line(self._risks)
        self._risk_axis = Axis(scale=self._risks, color=AXIS_COLOUR, grid_lines="none")
        self._count_axis = Axis(scale=self._counts, side="left", color=AXIS_COLOUR)
        self.figure = make_figure(
            [self.granted, self.refused, self.threshold],
            [self._risk_axis, self._count_axis],
            (10, 20, 34, 64),
        ).add_class("portfolio-chart")
        self.widget = VBox(
            [
                self.heading,
                self.sentence,
                Box([self.figure]).add_class("portfolio-chart-box"),
                self.table,
            ]
        ).add_class("card")
        state.follow(self._write, "overview", "place", "ratio", "language")

    def _write(self) -> None:
        state, language = self._state, self._state.language
        self.heading.value = element("h2", text(say(language, "portfolio.risk")))
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
        self.sentence.value = element("p", text(words))
        self.table.value = _write_table(overview, language)
        self._draw(overview)

    def _draw(self, overview: PortfolioOverview) -> None:
        place, language = self._state.place, self._state.language
        edges = np.array(overview.bin_edges)
        width = edges[1]
        counts = np.array(overview.everybody.clients, dtype=float)
        # The last bin is open: it is drawn as wide as the others.
        middles = edges[:-1] + width / 2
        self._risks.max = float(edges[-2] + width)
        self._counts.max = float(counts.max()) * 1.05
        for bars, chosen in (
            (self.granted, slice(None, place)),
            (self.refused, slice(place, None)),
        ):
            with bars.hold_sync():
                bars.x, bars.y = middles[chosen], counts[chosen]
        self.threshold.x = [float(min(edges[place], edges[-2] + width))] * 2
        label_axis(
            self._risk_axis,
            round_ticks(0.0, self._risks.max),
            lambda tick: write_percent(tick, language, digits=0),
        )
        label_axis(
            self._count_axis,
            round_counts(float(counts.max())),
            lambda tick: write_number(tick, language),
        )


def _write_table(overview: PortfolioOverview, language: Language) -> str:
    bins = overview.everybody
    rows = [
        (
            say(
                language,
                "comparison.from_to",
                low=write_percent(low, language),
                high=write_percent(high, language),
            ),
            write_number(clients, language),
            write_number(expected, language, 1),
            write_number(defaulted, language),
        )
        for (low, high), clients, expected, defaulted in zip(
            pairwise(overview.bin_edges),
            bins.clients,
            bins.expected_defaults,
            bins.defaulted,
            strict=True,
        )
    ]
    headings = [
        say(language, "portfolio.risk_column"),
        say(language, "comparison.clients"),
        say(language, "portfolio.expected_column"),
        say(language, "portfolio.known_column"),
    ]
    return folded_table(say(language, "portfolio.risk"), headings, rows, language)
