"""The journal in one file beside it, from either store, and back into either.

The copy is a journal of SQLite without its keys: what is sealed in it can be read only with the
keys, and no longer where they have forgotten a client. The keys are copied apart, and kept apart.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Table, delete, insert, select

from lib.decision import InvalidInput
from lib.serving.journal.entries import Kind
from lib.serving.journal.journal import CHUNK, Journal
from lib.serving.journal.schema import (
    ANCHORS,
    CHAIN_KEYS,
    CLIENT_KEYS,
    ENTRIES,
    FEATURE_NAMES,
    IDENTITY,
)
from lib.serving.journal.store import SQLiteStore

CHAIN = (IDENTITY, FEATURE_NAMES, ENTRIES)
KEYS = (CHAIN_KEYS, CLIENT_KEYS, ANCHORS)


def back_up(journal: Journal, path: Path, keys_path: Path | None = None) -> int:
    """Copy a journal as it is at one moment, while others write to it.

    Parameters
    ----------
    journal : Journal
    path : Path
        Of the copy, which is not there yet.
    keys_path : Path or None
        Of a copy of the keys; None copies none.

    Returns
    -------
    int
        How many entries there are in it.

    Raises
    ------
    InvalidInput
        If there is such a file already.
    JournalUnavailable
        If the journal cannot be read, or the copy cannot be written.
    """
    for one in filter(None, (path, keys_path)):
        if one.exists():
            raise InvalidInput(f"file {one}", "a copy overwrites nothing", "give another path")
    with (
        _opened(path, keys_path) as copy,
        journal.store.reading() as source,
        copy.writing(durable=True) as target,
    ):
        count = _copy(CHAIN, source, target)
        if keys_path is not None:
            _copy(KEYS, source, target)
    return count


def restore(journal: Journal, path: Path, keys_path: Path | None = None) -> int:
    """Fill an empty journal from a copy.

    A client who was forgotten stays so where the copy knows of it, also where the keys are from
    before.

    Parameters
    ----------
    journal : Journal
        Empty, or its file lost.
    path : Path
        Of the copy.
    keys_path : Path or None
        Of a copy of the keys; None where the keys are still there.

    Returns
    -------
    int
        How many entries there are.

    Raises
    ------
    InvalidInput
        If there are entries already, or no copy, or the keys are others.
    JournalUnavailable
        If the journal cannot be written.
    """
    for one in filter(None, (path, keys_path)):
        if not one.is_file():
            raise InvalidInput(f"file {one}", "it is a copy of a journal", "give its path")
    if isinstance(journal.store, SQLiteStore):
        journal.store.makes_what_is_missing = True
    with journal.store.writing(durable=True) as target:
        if target.scalar(select(ENTRIES.c.seq).limit(1)) is not None:
            raise InvalidInput(
                f"journal {journal.store.name}", "it is empty", "move it away, or give another"
            )
        target.execute(delete(IDENTITY))
        target.execute(delete(FEATURE_NAMES))
        with _opened(path, keys_path) as copy, copy.reading() as source:
            count = _copy(CHAIN, source, target)
            if keys_path is not None:
                for table in KEYS:
                    target.execute(delete(table))
                _copy(KEYS, source, target)
        _require_keys(journal, target)
        _forget_again(target)
    return count


@contextmanager
def _opened(path: Path, keys_path: Path | None) -> Iterator[SQLiteStore]:
    """Open a copy; where its keys are not copied, there are none for as long as it is open."""
    with TemporaryDirectory() as folder:
        copy = SQLiteStore(path, keys_path or Path(folder) / "keys")
        copy.makes_what_is_missing = True
        try:
            yield copy
        finally:
            copy.close()


def _copy(tables: Iterable[Table], source: Connection, target: Connection) -> int:
    """Copy tables, some rows at a time, and give how many rows the last one has."""
    count = 0
    for table in tables:
        count = 0
        query = select(table).order_by(*table.primary_key.columns)
        rows = source.execute(query, execution_options={"yield_per": CHUNK}).mappings()
        for some in rows.partitions(CHUNK):
            target.execute(insert(table), [dict(row) for row in some])
            count += len(some)
    return count


def _require_keys(journal: Journal, connection: Connection) -> None:
    journal_id = connection.scalar(select(IDENTITY.c.journal_id))
    known = select(CHAIN_KEYS.c.key).where(CHAIN_KEYS.c.journal_id == journal_id)
    if connection.scalar(known) is None:
        raise InvalidInput(
            f"journal {journal.store.name}",
            "its keys are those of the copy",
            "give the copy of the keys, too",
        )


def _forget_again(connection: Connection) -> None:
    forgotten = select(ENTRIES.c.subject).where(ENTRIES.c.kind == Kind.FORGOTTEN)
    for (subject,) in connection.execute(forgotten).all():
        connection.execute(delete(CLIENT_KEYS).where(CLIENT_KEYS.c.subject == subject))
