"""Where the journal is kept: a file of SQLite, or a PostgreSQL server.

SQLite with a write-ahead log is the default and needs nothing: an entry is with the operating
system before its score is given, whatever kills the process afterwards, several workers write to
one file, and it can be read while they do. On PostgreSQL several machines share one journal.

In a file scores do not wait for the disk: a power cut alone can lose the last of them. A person's
decision does wait, and so does all that PostgreSQL takes: what it has not put on the disk a crash
of the server itself would lose.

Each process has one connection, and one thread at a time uses it: entries form a chain, so that
they are written one after the other anyway.
"""

import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from lib.decision import InvalidInput
from lib.serving.journal.migrations import migrate
from lib.serving.journal.schema import ENTRIES, KEYS_SCHEMA

if TYPE_CHECKING:  # a journal in a file needs no driver of PostgreSQL
    import psycopg

# How long one process waits for another one's commit.
BUSY_SECONDS = 5.0
# After which it looks again whether the file is free: about as long as a write takes.
RETRY_SECONDS = 0.0005
CONNECT_SECONDS = 5
# The file of keys lies beside that of the journal.
KEYS_SUFFIX = ".keys"
# Any number: of all locks that are taken by agreement in a database, the journal's.
LOCK_NUMBER = 2_023_2225
# Only the owner may read a file of keys.
OWNER_ONLY = 0o600
# Each begins to read one file of SQLite, whatever tables it has: a copy may be without keys.
TOUCHING = (
    "SELECT 1 FROM journal_keys.sqlite_master LIMIT 1",
    "SELECT 1 FROM main.sqlite_master LIMIT 1",
)
POSTGRESQL = "postgresql+psycopg"
ENCODING = "UTF8"  # as the server names it


class JournalUnavailable(InvalidInput):
    """The journal cannot be written or read: no score is given without its entry."""


class Store(ABC):
    """A journal's database.

    Parameters
    ----------
    name : str
        For messages; it tells no password.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = RLock()
        self._connection: Connection | None = None

    @contextmanager
    def writing(self, durable: bool = False) -> Iterator[Connection]:
        """Give a connection on which this process alone writes; what is done is done whole.

        Parameters
        ----------
        durable : bool
            Whether to wait until the disk has it.

        Raises
        ------
        JournalUnavailable
            If it cannot be written, or if what was written went somewhere else than where the
            journal is now.
        """
        with self._using() as connection:
            self.require_in_place()
            with connection.begin():
                self.begin_writing(connection, durable)
                yield connection
            self.require_in_place()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees the journal as it is at one moment.

        Raises
        ------
        JournalUnavailable
            If it cannot be read.
        """
        with self._using() as connection:
            self.require_in_place()
            with connection.begin():
                self.begin_reading(connection)
                yield connection

    def close(self) -> None:
        """Give the connection back; the next use makes another."""
        with self._lock, suppress(SQLAlchemyError):
            connection, self._connection = self._connection, None
            if connection is not None:
                connection.close()

    @contextmanager
    def _using(self) -> Iterator[Connection]:
        with self._lock:
            try:
                if self._connection is None or not self.is_alive(self._connection):
                    self.close()
                    self._connection = self.connect()
                yield self._connection
            except IntegrityError:
                raise  # the store is well: there is such a row already
            except (SQLAlchemyError, sqlite3.Error, OSError) as error:
                if isinstance(error, DBAPIError) and error.connection_invalidated:
                    self.close()
                raise self.unavailable() from error

    def unavailable(
        self, rule: str = "every score is written there before it is given"
    ) -> JournalUnavailable:
        """Say that it cannot be used."""
        return JournalUnavailable(
            f"journal {self.name}",
            rule,
            "have the operator look at its disk or server, and at SCORING_JOURNAL",
        )

    @abstractmethod
    def is_made(self) -> bool:
        """Say whether there is a journal, or what is left of one, and make none.

        Raises
        ------
        JournalUnavailable
            If that cannot be found out.
        """

    @abstractmethod
    def connect(self) -> Connection:
        """Open the database, and make what is not there yet."""

    def is_alive(self, connection: Connection) -> bool:
        """Say whether a connection can still be used."""
        return not connection.closed

    def require_in_place(self) -> None:  # noqa: B027 (a server stays where it is)
        """See to it that the connection leads to where the journal is.

        Raises
        ------
        JournalUnavailable
            If it was taken away, or something else was put in its place.
        """

    @abstractmethod
    def begin_writing(self, connection: Connection, durable: bool) -> None:
        """Keep all others from writing until the transaction ends."""

    @abstractmethod
    def begin_reading(self, connection: Connection) -> None:
        """Let all that is read be of one moment."""

    @abstractmethod
    def erase_traces(self) -> None:
        """See to it that what was removed is not left over in files."""


class SQLiteStore(Store):
    """A journal in a file, and its keys in a second one beside it.

    Parameters
    ----------
    path : Path
        The file; it and its folder are made at the first use.
    keys_path : Path or None
        Of the keys; None is beside the file.

    Attributes
    ----------
    makes_what_is_missing : bool
        Whether one of both files is made where it is missing: as a rule, it was lost.
    """

    def __init__(self, path: Path, keys_path: Path | None = None) -> None:
        super().__init__(path.name)
        self.path = path
        self.keys_path = keys_path or path.with_name(path.name + KEYS_SUFFIX)
        self.makes_what_is_missing = False
        self._files: dict[Path, tuple[int, int]] = {}
        self._durable: bool | None = None

    def is_made(self) -> bool:
        """Say whether one of both files is there; where one is missing, `connect` tells."""
        return any(path.exists() and path.stat().st_size > 0 for path in self._paths)

    def connect(self) -> Connection:
        """Open both files; where neither is there, make them.

        Raises
        ------
        JournalUnavailable
            If one of them is missing.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        is_there = {path: path.exists() and path.stat().st_size > 0 for path in self._paths}
        # What was open is not made anew; nor is a journal whose keys are still there.
        needed = self._paths if self._files else self._paths[: is_there[self.keys_path]]
        lost = [path for path in needed if not is_there[path]]
        if lost and not self.makes_what_is_missing:
            raise self._moved(lost[0])
        self.keys_path.touch(OWNER_ONLY)
        engine = create_engine("sqlite://", creator=self._open, poolclass=NullPool)
        connection = engine.connect()
        try:
            with connection.begin():
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                self._require_keys(connection)
                migrate(connection)
        except BaseException:
            connection.close()
            raise
        self._files = {path: _identity(path) for path in self._paths}
        self._durable = None
        return connection

    def _require_keys(self, connection: Connection) -> None:
        """See to it that a chain that has been begun comes with its keys."""
        tables, keys = (
            inspect(connection).get_table_names(schema=schema) for schema in (None, KEYS_SCHEMA)
        )
        if ENTRIES.name in tables and not keys and not self.makes_what_is_missing:
            raise self._moved(self.keys_path)

    def require_in_place(self) -> None:
        """See to it that both files are still those that were opened."""
        for path, identity in self._files.items():
            try:
                is_same = _identity(path) == identity
            except FileNotFoundError:
                raise self._moved(path) from None
            if not is_same:
                # It is not opened: SQLite would mix the log of the file that was there into it.
                raise self._moved(path)

    def begin_writing(self, connection: Connection, durable: bool) -> None:
        """Take the lock of the file, and say what a commit waits for."""
        if durable is not self._durable:
            level = "FULL" if durable else "NORMAL"
            for schema in ("main", KEYS_SCHEMA):
                connection.exec_driver_sql(f"PRAGMA {schema}.synchronous = {level}")
            self._durable = durable
        _take_lock(connection)

    def begin_reading(self, connection: Connection) -> None:
        """Read both files as they are now, the keys first.

        To SQLite, a transaction begins in each file when that is read first. Were the keys read
        later than the entries, others could have written meanwhile: the anchors would then tell of
        entries that seem to be missing.
        """
        connection.exec_driver_sql("BEGIN")
        for statement in TOUCHING:
            connection.exec_driver_sql(statement).all()

    def erase_traces(self) -> None:
        """Empty the logs; in the files themselves, what is deleted is overwritten."""
        with self._using() as connection:
            for schema in ("main", KEYS_SCHEMA):
                connection.exec_driver_sql(f"PRAGMA {schema}.wal_checkpoint(TRUNCATE)")
            connection.rollback()

    @property
    def _paths(self) -> tuple[Path, Path]:
        return self.path, self.keys_path

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute(f"ATTACH DATABASE ? AS {KEYS_SCHEMA}", (str(self.keys_path),))
        for schema in ("main", KEYS_SCHEMA):
            connection.execute(f"PRAGMA {schema}.journal_mode = WAL")
            connection.execute(f"PRAGMA {schema}.secure_delete = ON")
        return connection

    def _moved(self, path: Path) -> JournalUnavailable:
        return JournalUnavailable(
            f"journal {path.name}",
            "it stays where it was opened, and its keys beside it",
            "put the file back, or stop all services and move both files away to begin anew",
        )


def _take_lock(connection: Connection) -> None:
    """Begin to write as soon as no other process does.

    SQLite itself would ask for the lock again after pauses that grow to a tenth of a second: who
    has waited long would wait ever longer, while others come and go.

    Raises
    ------
    sqlite3.OperationalError
        If another process has it too long.
    """
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError(f"a connection of SQLite is needed, not {driver!r}")
    end = time.monotonic() + BUSY_SECONDS
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        while not _begins(driver, last_try=time.monotonic() > end):
            time.sleep(RETRY_SECONDS)
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")


def _begins(driver: sqlite3.Connection, last_try: bool) -> bool:
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        # An extended code has the plain one in its last byte.
        if last_try or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def _identity(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_dev, state.st_ino


class PostgresStore(Store):
    """A journal on a PostgreSQL server.

    Parameters
    ----------
    url : str
        ``postgresql+psycopg://user@host/database``; what libpq reads from files or the environment,
        such as the password, may be left out.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        super().__init__(f"{self.url.database or ''} on {self.url.host or 'this machine'}")
        self._engine: Engine | None = None

    def is_made(self) -> bool:
        """Say whether the database has the table of entries."""
        try:
            with self._made_engine().connect() as connection:
                return inspect(connection).has_table(ENTRIES.name)
        except SQLAlchemyError as error:
            raise self.unavailable() from error

    def connect(self) -> Connection:
        """Connect, and make the tables where they are not there."""
        connection = self._made_engine().connect()
        with connection.begin():
            self.begin_writing(connection, durable=True)
            migrate(connection)
        return connection

    def _made_engine(self) -> Engine:
        engine = self._engine or create_engine(
            self.url,
            poolclass=NullPool,
            connect_args={
                "connect_timeout": CONNECT_SECONDS,
                "options": f"-c synchronous_commit=on -c lock_timeout={BUSY_SECONDS:g}s",
            },
        )
        if self._engine is None:
            # Before SQLAlchemy itself reads a text, which would be bytes to it.
            event.listen(engine, "connect", self._require_encoding, insert=True)
            self._engine = engine
        return engine

    def _require_encoding(self, driver: "psycopg.Connection[Any]", _: object) -> None:
        """Refuse a database that cannot hold every name and comment as it is written."""
        encoding = driver.info.parameter_status("server_encoding")
        if encoding != ENCODING:
            raise JournalUnavailable(
                f"journal {self.name}, of encoding {encoding}",
                f"its encoding is {ENCODING}",
                f"make another: CREATE DATABASE … ENCODING '{ENCODING}' TEMPLATE template0",
            )

    def is_alive(self, connection: Connection) -> bool:
        """Say whether the server has not ended the connection."""
        if connection.closed or connection.invalidated:
            return False
        # The server's goodbye waits in the socket, if it has said one.
        driver = connection.connection.driver_connection
        return driver is not None and not _is_ended(driver)

    def begin_writing(self, connection: Connection, durable: bool) -> None:
        """Take the lock that all writers of a journal take; every commit waits for the disk."""
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK_NUMBER})")

    def begin_reading(self, connection: Connection) -> None:
        """Read within a transaction that sees one moment."""
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

    def erase_traces(self) -> None:
        """Have the rows that were deleted overwritten."""
        with self._using() as connection:
            # Not within a transaction: PostgreSQL refuses that.
            alone = connection.engine.execution_options(isolation_level="AUTOCOMMIT")
            with alone.connect() as other:
                other.exec_driver_sql(f"VACUUM {KEYS_SCHEMA}.client_keys")


def _is_ended(driver: object) -> bool:
    """Say whether a connection of psycopg has something to read while nothing was asked."""
    import select

    readable, _, _ = select.select([driver.fileno()], [], [], 0)  # type: ignore[attr-defined]
    return bool(readable)


def store_at(where: str | Path) -> Store:
    """Give the store of a journal, by a path or a URL.

    Raises
    ------
    InvalidInput
        If it is a URL of another kind of database.

    Examples
    --------
    >>> store_at("data/journal.sqlite").name
    'journal.sqlite'
    >>> store_at("postgresql+psycopg://scoring:secret@db/scoring").name
    'scoring on db'
    """
    if "://" not in str(where):
        return SQLiteStore(Path(where))
    with suppress(ArgumentError):
        if make_url(str(where)).drivername == POSTGRESQL:
            return PostgresStore(str(where))
    raise InvalidInput(
        "SCORING_JOURNAL",
        f"it is the path of a file, or a URL {POSTGRESQL}://user@host/database",
        "correct it",
    )
