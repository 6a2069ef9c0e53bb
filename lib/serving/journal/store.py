"""The file of the journal.

SQLite with a write-ahead log rather than Parquet parts: an entry is with the operating system
before its score is given, whatever kills the process afterwards; a Parquet part is safe only once
it is full and closed. Several workers write to one file, and it can be read while they do. Scores
do not wait for the disk (0.02 ms rather than 0.3 and more, measured): only a power cut can lose the
last of them. A manager's decision does wait, and is not lost even then. Triggers refuse to change
or remove what is written.
"""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from lib.decision import Decision, InvalidInput

# How long a worker waits for another one's commit.
BUSY_SECONDS = 5.0
# What a commit waits for: that the operating system has the entry, or that the disk has it.
IN_MEMORY, ON_DISK = "NORMAL", "FULL"

SCHEMA = """
CREATE TABLE IF NOT EXISTS scores (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    caller TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    scorer TEXT NOT NULL,
    client_id INTEGER,
    default_probability REAL NOT NULL,
    decision TEXT NOT NULL,
    input_sha256 TEXT NOT NULL,
    review TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE IF NOT EXISTS decisions (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    caller TEXT NOT NULL,
    score_id INTEGER NOT NULL REFERENCES scores,
    decision TEXT NOT NULL,
    comment TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS scores_of_a_client ON scores (client_id, id);
"""
# A journal that was begun before there were reviews has no column for them.
ADD_REVIEW = "ALTER TABLE scores ADD COLUMN review TEXT NOT NULL DEFAULT ''"
APPEND_ONLY = """
CREATE TRIGGER IF NOT EXISTS no_{change}_of_{table} BEFORE {change} ON {table}
BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END;
"""


class JournalUnavailable(InvalidInput):
    """The journal cannot be written or read: no score is given without its entry."""


@dataclass(frozen=True)
class ScoreEntry:
    """One score given.

    Parameters
    ----------
    caller : str
        Name of the key that asked; empty where none is needed.
    endpoint : str
        What was asked.
    scorer : str
        Tag of the scorer.
    client_id : int or None
        Number of the client, where the caller gave one.
    default_probability : float
        In [0, 1].
    decision : Decision
        Of the model.
    input_sha256 : str
        Hash of what was scored.
    review : str
        Why a person must look at it: the kinds of the notes and their features, without values,
        such as ``outside_seen income_total``, separated by commas; empty as a rule.
    """

    caller: str
    endpoint: str
    scorer: str
    client_id: int | None
    default_probability: float
    decision: Decision
    input_sha256: str
    review: str = ""


@dataclass(frozen=True)
class GivenScore:
    """The part of an entry that a manager decides on, with its place in the journal."""

    id: int
    scorer: str
    default_probability: float
    decision: Decision


class Journal:
    """The journal in one file.

    Parameters
    ----------
    path : Path
        The file; it and its folder are made at the first use.
    simulations : collection of str
        Endpoints that score a client as it might be, not as it is.
    """

    def __init__(self, path: Path, simulations: Collection[str] = ()) -> None:
        self.path = Path(path)
        self.simulations = tuple(simulations)
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None

    def write_scores(self, entries: Sequence[ScoreEntry]) -> None:
        """Add entries, all or none; whatever ends the process then, they stay.

        Raises
        ------
        JournalUnavailable
            If they cannot be written.
        """
        rows = [(_now(), *astuple(entry)) for entry in entries]
        names = ", ".join(field.name for field in fields(ScoreEntry))
        places = ", ".join("?" * (len(fields(ScoreEntry)) + 1))
        with self._writing() as connection:
            connection.executemany(
                f"INSERT INTO scores (at, {names}) VALUES ({places})",  # noqa: S608 (our names)
                rows,
            )

    def write_decision(self, caller: str, score_id: int, decision: Decision, comment: str) -> str:
        """Add a manager's decision beside a score, wait until it is on disk, and give its time.

        Raises
        ------
        JournalUnavailable
            If it cannot be written.
        """
        at = _now()
        with self._writing(ON_DISK) as connection:
            connection.execute(
                "INSERT INTO decisions (at, caller, score_id, decision, comment)"
                " VALUES (?, ?, ?, ?, ?)",
                (at, caller, score_id, decision, comment),
            )
        return at

    def last_score(self, client_id: int) -> GivenScore | None:
        """Give the last score of a client as it is, simulations left out.

        Raises
        ------
        JournalUnavailable
            If the journal cannot be read.
        """
        simulations = ", ".join("?" * len(self.simulations))
        with self._using() as connection:
            row = connection.execute(
                "SELECT id, scorer, default_probability, decision FROM scores"  # noqa: S608
                f" WHERE client_id = ? AND endpoint NOT IN ({simulations})"
                " ORDER BY id DESC LIMIT 1",
                (client_id, *self.simulations),
            ).fetchone()
        if row is None:
            return None
        number, scorer, default_probability, decision = row
        return GivenScore(number, scorer, default_probability, Decision(decision))

    def open(self) -> None:
        """Make the file if it is not there, and be ready to write.

        Raises
        ------
        JournalUnavailable
            If it cannot be made or is no journal.
        """
        with self._using():
            pass

    def require_writable(self) -> None:
        """See to it that an entry could be written now, and write none.

        Raises
        ------
        JournalUnavailable
            If it could not, or the file has been taken away: what is written then is lost.
        """
        with self._writing():
            if not self.path.exists():
                raise FileNotFoundError(self.path)

    @contextmanager
    def _writing(self, synchronous: str = IN_MEMORY) -> Iterator[sqlite3.Connection]:
        with self._using() as connection, connection:
            connection.execute(f"PRAGMA synchronous = {synchronous}")
            connection.execute("BEGIN IMMEDIATE")
            yield connection

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._lock:
                self._connection = self._connection or connect(self.path)
                yield self._connection
        except (sqlite3.Error, OSError) as error:
            raise JournalUnavailable(
                f"journal {self.path.name}",
                "every score is written there before it is given",
                "have the operator look at its disk, and at SCORING_JOURNAL",
            ) from error


def connect(path: Path) -> sqlite3.Connection:
    """Open a journal, and make what is not there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(SCHEMA)
    if "review" not in {row[1] for row in connection.execute("PRAGMA table_info(scores)")}:
        connection.execute(ADD_REVIEW)
    for table in ("scores", "decisions"):
        for change in ("update", "delete"):
            connection.executescript(APPEND_ONLY.format(change=change, table=table))
    return connection


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
