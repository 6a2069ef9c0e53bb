"""Tables of how the model was chosen: features, candidates, calibration, threshold."""

import numpy as np
import pandas as pd
from pandas.io.formats.style import Styler

from lib.training.data import Catalogue
from lib.training.table_style import styled


def suspicious_table(suspicious: pd.DataFrame, catalogue: Catalogue) -> Styler:
    """Style the features that may be known only after the decision; one row where none is."""
    names = [catalogue[name].label.en for name in suspicious["feature"]]
    rows = pd.DataFrame(
        {
            "Feature": names or ["None"],
            "AUC alone": suspicious["auc"].tolist() or [np.nan],
            "Defaults that it marks": suspicious["marked_defaults"].tolist() or [np.nan],
        }
    )
    return (
        styled(rows, "Features that may be known only after the decision", ["Feature"])
        .format("{:.3f}", subset=["AUC alone"], na_rep="–")
        .format("{:.0%}", subset=["Defaults that it marks"], na_rep="–")
    )


def budget_table(curve: pd.DataFrame) -> Styler:
    """Style the cost of each number of features, the chosen one in bold."""
    columns = {
        "features": "Features",
        "business_cost": "Business cost",
        "difference": "More than the cheapest",
        "standard_error": "± s.e.",
    }
    shown = curve[list(columns)].rename(columns=columns)
    caption = "Out-of-fold cost per client; differences are paired, client by client"
    return _chosen_in_bold(styled(shown, caption, []), curve["chosen"]).format(
        "{:.4f}", subset=["Business cost", "More than the cheapest", "± s.e."]
    )


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
    table = styled(shown, "Out-of-fold, thresholds cross-fitted; cheapest first", ["Candidate"])
    return (
        _chosen_in_bold(table, comparison["chosen"])
        .format(precision=3)
        .format("{:.0%}", subset=["Granted", "Recall", "Precision", "Accuracy"])
        .format("{:.0f}", subset=["Seconds"])
    )


def calibration_table(figures: pd.DataFrame) -> Styler:
    """Style the out-of-fold probabilities before and after calibration."""
    columns = {
        "index": "Probabilities",
        "brier": "Brier score",
        "expected_calibration_error": "Calibration error",
        "mean_probability": "Mean probability",
        "default_rate": "Defaulted",
    }
    rows = figures.reset_index().rename(columns=columns)[list(columns.values())]
    rows["Probabilities"] = rows["Probabilities"].str.capitalize() + " calibration"
    return (
        styled(rows, "Training clients, out-of-fold", ["Probabilities"])
        .format("{:.4f}", subset=["Brier score"])
        .format("{:.1%}", subset=["Calibration error", "Mean probability", "Defaulted"])
    )


def threshold_table(check: pd.DataFrame) -> Styler:
    """Style the chosen threshold beside the theoretical one."""
    columns = {"index": "", "threshold": "Threshold", "business_cost": "Business cost"}
    rows = check.reset_index().rename(columns=columns)[list(columns.values())]
    rows[""] = rows[""].str.capitalize()
    return (
        styled(rows, "Cost per training client, out-of-fold", [""])
        .format("{:.1%}", subset=["Threshold"])
        .format("{:.3f}", subset=["Business cost"])
    )


def _chosen_in_bold(table: Styler, chosen: pd.Series) -> Styler:
    bold = np.where(chosen, "font-weight: bold", "")
    return table.apply(lambda _: bold, axis=0)
