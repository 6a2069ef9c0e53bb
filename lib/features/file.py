"""What a file of features must be like, whoever wrote it: its types, looked at before any work.

Features are one Parquet file, or a folder of such files, as Spark's executors write them.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lib.decision import InvalidInput

_REMEDY = "write the file by notebooks/01_build_features.ipynb, or with these types"


def features_files(path: Path) -> list[Path]:
    """Give the Parquet files of features: the path itself, or those of the folder, by their names.

    Raises
    ------
    InvalidInput
        If there are none.
    """
    if path.is_file():
        return [path]
    found = sorted(file for file in path.glob("*.parquet") if not file.name.startswith((".", "_")))
    if not found:
        rule = "it is a Parquet file of features, or a folder of such files"
        raise InvalidInput(str(path), rule, "run `make features`, or notebook 01")
    return found


def columns_of_features(path: Path) -> list[str]:
    """Give the names of the columns of features."""
    return list(pq.read_schema(features_files(path)[0]).names)


def check_features_file(path: Path) -> None:
    """Refuse features that some notebooks read and others do not.

    Parameters
    ----------
    path : Path
        A Parquet file of features, or a folder of such files.

    Raises
    ------
    InvalidInput
        If there is none, it is not Parquet, a client's number is not a whole number, or a column is
        neither numbers nor plain text, such as pandas' categories.
    """
    for file in features_files(path):
        _check_types(file)


def _check_types(path: Path) -> None:
    try:
        schema = pq.read_schema(path)
    except (OSError, pa.ArrowException) as error:
        raise InvalidInput(f"{path}: {error}", "it is a Parquet file", _REMEDY) from error
    for field in schema:
        if field.name == "client_id" and not pa.types.is_integer(field.type):
            rule = "a client's number is a whole number"
            raise InvalidInput(f"column client_id of {path}, {field.type}", rule, _REMEDY)
        if not _is_plain(field.type):
            rule = "a feature is numbers or plain text"
            raise InvalidInput(f"column {field.name} of {path}, {field.type}", rule, _REMEDY)


def _is_plain(kind: pa.DataType) -> bool:
    return (
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_null(kind)
        or pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
    )
