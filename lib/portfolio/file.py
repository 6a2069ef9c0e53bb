"""The Parquet file of the known clients: what it holds, and queries on it by DuckDB."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lib.decision import InvalidInput
from lib.portfolio.groups import EVERYBODY, Group, Kind, check_column

MEMORY_LIMIT = "512MB"

Row = dict[str, Any]
State = tuple[int, int]


class NotFound(InvalidInput):
    """The question is well put, but there is no such client."""


class PortfolioUnavailable(InvalidInput):
    """The file is missing or cannot be read: nobody's question can be answered."""


class PortfolioFile:
    """A file that `build_portfolio` has written, or will write.

    Parameters
    ----------
    path : Path
        It is opened for each query, so that a file that replaces it is seen at once.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._lock = Lock()
        self._connection: duckdb.DuckDBPyConnection | None = None

    def state(self) -> State:
        """Give what is different for each file that is put at the path.

        Raises
        ------
        PortfolioUnavailable
            If there is none.
        """
        try:
            state = self.path.stat()
        except OSError as error:
            raise self.unavailable("is there") from error
        return state.st_ino, state.st_mtime_ns

    def kinds(self) -> dict[str, Kind]:
        """Give the columns that may be asked about, and what each holds.

        Raises
        ------
        PortfolioUnavailable
            If the file is missing or cannot be read.
        """
        try:
            return _read_kinds(self.path, self.state())
        except (pa.ArrowException, OSError) as error:
            raise self.unavailable("is a Parquet file") from error

    def kinds_of(self, *names: str) -> list[Kind]:
        """Give what some columns hold, or say which one is not there."""
        kinds = self.kinds()
        return [check_column(name, kinds) for name in names]

    def query(
        self,
        columns: str,
        group: Group = EVERYBODY,
        rest: str = "",
        values: Sequence[object] = (),
        *,
        column_values: Sequence[object] = (),
    ) -> pa.Table:
        """Select columns of the clients of a group.

        Parameters
        ----------
        columns : str
            SQL between SELECT and FROM. All names in SQL are the file's own; values are parameters.
        group : Group
            Whose rows are read.
        rest : str
            SQL after the conditions of the group.
        values, column_values : sequence
            For the question marks in `rest` and in `columns`.
        """
        where, group_values = group.where(self.kinds())
        text = (
            f"WITH clients AS (FROM read_parquet(?)) SELECT {columns} FROM clients "  # noqa: S608
            f"WHERE {where} {rest}"
        )
        parameters = [str(self.path), *column_values, *group_values, *values]
        try:
            with self._cursor() as cursor:
                return cursor.sql(text, params=parameters).to_arrow_table()
        except duckdb.Error as error:
            raise self.unavailable("can be read") from error

    def unavailable(self, rule: str) -> PortfolioUnavailable:
        """Say what is wrong with the file."""
        return PortfolioUnavailable(
            f"portfolio {self.path.name}",
            f"the file {rule}",
            "write it with notebook 03, or set SCORING_PORTFOLIO to its path",
        )

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


@lru_cache(maxsize=4)
def _read_kinds(path: Path, state: State) -> dict[str, Kind]:
    """Read the schema once for each file that has been at the path."""
    return {
        field.name: Kind.CATEGORY if pa.types.is_string(field.type) else Kind.NUMBER
        for field in pq.read_schema(path)
        if field.name != "defaulted"
    }
