"""The report as a page for people: in a few sentences, tables and charts.

It is told in English, like that of the selection; the head's page tells it in French too.
"""

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure
from pandas.io.formats.style import Styler

from lib.decision import Z95
from lib.monitoring.words import written
from lib.serving.wire import (
    LEVEL_SIGNS,
    GrantedByOutcome,
    GroupOversight,
    Level,
    MonitoredFigure,
    MonitoringReport,
    Part,
)
from lib.training.report import style

COLOURS: dict[Level, str] = {
    "green": "#1b6e3c",
    "amber": "#8a5a00",
    "red": "#a3211c",
    "unknown": style.GREY,
}
NAMES: dict[Level, str] = {
    "green": "in order",
    "amber": "look at it",
    "red": "act",
    "unknown": "not known",
}
PARTS: dict[Part, str] = {
    "inputs": "Who applies",
    "before_outcomes": "What is expected",
    "after_outcomes": "What happened",
    "oversight": "What people decided",
}
WORST_FIRST: Sequence[Level] = ("red", "amber", "unknown", "green")
CHARTS_A_ROW = 3
# Of every table of decisions.
OVERRIDE_COLUMNS = {
    "decisions": ("Decisions", ",d"),
    "granted_against": ("Granted against the model", ",d"),
    "refused_against": ("Refused against the model", ",d"),
    "outcomes": ("Outcomes known", ",d"),
    "defaults": ("of which defaults", ",d"),
}
OUTCOMES = {"repaid": "Repaid", "defaulted": "Defaulted", "not_known": "Not known yet"}


def summary(report: MonitoringReport) -> str:
    """Say how many figures are amber or red, and what each of them means; Markdown."""
    counts = {level: sum(one.level == level for one in report.figures) for level in WORST_FIRST}
    told = ", ".join(
        f"{count} {LEVEL_SIGNS[level]} {NAMES[level]}" for level, count in counts.items() if count
    )
    bad = [one for level in ("red", "amber") for one in report.figures if one.level == level]
    lines = [
        "## In short",
        "",
        f"{report.clients:,} clients scored and {report.outcomes:,} outcomes known, "
        f"{report.first_day} to {report.last_day}, by {report.scorer}, against "
        f"{report.reference.en}. {told}.",
        "",
        *(f"- **{LEVEL_SIGNS[one.level]} {one.label.en}.** {one.sentence.en}" for one in bad),
    ]
    return "\n".join(lines if bad else [*lines, "- Nothing to look at."])


def figures_table(report: MonitoringReport, part: Part) -> Styler:
    """Style the figures of one part: value, levels, and what they mean."""
    rows = pd.DataFrame([_row(one) for one in report.figures if one.part == part])
    table = style.table(
        rows,
        f"{PARTS[part]}: from the amber level on look at it, from the red one act, "
        "unless chance explains it",
        {
            "level": "",
            "label": "Figure",
            "value": ("Value", "s"),
            "interval": ("95% interval", "s"),
            "amber": ("Amber", "s"),
            "red": ("Red", "s"),
            "sentence": "What it means",
        },
    )
    colours = [
        f"color: {COLOURS[level]}; font-weight: bold; white-space: nowrap" for level in rows["key"]
    ]
    return table.apply(lambda _: colours, axis=0, subset=[""])


def _row(one: MonitoredFigure) -> dict[str, str]:
    beyond = "≤" if one.unit == "p_value" else "≥"
    known = one.low is not None and one.high is not None
    return {
        "key": one.level,
        "level": f"{LEVEL_SIGNS[one.level]} {NAMES[one.level]}",
        "label": one.label.en,
        "value": _written(one, one.value),
        "interval": f"{_written(one, one.low)} to {_written(one, one.high)}" if known else "–",
        "amber": f"{beyond} {_written(one, one.amber)}",
        "red": f"{beyond} {_written(one, one.red)}",
        "sentence": one.sentence.en,
    }


def _written(one: MonitoredFigure, value: float | None) -> str:
    return style.NOT_KNOWN if value is None else written(value, one.unit).en


def history_figure(report: MonitoringReport, part: Part) -> Figure | None:
    """Draw the figures of one part over the period; None where it is one stretch only."""
    shown = [one for one in report.figures if one.part == part and _has_history(one)]
    if not shown:
        return None
    rows = -(-len(shown) // CHARTS_A_ROW)
    chart = style.Chart(
        "Each chart is one figure over the period; the lines are the levels of amber and red. "
        "A dot is filled where the figure is amber or red.",
        (style.WIDTH, 2.1 * rows),
    )
    axes = list(chart.subplots(rows, CHARTS_A_ROW, squeeze=False).flat)
    for place, one in zip(axes, shown, strict=False):
        style.without_frame(place)
        days = [str(point.first_day)[5:] for point in one.history]
        values = [float("nan") if p.value is None else p.value for p in one.history]
        place.plot(days, values, color=style.BLUE, lw=1.2)
        for day, value, point in zip(days, values, one.history, strict=True):
            bad = point.level in ("amber", "red")
            face = COLOURS[point.level] if bad else "white"
            edge = COLOURS[point.level] if bad else style.BLUE
            place.plot([day], [value], "o", ms=5, mfc=face, mec=edge)
        for limit, level in ((one.amber, "amber"), (one.red, "red")):
            place.axhline(limit, color=COLOURS[level], lw=0.9, ls="--")  # type: ignore[index]
        place.set_title(one.label.en, fontsize=8.5, loc="left")
        place.tick_params(labelsize=7)
        place.set_xticks([days[0], days[-1]])
    for place in axes[len(shown) :]:
        place.set_visible(False)
    return chart


def _has_history(one: MonitoredFigure) -> bool:
    return sum(point.value is not None for point in one.history) > 1


def features_table(report: MonitoringReport) -> Styler:
    """Style the features that have moved most."""
    rows = pd.DataFrame(
        [
            {
                **one.model_dump(exclude={"label"}),
                "label": one.label.en,
                "mark": LEVEL_SIGNS[one.level],
            }
            for one in report.features
        ],
        columns=[
            *("mark", "label", "psi", "p_value", "missing", "missing_before"),
            *("unseen", "unseen_before"),
        ],
    )
    return style.table(
        rows,
        "Features that have moved most; p-values are adjusted for all features together",
        {
            "mark": "",
            "label": "Feature",
            "psi": ("Stability index", ".3f"),
            "p_value": ("p-value", ".3f"),
            "missing": ("Missing", ".1%"),
            "missing_before": ("before", ".1%"),
            "unseen": ("Unknown category", ".1%"),
        },
    )


def grades_table(report: MonitoringReport) -> Styler:
    """Style what was told and what came, by grade."""
    rows = pd.DataFrame(
        [
            {**one.model_dump(), "interval": style.between(one.low, one.high, ".1%")}
            for one in report.grades
        ],
        columns=["grade", "clients", "told", "came", "interval", "p_value"],
    )
    return style.table(
        rows,
        "Grades of risk, 1 the safest; a small p-value says that more have defaulted than was told",
        {
            "grade": ("Grade", "d"),
            "clients": ("Outcomes", ",d"),
            "told": ("Expected", ".1%"),
            "came": ("Observed", ".1%"),
            "interval": ("95% interval", "s"),
            "p_value": ("p-value", ".3f"),
        },
    )


def grades_figure(report: MonitoringReport) -> Figure | None:
    """Draw what came against what was told, by grade; None where no outcomes are known."""
    if not report.grades:
        return None
    rows = pd.DataFrame([one.model_dump() for one in report.grades])
    chart, axes = style.single_axes(
        "Defaults by grade of risk",
        "Where a bar, the 95% interval of what came, lies wholly above the line, more clients of "
        "the grade have defaulted than was told.",
        height=3.2,
    )
    places = rows["grade"].astype(str)
    bars = style.bars_to(rows, "came", "low", "high")
    axes.errorbar(places, rows["came"], yerr=bars, fmt="o", color=style.BLUE, capsize=3)
    axes.plot(places, rows["told"], color=style.ORANGE, lw=1.5, drawstyle="steps-mid")
    style.in_percent(axes.yaxis)
    axes.set(xlabel="Grade, from the safest", ylabel="Share of defaults")
    axes.legend(["Expected", "Observed"], frameon=False)
    return chart


def segments_table(report: MonitoringReport) -> Styler:
    """Style the kinds of clients whose risk is surest to be told wrongly."""
    rows = pd.DataFrame(
        [
            {
                **one.model_dump(exclude={"label", "name"}),
                "label": one.label.en,
                "segment": one.name.en,
                "interval": style.between(
                    100 * (one.bias - Z95 * one.error), 100 * (one.bias + Z95 * one.error), "+.1f"
                ),
                "points": 100 * one.bias,
            }
            for one in report.segments
        ],
        columns=["label", "segment", "clients", "points", "interval", "p_value"],
    )
    return style.table(
        rows,
        "Risk told less defaults that came, in percentage points: above 0 too much was told",
        {
            "label": "Feature",
            "segment": "Kind of client",
            "clients": ("Outcomes", ",d"),
            "points": ("Bias", "+.1f"),
            "interval": ("95% interval", "s"),
            "p_value": ("p-value", ".3f"),
        },
    )


def overrides_table(report: MonitoringReport, by: str) -> Styler:
    """Style decisions and overrides, by ``person`` or by ``reason``."""
    told = report.persons if by == "person" else report.reasons
    rows = pd.DataFrame(
        [{**one.model_dump(), "by": one.by.replace("_", " ") or "unnamed"} for one in told],
        columns=["by", "decisions", "granted_against", "refused_against", "outcomes", "defaults"],
    )
    return style.table(
        rows,
        f"Decisions by {by}; outcomes are those of credits granted against the model",
        {
            "by": by.capitalize(),
            **OVERRIDE_COLUMNS,
        },
    )


def groups_table(report: MonitoringReport) -> Styler:
    """Style what people decided by group of clients."""
    rows = pd.DataFrame(
        [
            {**one.model_dump(), "attribute": one.attribute.en, "group": one.group.en}
            for one in report.groups
        ],
        columns=list(GroupOversight.model_fields),
    )
    return style.table(
        rows.drop(columns="clients"),
        "Decisions by group of clients; groups of fewer than ten clients are not told",
        {
            "attribute": "",
            "group": "Group",
            **OVERRIDE_COLUMNS,
            "waiting": ("Refusals waiting", ",d"),
            "hours": ("Median hours to decide", ".1f"),
        },
    )


def granted_table(report: MonitoringReport) -> Styler:
    """Style what became of the credits that people granted."""
    rows = pd.DataFrame(
        [one.model_dump() | {"outcome": OUTCOMES[one.outcome]} for one in report.granted],
        columns=list(GrantedByOutcome.model_fields),
    )
    return style.table(
        rows,
        "Credits that people granted, by what became of them",
        {
            "outcome": "Outcome",
            "with_model": ("Granted with the model", ",d"),
            "against_model": ("Granted against the model", ",d"),
        },
    )
