"""Tables of what was found out about the chosen model."""

import numpy as np
import pandas as pd
from pandas.io.formats.style import Styler

from lib.decision import CostDifference, CostMatrix
from lib.scoring.card import METRIC_NAMES
from lib.training.audit_plots import TITLES
from lib.training.evidence.audit import RATES
from lib.training.selection import Selection
from lib.training.table_style import between, signed, styled


def judgement_table(selection: Selection) -> Styler:
    """Style the final judgement: each figure with its interval, and the cross-fitted one."""
    rows = pd.DataFrame(
        {
            "Figure": [
                METRIC_NAMES.get(name, name.replace("_", " ")) for name in selection.metrics
            ],
            "Test set": selection.metrics.values(),
            "95% interval": [between(*selection.intervals[n]) for n in selection.metrics],
            "Training set, cross-fitted": [selection.cross_fitted[n] for n in selection.metrics],
        }
    )
    return styled(rows, caption_of(selection.costs), ["Figure"]).format(precision=3)


def rivals_table(judged: pd.DataFrame, costs: CostMatrix) -> Styler:
    """Style what the winner costs less than each rival."""
    rows = pd.DataFrame(
        {
            "Instead": judged["english"],
            "Would cost": judged["cost"],
            "Difference": judged["difference"],
            "95% interval": [
                between(*ends, sign="+") for ends in judged[["low", "high"]].to_numpy()
            ],
            "The model": [verdict(*ends) for ends in judged[["low", "high"]].to_numpy()],
        }
    )
    return (
        styled(rows, f"Cost per test client. {caption_of(costs)}", ["Instead", "The model"])
        .format(precision=3)
        .format(signed(3), subset=["Difference"])
    )


def audit_table(audited: pd.DataFrame) -> Styler:
    """Style the audit, a group a row."""
    percent = "{:.1%}".format
    rows = pd.DataFrame(
        {
            "Attribute": audited["attribute_english"],
            "Group": audited["group"],
            "Clients": audited["clients"],
            **{title: _rates(audited, rate) for rate, title in TITLES.items()},
            "Mean probability": audited["mean_probability"].map(percent),
            "Defaulted": _rates(audited, "default_rate"),
            "Calibration error": audited["calibration_error"].map(percent),
        }
    )
    # An attribute is named once, where its groups begin.
    rows["Attribute"] = rows["Attribute"].mask(rows["Attribute"].duplicated(), "")
    caption = "Test clients; in brackets the 95% interval of each rate"
    return styled(rows, caption, ["Attribute", "Group"]).format("{:,}", subset=["Clients"])


def gaps_table(gaps: pd.DataFrame) -> Styler:
    """Style the largest gaps between groups."""
    rows = gaps.rename(columns={"attribute_english": "Attribute", **TITLES})
    shown = [TITLES[rate] for rate in RATES]
    caption = "Largest difference between two groups, in points; rates of at least 30 clients"
    return styled(rows, caption, ["Attribute"]).format(
        lambda gap: f"{100 * gap:.1f}", subset=shown, na_rep="–"
    )


def signs_table(signs: pd.DataFrame, top: int = 20) -> Styler:
    """Style whether the weightiest features push the way that one would expect."""
    shown = signs.head(top)
    rows = pd.DataFrame(
        {
            "Feature": shown["english"],
            "Weight": shown["mean_contribution"],
            "Expected": shown["expected"].fillna("–"),
            "Found": [found(one) for one in shown["correlation"]],
            "Rank correlation": shown["correlation"],
            "Verdict": shown["verdict"].astype(str),
            "Why expected": shown["reason"],
        }
    )
    caption = "What a larger value does to the default probability; the weightiest features first"
    return (
        styled(rows, caption, ["Feature", "Expected", "Found", "Verdict", "Why expected"])
        .format("{:.2f}", subset=["Weight"])
        .format(signed(2), subset=["Rank correlation"], na_rep="–")
    )


def price_table(price: CostDifference) -> Styler:
    """Style what leaving the protected attributes out costs."""
    rows = pd.DataFrame(
        {
            "Without the attributes": [price.cost],
            "With them": [price.other_cost],
            "Leaving them out costs": [price.difference],
            "95% interval": [between(price.low, price.high, sign="+")],
        }
    )
    caption = "Business cost per training client, out-of-fold, thresholds cross-fitted"
    return (
        styled(rows, caption, [])
        .format(precision=3)
        .format(signed(3), subset=["Leaving them out costs"])
    )


def caption_of(costs: CostMatrix) -> str:
    """Say what the costs mean.

    Examples
    --------
    >>> caption_of(CostMatrix(10, 1))
    'A missed default costs 10, a refused good client 1; 95% bootstrap intervals'
    """
    return (
        f"A missed default costs {costs.missed_default:g}, "
        f"a refused good client {costs.refused_good:g}; 95% bootstrap intervals"
    )


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


def found(correlation: float) -> str:
    """Say which way a feature pushes.

    Examples
    --------
    >>> found(0.7), found(-0.7), found(0.0)
    ('raises', 'lowers', '–')
    """
    if np.isnan(correlation) or correlation == 0:
        return "–"
    return "raises" if correlation > 0 else "lowers"


def _rates(audited: pd.DataFrame, rate: str) -> list[str]:
    rows = audited[[rate, f"{rate}_low", f"{rate}_high"]].to_numpy()
    return [
        "–" if np.isnan(at) else f"{at:.1%} ({100 * low:.0f}–{100 * high:.0f})"
        for at, low, high in rows
    ]
