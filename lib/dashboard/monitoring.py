"""What the head of the team sees of the scorer itself: whether it still fits, in levels and words.

The API gives the report that `make monitor` last made; nothing is worked out here.
"""

from collections.abc import Sequence

from ipywidgets import HTML, Button, HBox, VBox
from traitlets import Instance

from lib.dashboard.calls import Calls
from lib.dashboard.formats import in_language, write_day, write_moment, write_number, write_percent
from lib.dashboard.frame import Header, describe_page, make_arrival, make_style, welcome
from lib.dashboard.markup import Html, element, heading, join, table, write_fault
from lib.dashboard.state import PageState
from lib.dashboard.texts import Language, say, text_id
from lib.dashboard.visitor import Visit
from lib.dashboard.widgets import make_card, show
from lib.serving.api import ScoringApi
from lib.serving.wire import (
    LEVEL_SIGNS,
    FigureUnit,
    HistoryPoint,
    Level,
    MonitoredFigure,
    MonitoringReport,
    Overrides,
    Part,
)

LEVELS: dict[Level, str] = {
    "green": text_id("monitoring.green"),
    "amber": text_id("monitoring.amber"),
    "red": text_id("monitoring.red"),
    "unknown": text_id("monitoring.unknown"),
}
WORST_FIRST: Sequence[Level] = ("red", "amber", "green", "unknown")
PARTS: dict[Part, str] = {
    "inputs": text_id("monitoring.inputs"),
    "before_outcomes": text_id("monitoring.before_outcomes"),
    "after_outcomes": text_id("monitoring.after_outcomes"),
    "oversight": text_id("monitoring.oversight"),
}
DIGITS: dict[FigureUnit, int] = {
    "index": 2,
    "cost": 2,
    "ratio": 2,
    "auc": 3,
    "p_value": 3,
    "hours": 1,
    "days": 1,
    "count": 0,
}
NOT_KNOWN = "–"
MOST_FEATURES = 10
WIDTH, HEIGHT, EDGE = 120, 32, 4  # pixels of a history, and of the room for its dots


class MonitoringState(PageState):
    """What the page shows.

    Attributes
    ----------
    report : MonitoringReport or None
        None until it is there.
    """

    report = Instance(MonitoringReport, allow_none=True)


class MonitoringPage:
    """The page on how the scorer is doing.

    Parameters
    ----------
    api : ScoringApi
        Where the report comes from; called only once the page is opened.

    Attributes
    ----------
    widget : Widget
        What the notebook shows.
    """

    def __init__(self, api: ScoringApi) -> None:
        state = self.state = MonitoringState()
        self._api = api
        calls = self._calls = Calls(state)
        self._title = HTML().add_class("client-title")
        self._follower = HTML().add_class("page-follower")
        self._fault, self._retry = HTML(), Button().add_class("retry")
        self._notice = HBox([self._fault, self._retry]).add_class("portfolio-notice")
        self._retry.on_click(lambda _: calls.retry())
        self.parts = {part: HTML().add_class("monitoring-part") for part in PARTS}
        self._panels = VBox([make_card([words]) for words in self.parts.values()])
        self._panels.add_class("client-panels")
        self.widget = VBox(
            [
                make_style("theme", "tools", "portfolio", "monitoring"),
                self._follower,
                make_arrival(calls),
                Header(state).widget,
                VBox([self._notice, self._title, self._panels]).add_class("portfolio-main"),
            ]
        ).add_class("page")
        state.follow(self._write, "report", "faults", "language")

    def open(self, visit: Visit) -> None:
        """Begin the visit: take the language from the address, then call the API."""
        welcome(self.state, self._api, visit)
        self._calls.hold_until_browser()
        self._calls.run("report", self._api.monitoring, self._take, retried=True)

    def _take(self, report: MonitoringReport) -> None:
        self.state.report = report

    def _write(self) -> None:
        state, language = self.state, self.state.language
        report = state.report
        fault = next(iter(state.faults.values()), None)
        show(self._notice, fault is not None)
        self._fault.value = write_fault(fault, language)
        self._retry.description = say(language, "fault.retry")
        show(self._panels, report is not None)
        title = element("h1", say(language, "monitoring.title"))
        if report is not None:
            title += write_overview(report, language)
        elif fault is None:
            title += element("p", say(language, "portfolio.loading"), class_="loading")
        self._title.value = title
        self._follower.value = describe_page(say(language, "monitoring.page_title"), None, language)
        for part, words in self.parts.items():
            words.value = write_part(report, part, language) if report else ""


def write_overview(report: MonitoringReport, language: Language) -> Html:
    """Say of whom the report is, and how many figures are on which level."""
    basis = say(
        language,
        "monitoring.basis",
        clients=write_number(report.clients, language),
        outcomes=write_number(report.outcomes, language),
        first=write_day(report.first_day, language),
        last=write_day(report.last_day, language),
        reference=in_language(report.reference, language),
    )
    made = say(
        language,
        "monitoring.made",
        moment=write_moment(report.created, language),
        scorer=report.scorer,
    )
    counts = {level: sum(one.level == level for one in report.figures) for level in LEVELS}
    chips = [
        write_level(level, language, f"{counts[level]} ") for level in WORST_FIRST if counts[level]
    ]
    return (
        element("p", basis)
        + element("p", made, class_="monitoring-made")
        + element("div", *chips, class_="monitoring-chips")
    )


def write_level(level: Level, language: Language, before: str = "") -> Html:
    """Write a level by sign, word and colour."""
    sign = element("span", LEVEL_SIGNS[level], aria_hidden="true")
    words = element("span", before + say(language, LEVELS[level]))
    return element("span", sign, words, class_=f"monitoring-level monitoring-{level}")


def write_part(report: MonitoringReport, part: Part, language: Language) -> Html:
    """Write the figures of one part, the worst first, and its table."""
    figures = [one for level in WORST_FIRST for one in report.figures if one.level == level]
    rows = [write_figure(one, language) for one in figures if one.part == part]
    tables = {
        "inputs": write_features,
        "after_outcomes": write_grades,
        "oversight": write_persons,
    }
    more = tables[part](report, language) if part in tables else Html()
    title = heading(say(language, PARTS[part]))
    return title + element("ul", *rows, class_="monitoring-figures") + more


def write_figure(one: MonitoredFigure, language: Language) -> Html:
    """Write one figure: level, name, sentence, value with its levels, history."""
    beyond = "≤" if one.unit == "p_value" else "≥"
    amber, red = (
        f"{beyond} {write_figure_value(limit, one.unit, language)}"
        for limit in (one.amber, one.red)
    )
    value = NOT_KNOWN if one.value is None else write_figure_value(one.value, one.unit, language)
    return element(
        "li",
        write_level(one.level, language),
        element(
            "div",
            element("h3", in_language(one.label, language)),
            element("p", in_language(one.sentence, language)),
            class_="monitoring-words",
        ),
        element(
            "div",
            element("strong", value),
            element("span", say(language, "monitoring.amber_from", limit=amber)),
            element("span", say(language, "monitoring.red_from", limit=red)),
            class_="monitoring-value",
        ),
        draw_history(one.history, one.amber, language),
    )


def write_figure_value(value: float, unit: FigureUnit, language: Language) -> str:
    """Write a figure in its unit.

    Examples
    --------
    >>> write_figure_value(0.123, "share", "en"), write_figure_value(2.0, "days", "en")
    ('12.3%', '2 days')
    """
    if unit == "share":
        return write_percent(value, language)
    number = write_number(value, language, DIGITS[unit])
    if unit == "ratio":
        return say(language, "monitoring.ratio", ratio=number)
    if unit == "days":
        return say(language, "monitoring.days", days=number)
    if unit == "hours":
        return say(language, "monitoring.hours", hours=number)
    return number


def draw_history(history: Sequence[HistoryPoint], amber: float, language: Language) -> Html:
    """Draw a history as a line with a dot a stretch of time, and the level of amber across."""
    known = [(place, one.value) for place, one in enumerate(history) if one.value is not None]
    if len(known) < 2:
        return element("span", class_="monitoring-history")
    values = [value for _, value in known]
    low, high = min(*values, amber), max(*values, amber)
    step = (WIDTH - 2 * EDGE) / max(len(history) - 1, 1)

    def height(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return round(HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE), 1)

    places = [(round(EDGE + place * step, 1), height(value)) for place, value in known]
    line = element(
        "polyline",
        points=" ".join(f"{x},{y}" for x, y in places),
        class_="history-line",
    )
    limit = element(
        "line",
        x1="0",
        x2=str(WIDTH),
        y1=str(height(amber)),
        y2=str(height(amber)),
        class_="history-limit",
    )
    dots = join(
        element("circle", cx=str(x), cy=str(y), r="3", class_=f"history-{history[place].level}")
        for (x, y), (place, _) in zip(places, known, strict=True)
    )
    said = say(
        language,
        "monitoring.history",
        first=write_day(history[0].first_day, language),
        last=write_day(history[-1].first_day, language),
    )
    # HTML lowers the names of attributes; SVG within HTML still finds its viewBox.
    return Html(
        f'<svg class="monitoring-history" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}">'
    ) + join([element("title", said), limit, line, dots, Html("</svg>")])


def write_features(report: MonitoringReport, language: Language) -> Html:
    """Write the features that have moved most, as a table."""
    rows = [
        (
            in_language(one.label, language),
            write_level(one.level, language),
            write_number(one.psi, language, 3),
            f"{write_percent(one.missing, language)} "
            f"({write_percent(one.missing_before, language)})",
            write_percent(one.unseen, language),
        )
        for one in report.features[:MOST_FEATURES]
    ]
    headings = [
        say(language, "reasons.feature"),
        say(language, "monitoring.level"),
        say(language, "monitoring.index"),
        say(language, "monitoring.missing"),
        say(language, "monitoring.unseen"),
    ]
    return _folded_table(say(language, "monitoring.features"), headings, rows)


def write_grades(report: MonitoringReport, language: Language) -> Html:
    """Write what was told and what came, by grade of risk."""
    rows = [
        (
            write_number(one.grade, language),
            write_number(one.clients, language),
            write_percent(one.told, language),
            write_percent(one.came, language),
            f"{write_percent(one.low, language)} – {write_percent(one.high, language)}",
        )
        for one in report.grades
    ]
    headings = [
        say(language, "monitoring.grade"),
        say(language, "comparison.clients"),
        say(language, "monitoring.told"),
        say(language, "monitoring.came"),
        say(language, "monitoring.interval"),
    ]
    return _folded_table(say(language, "monitoring.by_grade"), headings, rows)


def write_persons(report: MonitoringReport, language: Language) -> Html:
    """Write decisions and overrides by person."""
    rows = [_override_row(one, language) for one in report.persons]
    headings = [
        say(language, "monitoring.person"),
        say(language, "monitoring.decisions"),
        say(language, "monitoring.granted_against"),
        say(language, "monitoring.refused_against"),
        say(language, "monitoring.outcomes"),
        say(language, "monitoring.defaults"),
    ]
    return _folded_table(say(language, "monitoring.by_person"), headings, rows)


def _override_row(one: Overrides, language: Language) -> tuple[str, ...]:
    counts = (one.decisions, one.granted_against, one.refused_against, one.outcomes, one.defaults)
    return one.by or NOT_KNOWN, *(write_number(count, language) for count in counts)


def _folded_table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Html:
    if not rows:
        return Html()
    return element(
        "details",
        element("summary", title),
        table(title, headings, rows),
        class_="monitoring-table",
    )
