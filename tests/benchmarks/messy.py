"""Tables as life leaves them: what the generator does not draw, but the features must bear."""

from pathlib import Path

import numpy as np
import pandas as pd

from lib.tables import TABLES, ColumnType

SHARE_LOST = 0.03
NEW_LOANS = 10_000_000  # beyond every number of the generator


def mess_up(clean: Path, messy: Path, seed: int) -> None:
    """Write Parquet tables anew, with values and parents lost, payments split, ties and no order.

    Parameters
    ----------
    clean, messy : Path
        Folder to read from, and an existing folder to write to.
    seed : int
        The same seed makes the same mess.
    """
    rng = np.random.default_rng(seed)
    tables = {name: pd.read_parquet(clean / f"{name}.parquet") for name in TABLES}
    tables["installments_payments"] = pay_in_parts(tables["installments_payments"])
    tables["credit_card_balance"] = give_second_cards(tables["credit_card_balance"])
    tables["previous_application"] = decide_on_few_days(tables["previous_application"])
    for parent in ("application_train", "application_test", "bureau"):
        tables[parent] = tables[parent].sample(frac=1 - SHARE_LOST, random_state=rng)
    for name, table in tables.items():
        lossy = lose_values(table, name, rng)
        lossy.sample(frac=1, random_state=rng).to_parquet(messy / f"{name}.parquet", index=False)


def pay_in_parts(payments: pd.DataFrame) -> pd.DataFrame:
    """Split every fifth payment in two, the second a week later."""
    chosen = payments.iloc[::5]
    first = chosen.assign(AMT_PAYMENT=chosen["AMT_PAYMENT"] / 2)
    second = first.assign(DAYS_ENTRY_PAYMENT=first["DAYS_ENTRY_PAYMENT"] + 7)
    return pd.concat([payments.drop(first.index), first, second])


def give_second_cards(months: pd.DataFrame) -> pd.DataFrame:
    """Give every third client a second card of a lower limit; every other one ended earlier."""
    chosen = months[months["SK_ID_CURR"] % 3 == 0]
    second = chosen.assign(
        SK_ID_PREV=chosen["SK_ID_PREV"] + NEW_LOANS,
        MONTHS_BALANCE=chosen["MONTHS_BALANCE"] - chosen["SK_ID_CURR"] % 2 * 3,
        AMT_CREDIT_LIMIT_ACTUAL=chosen["AMT_CREDIT_LIMIT_ACTUAL"] / 2,
    )
    return pd.concat([months, second])


def decide_on_few_days(applications: pd.DataFrame) -> pd.DataFrame:
    """Move decisions to the last of each hundred days: many fall on the same day."""
    return applications.assign(DAYS_DECISION=applications["DAYS_DECISION"] // 100 * 100)


def lose_values(table: pd.DataFrame, name: str, rng: np.random.Generator) -> pd.DataFrame:
    """Lose some values of every column that may be missing."""
    lossy = {}
    for column, described in TABLES[name].columns.items():
        is_whole = described.type is ColumnType.INT64
        if is_whole and not described.missing_codes:
            continue
        values = table[column].astype("Int64") if is_whole else table[column]
        lossy[column] = values.mask(rng.random(len(table)) < SHARE_LOST)
    return table.assign(**lossy)
