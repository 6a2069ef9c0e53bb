"""Questions about the known clients, answered by DuckDB from one Parquet file."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lib.decision import InvalidInput
from lib.portfolio.conditions import Condition, Kind, check_column, quoted, where_clause
from lib.portfolio.distribution import (
    Distribution,
    distribution_of_categories,
    distribution_of_numbers,
)
from lib.portfolio.faults import NotFound, PortfolioUnavailable

OWN_COLUMNS = ("client_id", "defaulted", "default_probability", "decision")
MEMORY_LIMIT = "512MB"
TRIES = 5

Row = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """One page of a list of clients, and how many there are in all."""

    total: int
    rows: list[Row]


class Portfolio:
    """The known clients.

    Parameters
    ----------
    path : Path
        File that `build_portfolio` has written. It is opened for each question, so that a file
        that replaces it is seen at once; it need not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._lock = Lock()
        self._connection: duckdb.DuckDBPyConnection | None = None

    def client(self, client_id: int) -> Row:
        """Give all columns of one client.

        Raises
        ------
        NotFound
            If nobody has this number.
        PortfolioUnavailable
            If the file is missing or cannot be read.
        """
        self.kinds()
        rows = self._ask("*", "WHERE client_id = ?", [client_id]).to_pylist()
        if not rows:
            raise NotFound(
                f"client {client_id}", "the portfolio holds the client", "check the number"
            )
        return rows[0]

    def search(
        self,
        conditions: Sequence[Condition] = (),
        *,
        sort: str = "client_id",
        descending: bool = False,
        page: int = 1,
        page_size: int = 20,
        features: Sequence[str] = (),
    ) -> Page:
        """Give one page of the clients for whom all conditions hold.

        Parameters
        ----------
        conditions : sequence of Condition
            All of them must hold.
        sort : str
            Column to sort by; clients without a value come last, equal ones by their number.
        descending : bool
            Largest first.
        page, page_size : int
            Which page, from 1 on, and how many clients it has.
        features : sequence of str
            Columns given beside number, default probability and decision.

        Raises
        ------
        InvalidInput
            If a column is unknown, or a condition does not suit what it holds.
        """
        kinds = self.kinds()
        for name in (sort, *features):
            check_column(name, kinds)
        where, values = where_clause(conditions, kinds)
        shown = dict.fromkeys(["client_id", "default_probability", "decision", *features])
        columns = ", ".join(quoted(name) for name in shown)
        order = f"{quoted(sort)} {'DESC' if descending else 'ASC'} NULLS LAST, client_id"
        total = self._ask("count(*) AS n", f"WHERE {where}", values)
        rows = self._ask(
            columns,
            f"WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",
            [*values, page_size, (page - 1) * page_size],
        )
        return Page(total.column("n")[0].as_py(), rows.to_pylist())

    def compare(
        self,
        feature: str,
        conditions: Sequence[Condition] = (),
        *,
        bins: int = 20,
        value: float | str | None = None,
    ) -> Distribution:
        """Describe one feature over the clients for whom all conditions hold.

        Parameters
        ----------
        feature : str
            Column to describe.
        conditions : sequence of Condition
            The group; none is everybody.
        bins : int
            Number of bins of a number.
        value : float, str or None
            Value whose percentile is asked for.

        Raises
        ------
        InvalidInput
            If a column is unknown, or a condition does not suit what it holds.
        """
        kinds = self.kinds()
        kind = check_column(feature, kinds)
        where, values = where_clause(conditions, kinds)
        name = quoted(feature)
        if kind is Kind.NUMBER:
            found = self._ask(f"CAST({name} AS DOUBLE) AS v", f"WHERE {where}", values)
            number = None if isinstance(value, str) else value
            return distribution_of_numbers(found.column("v").to_numpy(), bins, number)
        found = self._ask(f"{name} AS v, count(*) AS n", f"WHERE {where} GROUP BY v", values)
        rows = found.to_pylist()
        missing = sum(row["n"] for row in rows if row["v"] is None)
        given = [row for row in rows if row["v"] is not None]
        return distribution_of_categories(
            [row["v"] for row in given], [row["n"] for row in given], missing
        )

    def kinds(self) -> dict[str, Kind]:
        """Give the columns that may be asked about, and what each holds.

        Raises
        ------
        PortfolioUnavailable
            If the file is missing or cannot be read.
        """
        try:
            return _read_kinds(self.path, *self._state())
        except (pa.ArrowException, OSError) as error:
            raise self._unavailable("is a Parquet file") from error

    def _ask(self, columns: str, rest: str, values: list[object]) -> pa.Table:
        """Run a query on the file. Names in its text are the file's own; values are parameters."""
        text = f"SELECT {columns} FROM read_parquet(?) {rest}"  # noqa: S608 (see above)
        for _ in range(TRIES):
            before = self._state()
            try:
                with self._cursor() as cursor:
                    found = cursor.sql(text, params=[str(self.path), *values]).to_arrow_table()
            except duckdb.Error as error:
                if self._state() == before:
                    raise self._unavailable("can be read") from error
                continue
            # DuckDB opens the file more than once: another may have taken its place meanwhile.
            if self._state() == before:
                return found
        raise self._unavailable("stays the same while it is read")

    def _state(self) -> tuple[int, int]:
        """Give what is different for each file that is put at the path."""
        try:
            state = self.path.stat()
        except OSError as error:
            raise self._unavailable("is there") from error
        return state.st_ino, state.st_mtime_ns

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            if self._connection is None:
                self._connection = duckdb.connect(
                    config={
                        "memory_limit": MEMORY_LIMIT,
                        "autoinstall_known_extensions": False,
                        "autoload_known_extensions": False,
                        # A file may be replaced by another at any time: nothing is kept of it.
                        "enable_external_file_cache": False,
                    }
                )
            return self._connection.cursor()

    def _unavailable(self, rule: str) -> InvalidInput:
        return PortfolioUnavailable(
            f"portfolio {self.path.name}",
            f"the file {rule}",
            "write it with notebook 03, or set SCORING_PORTFOLIO to its path",
        )


@lru_cache(maxsize=4)
def _read_kinds(path: Path, inode: int, changed_ns: int) -> dict[str, Kind]:
    """Read the schema once for each file that has been at the path."""
    return {
        field.name: Kind.CATEGORY if pa.types.is_string(field.type) else Kind.NUMBER
        for field in pq.read_schema(path)
        if field.name != "defaulted"
    }
