"""The same figures for each kind of client: by contract, education, occupation and so on."""

from ipywidgets import HTML, Dropdown, HBox, VBox

from lib.dashboard.formats import in_language, write_number, write_percent
from lib.dashboard.markup import element, table, text
from lib.dashboard.portfolio.curves import Figures, figures_at
from lib.dashboard.portfolio.state import PortfolioState
from lib.dashboard.texts import say
from lib.features.description import Unit
from lib.serving.wire import PortfolioOverview

# A dropdown shows nothing chosen for None.
NO_SEGMENT = ""


class SegmentsPanel:
    """A table: one line a category, at the threshold and the ratio that are tried."""

    def __init__(self, state: PortfolioState) -> None:
        self._state = state
        self._writing = False
        self.heading = HTML().add_class("card-heading")
        self.segment = Dropdown(options=[("", NO_SEGMENT)], value=NO_SEGMENT)
        self.table = HTML().add_class("portfolio-segments")
        head = HBox([self.heading, self.segment.add_class("portfolio-choice")])
        self.widget = VBox([head.add_class("card-head"), self.table]).add_class("card")
        self.segment.observe(lambda _: self._choose(), names="value")
        state.follow(self._write_options, "card", "language")
        state.follow(self._write, "overview", "card", "place", "ratio", "language")

    def _choose(self) -> None:
        if not self._writing:
            self._state.segment = self.segment.value or None

    def _write_options(self) -> None:
        state, language = self._state, self._state.language
        infos = state.card.features if state.card else []
        named = sorted(
            (in_language(info.label, language), info.name)
            for info in infos
            if info.unit == Unit.CATEGORY
        )
        self._writing = True
        try:
            self.segment.options = [(say(language, "portfolio.no_segment"), NO_SEGMENT), *named]
            self.segment.value = state.segment or NO_SEGMENT
        finally:
            self._writing = False
        self.segment.description = say(language, "portfolio.segment")
        self.heading.value = element("h2", text(say(language, "portfolio.segments"))) + element(
            "p", text(say(language, "portfolio.segments_intro"))
        )

    def _write(self) -> None:
        overview = self._state.overview
        self.table.value = self._write_table(overview) if overview else ""

    def _write_table(self, overview: PortfolioOverview) -> str:
        state, language = self._state, self._state.language
        named = [(say(language, "comparison.all"), overview.everybody)] + [
            (state.name_category(name), bins) for name, bins in overview.segments.items()
        ]
        rows = [
            (name, *self._write_figures(figures_at(bins, state.place, state.costs)))
            for name, bins in named
        ]
        headings = [
            say(language, "portfolio.category_column"),
            say(language, "comparison.clients"),
            say(language, "portfolio.mean_risk_column"),
            say(language, "portfolio.defaulted_column"),
            say(language, "portfolio.granted_column"),
            say(language, "portfolio.cost_column"),
            say(language, "portfolio.known_cost_column"),
        ]
        return table(say(language, "portfolio.segments"), headings, rows, class_="figures-table")

    def _write_figures(self, figures: Figures) -> tuple[str, ...]:
        language = self._state.language
        return (
            write_number(figures.clients, language),
            write_percent(figures.risk, language),
            "–" if figures.defaulted is None else write_percent(figures.defaulted, language),
            write_percent(figures.granted, language),
            write_number(figures.cost, language, 3),
            "–" if figures.known_cost is None else write_number(figures.known_cost, language, 3),
        )
