"""The few steps that pandas does not have by itself."""

import pandas as pd

from lib.features.catalogue.windows import Window

CLIENT = "SK_ID_CURR"


def ratio(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Divide; missing where the denominator is 0 or either is missing.

    Examples
    --------
    >>> ratio(pd.Series([1.0, 1.0]), pd.Series([4.0, 0.0])).tolist()
    [0.25, nan]
    """
    return numerator / denominator.where(denominator != 0)


def yes_no(answers: pd.Series, yes: str) -> pd.Series:
    """Give 1.0 where the answer is `yes`, 0.0 where it is another, missing where there is none.

    Examples
    --------
    >>> yes_no(pd.Series(["Y", "N", None]), "Y").tolist()
    [1.0, 0.0, nan]
    """
    return (answers == yes).astype("float64").where(answers.notna())


def totals(rows: pd.DataFrame, columns: dict[str, str]) -> pd.DataFrame:
    """Add up columns by client; missing, not 0, where a client has no known value.

    Parameters
    ----------
    rows : DataFrame
        With `CLIENT` and the columns.
    columns : dict of str to str
        Name of the total by name of the column.

    Examples
    --------
    >>> rows = pd.DataFrame({CLIENT: [1, 1, 2], "debt": [2.0, 3.0, None]})
    >>> totals(rows, {"debt": "all_debt"})["all_debt"].tolist()
    [5.0, nan]
    """
    added = rows.groupby(CLIENT)[list(columns)].sum(min_count=1)
    return added.rename(columns=columns)


def days_within(window: Window, rows: pd.DataFrame, days: str) -> pd.DataFrame:
    """Keep the rows whose day, counted from the application, lies in a window."""
    return rows[rows[days].notna() if window.days is None else rows[days] >= -window.days]


def months_within(window: Window, rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows whose ``MONTHS_BALANCE`` (-1 is the last month) lies in a window."""
    month = rows["MONTHS_BALANCE"]
    return rows[month.notna() if window.months is None else month >= -window.months]
