"""What the test clients say of the chosen model: cost, rivals, probabilities, groups."""

from dataclasses import asdict
from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from pandas.io.formats.style import Styler

from lib.decision import ClientCosts, CostDifference, Costs
from lib.scoring.card import METRIC_NAMES, CalibrationFigures
from lib.training.evidence.audit import BY, FEWEST
from lib.training.evidence.impact import COLUMNS, FOUR_FIFTHS, RATIO
from lib.training.evidence.reliability import reliability
from lib.training.report import style
from lib.training.selection import Selection

RATES = {
    "grant_rate": "Granted",
    "false_refusal_rate": "Refused, though repaid",
    "missed_default_rate": "Granted, though defaulted",
}


def judgement_table(selection: Selection) -> Styler:
    """Style the final judgement: each figure with its interval, and the cross-fitted one."""
    rows = pd.DataFrame(
        [
            (METRIC_NAMES[name], value, style.between(*selection.intervals[name]))
            for name, value in selection.metrics.items()
        ],
        columns=["figure", "test", "interval"],
    ).assign(cross_fitted=[selection.cross_fitted[name] for name in selection.metrics])
    return style.table(
        rows,
        f"{costs_in_words(selection.judged_by)}; 95% bootstrap intervals",
        {
            "figure": "Figure",
            "test": ("Test set", ".3f"),
            "interval": ("95% interval", "s"),
            "cross_fitted": ("Training set, cross-fitted", ".3f"),
        },
    )


def rivals_figure(judged: pd.DataFrame) -> Figure:
    """Draw what the winner costs less than each rival, with intervals."""
    shown = judged.iloc[::-1]
    chart, axes = style.single_axes(
        "What the chosen model costs, less what each alternative would (test set)",
        "Left of the line the chosen model costs less. A bar is the 95% interval of the "
        "difference; where it touches the line, both may cost the same.",
        height=1.2 + 0.45 * len(shown),
    )
    names = [fill(name, 34) for name in shown["english"]]
    bars = style.bars_to(shown, "difference", "low", "high")
    axes.errorbar(shown["difference"], names, xerr=bars, fmt="o", color=style.BLUE, capsize=3)
    axes.axvline(0, color=style.GREY, lw=1, ls="--")
    axes.margins(y=0.15)
    axes.set(xlabel="Difference in cost per client")
    return chart


def rivals_table(judged: pd.DataFrame, costs: Costs) -> Styler:
    """Style what the winner costs less than each rival."""
    intervals = list(zip(judged["low"], judged["high"], strict=True))
    rows = judged.assign(
        interval=[style.between(low, high, "+.3f") for low, high in intervals],
        verdict=[verdict(low, high) for low, high in intervals],
    )
    return style.table(
        rows,
        f"Cost per test client. {costs_in_words(costs)}; 95% bootstrap intervals",
        {
            "english": "Instead",
            "cost": ("Would cost", ".3f"),
            "difference": ("Difference", "+.3f"),
            "interval": ("95% interval", "s"),
            "verdict": "The model",
        },
    )


def reliability_figure(
    selection: Selection, calibration: CalibrationFigures, groups: int = 10
) -> Figure:
    """Draw observed against predicted default rates of test clients, grouped by probability."""
    test = selection.test_set
    rates = reliability(test["defaulted"], test["default_probability"], groups)
    # Clients of equal probability stay together, so there may be fewer groups.
    words = f"{len(rates)} group{'s' if len(rates) > 1 else ''}"
    chart, axes = style.single_axes(
        "Of the clients given a probability, how many defaulted? (test set)",
        f"Test clients in {words} by default probability. On the dashed line exactly as many "
        f"defaulted as predicted; on average a probability is "
        f"{100 * calibration.mean_distance:.1f} points off the smoothed default rate.",
    )
    top = 1.08 * float(rates[["predicted", "upper"]].to_numpy().max())
    axes.plot([0, top], [0, top], color=style.GREY, lw=1, ls="--", label="perfect")
    axes.errorbar(
        rates["predicted"],
        rates["observed"],
        yerr=style.bars_to(rates, "observed", "lower", "upper"),
        fmt="o",
        color=style.BLUE,
        capsize=3,
        label=f"{words} of clients, 95% intervals",
    )
    axes.axvline(selection.threshold, color=style.ORANGE, lw=1.5, label="threshold")
    axes.set(xlabel="Predicted default probability", ylabel="Share that defaulted")
    axes.set(xlim=(0, top), ylim=(0, top))
    style.in_percent(axes.xaxis, axes.yaxis)
    axes.legend(loc="lower right")
    return chart


def calibration_of_scorer_table(calibration: CalibrationFigures) -> Styler:
    """Style whether the probabilities that would be served hold on the test clients."""
    slope = style.number(calibration.slope, ".2f")
    interval = style.NOT_KNOWN
    if calibration.slope_low is not None and calibration.slope_high is not None:
        interval = style.between(calibration.slope_low, calibration.slope_high, ".2f")
    by_chance = style.number(calibration.mean_distance_by_chance, ".1%")
    rows = [
        ("Slope; 1 where probabilities hold, below 1 where they are too extreme", slope),
        ("95% interval of the slope", interval),
        ("Mean distance from the smoothed default rate", f"{calibration.mean_distance:.1%}"),
        ("Mean distance by chance, were every probability exact", by_chance),
        ("Mean probability", f"{calibration.mean_probability:.1%}"),
        ("Defaulted", f"{calibration.default_rate:.1%}"),
    ]
    return style.table(
        pd.DataFrame(rows, columns=["figure", "value"]),
        "Test clients; the scorer that would be served",
        {"figure": "Figure", "value": ("Value", "s")},
    )


def audit_figure(audited: pd.DataFrame) -> Figure:
    """Draw the rates of each group by one attribute, with intervals, attribute under attribute."""
    audited = audited[~_by_two(audited)]
    names = audited["attribute_english"] + ": " + audited["group"]
    figure = style.Chart(
        "A dot is the rate of one group of test clients, a bar its 95% interval. Where the bars "
        "of two groups do not overlap, their difference is more than chance.",
        (style.WIDTH, 1.0 + 0.28 * len(audited)),
    )
    panels = figure.subplots(1, len(RATES), sharey=True)
    attribute = audited["attribute"].to_numpy()
    borders = np.flatnonzero(attribute[1:] != attribute[:-1]) + 0.5
    for panel, (rate, title) in zip(panels, RATES.items(), strict=True):
        bars = style.bars_to(audited, rate, f"{rate}_low", f"{rate}_high")
        panel.errorbar(audited[rate], names, xerr=bars, fmt="o", ms=4, color=style.BLUE, capsize=2)
        for border in borders:
            panel.axhline(border, color=style.GREY, lw=0.6, ls=":")
        panel.set_title(fill(title, 16), loc="left", fontsize=10)
        panel.set(xlim=(-0.03, 1.03), xticks=(0, 0.5, 1))
        style.in_percent(panel.xaxis)
        panel.tick_params(labelsize=8)
        style.without_frame(panel)
    panels[0].invert_yaxis()
    return figure


def audit_table(audited: pd.DataFrame) -> Styler:
    """Style the audit by one attribute, a group a row."""
    return _audit_table(audited[~_by_two(audited)])


def combined_audit_table(audited: pd.DataFrame) -> Styler:
    """Style the audit by two attributes, a group a row."""
    return _audit_table(audited[_by_two(audited)])


def alternatives_table(alternatives: pd.DataFrame) -> Styler:
    """Style the candidates that are as cheap for all one can tell, the least disparate first."""
    shown = style.table(
        alternatives.assign(
            place=[
                f"{attribute}: {group}"
                for attribute, group in zip(
                    alternatives["attribute_english"], alternatives["group"], strict=True
                )
            ]
        ),
        "Cost within one standard error of the lowest; training clients, out-of-fold",
        {
            "english": "Candidate",
            "business_cost": ("Business cost", ".3f"),
            RATIO: ("Lowest adverse-impact ratio", ".2f"),
            "place": "Of the group",
        },
    )
    return style.in_bold(shown, alternatives["chosen"])


def _by_two(audited: pd.DataFrame) -> pd.Series:
    return audited["attribute"].str.contains(BY, regex=False)


def _audit_table(audited: pd.DataFrame) -> Styler:
    rates = [*RATES, "default_rate"]
    rows = audited.assign(
        # An attribute is named once, where its groups begin.
        attribute=audited["attribute_english"].mask(audited["attribute"].duplicated(), ""),
        **{rate: _with_interval(audited, rate) for rate in rates},
        impact=[_ratio(*row) for row in audited[list(COLUMNS[:3])].to_numpy(dtype=float)],
    )
    return style.table(
        rows,
        "Test clients; in brackets 95% intervals. Adverse-impact ratio: share granted over the "
        f"highest one of the attribute's groups of at least {FEWEST} clients; below "
        f"{FOUR_FIFTHS:g} it is taken as evidence of adverse impact. p: Fisher's exact test, "
        "adjusted for all groups of the attribute",
        {
            "attribute": "Attribute",
            "group": "Group",
            "clients": ("Clients", ",d"),
            **{rate: (title, "s") for rate, title in RATES.items()},
            "impact": ("Adverse-impact ratio", "s"),
            "impact_p_value": ("p", ".3f"),
            "mean_probability": ("Mean probability", ".1%"),
            "default_rate": ("Defaulted", "s"),
            "calibration_error": ("Calibration error", ".1%"),
        },
    )


def _ratio(ratio: float, low: float, high: float) -> str:
    if np.isnan(low):
        return style.number(ratio, ".2f")
    return f"{ratio:.2f} ({low:.2f}–{style.number(high, '.2f')})"


def gaps_table(gaps: pd.DataFrame) -> Styler:
    """Style the largest gaps between groups."""
    return style.table(
        gaps.assign(**{rate: 100 * gaps[rate] for rate in RATES}),
        f"Largest difference between groups, in points; rates of at least {FEWEST} clients",
        {
            "attribute_english": "Attribute",
            **{rate: (title, ".1f") for rate, title in RATES.items()},
        },
    )


def price_table(price: CostDifference) -> Styler:
    """Style what leaving features out costs."""
    return style.table(
        pd.DataFrame([asdict(price)]).assign(interval=style.between(price.low, price.high, "+.3f")),
        "Business cost per training client, out-of-fold, thresholds cross-fitted",
        {
            "cost": ("Without the features", ".3f"),
            "other_cost": ("With them", ".3f"),
            "difference": ("Leaving them out costs", "+.3f"),
            "interval": ("95% interval", "s"),
        },
    )


def signs_price_table(price: CostDifference) -> Styler:
    """Style what it costs to hold the model to the directions of features."""
    return style.table(
        pd.DataFrame([asdict(price)]).assign(interval=style.between(price.low, price.high, "+.3f")),
        "Business cost per training client, out-of-fold, thresholds cross-fitted",
        {
            "cost": ("Held to the directions", ".3f"),
            "other_cost": ("Free", ".3f"),
            "difference": ("Holding it costs", "+.3f"),
            "interval": ("95% interval", "s"),
        },
    )


def costs_in_words(costs: Costs) -> str:
    """Say what the costs mean.

    Examples
    --------
    >>> from lib.decision import CostMatrix
    >>> costs_in_words(CostMatrix(10, 2))
    'A missed default costs 10, a refused good client 2'
    """
    matrix = costs.matrix
    words = (
        f"A missed default costs {matrix.missed_default:g}, "
        f"a refused good client {matrix.refused_good:g}"
    )
    if isinstance(costs, ClientCosts):
        words += ", at the mean credit; at another, in proportion to its amount"
    return words


def verdict(low: float, high: float) -> str:
    """Say what an interval of a cost difference means.

    Examples
    --------
    >>> verdict(-0.2, -0.1), verdict(-0.2, 0.1), verdict(0.1, 0.2)
    ('costs less', 'no sure difference', 'costs more')
    """
    if high < 0:
        return "costs less"
    return "costs more" if low > 0 else "no sure difference"


def _with_interval(audited: pd.DataFrame, rate: str) -> list[str]:
    rows = audited[[rate, f"{rate}_low", f"{rate}_high"]].to_numpy(dtype=float).tolist()
    return [
        style.NOT_KNOWN if np.isnan(at) else f"{at:.1%} ({100 * low:.0f}–{100 * high:.0f})"
        for at, low, high in rows
    ]
