"""How the model was chosen: features, candidates, calibration, threshold."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from pandas.io.formats.style import Styler

from lib.training.data import Catalogue
from lib.training.report import style
from lib.training.selection import Selection

# The highest thresholds concern nearly nobody, and would squeeze the others together.
DRAWN_THRESHOLDS = 0.995


def suspicious_table(suspicious: pd.DataFrame, catalogue: Catalogue) -> Styler:
    """Style the features that may be known only after the decision; one row where none is."""
    rows = suspicious.assign(english=[catalogue[name].label.en for name in suspicious["feature"]])
    return style.table(
        rows if len(rows) else pd.DataFrame([{"english": "None"}], columns=rows.columns),
        "Features that may be known only after the decision",
        {
            "english": "Feature",
            "auc": ("AUC alone", ".3f"),
            "marked_defaults": ("Defaults that it marks", ".0%"),
        },
    )


def simplicity_table(selection: Selection) -> Styler:
    """Style what was given away for fewer features and a simpler candidate."""
    sizes, candidates = selection.budget.curve, selection.comparison
    chosen_size, chosen = (told[told["chosen"]].iloc[0] for told in (sizes, candidates))
    rows = [
        ("Number of features", str(chosen_size["features"]), *_given_away(chosen_size)),
        (
            "Candidate",
            chosen["english"],
            float(chosen["difference"]),
            float(chosen["difference_standard_error"]),
        ),
    ]
    return style.table(
        pd.DataFrame(rows, columns=["choice", "taken", "difference", "standard_error"]),
        "Cost per client, out-of-fold, above the cheapest that was tried; 0 where it was taken",
        {
            "choice": "Choice",
            "taken": "Taken",
            "difference": ("Given away", ".4f"),
            "standard_error": ("± s.e.", ".4f"),
        },
    )


def _given_away(size: pd.Series) -> tuple[float, float]:
    return float(size["difference"]), float(size["standard_error"])


def budget_figure(curve: pd.DataFrame) -> Figure:
    """Draw the business cost against the number of features, with the chosen number."""
    chosen = int(curve.loc[curve["chosen"], "features"].iloc[0])
    chart, axes = style.single_axes(
        "What fewer features cost, out-of-fold",
        f"Cost per client with the strongest features only. {chosen} is the smallest number of "
        "features tried that does as well as the best.",
        height=3.6,
    )
    axes.errorbar(
        curve["features"],
        curve["business_cost"],
        yerr=curve["standard_error"],
        fmt="o-",
        color=style.BLUE,
        capsize=3,
        label="cost, with the standard error of its difference to the cheapest",
    )
    axes.axvline(chosen, color=style.ORANGE, lw=1.5, label="chosen number")
    axes.set_xscale("log")
    axes.set_xticks(curve["features"], [str(number) for number in curve["features"]])
    axes.minorticks_off()
    axes.set(xlabel="Number of features", ylabel="Cost per client")
    axes.legend()
    return chart


def budget_table(curve: pd.DataFrame) -> Styler:
    """Style the cost of each number of features, the chosen one in bold."""
    shown = style.table(
        curve,
        "Out-of-fold cost per client; differences are paired, client by client",
        {
            "features": ("Features", "d"),
            "business_cost": ("Business cost", ".4f"),
            "difference": ("More than the cheapest", ".4f"),
            "standard_error": ("± s.e.", ".4f"),
        },
    )
    return style.in_bold(shown, curve["chosen"])


def comparison_table(comparison: pd.DataFrame) -> Styler:
    """Style the candidates, cheapest first, the chosen one in bold."""
    shown = style.table(
        comparison,
        "Out-of-fold, thresholds cross-fitted; cheapest first",
        {
            "english": "Candidate",
            "clients": ("Clients", ",d"),
            "business_cost": ("Business cost", ".3f"),
            "standard_error": ("± s.e.", ".3f"),
            "auc": ("AUC", ".3f"),
            "accuracy": ("Accuracy", ".0%"),
            "recall": ("Recall", ".0%"),
            "precision": ("Precision", ".0%"),
            "f2": ("F2", ".3f"),
            "brier": ("Brier", ".3f"),
            "grant_rate": ("Granted", ".0%"),
            "trials": ("Trials", "d"),
            "seconds": ("Seconds", ".0f"),
        },
    )
    return style.in_bold(shown, comparison["chosen"])


def calibration_figure(curves: pd.DataFrame) -> Figure:
    """Draw observed against claimed default rates, before and after calibration."""
    chart, axes = style.single_axes(
        "Claimed and observed default rates, before and after calibration",
        "Training clients, out-of-fold, in ten groups. On the dashed line exactly as many "
        "defaulted as was claimed.",
    )
    top = 1.05 * float(curves[["predicted", "observed"]].to_numpy().max())
    axes.plot([0, top], [0, top], color=style.GREY, lw=1, ls="--", label="perfect")
    for stage, colour, mark in (("before", style.GREY, "s-"), ("after", style.BLUE, "o-")):
        one = curves[curves["stage"] == stage]
        axes.plot(
            one["predicted"], one["observed"], mark, color=colour, label=f"{stage} calibration"
        )
    style.in_percent(axes.xaxis, axes.yaxis)
    axes.set(xlabel="Claimed default probability", ylabel="Share that defaulted")
    axes.legend()
    return chart


def calibration_table(figures: pd.DataFrame) -> Styler:
    """Style the out-of-fold probabilities before and after calibration."""
    return style.table(
        figures.assign(stage=figures.index.str.capitalize() + " calibration"),
        "Training clients, out-of-fold",
        {
            "stage": "Probabilities",
            "brier": ("Brier score", ".4f"),
            "expected_calibration_error": ("Calibration error", ".1%"),
            "mean_probability": ("Mean probability", ".1%"),
            "default_rate": ("Defaulted", ".1%"),
        },
    )


def cost_curve_figure(selection: Selection) -> Figure:
    """Draw the business cost against the threshold, with the chosen and the theoretical one."""
    curve, theory = selection.curve, selection.costs.optimal_threshold
    chosen_cost = curve.cost_at(selection.threshold)
    chart, axes = style.single_axes(
        "Business cost at every threshold, out-of-fold",
        "Cost per client for every threshold, on training clients that the model had not seen. "
        f"Smoothed, it is lowest where credits are refused from {selection.threshold:.1%}: "
        f"{chosen_cost:.3f} there. "
        f"Perfect probabilities would ask for {theory:.1%}.",
    )
    finite = np.isfinite(curve.thresholds)
    axes.step(curve.thresholds[finite], curve.costs[finite], where="pre", color=style.BLUE, lw=1.8)
    right = float(np.quantile(curve.thresholds[finite], DRAWN_THRESHOLDS))
    axes.set_xlim(0, min(1, max(right, 1.5 * theory, 1.2 * selection.threshold)))
    axes.axvline(selection.threshold, color=style.ORANGE, lw=1.8)
    axes.axvline(theory, color=style.GREY, lw=1.5, ls="--")
    for height, name in ((curve.costs[0], "refusing all"), (curve.costs[-1], "granting all")):
        axes.axhline(height, color=style.GREY, lw=0.8, ls=":")
        axes.annotate(
            f"{name}: {height:.3f}",
            (1, height),
            xycoords=("axes fraction", "data"),
            xytext=(-4, 3),
            textcoords="offset points",
            ha="right",
            color=style.GREY,
        )
    axes.legend(
        [
            "business cost",
            f"chosen threshold {selection.threshold:.1%}: cost {chosen_cost:.3f}",
            f"theoretical threshold {theory:.1%}: cost {curve.cost_at(theory):.3f}",
        ],
        loc="lower right",
    )
    axes.set(xlabel="Refuse from this default probability", ylabel="Cost per client")
    style.in_percent(axes.xaxis)
    return chart


def threshold_table(check: pd.DataFrame) -> Styler:
    """Style the chosen threshold beside the theoretical one."""
    return style.table(
        check.assign(which=check.index.str.capitalize()),
        "Cost per training client, out-of-fold",
        {
            "which": "",
            "threshold": ("Threshold", ".1%"),
            "business_cost": ("Business cost", ".3f"),
        },
    )
