"""The clients in DuckDB's own format, of which it reads a column several times faster.

A Parquet file is for others to read; each question to it unpacks whole columns. Beside it lies a
DuckDB file of the same clients: `CLIENTS` in the same order, each category as the place it has
among all, and, where there is an index of who is like whom, `ALIKE`, what drives the score once
more, and what lists are mostly filtered by, cluster by cluster.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lib.features.description import BANDS, CREDIT_AMOUNT
from lib.portfolio.alike import CLUSTER, MOST_CLUSTERS, Coordinate, Index, write_clusters
from lib.portfolio.beside import MADE_OF, MEMORY_LIMIT, TABLES, digest_of, place_beside
from lib.portfolio.disclosure import TICKET, WRITTEN_TICKET
from lib.portfolio.groups import Group, enum_of, literal, quoted, rows_of

ALIAS = "beside"
CLIENTS, ALIKE, TOLD = (f"{ALIAS}.{name}" for name in ("clients", "alike", "told"))
INDEX = "index"
# By these and by categories lists are mostly filtered.
FILTERED = ("default_probability", CREDIT_AMOUNT, *BANDS)
# As SQL: 1 for a default, 0 for a repaid credit, -1 where it is not known, and the column of it.
WRITTEN_OUTCOME, OUTCOME = "coalesce(defaulted::TINYINT, -1::TINYINT)", '"outcome of the credit"'

Told = Mapping[str, str]


def clients_of(path: Path) -> str:
    """Write as SQL the clients of a Parquet file, each with a ticket and an outcome."""
    added = f"{WRITTEN_TICKET} AS {TICKET}, {WRITTEN_OUTCOME} AS {OUTCOME}"
    return f"(SELECT *, {added} FROM {rows_of(path)})"  # noqa: S608


def among_clusters(clusters: Collection[int], group: Group, where: str, told: Told) -> str:
    """Write as SQL who in `ALIKE` is in some clusters and in a group, by its clause."""
    bits = "".join("1" if at in clusters else "0" for at in range(MOST_CLUSTERS))
    # Of a list of values DuckDB looks into what it has read; by this it does not read the others.
    near = f"get_bit({literal(bits)}::BIT, {quoted(CLUSTER)}::INTEGER) = 1"
    if {one.column for one in group.conditions} <= {*json.loads(told[ALIKE])}:
        return f"{near} AND {where}"
    members = f"SELECT client_id FROM {CLIENTS} WHERE {near} AND {where}"  # noqa: S608
    return f"{near} AND client_id IN ({members})"


def write_tables(clients: Path, coordinates: Sequence[Coordinate], output: Path) -> None:
    """Write the clients of a Parquet file as tables.

    Parameters
    ----------
    clients : Path
    coordinates : sequence of Coordinate
        By which clients are alike; where there are none, there is no index.
    output : Path
    """
    output.unlink(missing_ok=True)
    told, source = {MADE_OF.decode(): digest_of(clients).decode()}, f"FROM {clients_of(clients)}"
    schema = pq.read_schema(clients)
    texts = [field.name for field in schema if pa.types.is_string(field.type)]
    categories = _categories_of(clients, texts)
    with (
        TemporaryDirectory(dir=output.parent) as folder,
        duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "temp_directory": folder}) as tables,
    ):
        tables.execute(f"ATTACH {literal(str(output))} AS {ALIAS}")
        if coordinates:
            clusters = Path(folder) / "clusters.parquet"
            index = write_clusters(clients, coordinates, clusters)
            told[INDEX] = json.dumps(asdict(index))
            source += f" JOIN {rows_of(clusters)} USING (client_id)"
        tables.execute(f"CREATE TABLE {CLIENTS} AS SELECT {_with_places(categories)} {source}")
        if coordinates:
            compared = [one.scale.name for one in coordinates]
            filtered = [name for name in FILTERED if name in schema.names]
            columns = list(dict.fromkeys([*compared, *filtered, *categories]))
            told[ALIKE] = json.dumps(columns)
            alike = f"SELECT {quoted('client_id', CLUSTER, *columns)} FROM {CLIENTS}"  # noqa: S608
            tables.execute(f"CREATE TABLE {ALIKE} AS {alike} ORDER BY {quoted(CLUSTER)}, client_id")
        tables.execute(f"CREATE TABLE {TOLD} (name VARCHAR, told VARCHAR)")
        tables.executemany(f"INSERT INTO {TOLD} VALUES (?, ?)", list(told.items()))  # noqa: S608


def _categories_of(clients: Path, texts: Sequence[str]) -> dict[str, list[str]]:
    """Give the categories of each of some columns of texts of a Parquet file, in their order."""
    if not texts:
        return {}
    lists = ", ".join(f"list(DISTINCT {quoted(name)})" for name in texts)
    with duckdb.connect(config={"memory_limit": MEMORY_LIMIT}) as connection:
        ((*found,),) = connection.execute(
            f"SELECT {lists} FROM {rows_of(clients)}"  # noqa: S608
        ).fetchall()
    given = {name: set(some or ()) - {None} for name, some in zip(texts, found, strict=True)}
    return {name: sorted(categories) for name, categories in given.items() if categories}


def _with_places(categories: Mapping[str, Sequence[str]]) -> str:
    """Write as SQL all columns, categories as DuckDB's ENUM: it counts them a third sooner."""
    if not categories:
        return "*"
    enums = (
        f"{quoted(name)}::{enum_of(some)} AS {quoted(name)}" for name, some in categories.items()
    )
    return f"* REPLACE ({', '.join(enums)})"


def attach_tables(connection: duckdb.DuckDBPyConnection, clients: Path) -> Told | None:
    """Open the tables beside a file of clients; None where there are none of this file.

    Returns
    -------
    mapping of str to str, or None
        What they tell of themselves.
    """
    place = place_beside(clients, TABLES)
    if not place.exists():
        return None
    try:
        connection.execute(f"ATTACH {literal(str(place))} AS {ALIAS} (READ_ONLY)")
    except (duckdb.Error, OSError):
        return None
    try:
        told = dict(connection.execute(f"FROM {TOLD}").fetchall())
        if told.get(MADE_OF.decode()) == digest_of(clients).decode():
            return told
    except (duckdb.Error, OSError):
        pass
    # Kept open, they could not be written again.
    connection.execute(f"DETACH {ALIAS}")
    return None


def index_told(told: Told | None) -> Index | None:
    """Read the index of who is like whom; None where there is none."""
    if told is None or INDEX not in told:
        return None
    return Index.read(json.loads(told[INDEX]))
