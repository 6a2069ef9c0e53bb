"""What a file of features must be like, whoever wrote it: its types, looked at before any work."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lib.decision import InvalidInput

_REMEDY = "write the file by notebooks/01_build_features.ipynb, or with these types"


def check_features_file(path: Path) -> None:
    """Refuse a file that some notebooks read and others do not.

    Parameters
    ----------
    path : Path
        A Parquet file of features.

    Raises
    ------
    InvalidInput
        If it is not Parquet, a client's number is not a whole number, or a column is neither
        numbers nor plain text, such as pandas' categories.
    """
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
