"""CSV into Parquet, once: typed by the schema, codes for missing as nulls, sorted by client."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

import duckdb

from lib.decision import InvalidInput
from lib.tables.schema import Column, ColumnType, TableSchema
from lib.tables.sources import Source, csv_member

CACHE = ".cache"  # inside the folder with the tables
_SQL_TYPES = {
    ColumnType.INT64: "BIGINT",
    ColumnType.FLOAT64: "DOUBLE",
    ColumnType.STRING: "VARCHAR",
}
_MOST_ERRORS = 5  # per file: enough to see what is wrong


def ingested(source: Source) -> Path:
    """Return the table as typed Parquet, made on the first call and after the CSV has changed.

    Raises
    ------
    InvalidInput
        If values are of a wrong type or lines are incomplete; it names file and lines.
    """
    cache = cache_folder(source.path.parent)
    path = cache / f"{source.table.name}-{_signature(source.path)}.parquet"
    if path.exists():
        return path
    for old in cache.glob(f"{source.table.name}-*.parquet"):
        old.unlink(missing_ok=True)
    unfinished = path.with_suffix(".unfinished")
    try:
        with _plain_csv(source.path, cache) as csv_path:
            _convert(source, csv_path, unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def cache_folder(folder: Path) -> Path:
    """Return where what is derived from a folder is kept: in it, or aside if it is read-only."""
    inside = folder / CACHE
    try:
        inside.mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=inside):
            return inside
    except OSError:
        name = blake2b(str(folder.resolve()).encode(), digest_size=8).hexdigest()
        aside = Path(tempfile.gettempdir()) / f"raw-tables-{name}"
        aside.mkdir(exist_ok=True)
        return aside


def _signature(path: Path) -> str:
    status = path.stat()
    text = f"{path.name} {status.st_size} {status.st_mtime_ns} 1"  # last: version of this format
    return blake2b(text.encode(), digest_size=8).hexdigest()


@contextmanager
def _plain_csv(path: Path, scratch: Path) -> Iterator[Path]:
    if path.suffix != ".zip":
        yield path
        return
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        plain = Path(folder) / path.stem
        with zipfile.ZipFile(path) as archive, archive.open(csv_member(archive)) as packed:
            try:
                with plain.open("wb") as file:
                    shutil.copyfileobj(packed, file, 1 << 20)
            except (zipfile.BadZipFile, EOFError) as error:
                raise InvalidInput(
                    f"{path.name}: {error}", "an archive is whole", "download it again"
                ) from error
        yield plain


def _convert(source: Source, csv_path: Path, target: Path) -> None:
    table = source.table
    with duckdb.connect() as connection:
        connection.execute(f"SET temp_directory = '{_quoted(target.parent)}'")
        connection.execute("SET preserve_insertion_order = false")
        order = table.client_key or table.key or table.parent_key
        connection.execute(
            f"COPY (SELECT {_typed_columns(table)} FROM {_read_csv(source, csv_path)} "  # noqa: S608
            f"ORDER BY {order}) TO '{_quoted(target)}' (FORMAT parquet, COMPRESSION zstd)"
        )
        errors = connection.execute(
            "SELECT line, column_name, error_type, error_message FROM reject_errors ORDER BY line"
        ).fetchall()
    if errors:
        raise _refusal(source, errors)


def _read_csv(source: Source, csv_path: Path) -> str:
    types = {
        name: _SQL_TYPES[source.table.columns[name].type]
        if name in source.table.columns
        else "VARCHAR"
        for name in source.columns
    }
    columns = ", ".join(f"'{_quoted(name)}': '{sql}'" for name, sql in types.items())
    return (
        f"read_csv('{_quoted(csv_path)}', columns = {{{columns}}}, auto_detect = false, "
        "header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '', "
        "store_rejects = true, rejects_limit = 1000)"
    )


def _typed_columns(table: TableSchema) -> str:
    return ", ".join(_typed(column) for column in table.columns.values())


def _typed(column: Column) -> str:
    value = f'"{column.name}"'
    for code in column.missing_codes:
        value = f"nullif({value}, {code!r})"
    return f'{value} AS "{column.name}"'


def _quoted(text: str | Path) -> str:
    return str(text).replace("'", "''")


def _refusal(source: Source, errors: list[tuple[int, str | None, str, str]]) -> InvalidInput:
    shown = "; ".join(
        f"line {line}, column {column}: {message.splitlines()[0]}"
        for line, column, _, message in errors[:_MOST_ERRORS]
    )
    rest = len(errors) - _MOST_ERRORS
    more = f"; and {rest} more" if rest > 0 else ""
    return InvalidInput(
        f"{source.path.name}: {shown}{more}",
        "every line has every column, of its type",
        "mend these lines, or download the file again",
    )
