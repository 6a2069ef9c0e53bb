"""Why clients are refused: what adds most to their risk."""

from ipywidgets import HTML, VBox

from lib.dashboard.formats import in_language, write_number, write_percent
from lib.dashboard.languages import Language
from lib.dashboard.markup import element, text
from lib.dashboard.portfolio.state import PortfolioState
from lib.dashboard.texts import say
from lib.serving.wire import PortfolioOverview, RefusalReason

SHOWN = 10
BAR_WIDTH = 160  # pixels


class RefusalsPanel:
    """A table of reasons over all refused clients, with bars beside the words."""

    def __init__(self, state: PortfolioState) -> None:
        self._state = state
        self.heading = HTML().add_class("card-heading")
        self.table = HTML().add_class("portfolio-reasons")
        self.widget = VBox([self.heading, self.table]).add_class("card")
        state.follow(self._write, "overview", "language")

    def _write(self) -> None:
        overview, language = self._state.overview, self._state.language
        self.heading.value = element("h2", text(say(language, "portfolio.reasons")))
        if overview is None:
            return
        self.heading.value += element("p", text(_say_basis(overview, language)))
        reasons = overview.reasons[:SHOWN]
        headings = [
            say(language, "reasons.feature"),
            say(language, "portfolio.main_column"),
            say(language, "portfolio.weight_column"),
        ]
        head = "".join(element("th", text(words), scope="col") for words in headings)
        rows = "".join(_write_row(one, reasons[0].mean_contribution, language) for one in reasons)
        self.table.value = element(
            "table",
            element("caption", text(say(language, "portfolio.reasons"))),
            element("thead", element("tr", head)),
            element("tbody", rows),
            class_="figures-table portfolio-reasons-table",
        )


def _say_basis(overview: PortfolioOverview, language: Language) -> str:
    if not overview.reasons:
        return say(language, "portfolio.no_reasons")
    return say(
        language,
        "portfolio.reasons_intro",
        refused=write_number(overview.refused, language),
        explained=write_number(overview.explained, language),
    )


def _write_row(reason: RefusalReason, most: float, language: Language) -> str:
    width = reason.mean_contribution / most * BAR_WIDTH
    return element(
        "tr",
        element("th", text(in_language(reason.label, language)), scope="row"),
        element("td", text(write_percent(reason.main_share, language, digits=0))),
        element(
            "td",
            element(
                "span", style=f"width: {width:.0f}px", class_="portfolio-bar", aria_hidden="true"
            ),
            element("span", text(write_number(reason.mean_contribution, language, 2))),
        ),
    )
