"""Features of ``bureau_balance``: the months of credits elsewhere."""

from pathlib import Path

import pandas as pd

from lib.features.windows import (
    LAST_3_MONTHS,
    LAST_12_MONTHS,
    WHOLE_HISTORY,
    Window,
)
from tests.benchmarks.oracle.arithmetic import CLIENT, months_within, ratio
from tests.benchmarks.oracle.reading import read_table

WINDOWS = (WHOLE_HISTORY, LAST_3_MONTHS, LAST_12_MONTHS)
NEEDED = {
    "bureau": [CLIENT, "SK_ID_BUREAU"],
    "bureau_balance": ["SK_ID_BUREAU", "MONTHS_BALANCE", "STATUS"],
}
# C (closed) and X (unknown) say nothing of lateness.
SEVERITY = {str(degree): float(degree) for degree in range(6)}


def bureau_balance_features(folder: Path) -> pd.DataFrame:
    """Describe how each client repaid elsewhere, month by month."""
    months = with_severity(read_table(folder, "bureau_balance", NEEDED["bureau_balance"]))
    owners = read_table(folder, "bureau", NEEDED["bureau"]).set_index("SK_ID_BUREAU")
    blocks = [whole_history(months, owners)]
    blocks += [late_months(months, owners, window) for window in WINDOWS]
    return pd.concat(blocks, axis=1)


def with_severity(months: pd.DataFrame) -> pd.DataFrame:
    """Add how late each month was, where it is known."""
    severity = months["STATUS"].map(SEVERITY).astype("float64")
    return months.drop(columns="STATUS").assign(
        severity=severity, late=severity > 0, very_late=severity > 1
    )


def whole_history(months: pd.DataFrame, owners: pd.DataFrame) -> pd.DataFrame:
    """Count the months on record, and find the last late one."""
    by_credit = months.groupby("SK_ID_BUREAU").agg(
        months=("MONTHS_BALANCE", "count"),
        known=("severity", "count"),
        late=("late", "sum"),
        very_late=("very_late", "sum"),
    )
    last_late = months[months["late"]].groupby("SK_ID_BUREAU")["MONTHS_BALANCE"].max()
    credits_elsewhere = owners.join(by_credit, how="inner").assign(months_since_late=-last_late)
    known = credits_elsewhere[credits_elsewhere["known"] > 0]
    ever_late = (known["late"] > 0).groupby(known[CLIENT]).mean()
    features = credits_elsewhere.groupby(CLIENT).agg(
        number_of_months_followed_elsewhere=("months", "sum"),
        longest_follow_up_elsewhere=("months", "max"),
        number_of_very_late_months_elsewhere=("very_late", "sum"),
        months_since_last_late_month_elsewhere=("months_since_late", "min"),
    )
    return features.assign(share_of_credits_with_a_late_month_elsewhere=ever_late)


def late_months(months: pd.DataFrame, owners: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Count late months in a window, and take the worst; month 0 is the newest here."""
    by_credit = (
        months_within(window, months, newest=0)
        .groupby("SK_ID_BUREAU")
        .agg(known=("severity", "count"), late=("late", "sum"), worst=("severity", "max"))
    )
    by_client = (
        owners.join(by_credit, how="inner")
        .groupby(CLIENT)
        .agg(known=("known", "sum"), late=("late", "sum"), worst=("worst", "max"))
    )
    features = {
        "number_of_late_months_elsewhere": by_client["late"],
        "share_of_late_months_elsewhere": ratio(by_client["late"], by_client["known"]),
        "worst_lateness_elsewhere": by_client["worst"],
    }
    return pd.DataFrame(features).add_suffix(window.suffix)
