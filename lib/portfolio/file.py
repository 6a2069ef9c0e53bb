"""The Parquet file of the known clients: what it holds, and queries on it by DuckDB."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import gettempdir
from threading import Lock
from typing import Self, TypeVar
from uuid import uuid4

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lib.decision import InvalidInput
from lib.portfolio.ahead import Answers, read_answers
from lib.portfolio.beside import BESIDE, place_beside
from lib.portfolio.groups import EVERYBODY, Group, Kind, check_column
from lib.portfolio.tables import (
    ALIKE,
    CLIENTS,
    Told,
    among_clusters,
    attach_tables,
    clients_of,
)

log = logging.getLogger(__name__)

MEMORY_LIMIT = "512MB"
# So many are read, one lot after the other, where a question is about many: what is reckoned with
# them stays in the processor's cache.
CLIENTS_AT_ONCE = 131_072
# How often an answer is begun again because another file took the place meanwhile.
MOST_TRIES = 5

Answer = TypeVar("Answer")
# Of the file, and of that which lies beside it.
State = tuple[tuple[int, int], ...]
NOT_THERE = (0, 0)


class NotFound(InvalidInput):
    """The question is well put, but there is no such client."""


class PortfolioUnavailable(InvalidInput):
    """The file is missing or cannot be read: nobody's question can be answered."""


@dataclass(frozen=True)
class ScoredBy:
    """Whose scores and decisions a portfolio holds.

    Parameters
    ----------
    scorer : str
        Its tag in the store.
    threshold : float
        From which default probability on a client is refused.

    Examples
    --------
    >>> scored_by = ScoredBy("credit_scorer:latest", 1 / 11)
    >>> ScoredBy.told_by(scored_by.metadata) == scored_by
    True
    """

    scorer: str
    threshold: float

    @property
    def metadata(self) -> dict[bytes, bytes]:
        """What a Parquet file tells of it, beside its columns."""
        return {b"scorer": self.scorer.encode(), b"threshold": repr(self.threshold).encode()}

    @classmethod
    def told_by(cls, metadata: dict[bytes, bytes] | None) -> Self | None:
        """Read what a Parquet file tells; None where it tells nothing."""
        told = metadata or {}
        if b"scorer" not in told or b"threshold" not in told:
            return None
        return cls(told[b"scorer"].decode(), float(told[b"threshold"]))

    def __str__(self) -> str:
        return f"{self.scorer} (threshold {self.threshold:.6f})"


class PortfolioFile:
    """A file that `build_portfolio` has written, or will write.

    Parameters
    ----------
    path : Path
        A file that replaces it is seen at the next query.
    scored_by : ScoredBy or None
        Whose scores it has to hold; None takes anybody's.
    """

    def __init__(self, path: Path, scored_by: ScoredBy | None = None) -> None:
        self.path = Path(path)
        self.scored_by = scored_by
        self._lock = Lock()
        self._last: Opened | None = None

    def state(self) -> State:
        """Give what is different for each file that is put at the path, or beside it.

        Raises
        ------
        PortfolioUnavailable
            If there is none.
        """
        try:
            state = _state_of(self.path)
        except OSError as error:
            raise self.unavailable("is there") from error
        return state, *(_state_beside(place_beside(self.path, what)) for what in BESIDE)

    def answers_ahead(self) -> Answers:
        """Give the answers that were made when the file was written; nothing where there are none.

        Raises
        ------
        PortfolioUnavailable
            If the file is missing, cannot be read, or holds another scorer's scores.
        """
        self.kinds()
        return _read_ahead(self.path, self.state())

    def told_by(self) -> ScoredBy:
        """Give whose scores the file holds.

        Raises
        ------
        PortfolioUnavailable
            If it is missing, cannot be read, or does not tell.
        """
        self.kinds()
        _, scored_by = _read_schema(self.path, self.state())
        if scored_by is None:
            raise self.unavailable("names the scorer whose scores it holds")
        return scored_by

    def kinds(self) -> dict[str, Kind]:
        """Give the columns that may be asked about, and what each holds.

        Raises
        ------
        PortfolioUnavailable
            If the file is missing, cannot be read, or holds another scorer's scores.
        """
        try:
            kinds, scored_by = _read_schema(self.path, self.state())
        except (pa.ArrowException, OSError, ValueError) as error:
            raise self.unavailable("is a Parquet file", error) from error
        if self.scored_by not in (None, scored_by):
            raise self.unavailable(
                f"holds the scores of {self.scored_by}, the scorer served, and not those of "
                f"{scored_by or 'a scorer that it does not name'}"
            )
        return kinds

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
        clusters: Sequence[int] = (),
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
        clusters : sequence of int
            If there are any, only clients of these clusters are read, and only what the index has.
        """
        where, group_values = group.where(self.kinds())
        parameters = [*column_values, *group_values, *values]
        with self._asked() as opened:
            source = opened.clients
            if clusters and opened.told:
                source, where = ALIKE, among_clusters(clusters, group, where, opened.told)
            text = f"SELECT {columns} FROM {source} WHERE {where} {rest}"  # noqa: S608
            with opened.connection.cursor() as cursor:
                return cursor.sql(text, params=parameters).to_arrow_table()

    def read(self, columns: str, group: Group = EVERYBODY) -> Iterator[pa.RecordBatch]:
        """Read columns of the clients of a group, some clients after the other.

        While these are looked at the next are read, and of millions few are in memory. The first
        are none: they tell what the columns are where there is nobody.

        Parameters
        ----------
        columns : str
            SQL between SELECT and FROM.
        group : Group
            Whose rows are read.
        """
        where, values = group.where(self.kinds())
        with self._asked() as opened, opened.connection.cursor() as cursor:
            text = f"SELECT {columns} FROM {opened.clients} WHERE {where}"  # noqa: S608
            found = cursor.sql(text, params=values).to_arrow_reader(CLIENTS_AT_ONCE)
            yield pa.RecordBatch.from_pylist([], found.schema)
            yield from found

    @contextmanager
    def _asked(self) -> Iterator["Opened"]:
        """Give what is asked; where that fails, say whether question or file is at fault."""
        try:
            yield self._opened()
        except duckdb.OutOfMemoryException as error:
            log.warning("a question about %s took too much memory: %s", self.path, _first_of(error))
            raise PortfolioUnavailable(
                f"the question about portfolio {self.path.name}",
                f"it takes at most {MEMORY_LIMIT} of memory",
                "narrow it by filters, ask for an earlier page or fewer columns, or ask once more",
            ) from error
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            raise self.unavailable("can be read", error) from error

    def told_by_tables(self) -> Told | None:
        """Give what the tables beside the file tell of themselves; None where there are none."""
        return self._opened().told

    def read_as_one(self, read: Callable[[], Answer]) -> Answer:
        """Let several queries answer from one file.

        Where another file has taken its place meanwhile, they are asked again.

        Parameters
        ----------
        read : callable
            Asks the queries, and makes an answer of what they give.

        Raises
        ------
        PortfolioUnavailable
            If the file is missing or cannot be read, or does not stay long enough.
        """
        for _ in range(MOST_TRIES):
            before = self.state()
            try:
                answer = read()
            except InvalidInput:
                if self.state() == before:
                    raise
                continue
            if self.state() == before:
                return answer
        raise self.unavailable("stays the same while it is read")

    def unavailable(self, rule: str, why: Exception | None = None) -> PortfolioUnavailable:
        """Say what is wrong with the file; why it cannot be read is for the log alone."""
        if why is not None:
            log.warning("%s cannot be read: %s", self.path, _first_of(why))
        return PortfolioUnavailable(
            f"portfolio {self.path.name}",
            f"the file {rule}",
            "write it with notebook 03, or set SCORING_PORTFOLIO to its path",
        )

    def _opened(self) -> "Opened":
        """Open the file and its tables; what was here before is forgotten."""
        state = self.state()
        with self._lock:
            if self._last is None or self._last.state != state:
                connection = _connect()
                told = attach_tables(connection, self.path)
                clients = CLIENTS if told else clients_of(self.path)
                self._last = Opened(state, connection, clients, told)
            return self._last


@dataclass(frozen=True)
class Opened:
    """What is there to be asked.

    Parameters
    ----------
    state : tuple
    connection : DuckDBPyConnection
    clients : str
        SQL of where the clients are read: the table, or the Parquet file where there is none.
    told : mapping of str to str, or None
        What the tables tell of themselves.
    """

    state: State
    connection: duckdb.DuckDBPyConnection
    clients: str
    told: Told | None


def _first_of(error: Exception) -> str:
    """Give the first line of what an error says; further ones advise on DuckDB."""
    return str(error).partition("\n")[0]


def _connect() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        config={
            "memory_limit": MEMORY_LIMIT,
            # Made when something does not fit; the folder that one works in may be read-only.
            "temp_directory": str(Path(gettempdir()) / f"portfolio-{uuid4().hex}"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            # Data are in the system's own cache already.
            "enable_external_file_cache": False,
        }
    )
    # Where each column's parts lie takes longer to read than a question to answer.
    connection.execute("SET GLOBAL parquet_metadata_cache = true")
    return connection


def _state_of(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_ino, state.st_mtime_ns


def _state_beside(path: Path) -> tuple[int, int]:
    try:
        return _state_of(path)
    except OSError:
        return NOT_THERE


@lru_cache(maxsize=4)
def _read_ahead(path: Path, _: State) -> Answers:
    """Read what was made ahead once for each file that has been at the path."""
    return read_answers(path)


@lru_cache(maxsize=4)
def _read_schema(path: Path, state: State) -> tuple[dict[str, Kind], ScoredBy | None]:
    """Read the schema once for each file that has been at the path."""
    schema = pq.read_schema(path)
    kinds = {
        field.name: Kind.CATEGORY if pa.types.is_string(field.type) else Kind.NUMBER
        for field in schema
        if field.name != "defaulted"
    }
    return kinds, ScoredBy.told_by(schema.metadata)
