"""All features with pandas: table after table, joined to the applications."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from tests.benchmarks.oracle import (
    application,
    bureau,
    bureau_balance,
    credit_card,
    installments_payments,
    pos_cash,
    previous_application,
)
from tests.benchmarks.oracle.arithmetic import ratio

HISTORIES: list[Callable[[Path], pd.DataFrame]] = [
    bureau.bureau_features,
    bureau_balance.bureau_balance_features,
    previous_application.previous_application_features,
    installments_payments.installments_features,
    pos_cash.pos_cash_features,
    credit_card.credit_card_features,
]
MODULES = (
    application,
    bureau,
    bureau_balance,
    previous_application,
    installments_payments,
    pos_cash,
    credit_card,
)


def needed_columns() -> dict[str, list[str]]:
    """Name the columns that features come from, by table."""
    needed: dict[str, list[str]] = {}
    for module in MODULES:
        for table, columns in module.NEEDED.items():
            needed[table] = list(dict.fromkeys([*needed.get(table, []), *columns]))
    return needed


NEEDED = needed_columns()


def build_with_pandas(folder: Path) -> pd.DataFrame:
    """Work out all features of all clients of a folder of raw tables.

    Parameters
    ----------
    folder : Path
        With the eight tables, Parquet or CSV.

    Returns
    -------
    DataFrame
        One row a client, sorted by its index ``client_id``: ``target`` (missing where unknown)
        and the features by their names in the catalogue, in no order.
    """
    applications = application.application_features(folder).rename_axis("client_id").sort_index()
    clients = applications.index
    histories = [with_counts(features_of(folder), clients) for features_of in HISTORIES]
    joined = pd.concat([applications, *histories], axis=1)
    return pd.concat([joined, combined(joined)], axis=1)


def with_counts(block: pd.DataFrame, clients: pd.Index) -> pd.DataFrame:
    """Give clients without a history a count of 0; what else the history says is missing."""
    numbers = [name for name in block if name.startswith("number_of_")]
    block = block.reindex(clients)
    return block.fillna(dict.fromkeys(numbers, 0))


def combined(t: pd.DataFrame) -> pd.DataFrame:
    """Compare the request and the income with the client's history."""
    credit, annuity, income = t["credit_amount"], t["annuity_amount"], t["income_total"]
    months = t["longest_previous_duration"]
    annuities = (
        annuity
        + t["annuities_elsewhere"].fillna(0)
        + t["annuities_of_running_credits_with_us"].fillna(0)
    )
    return pd.DataFrame(
        {
            "debt_elsewhere_to_income": ratio(t["debt_elsewhere"], income),
            "annuities_elsewhere_to_income": ratio(t["annuities_elsewhere"], income),
            "overdue_elsewhere_to_income": ratio(t["amount_overdue_elsewhere"], income),
            "all_annuities_to_income": ratio(annuities, income),
            "credit_with_debt_elsewhere_to_income": ratio(
                credit + t["debt_elsewhere"].fillna(0), income
            ),
            "credit_to_mean_granted_before": ratio(credit, t["mean_amount_granted_before"]),
            "credit_to_largest_granted_before": ratio(credit, t["largest_amount_granted_before"]),
            "annuity_to_mean_previous_annuity": ratio(annuity, t["mean_previous_annuity"]),
            "annuity_to_mean_instalment": ratio(annuity, t["mean_instalment"]),
            "income_per_year_in_job": ratio(income, t["employment_years"]),
            "card_balance_to_income": ratio(t["last_card_balance"], income),
            "implied_duration_to_longest_before": ratio(credit, annuity) / months,
            "yearly_interest_if_as_long_as_before": yearly_cost(annuity * months, months, credit),
            "yearly_cost_of_goods_if_as_long_as_before": yearly_cost(
                annuity * months, months, t["goods_price"]
            ),
        }
    )


def yearly_cost(paid: pd.Series, months: pd.Series, amount: pd.Series) -> pd.Series:
    """Give what is paid beyond an amount, a year, as a share of it; missing if it is less."""
    beyond = ratio(paid, amount) - 1
    return beyond.where(beyond >= 0) / (months / 12)
