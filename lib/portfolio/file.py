"""The Parquet file of the known clients: what it holds, and queries on it by DuckDB."""

from collections.abc import Callable, Sequence
from functools import lru_cache, wraps
from pathlib import Path
from threading import Lock
from typing import Concatenate, ParamSpec, Protocol, TypeVar

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lib.decision import InvalidInput
from lib.portfolio.conditions import Kind
from lib.portfolio.faults import PortfolioUnavailable

MEMORY_LIMIT = "512MB"
TRIES = 5

State = tuple[int, int]


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

    def ask(self, columns: str, rest: str, values: Sequence[object]) -> pa.Table:
        """Run a query on the file. Names in its text are the file's own; values are parameters."""
        text = f"WITH clients AS (FROM read_parquet(?)) SELECT {columns} FROM clients {rest}"  # noqa: S608
        try:
            with self._cursor() as cursor:
                return cursor.sql(text, params=[str(self.path), *values]).to_arrow_table()
        except duckdb.Error as error:
            raise self.unavailable("can be read") from error

    def unavailable(self, rule: str) -> InvalidInput:
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


class HasFile(Protocol):
    """Whoever answers from a file."""

    file: PortfolioFile


Owner = TypeVar("Owner", bound=HasFile)
Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def from_one_file(
    question: Callable[Concatenate[Owner, Asked], Answer],
) -> Callable[Concatenate[Owner, Asked], Answer]:
    """Let a question of several queries be answered from one file.

    Where another file has taken its place meanwhile, the question is asked again.
    """

    @wraps(question)
    def asked(owner: Owner, *args: Asked.args, **more: Asked.kwargs) -> Answer:
        for _ in range(TRIES):
            before = owner.file.state()
            try:
                answer = question(owner, *args, **more)
            except PortfolioUnavailable:
                if owner.file.state() == before:
                    raise
                continue
            if owner.file.state() == before:
                return answer
        raise owner.file.unavailable("stays the same while it is read")

    return asked


@lru_cache(maxsize=4)
def _read_kinds(path: Path, state: State) -> dict[str, Kind]:
    """Read the schema once for each file that has been at the path."""
    return {
        field.name: Kind.CATEGORY if pa.types.is_string(field.type) else Kind.NUMBER
        for field in pq.read_schema(path)
        if field.name != "defaulted"
    }
