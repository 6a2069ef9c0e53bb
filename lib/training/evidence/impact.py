"""Whether one group is granted credits less often than another: the adverse-impact ratio.

The ratio is a group's share of grants over that of the group with the highest one; below four
fifths it is taken as evidence of adverse impact (Uniform Guidelines on Employee Selection
Procedures, 1978, 29 CFR 1607.4 D). Its interval is Katz's (Katz et al., 1978, Biometrics 34); its
test is Fisher's exact one, which holds for groups of any size, with all tests of one attribute
adjusted together (Benjamini and Hochberg, 1995).
"""

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control, fisher_exact
from scipy.stats.contingency import relative_risk

# Of the highest share granted: below it a group's is taken as evidence of adverse impact.
FOUR_FIFTHS = 0.8
# Of the tests of one attribute, so many false alarms are expected among those that alarm.
SIGNIFICANT = 0.05

RATIO = "impact_ratio"
COLUMNS = (RATIO, f"{RATIO}_low", f"{RATIO}_high", "impact_p_value")


def with_impact(audited: pd.DataFrame, compared: pd.Series) -> pd.DataFrame:
    """Set the adverse-impact ratio of each group beside its rates.

    Parameters
    ----------
    audited : DataFrame
        One row a group: `attribute`, `clients`, `grant_rate` in [0, 1].
    compared : Series of bool
        Which rows are groups of enough clients: the others get no ratio, and are no reference.

    Returns
    -------
    DataFrame
        The same, with `impact_ratio` (at most 1; 1 for the reference), the ends of its 95 %
        interval, and `impact_p_value`, adjusted; missing for the reference and where there is
        nothing to compare.

    Examples
    --------
    >>> rows = {"attribute": ["gender"] * 2, "clients": [100, 100], "grant_rate": [0.6, 0.8]}
    >>> table = with_impact(pd.DataFrame(rows), pd.Series([True, True]))
    >>> table["impact_ratio"].round(2).tolist(), table["impact_p_value"].round(4).tolist()
    ([0.75, 1.0], [0.0032, nan])
    """
    figures = pd.DataFrame(np.nan, audited.index, list(COLUMNS))
    for _, groups in audited[compared].groupby("attribute", sort=False):
        if len(groups) > 1 and groups["grant_rate"].max() > 0:
            figures.loc[groups.index] = _impact(groups)
    return audited.join(figures)


def adverse(audited: pd.DataFrame) -> pd.DataFrame:
    """Give the groups whose ratio is below four fifths by more than chance, the lowest first."""
    below = (audited[RATIO] < FOUR_FIFTHS) & (audited["impact_p_value"] < SIGNIFICANT)
    return audited[below].sort_values(RATIO, kind="stable")


def _impact(groups: pd.DataFrame) -> pd.DataFrame:
    """Compare the groups of one attribute with the one of the highest share of grants."""
    clients = groups["clients"].to_numpy()
    granted = np.rint(groups["grant_rate"].to_numpy() * clients).astype(int)
    best = int(np.argmax(granted / clients))
    ratio = granted / clients / (granted[best] / clients[best])
    low, high, p_value = np.full((3, len(groups)), np.nan)
    others = [place for place in range(len(groups)) if place != best]
    for place in others:
        ratios = relative_risk(granted[place], clients[place], granted[best], clients[best])
        low[place], high[place] = ratios.confidence_interval(0.95)
        both = [place, best]
        p_value[place] = fisher_exact([granted[both], (clients - granted)[both]]).pvalue
    p_value[others] = false_discovery_control(p_value[others])
    return pd.DataFrame(dict(zip(COLUMNS, (ratio, low, high, p_value), strict=True)), groups.index)
