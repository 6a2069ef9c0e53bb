"""Figures of how the model was chosen: number of features, and calibration."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from lib.training.drawing import BLUE, GREY, ORANGE, single_axes


def budget_figure(curve: pd.DataFrame) -> Figure:
    """Draw the business cost against the number of features, with the chosen number."""
    chosen = curve[curve["chosen"]].iloc[0]
    chart, axes = single_axes(
        "What fewer features cost, out-of-fold",
        f"Cost per client with the strongest features only. {chosen['features']:.0f} features are "
        "the fewest whose cost is within one standard error of the cheapest.",
        height=3.6,
    )
    axes.errorbar(
        curve["features"],
        curve["business_cost"],
        yerr=curve["standard_error"],
        fmt="o-",
        color=BLUE,
        capsize=3,
        label="cost, with the standard error of its difference to the cheapest",
    )
    axes.axvline(chosen["features"], color=ORANGE, lw=1.5, label="chosen number")
    axes.set_xscale("log")
    axes.set_xticks(curve["features"], [f"{number:.0f}" for number in curve["features"]])
    axes.minorticks_off()
    axes.set(xlabel="Number of features", ylabel="Cost per client")
    axes.legend()
    return chart


def calibration_figure(curves: pd.DataFrame) -> Figure:
    """Draw observed against claimed default rates, before and after calibration."""
    chart, axes = single_axes(
        "Claimed and observed default rates, before and after calibration",
        "Training clients, out-of-fold, in ten groups. On the dashed line exactly as many "
        "defaulted as was claimed.",
    )
    top = 1.05 * float(curves[["predicted", "observed"]].to_numpy().max())
    axes.plot([0, top], [0, top], color=GREY, lw=1, ls="--", label="perfect")
    for stage, colour, mark in (("before", GREY, "s-"), ("after", BLUE, "o-")):
        one = curves[curves["stage"] == stage]
        axes.plot(
            one["predicted"], one["observed"], mark, color=colour, label=f"{stage} calibration"
        )
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set(xlabel="Claimed default probability", ylabel="Share that defaulted")
    axes.legend()
    return chart
