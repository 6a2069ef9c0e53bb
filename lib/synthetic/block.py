"""All eight tables of a block of clients."""

import numpy as np
import pyarrow as pa

from lib.synthetic.application import Clients, draw_clients
from lib.synthetic.elsewhere import credits_elsewhere, months_elsewhere
from lib.synthetic.fitting import fitted_columns
from lib.synthetic.marginals import Coded, Columns, Values
from lib.synthetic.previous import earlier_applications
from lib.synthetic.repayment import (
    Loans,
    card_months,
    card_payments,
    loan_payments,
    monthly_balances,
)
from lib.synthetic.scores import Bools, Ints, mixed
from lib.tables.schema import TABLES, ColumnType, TableSchema

_FIRST_BUREAU, _FIRST_PREVIOUS = 5_000_000, 1_000_000
_FITTED = {  # columns whose relations to others are a matter of order
    "bureau": (
        "AMT_CREDIT_SUM",
        "AMT_CREDIT_SUM_DEBT",
        "AMT_CREDIT_SUM_LIMIT",
        "DAYS_ENDDATE_FACT",
    ),
    "previous_application": (
        "AMT_ANNUITY",
        "AMT_APPLICATION",
        "AMT_CREDIT",
        "AMT_GOODS_PRICE",
        "AMT_DOWN_PAYMENT",
        "RATE_DOWN_PAYMENT",
        "DAYS_FIRST_DUE",
        "DAYS_LAST_DUE_1ST_VERSION",
        "DAYS_LAST_DUE",
        "DAYS_TERMINATION",
        "SELLERPLACE_AREA",
    ),
    "POS_CASH_balance": ("CNT_INSTALMENT", "CNT_INSTALMENT_FUTURE"),
    "credit_card_balance": (
        "AMT_BALANCE",
        "AMT_RECEIVABLE_PRINCIPAL",
        "AMT_RECIVABLE",
        "AMT_TOTAL_RECEIVABLE",
        "AMT_INST_MIN_REGULARITY",
        "AMT_PAYMENT_CURRENT",
        "CNT_DRAWINGS_ATM_CURRENT",
        "CNT_INSTALMENT_MATURE_CUM",
    ),
    "installments_payments": ("DAYS_INSTALMENT", "AMT_INSTALMENT"),
}
_NUMBERS_A_CLIENT = 10  # numbers kept for a client's credits: on average there are 5 of each


def draw_block(
    rng: np.random.Generator,
    client_id: Ints,
    in_train: Bools,
    clients_before: int,
) -> dict[str, pa.Table]:
    """Draw the tables of some clients.

    Parameters
    ----------
    rng : numpy.random.Generator
        The block's own.
    client_id : ndarray of int
        Rising.
    in_train : ndarray of bool
        Who is in application_train.
    clients_before : int
        Clients of the blocks before: it keeps the numbers of credits apart.

    Returns
    -------
    dict of str to pyarrow.Table
        With the schema's columns and types; codes for missing are written as in the real tables.
    """
    clients, application = draw_clients(rng, client_id, in_train)
    offset = clients_before * _NUMBERS_A_CLIENT
    bureau = _fitted(rng, "bureau", credits_elsewhere(rng, clients, _FIRST_BUREAU + offset))
    previous = earlier_applications(rng, clients, _FIRST_PREVIOUS + offset)
    previous = _fitted(rng, "previous_application", previous)
    drawn: dict[str, Columns] = {
        "bureau": bureau,
        "bureau_balance": months_elsewhere(rng, clients, bureau),
        "previous_application": previous,
        **_repayment(rng, clients, previous),
    }
    tables = {name: _arrow(TABLES[name], columns) for name, columns in drawn.items()}
    for name, chosen in (("application_train", in_train), ("application_test", ~in_train)):
        tables[name] = _arrow(TABLES[name], application).filter(pa.array(chosen))
    return tables


def _repayment(rng: np.random.Generator, clients: Clients, previous: Columns) -> dict[str, Columns]:
    lateness = mixed(rng, [(0.33, clients.risk)])
    loans = Loans(rng, clients, previous, lateness)
    cards = card_months(rng, clients, previous, lateness)
    cards = _fitted(rng, "credit_card_balance", cards)
    owner = np.searchsorted(clients.client_id, np.asarray(cards["SK_ID_CURR"]))
    paid = (loan_payments(rng, loans), card_payments(rng, cards, lateness[owner]))
    instalments: Columns = {
        name: np.concatenate([np.asarray(part[name]) for part in paid]) for name in paid[0]
    }
    return {
        "POS_CASH_balance": _fitted(rng, "POS_CASH_balance", monthly_balances(rng, loans)),
        "credit_card_balance": cards,
        "installments_payments": instalments | _paid_as_before(rng, instalments),
    }


def _fitted(rng: np.random.Generator, table: str, columns: Columns) -> Columns:
    return columns | fitted_columns(rng, table, columns, _FITTED[table])


def _paid_as_before(rng: np.random.Generator, columns: Columns) -> Columns:
    """Fit what was due and when; days late, and the share of it that was paid, stay."""
    old = {name: np.asarray(columns[name], dtype=np.float64) for name in columns}
    due = fitted_columns(rng, "installments_payments", old, _FITTED["installments_payments"])
    late = old["DAYS_ENTRY_PAYMENT"] - old["DAYS_INSTALMENT"]
    share = old["AMT_PAYMENT"] / np.maximum(old["AMT_INSTALMENT"], 0.01)
    return due | {
        "DAYS_ENTRY_PAYMENT": np.minimum(-1.0, due["DAYS_INSTALMENT"] + late),
        "AMT_PAYMENT": np.round(due["AMT_INSTALMENT"] * share, 2),
    }


def _arrow(schema: TableSchema, columns: Columns) -> pa.Table:
    return pa.table(
        {name: _arrow_column(columns[name], column.type) for name, column in schema.columns.items()}
    )


def _arrow_column(values: Values, kind: ColumnType) -> pa.Array:
    if isinstance(values, Coded):
        codes = pa.array(values.codes, mask=values.codes < 0)
        return pa.DictionaryArray.from_arrays(codes, pa.array(values.values)).cast(pa.string())
    array = np.asarray(values)
    if kind is ColumnType.INT64:
        return pa.array(array.astype(np.int64))
    return pa.array(array.astype(np.float64), from_pandas=True)
