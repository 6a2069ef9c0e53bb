"""Figures of the judgement: costs against thresholds and rivals, and calibration."""

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from lib.training.drawing import BLUE, GREY, ORANGE, single_axes
from lib.training.evidence.reliability import expected_calibration_error, reliability
from lib.training.selection import Selection


def cost_curve_figure(selection: Selection) -> Figure:
    """Draw the business cost against the threshold, with the chosen and the theoretical one."""
    curve, theory = selection.curve, selection.costs.optimal_threshold
    chart, axes = single_axes(
        "Business cost at every threshold, out-of-fold",
        "Cost per client for every threshold, on training clients that the model had not seen: "
        f"lowest, {curve.best_cost:.3f}, where credits are refused from {selection.threshold:.1%}. "
        f"Perfect probabilities would ask for {theory:.1%}.",
    )
    finite = np.isfinite(curve.thresholds)
    axes.step(curve.thresholds[finite], curve.costs[finite], where="pre", color=BLUE, lw=1.8)
    right = float(np.quantile(curve.thresholds[finite], 0.995))
    axes.set_xlim(0, min(1, max(right, 1.5 * theory, 1.2 * selection.threshold)))
    axes.axvline(selection.threshold, color=ORANGE, lw=1.8)
    axes.axvline(theory, color=GREY, lw=1.5, ls="--")
    for height, name in ((curve.costs[0], "refusing all"), (curve.costs[-1], "granting all")):
        axes.axhline(height, color=GREY, lw=0.8, ls=":")
        axes.annotate(
            f"{name}: {height:.3f}",
            (1, height),
            xycoords=("axes fraction", "data"),
            xytext=(-4, 3),
            textcoords="offset points",
            ha="right",
            color=GREY,
        )
    axes.legend(
        [
            "business cost",
            f"chosen threshold {selection.threshold:.1%}: cost {curve.best_cost:.3f}",
            f"theoretical threshold {theory:.1%}: cost {curve.cost_at(theory):.3f}",
        ],
        loc="lower right",
    )
    axes.set(xlabel="Refuse from this default probability", ylabel="Cost per client")
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    return chart


def rivals_figure(judged: pd.DataFrame) -> Figure:
    """Draw what the winner costs less than each rival, with intervals."""
    shown = judged.iloc[::-1]
    chart, axes = single_axes(
        "What the chosen model costs, less what each alternative would (test set)",
        "Left of the line the chosen model costs less. A bar is the 95% interval of the "
        "difference; where it touches the line, both may cost the same.",
        height=1.2 + 0.45 * len(shown),
    )
    errors = np.abs(shown[["low", "high"]].to_numpy().T - shown["difference"].to_numpy())
    names = [fill(name, 34) for name in shown["english"]]
    axes.errorbar(shown["difference"], names, xerr=errors, fmt="o", color=BLUE, capsize=3)
    axes.axvline(0, color=GREY, lw=1, ls="--")
    axes.margins(y=0.15)
    axes.set(xlabel="Difference in cost per client")
    return chart


def reliability_figure(selection: Selection, groups: int = 10) -> Figure:
    """Draw observed against predicted default rates of test clients, grouped by probability."""
    test = selection.test_set
    table = reliability(test["defaulted"], test["default_probability"], groups)
    off = expected_calibration_error(test["defaulted"], test["default_probability"], groups)
    chart, axes = single_axes(
        "Of the clients given a probability, how many defaulted? (test set)",
        f"Test clients in {groups} groups by default probability. On the dashed line exactly as "
        f"many defaulted as predicted; on average the groups are {100 * off:.1f} points off it.",
    )
    top = 1.08 * float(max(table["predicted"].max(), table["upper"].max()))
    axes.plot([0, top], [0, top], color=GREY, lw=1, ls="--", label="perfect")
    errors = np.abs(table[["lower", "upper"]].to_numpy().T - table["observed"].to_numpy())
    axes.errorbar(
        table["predicted"],
        table["observed"],
        yerr=errors,
        fmt="o",
        color=BLUE,
        capsize=3,
        label=f"{groups} groups of equal size, 95% intervals",
    )
    axes.axvline(selection.threshold, color=ORANGE, lw=1.5, label="threshold")
    axes.set(xlabel="Predicted default probability", ylabel="Share that defaulted")
    axes.set(xlim=(0, top), ylim=(0, top))
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.legend(loc="lower right")
    return chart
