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
    comment TEXT NOT NULL,
    idempotency_key TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS scores_of_a_client ON scores (client_id, id);
"""
# A journal that was begun before there were these columns does not have them.
LATER_COLUMNS = {
    ("scores", "review"): "TEXT NOT NULL DEFAULT ''",
    ("decisions", "idempotency_key"): "TEXT",
}
ONE_DECISION_A_KEY = """
CREATE UNIQUE INDEX IF NOT EXISTS decisions_by_key ON decisions (caller, idempotency_key)
"""
APPEND_ONLY = """
CREATE TRIGGER IF NOT EXISTS no_{change}_of_{table} BEFORE {change} ON {table}
BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END;
"""


class Conflict(InvalidInput):
    """A key that was made up for one decision comes with another."""


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


@dataclass(frozen=True)
class WrittenDecision:
    """A manager's decision as it is written, beside the score of the client."""

    at: str
    client_id: int
    decision: Decision
    comment: str
    score: GivenScore


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

    def write_decision(
        self,
        caller: str,
        score_id: int,
        decision: Decision,
        comment: str,
        idempotency_key: str | None = None,
    ) -> str:
        """Add a manager's decision beside a score, wait until it is on disk, and give its time.

        Raises
        ------
        Conflict
            If the caller has sent the idempotency key before: then nothing is added.
        JournalUnavailable
            If it cannot be written.
        """
        at = _now()
        with self._writing(ON_DISK) as connection:
            try:
                connection.execute(
                    "INSERT INTO decisions (at, caller, score_id, decision, comment,"
                    " idempotency_key) VALUES (?, ?, ?, ?, ?, ?)",
                    (at, caller, score_id, decision, comment, idempotency_key),
                )
            except sqlite3.IntegrityError as error:
                raise Conflict(
                    "idempotency_key", "it is one decision's", "make up another"
                ) from error
        return at

    def decision_by_key(self, caller: str, idempotency_key: str) -> WrittenDecision | None:
        """Give the decision that a caller has sent with an idempotency key, if there is one.

        Raises
        ------
        JournalUnavailable
            If the journal cannot be read.
        """
        with self._using() as connection:
            row = connection.execute(
                "SELECT decisions.at, client_id, decisions.decision, comment,"
                " scores.id, scorer, default_probability, scores.decision"
                " FROM decisions JOIN scores ON scores.id = score_id"
                " WHERE decisions.caller = ? AND idempotency_key = ?",
                (caller, idempotency_key),
            ).fetchone()
        if row is None:
            return None
        at, client_id, decision, comment, score_id, scorer, probability, model_decision = row
        score = GivenScore(score_id, scorer, probability, Decision(model_decision))
        return WrittenDecision(at, client_id, Decision(decision), comment, score)

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
    for (table, column), kind in LATER_COLUMNS.items():
        if column not in {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}:
            connection.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
    connection.execute(ONE_DECISION_A_KEY)
    for table in ("scores", "decisions"):
        for change in ("update", "delete"):
            connection.executescript(APPEND_ONLY.format(change=change, table=table))
    return connection


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
