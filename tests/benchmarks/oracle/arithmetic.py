"""The few steps that pandas does not have by itself."""

import pandas as pd

from lib.features.windows import Window

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


def in_steps(amounts: pd.DataFrame) -> pd.DataFrame:
    """Round to steps of 2**-21, far less than a cent: sums of them are exact in any order.

    Examples
    --------
    >>> round(float(in_steps(pd.DataFrame({"paid": [0.3]})).loc[0, "paid"]), 6)
    0.3
    >>> (in_steps(pd.DataFrame({"paid": [0.3]})) * 2**21 % 1).loc[0, "paid"].item()
    0.0
    """
    return amounts + 1.5 * 2**31 - 1.5 * 2**31


def totals(
    rows: pd.DataFrame, columns: dict[str, str], clients: pd.Series | None = None
) -> pd.DataFrame:
    """Add up columns by client; missing, not 0, where a client has rows but no known value.

    Parameters
    ----------
    rows : DataFrame
        With `CLIENT` and the columns.
    columns : dict of str to str
        Name of the total by name of the column.
    clients : Series, optional
        Clients whose total is 0 where they have no row.

    Examples
    --------
    >>> rows = pd.DataFrame({CLIENT: [1, 1, 2], "debt": [2.0, 3.0, None]})
    >>> totals(rows, {"debt": "all_debt"}, pd.Series([1, 2, 3]))["all_debt"].tolist()
    [5.0, nan, 0.0]
    """
    added = rows.groupby(CLIENT)[list(columns)].sum(min_count=1).rename(columns=columns)
    return added if clients is None else added.reindex(clients.unique(), fill_value=0.0)


def ratio_of_totals(rows: pd.DataFrame, numerator: str, denominator: str) -> pd.Series:
    """Divide totals by client, over the rows where both columns are known.

    Examples
    --------
    >>> rows = pd.DataFrame({CLIENT: [1, 1], "debt": [2.0, None], "amount": [8.0, 4.0]})
    >>> ratio_of_totals(rows, "debt", "amount").tolist()
    [0.25]
    """
    added = rows.dropna(subset=[numerator, denominator]).groupby(CLIENT)
    return ratio(added[numerator].sum(), added[denominator].sum())


def days_within(window: Window, rows: pd.DataFrame, days: str) -> pd.DataFrame:
    """Keep the rows whose day, counted from the application, lies in a window."""
    return rows[rows[days].notna() if window.days is None else rows[days] >= -window.days]


def months_within(window: Window, rows: pd.DataFrame, newest: int = -1) -> pd.DataFrame:
    """Keep the rows whose ``MONTHS_BALANCE`` is among a window's months, the newest and before.

    Examples
    --------
    >>> from lib.features.windows import LAST_3_MONTHS
    >>> rows = pd.DataFrame({"MONTHS_BALANCE": [-4, -3, -2, -1]})
    >>> months_within(LAST_3_MONTHS, rows)["MONTHS_BALANCE"].tolist()
    [-3, -2, -1]
    """
    month = rows["MONTHS_BALANCE"]
    if window.months is None:
        return rows[month.notna()]
    return rows[newest - month < window.months]
