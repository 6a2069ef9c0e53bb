"""What the head of the team sees of the scorer itself: whether it still fits, in levels and words.

The API gives the report that `make monitor` last made; nothing is worked out here.
"""

from collections.abc import Callable, Sequence

from traitlets import Instance

from lib.dashboard.calls import Calls
from lib.dashboard.formats import in_language, write_day, write_moment, write_number, write_percent
from lib.dashboard.frame import HeadPage
from lib.dashboard.markup import Html, element, heading, join, table, wide
from lib.dashboard.state import PageState
from lib.dashboard.texts import Language, say, text_id
from lib.dashboard.widgets import HTML, make_card
from lib.serving.api import ScoringApi
from lib.serving.wire import (
    LEVEL_SIGNS,
    FigureUnit,
    GroupOversight,
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
OUTCOMES = {
    "repaid": text_id("monitoring.repaid"),
    "defaulted": text_id("monitoring.defaulted"),
    "not_known": text_id("monitoring.not_known"),
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


class MonitoringPage(HeadPage):
    """The page on how the scorer is doing.

    Parameters
    ----------
    api : ScoringApi
        Where the report comes from; called only once the page is opened.
    """

    def __init__(self, api: ScoringApi) -> None:
        state = self.state = MonitoringState()
        self.parts = {part: HTML().add_class("monitoring-part") for part in PARTS}
        super().__init__(
            state,
            api,
            Calls(state),
            content="report",
            title=text_id("monitoring.title"),
            document_title=text_id("monitoring.page_title"),
            panels=[make_card([words]) for words in self.parts.values()],
            styles=["monitoring"],
        )
        state.follow(self._write_parts, "report", "language")

    def fetch(self) -> None:
        """Ask for the report."""
        self._calls.run("report", self._api.monitoring, self._take, retried=True)

    def write_lead(self) -> Html:
        """Say of whom the report is."""
        report = self.state.report
        return write_overview(report, self.state.language) if report else Html()

    def _take(self, report: MonitoringReport) -> None:
        self.state.report = report

    def _write_parts(self) -> None:
        report, language = self.state.report, self.state.language
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
    tables: dict[Part, tuple[Callable[[MonitoringReport, Language], Html], ...]] = {
        "inputs": (write_features,),
        "after_outcomes": (write_grades,),
        "oversight": (write_persons, write_groups, write_granted),
    }
    more = join(write(report, language) for write in tables.get(part, ()))
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
    rows = [(one.by or NOT_KNOWN, *_counts(one, language)) for one in report.persons]
    headings = [say(language, "monitoring.person"), *_headings_of_counts(language)]
    return _folded_table(say(language, "monitoring.by_person"), headings, rows)


def write_groups(report: MonitoringReport, language: Language) -> Html:
    """Write decisions and overrides by group of clients, with what waits and how long it takes."""
    rows = [
        (
            f"{in_language(one.attribute, language)} – {in_language(one.group, language)}",
            *_counts(one, language),
            write_number(one.waiting, language),
            NOT_KNOWN if one.hours is None else write_figure_value(one.hours, "hours", language),
        )
        for one in report.groups
    ]
    headings = [
        say(language, "monitoring.group"),
        *_headings_of_counts(language),
        say(language, "monitoring.waiting"),
        say(language, "monitoring.median_hours"),
    ]
    return _folded_table(say(language, "monitoring.by_group"), headings, rows)


def write_granted(report: MonitoringReport, language: Language) -> Html:
    """Write what became of the credits that people granted."""
    rows = [
        (
            say(language, OUTCOMES[one.outcome]),
            write_number(one.with_model, language),
            write_number(one.against_model, language),
        )
        for one in report.granted
    ]
    headings = [
        say(language, "monitoring.outcome"),
        say(language, "monitoring.credits_with"),
        say(language, "monitoring.credits_against"),
    ]
    return _folded_table(say(language, "monitoring.by_outcome"), headings, rows)


def _counts(one: Overrides | GroupOversight, language: Language) -> list[str]:
    counts = (one.decisions, one.granted_against, one.refused_against, one.outcomes, one.defaults)
    return [write_number(count, language) for count in counts]


def _headings_of_counts(language: Language) -> list[str]:
    return [
        say(language, "monitoring.decisions"),
        say(language, "monitoring.granted_against"),
        say(language, "monitoring.refused_against"),
        say(language, "monitoring.outcomes"),
        say(language, "monitoring.defaults"),
    ]


def _folded_table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Html:
    if not rows:
        return Html()
    return element(
        "details",
        element("summary", title),
        wide(table(title, headings, rows), title),
        class_="monitoring-table",
    )
