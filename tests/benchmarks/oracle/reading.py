"""A raw table as a data frame: the columns asked for, with codes for missing as missing."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from lib.tables import TABLES, ColumnType


def read_table(folder: Path, name: str, columns: Sequence[str]) -> pd.DataFrame:
    """Read some columns of a table, from Parquet where it is there and from CSV if not.

    Parameters
    ----------
    folder : Path
        With the tables under Kaggle's names.
    name : str
        Of the table.
    columns : sequence of str
        What to read, in this order.
    """
    types = {column: pandas_type(TABLES[name].columns[column].type) for column in columns}
    categories = [column for column, kind in types.items() if kind == "category"]
    parquet = folder / f"{name}.parquet"
    if parquet.exists():
        frame = pd.read_parquet(parquet, columns=list(columns), read_dictionary=categories)
    else:
        frame = pd.read_csv(
            folder / f"{name}.csv",
            usecols=list(columns),
            dtype=types,
            keep_default_na=False,
            na_values=[""],
        )
    return without_codes(frame[list(columns)], name)


def pandas_type(kind: ColumnType) -> str:
    """Name the type in pandas: strings repeat, so they are categories."""
    return "category" if kind is ColumnType.STRING else str(kind)


def without_codes(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Turn the codes for missing (365243 days, XNA, XAP) into missing values."""
    codes = {column: TABLES[name].columns[column].missing_codes for column in frame}
    return frame.assign(
        **{
            column: frame[column].mask(frame[column].isin(values))
            for column, values in codes.items()
            if values
        }
    )
