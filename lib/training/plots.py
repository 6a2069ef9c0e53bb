"""Figures and tables for the selection's notebook."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from pandas.io.formats.style import Styler

from lib.decision import CostMatrix
from lib.training.reliability import reliability
from lib.training.selection import Selection

BLUE, ORANGE, GREY = "#1f5a91", "#b34700", "#5f6b76"
SIZE = (8.0, 4.2)


def cost_curve_figure(selection: Selection) -> Figure:
    """Draw the business cost against the threshold, with the chosen and the theoretical one."""
    curve, axes = selection.curve, _axes("Business cost at every threshold, out-of-fold")
    finite = np.isfinite(curve.thresholds)
    axes.step(curve.thresholds[finite], curve.costs[finite], where="pre", color=BLUE, lw=1.8)
    right = float(np.quantile(curve.thresholds[finite], 0.995))
    theory = selection.costs.optimal_threshold
    axes.set_xlim(0, max(right, 1.5 * theory, 1.2 * selection.threshold))
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
            f"chosen threshold {selection.threshold:.3f}: cost {curve.best_cost:.3f}",
            f"theoretical threshold {theory:.3f}: cost {curve.cost_at(theory):.3f}",
        ],
        loc="lower right",
    )
    axes.set(xlabel="Refuse from this default probability", ylabel="Cost per client")
    return axes.figure


def reliability_figure(selection: Selection, groups: int = 10) -> Figure:
    """Draw observed against predicted default rates of test clients, grouped by probability."""
    test = selection.test_set
    table = reliability(test["defaulted"], test["default_probability"], groups)
    axes = _axes("Of the clients given a probability, how many defaulted? (test set)")
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
        label=f"{groups} groups of equal size, 95 % intervals",
    )
    axes.axvline(selection.threshold, color=ORANGE, lw=1.5, label="threshold")
    axes.set(xlabel="Predicted default probability", ylabel="Share that defaulted")
    axes.set(xlim=(0, top), ylim=(0, top))
    axes.legend(loc="lower right")
    return axes.figure


def importance_figure(ranked: pd.DataFrame, top: int = 15) -> Figure:
    """Draw the features with the largest mean contribution."""
    shown = ranked.head(top).iloc[::-1]
    axes = _axes("What the model looks at", height=0.9 + 0.3 * len(shown))
    bars = axes.barh(shown["english"], shown["mean_contribution"], color=BLUE)
    axes.bar_label(bars, fmt="%.2f", padding=3, color=GREY)
    axes.set(xlabel="Mean size of the contribution, in log-odds")
    axes.margins(x=0.1)
    return axes.figure


def comparison_table(comparison: pd.DataFrame) -> Styler:
    """Style the candidates, cheapest first, the chosen one in bold."""
    columns = {
        "english": "Candidate",
        "business_cost": "Business cost",
        "standard_error": "± s.e.",
        "auc": "AUC",
        "accuracy": "Accuracy",
        "recall": "Recall",
        "precision": "Precision",
        "f2": "F2",
        "brier": "Brier",
        "grant_rate": "Granted",
        "trials": "Trials",
        "seconds": "Seconds",
    }
    shown = comparison[list(columns)].rename(columns=columns)
    chosen = comparison["chosen"].to_numpy()
    return (
        shown.style.hide(axis="index")
        .format(precision=3)
        .format("{:.0%}", subset=["Granted", "Recall", "Precision", "Accuracy"])
        .format("{:.1f}", subset=["Seconds"])
        .apply(lambda _: np.where(chosen, "font-weight: bold", ""), axis=0)
        .set_caption("Out-of-fold, thresholds cross-fitted; cheapest first")
    )


def judgement_table(selection: Selection) -> Styler:
    """Style the final judgement: each figure with its interval, and the cross-fitted one."""
    rows = pd.DataFrame(
        {
            "Test set": selection.metrics,
            "from": {name: ends[0] for name, ends in selection.intervals.items()},
            "to": {name: ends[1] for name, ends in selection.intervals.items()},
            "Cross-fitted": selection.cross_fitted,
        }
    )
    rows.index = [name.replace("_", " ") for name in rows.index]
    return rows.style.format(precision=3).set_caption(caption_of(selection.costs))


def caption_of(costs: CostMatrix) -> str:
    """Say what the costs mean.

    Examples
    --------
    >>> caption_of(CostMatrix(10, 1))
    'A missed default costs 10, a refused good client 1; 95 % bootstrap intervals'
    """
    return (
        f"A missed default costs {costs.missed_default:g}, "
        f"a refused good client {costs.refused_good:g}; 95 % bootstrap intervals"
    )


def _axes(title: str, height: float = SIZE[1]) -> Axes:
    # Figure without pyplot: nothing global to close, and a notebook shows what a cell returns.
    figure = Figure(figsize=(SIZE[0], height), layout="constrained")
    axes = figure.subplots()
    axes.set_title(title, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    return axes
