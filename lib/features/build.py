"""All features of all clients: the blocks of each table, joined to the applications.

The same expressions serve one new client and millions: what differs is what they are run on.
"""

from collections.abc import Callable, Mapping

import ibis
import ibis.expr.types as ir

from lib.features.application import application_features
from lib.features.bureau import bureau_features
from lib.features.bureau_balance import bureau_balance_features
from lib.features.combined import combined_features
from lib.features.credit_card import credit_card_features
from lib.features.expressions import CLIENT
from lib.features.installments import installments_features
from lib.features.pos_cash import pos_cash_features
from lib.features.previous_application import previous_application_features
from lib.tables import TABLES

Block = Callable[[Mapping[str, ir.Table]], ir.Table]

APPLICATIONS = "application"
HISTORIES: dict[str, Block] = {
    "bureau": bureau_features,
    "bureau_balance": bureau_balance_features,
    "previous_application": previous_application_features,
    "installments_payments": installments_features,
    "POS_CASH_balance": pos_cash_features,
    "credit_card_balance": credit_card_features,
}
# A count says how much history there is: 0 where there is none. All else is then unknown.
COUNT_PREFIX = "number_of_"


def build_features(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Describe the features of all clients as one expression.

    Parameters
    ----------
    tables : mapping of str to Table
        The eight raw tables by their Kaggle names, as `lib.tables.read_tables` gives them.

    Returns
    -------
    Table
        One row a client: ``client_id``, ``target`` (missing where unknown), then the features.
    """
    return join_blocks(build_blocks(tables))


def build_blocks(tables: Mapping[str, ir.Table]) -> dict[str, ir.Table]:
    """Describe the features of each table by themselves, the applications first."""
    histories = {name: tidy(block(tables)) for name, block in HISTORIES.items()}
    return {APPLICATIONS: tidy(application_features(tables)), **histories}


def tidy(block: ir.Table) -> ir.Table:
    """Name the client's number, and make every number a float64."""
    keys = {"client_id": block[CLIENT].cast("int64")}
    columns = {
        name: block[name] if name == "target" else as_feature(block[name])
        for name in block.columns
        if name != CLIENT
    }
    return block.select(**keys, **columns)


def as_feature(value: ir.Value) -> ir.Value:
    """Give a string as it is and all else as float64."""
    return value if value.type().is_string() else value.cast("float64")


def join_blocks(blocks: Mapping[str, ir.Table]) -> ir.Table:
    """Join the histories to the applications, and add what only all together say."""
    joined = blocks[APPLICATIONS]
    for name, block in blocks.items():
        if name != APPLICATIONS:
            joined = joined.left_join(block, "client_id").drop("client_id_right")
    counted = [name for name in joined.columns if name.startswith(COUNT_PREFIX)]
    given = set(blocks[APPLICATIONS].columns)
    filled = joined.mutate(
        **{name: joined[name].fill_null(0.0) for name in counted if name not in given}
    )
    return filled.mutate(**combined_features(filled))


def unbound_tables() -> dict[str, ir.Table]:
    """Give the eight raw tables without rows or engine."""
    return {
        name: ibis.table({c.name: str(c.type) for c in schema.columns.values()}, name=name)
        for name, schema in TABLES.items()
    }
