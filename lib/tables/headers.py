"""What the header of each table's file says, and what is wrong with it."""

import csv
import filecmp
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lib.tables.findings import Finding, Kind, refuse
from lib.tables.forms import as_declared, strange_line, strange_names, strange_start
from lib.tables.places import locate, unread
from lib.tables.schema import Column, ColumnType, TableSchema
from lib.tables.sources import (
    LONGEST_HEADER,
    PATTERN_SIGNS,
    UNREADABLE,
    Source,
    is_pattern,
    listed,
    told_by,
)

# Float16 and wider decimals are not read by every engine.
_NUMERIC = (
    pa.types.is_integer,
    pa.types.is_float32,
    pa.types.is_float64,
    pa.types.is_decimal32,
    pa.types.is_decimal64,
    pa.types.is_decimal128,
)
_TEXT = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)


def find_sources(folder: Path) -> dict[str, Source]:
    """Find all eight tables, or say in one error everything that is missing.

    Raises
    ------
    InvalidInput
        If the folder does not exist, or files or columns are missing or of a wrong type.
    """
    sources, findings = open_sources(folder)
    refuse(folder, tuple(finding for finding in findings if finding.forbids))
    return sources


def open_sources(folder: Path) -> tuple[dict[str, Source], tuple[Finding, ...]]:
    """Read the headers of the tables that are there; give the tables, and all that was found.

    Raises
    ------
    InvalidInput
        If the folder does not exist, or holds no table.
    """
    located = locate(folder)
    sources = {name: open_source(source) for name, source in located.items() if source}
    beside = unread(folder, located)
    findings = (
        finding
        for name in located
        for finding in (sources[name].findings if name in sources else [_missing(name, beside)])
    )
    return sources, tuple(findings)


def open_source(source: Source) -> Source:
    """Read the header of a table."""
    try:
        _check_place(source)
        schemas = _parquet_schemas(source) if source.is_parquet else {}
        columns = _columns_of(schemas, source.table) if source.is_parquet else _header(source)
        _check_parts_differ(source)
    except (*UNREADABLE, pa.ArrowException) as error:
        return replace(source, findings=(source.unreadable(told_by(error)),))
    if not columns:
        return replace(source, findings=(source.unreadable("empty, not even a header"),))
    if told := strange_names(columns, source.table):
        return replace(source, findings=(source.unreadable(told),))
    forms = {tuple(zip(schema.names, schema.types, strict=True)) for schema in schemas.values()}
    source = replace(source, columns=columns, is_uniform=len(forms) <= 1)
    findings = (
        *_repeated(source),
        *_missing_columns(source),
        *_wrong_types(source, schemas),
        *_ignored(source),
    )
    return replace(source, findings=findings)


def _check_place(source: Source) -> None:
    """Refuse what is neither a file nor a folder of files that engines find by their names.

    Raises
    ------
    OSError
    """
    if not source.path.exists():
        raise OSError("a link that leads nowhere: put the file itself in its place")
    if source.path.is_file():
        return
    if not source.path.is_dir():
        raise OSError("neither a file nor a folder: put a file in its place")
    for part in source.parts:
        if is_pattern(part.name):
            raise OSError(f"part {part.name} has one of {PATTERN_SIGNS} in its name: rename it")
    if not source.parts:
        read = f", and {source.beside[0]} is read" if source.beside else ""
        raise OSError(f"a folder without parts: put them in it, or remove it{read}")


def _check_parts_differ(source: Source) -> None:
    """Refuse a part that is there twice: its rows would be, too.

    Raises
    ------
    OSError
    """
    by_size: dict[int, list[Path]] = {}
    for part in source.parts:
        alike = by_size.setdefault(part.stat().st_size, [])
        same = next((one for one in alike if filecmp.cmp(one, part, shallow=False)), None)
        # Engines write the parts in which nobody is.
        if same and _has_rows(source, part):
            raise OSError(f"part {part.name} is the same as {same.name}: remove one of them")
        alike.append(part)


def _has_rows(source: Source, part: Path) -> bool:
    if source.is_parquet:
        return pq.read_metadata(part).num_rows > 0
    return len(source.first_lines(part)) > 1


def _header(source: Source) -> tuple[str, ...]:
    """Give the names of the columns of a CSV, which all parts must have."""
    starts = {part: _csv_start(source, part) for part in source.parts}
    (name, lines), *others = ((part.name, lines) for part, lines in starts.items())
    first, *later = lines
    for part, (line, *_) in others:
        if not line:
            raise OSError(f"part {part} is empty: remove it")
        if line.strip() != first.strip():
            remedy = "write both with the same columns, in one order"
            raise OSError(f"part {part} has another header than {name}: {remedy}")
    if told := strange_line(first, source.table, later):
        raise OSError(told)
    if "\ufffd" in first or "\0" in first:
        raise OSError("not UTF-8 text: write it again as UTF-8")
    names = (name.strip() for name in next(csv.reader([first]), ()))
    return as_declared(names, source.table)


def _csv_start(source: Source, part: Path) -> list[str]:
    """Give the first lines of a part that may be text."""
    try:
        with source.open(part) as packed:
            told = strange_start(packed.read(8))
        lines = source.first_lines(part)
    except UNREADABLE as error:
        raise OSError(source.of_part(part, told_by(error))) from error
    if told:
        raise OSError(source.of_part(part, told))
    return lines


def _parquet_schemas(source: Source) -> dict[Path, pa.Schema]:
    """Read names and types of the columns of each part."""
    if source.path.is_dir():
        for part in source.parts:
            if part.is_dir():
                raise OSError(
                    f"its part {part.name} is a folder: write the parts, with all columns, "
                    f"straight into {source.path.name}"
                )
            if part.suffix != ".parquet":
                raise OSError(f"its part {part.name} is not called .parquet: rename or remove it")
    return {part: _parquet_schema(source, part) for part in source.parts}


def _columns_of(schemas: Mapping[Path, pa.Schema], table: TableSchema) -> tuple[str, ...]:
    """Name the columns that are in any part; those of the table must be in all or none.

    Raises
    ------
    OSError
        If a part lacks what another has: nobody knows what its rows would have had.
    """
    having = {name: part.name for part, schema in schemas.items() for name in schema.names}
    for part, schema in schemas.items():
        lacking = [name for name in having if name in table.columns and name not in schema.names]
        if lacking:
            raise OSError(
                f"part {part.name} has no column {lacking[0]}, which {having[lacking[0]]} has: "
                "write it with all columns"
            )
    # What a part has twice is told: it stays so.
    times = Counter[str]()
    for schema in schemas.values():
        times |= Counter(schema.names)
    return tuple(times.elements())


def _parquet_schema(source: Source, part: Path) -> pa.Schema:
    try:
        return pq.read_schema(part)
    except (OSError, pa.ArrowException) as error:
        told = (part.is_file() and _strange_parquet(source, part)) or told_by(error)
        raise OSError(source.of_part(part, told)) from error


def _strange_parquet(source: Source, part: Path) -> str | None:
    """Say what a file is that is called Parquet and is not, where its beginning tells."""
    try:
        with part.open("rb") as file:
            line = file.readline(LONGEST_HEADER)
    except OSError:
        return None
    if line.startswith(b"PAR1"):
        return None
    if told := strange_start(line):
        return told
    text = line.decode("utf-8", errors="replace")
    if told := strange_line(text, source.table):
        return told
    names = as_declared(text.strip().split(","), source.table)
    is_csv = strange_names(names, source.table) is None
    return "CSV under another name: let its name end with .csv" if is_csv else None


def _missing(name: str, beside: Sequence[str]) -> Finding:
    wanted = f"no {name}.parquet, .csv, .csv.gz or .zip; beside the other tables: {listed(beside)}"
    own = re.compile(rf"{re.escape(name)}\b.*", re.IGNORECASE)
    if like := next((other for other in beside if own.fullmatch(other)), None):
        wanted += f"; if {like} is the table, write it in one of these forms"
    return Finding(name, Kind.MISSING_FILE, 1, wanted)


def _repeated(source: Source) -> Iterator[Finding]:
    """Find names that a query could not tell apart: DuckDB's ignore the case."""
    repeated = {name for name, n in Counter(map(str.lower, source.columns)).items() if n > 1}
    known = [name for name in source.table.columns if name.lower() in repeated]
    if known:
        yield Finding(source.table.name, Kind.REPEATED_COLUMN, len(known), ", ".join(known))


def _missing_columns(source: Source) -> Iterator[Finding]:
    missing = [name for name in source.table.columns if name not in source.columns]
    if missing:
        yield Finding(source.table.name, Kind.MISSING_COLUMN, len(missing), ", ".join(missing))


def _ignored(source: Source) -> Iterator[Finding]:
    ignored = [name for name in source.columns if name not in source.table.columns]
    if ignored:
        names = ", ".join(name or "one without a name" for name in ignored)
        yield Finding(source.table.name, Kind.IGNORED_COLUMN, len(ignored), names)
    if source.beside:
        what = f"{', '.join(source.beside)}: {source.label} is read"
        yield Finding(source.table.name, Kind.IGNORED_FILE, len(source.beside), what)


def _wrong_types(source: Source, schemas: Mapping[Path, pa.Schema]) -> Iterator[Finding]:
    columns = source.table.columns
    having: dict[tuple[str, str], list[Path]] = {}
    for part, schema in schemas.items():
        for field in schema:
            if (column := columns.get(field.name)) and not _fits(column, field.type):
                told = f"{field.name} is {field.type}, where it must be {column.type}"
                having.setdefault((field.name, told), []).append(part)
    if having:
        wrong = ", ".join(
            told if len(parts) == len(schemas) else source.of_part(parts[0], told)
            for (_, told), parts in having.items()
        )
        count = len({name for name, _ in having})
        what = f"{source.label}: {wrong}"
        yield Finding(source.table.name, Kind.COLUMN_OF_WRONG_TYPE, count, what)


def _fits(column: Column, found: pa.DataType) -> bool:
    if pa.types.is_dictionary(found):
        found = found.value_type
    if pa.types.is_null(found):  # a column without any value has no type of its own
        return True
    if pa.types.is_boolean(found):
        return column.unit == "flag"
    return any(test(found) for test in (_TEXT if column.type is ColumnType.STRING else _NUMERIC))
