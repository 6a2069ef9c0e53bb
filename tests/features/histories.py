"""Random clients: dull ones, empty ones, and what nobody expects. By number, always the same."""

from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from lib.decision import is_possible
from lib.tables import TABLES, Column

Row = dict[str, Any]
Records = dict[str, list[Row]]
Amounts = Callable[[Random], float]

RANGES = {
    "days": (-3000, 10),
    "months": (-80, -1),
    "flag": (0, 1),
    "hour": (0, 23),
    "rating": (1, 3),
}


def quarters(chance: Random) -> float:
    """An amount that binary numbers hold exactly."""
    return chance.choice([0.0, chance.randint(-8, 400) / 4, chance.randint(0, 4_000_000) / 4])


def cents(chance: Random) -> float:
    """An amount as people pay it, now and then less than a cent or as much as a house."""
    usual = chance.randint(-200, 100_000_000) / 100
    return chance.choice([usual] * 8 + [0.0, 1e-9, 5e7])


def folded(number: float, column: Column) -> float:
    """Fold a number into what the column may hold."""
    low, high = column.possible
    if is_possible(number, column.possible):
        return number
    if low is not None and high is not None:
        return low + abs(number) % (high - low)
    return abs(number) if high is None else -abs(number)


def any_value(column: Column, chance: Random, amounts: Amounts) -> Any:
    """A value that the column may have, or none."""
    luck = chance.random()
    if luck < 0.15:
        return None
    if luck < 0.2 and column.missing_codes:
        return chance.choice(column.missing_codes)
    if column.values:
        return "never seen: ß" if luck < 0.25 else chance.choice(column.values)
    if column.type == "int64" or column.unit in RANGES:
        drawn = 10**6 if luck > 0.99 else chance.randint(*RANGES.get(column.unit, (0, 40)))
        number = folded(drawn, column)
        return number if column.type == "int64" else float(number)
    return folded(amounts(chance), column)


def any_row(table: str, keys: Row, chance: Random, amounts: Amounts) -> Row:
    """A row with some of the table's columns."""
    columns = TABLES[table].columns.values()
    drawn = {column.name: any_value(column, chance, amounts) for column in columns}
    return {name: value for name, value in drawn.items() if value is not None} | keys


def any_client(client: int, chance: Random, amounts: Amounts, longest: int = 12) -> Records:
    """An application, perhaps with nothing in it, and histories, perhaps without rows."""
    records: Records = {name: [] for name in TABLES}
    known = {"application_train": {"TARGET": chance.randint(0, 1)}, "application_test": {}}
    table, outcome = chance.choice(list(known.items()))
    keys = {"SK_ID_CURR": client} | outcome
    bare = chance.random() < 0.1
    records[table].append(keys if bare else any_row(table, keys, chance, amounts))
    for loan in range(client * 100, client * 100 + chance.choice([0, 0, 1, 2, 5])):
        add_loan(records, {"SK_ID_CURR": client, "SK_ID_PREV": loan}, chance, amounts, longest)
    for credit in range(client * 100, client * 100 + chance.choice([0, 0, 1, 2, 5])):
        owner, number = {"SK_ID_CURR": client}, {"SK_ID_BUREAU": credit}
        add(records, "bureau", 1, owner | number, chance, amounts)
        add(records, "bureau_balance", chance.randint(0, longest), number, chance, amounts)
    return records


def add_loan(records: Records, keys: Row, chance: Random, amounts: Amounts, longest: int) -> None:
    """Add a previous application and what followed, each perhaps without rows."""
    add(records, "previous_application", chance.choice([0, 1, 1, 1]), keys, chance, amounts)
    for table in ("POS_CASH_balance", "credit_card_balance", "installments_payments"):
        add(records, table, chance.choice([0, chance.randint(1, longest)]), keys, chance, amounts)


def add(
    records: Records, table: str, count: int, keys: Row, chance: Random, amounts: Amounts
) -> None:
    """Add rows to a table, the last of them perhaps twice unless it has a key of its own."""
    rows = [any_row(table, keys, chance, amounts) for _ in range(count)]
    again = TABLES[table].key is None and chance.random() < 0.1
    records[table] += rows + rows[-1:] * again


def together(records: Iterable[Records]) -> Records:
    """Put the records of several clients together."""
    everybody = list(records)
    return {name: [row for one in everybody for row in one[name]] for name in TABLES}
