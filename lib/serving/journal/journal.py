"""The journal: what is added to it, read back from it, and taken out of it by right or age."""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy import (
    Connection,
    Dialect,
    Select,
    bindparam,
    delete,
    func,
    insert,
    null,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.compiler import SQLCompiler

from lib.decision import InvalidInput
from lib.serving.journal.chain import Anchor, Check, Link, check_chain, hash_of, start_of
from lib.serving.journal.encryption import new_secret, new_subject, seal, unseal
from lib.serving.journal.entries import OPERATOR, Author, Entry, Kind, WrittenEntry
from lib.serving.journal.first_form import (
    entries_of_first_form,
    is_of_first_form,
    remove_first_form,
)
from lib.serving.journal.names import FeatureNames, digest_of, features_of
from lib.serving.journal.packing import packed
from lib.serving.journal.schema import (
    ANCHORS,
    CHAIN_KEYS,
    CLIENT_KEYS,
    ENTRIES,
    FEATURE_NAMES,
    IDENTITY,
)
from lib.serving.journal.store import JournalUnavailable, Store, store_at

# Rows that are read, or looked up by a list, at a time: SQLite takes at most 32,766 values.
CHUNK = 1000
DAY_LETTERS = len("2026-11-26")
# How long a process writes scores before it notes how far the chain has come.
ANCHOR_SECONDS = 60.0


# The statements of each write, made once: to make them takes longer than to run them.
_NEWEST = select(func.max(ENTRIES.c.seq)).scalar_subquery()
_HEAD = (
    select(ENTRIES.c.seq, ENTRIES.c.at, ENTRIES.c.hash)
    .where((ENTRIES.c.seq == bindparam("seen")) | (ENTRIES.c.seq == _NEWEST))
    .order_by(ENTRIES.c.seq)
)
_KEYS = select(CLIENT_KEYS.c.owner, CLIENT_KEYS.c.subject, CLIENT_KEYS.c.key).where(
    CLIENT_KEYS.c.owner.in_(bindparam("owners", expanding=True))
)
# Entries as they stand without the keys: what is sealed is not even read.
_SEALED = ENTRIES.c.sealed
_IN_CLEAR = select(
    *(column for column in ENTRIES.c if column is not _SEALED), null().label(_SEALED.name)
)
# The removals by age, the last one first.
_PURGED = (
    select(ENTRIES).where(ENTRIES.c.kind == Kind.PURGED).order_by(ENTRIES.c.seq.desc()).limit(1)
)


class Conflict(InvalidInput):
    """A key that was made up for one decision comes with another."""


@dataclass(frozen=True)
class ClientKey:
    """What stands for a client in the journal, and the key that opens what is sealed."""

    subject: bytes
    key: bytes


@dataclass(frozen=True)
class Packed:
    """An entry with what is to be sealed of it, and the names of features that this needs."""

    entry: Entry
    sealed: bytes | None
    names: FeatureNames | None = None


@dataclass(frozen=True)
class Wanted:
    """Which decisions are asked for; None is any.

    Parameters
    ----------
    client_ids : collection of int or None
    person : str or None
    first_day, last_day : date or None
        In UTC, both included.
    """

    client_ids: Collection[int] | None = None
    person: str | None = None
    first_day: date | None = None
    last_day: date | None = None


class Journal:
    """The journal in one database.

    Parameters
    ----------
    where : str or Path
        Of a file, which is made at the first use, or the URL of a PostgreSQL database.
    """

    def __init__(self, where: str | Path) -> None:
        self.store: Store = store_at(where)
        self._chain_key: bytes | None = None
        # The last entry that this process has seen: the chain goes on from it, or it is another.
        self._seen = Link()
        # From when on a write is anchored that would not be otherwise.
        self._anchor_due = time.monotonic()
        # Grow until they have all features that are scored; `_known_names` are in the database.
        self._names = FeatureNames()
        self._known_names: set[str] = set()

    def open(self) -> None:
        """Make the journal if it is not there, and be ready to write.

        Raises
        ------
        JournalUnavailable
            If it cannot be made or is no journal.
        """
        with self.store.writing(durable=True) as connection:
            self._head(connection)
            is_older = is_of_first_form(connection)
            if is_older:
                self._add_all(connection, self._packed(entries_of_first_form(connection)))
                remove_first_form(connection)
        if is_older:
            self.store.erase_traces()

    def close(self) -> None:
        """Leave one whole file behind, where it is in a file."""
        self.store.close()

    def require_writable(self) -> None:
        """See to it that an entry could be written now, and write none.

        Raises
        ------
        JournalUnavailable
            If it could not, or the file has been taken away: what is written then is lost.
        """
        with self.store.writing() as connection:
            self._head(connection)

    def write(self, entries: Sequence[Entry], durable: bool = False) -> list[str]:
        """Add entries, all or none, and give their times; whatever ends the process, they stay.

        Parameters
        ----------
        entries : sequence of Entry
        durable : bool
            Whether to wait until the disk has them: then even a power cut does not lose them.

        Raises
        ------
        Conflict
            If there is an entry of the author with the idempotency key already.
        JournalUnavailable
            If they cannot be written.
        """
        contents = self._packed(entries)  # others write meanwhile
        # Where no person decides, nothing else would be anchored. It waits for the disk, too: an
        # anchor that outlived its entry in a power cut would look as if somebody had cut it off.
        is_anchored = durable or time.monotonic() >= self._anchor_due
        try:
            with self.store.writing(is_anchored) as connection:
                head, times = self._add_all(connection, contents)
                if is_anchored:
                    _anchor(connection, head)
        except IntegrityError as error:
            raise Conflict("idempotency_key", "it is one decision's", "make up another") from error
        self._seen = head
        if is_anchored:
            self._anchor_due = time.monotonic() + ANCHOR_SECONDS
        self._known_names |= {content.names.digest for content in contents if content.names}
        return times

    def entry(self, entry_id: str) -> WrittenEntry | None:
        """Give one entry by its id, if it is there.

        Raises
        ------
        JournalUnavailable
            If the journal cannot be read.
        """
        found = self._select(select(ENTRIES).where(ENTRIES.c.id == bytes.fromhex(entry_id)))
        return next(iter(found), None)

    def entry_by_key(self, author: Author, idempotency_key: str) -> WrittenEntry | None:
        """Give the entry that an author has sent with an idempotency key, if there is one.

        Raises
        ------
        JournalUnavailable
            If the journal cannot be read.
        """
        found = self._select(
            select(ENTRIES).where(
                ENTRIES.c.caller == author.caller,
                ENTRIES.c.person == author.person,
                ENTRIES.c.idempotency_key == idempotency_key,
            )
        )
        return next(iter(found), None)

    def decisions(
        self, wanted: Wanted, page: int, page_size: int
    ) -> tuple[int, list[WrittenEntry]]:
        """Give one page of the decisions that are asked for, the newest first, and how many are.

        Raises
        ------
        JournalUnavailable
            If the journal cannot be read.
        """
        query = select(ENTRIES).where(ENTRIES.c.kind == Kind.DECISION)
        if wanted.person is not None:
            query = query.where(ENTRIES.c.person == wanted.person)
        # A moment begins with its day.
        day = func.substr(ENTRIES.c.at, 1, DAY_LETTERS)
        if wanted.first_day is not None:
            query = query.where(day >= wanted.first_day.isoformat())
        if wanted.last_day is not None:
            query = query.where(day <= wanted.last_day.isoformat())
        with self.store.reading() as connection:
            if wanted.client_ids is not None:
                owners = [_owner(client_id) for client_id in wanted.client_ids]
                subjects = select(CLIENT_KEYS.c.subject).where(CLIENT_KEYS.c.owner.in_(owners))
                query = query.where(ENTRIES.c.subject.in_(subjects))
            total = connection.scalar(select(func.count()).select_from(query.subquery()))
            some = query.order_by(ENTRIES.c.seq.desc()).limit(page_size)
            rows = connection.execute(some.offset((page - 1) * page_size)).mappings().all()
            return int(total or 0), self._opened(connection, rows)

    def read(
        self,
        kinds: Iterable[Kind] = tuple(Kind),
        first: datetime | None = None,
        last: datetime | None = None,
    ) -> Iterator[WrittenEntry]:
        """Give entries of some kinds in their order, from a moment on and before another.

        Raises
        ------
        JournalUnavailable
            If the journal cannot be read.
        """
        query = select(ENTRIES).where(ENTRIES.c.kind.in_(list(kinds)))
        if first is not None:
            query = query.where(ENTRIES.c.at >= write_moment(first))
        if last is not None:
            query = query.where(ENTRIES.c.at < write_moment(last))
        place = 0
        while chunk := self._select(
            query.where(ENTRIES.c.seq > place).order_by(ENTRIES.c.seq).limit(CHUNK)
        ):
            yield from chunk
            place = chunk[-1].seq

    def forget(self, client_id: int) -> bool:
        """Erase the key of a client: what is sealed by it can never be read again, in no backup.

        Entries stay, and with them the chain, under a name by chance that nothing ties to the
        client any more.

        Returns
        -------
        bool
            Whether anything was known of the client.

        Raises
        ------
        JournalUnavailable
            If the journal cannot be written.
        """
        with self.store.writing(durable=True) as connection:
            subject = connection.scalar(
                delete(CLIENT_KEYS)
                .where(CLIENT_KEYS.c.owner == _owner(client_id))
                .returning(CLIENT_KEYS.c.subject)
            )
            if subject is None:
                return False
            link = self._add(connection, Entry(Kind.FORGOTTEN, OPERATOR, {}), subject=subject)
        self._seen = link
        self.store.erase_traces()
        return True

    def about(self, client_id: int) -> list[WrittenEntry]:
        """Give all entries about a client, the oldest first, without what is sealed of them.

        Of a client who is often scored they are many, and one that is unsealed takes thirty times
        the memory of what stands in clear: `entry` gives those that are needed.

        Raises
        ------
        JournalUnavailable
            If the journal cannot be read.
        """
        with self.store.reading() as connection:
            subject = _subject_of(connection, client_id)
            if subject is None:
                return []
            wanted = _IN_CLEAR.where(ENTRIES.c.subject == subject).order_by(ENTRIES.c.seq)
            return self._opened(connection, connection.execute(wanted).mappings().all())

    def export(self, client_id: int) -> list[WrittenEntry]:
        """Give all that the journal holds about a client, also who has looked.

        Of other clients it tells nothing, where somebody has looked at several. Every look there
        was is searched for the client: that takes long.

        Raises
        ------
        JournalUnavailable
            If the journal cannot be read.
        """
        with self.store.reading() as connection:
            subject = _subject_of(connection, client_id)
            if subject is None:
                return []
            is_shown = (ENTRIES.c.kind == Kind.LOOK) & ENTRIES.c.facts.contains(subject.hex())
            wanted = select(ENTRIES).where((ENTRIES.c.subject == subject) | is_shown)
            wanted = wanted.order_by(ENTRIES.c.seq)
            rows = connection.execute(wanted).mappings().all()
            return [_told_to(client_id, subject, one) for one in self._opened(connection, rows)]

    def purge(self, before: datetime) -> int:
        """Remove all entries from before a moment, and the keys that nothing needs any more.

        Returns
        -------
        int
            How many entries were removed.

        Raises
        ------
        JournalUnavailable
            If the journal cannot be written.
        """
        moment = write_moment(before)
        with self.store.writing(durable=True) as connection:
            self._head(connection)
            # Times rise with places: all in front of the first that stays are older.
            stays = connection.scalar(select(func.min(ENTRIES.c.seq)).where(ENTRIES.c.at >= moment))
            last = select(ENTRIES.c.seq, ENTRIES.c.at, ENTRIES.c.hash).order_by(
                ENTRIES.c.seq.desc()
            )
            if stays is not None:
                last = last.where(ENTRIES.c.seq < stays)
            gone = connection.execute(last.limit(1)).one_or_none()
            if gone is None:
                return 0
            removed = connection.execute(delete(ENTRIES).where(ENTRIES.c.seq <= gone.seq)).rowcount
            facts = {"to_seq": gone.seq, "to_at": gone.at, "to_hash": gone.hash.hex()}
            before_it = Link(gone.seq, gone.at, gone.hash) if stays is None else None
            link = self._add(connection, Entry(Kind.PURGED, OPERATOR, facts), before_it)
            _remove_idle_keys(connection)
        self._seen = link
        self.store.erase_traces()
        return int(removed)

    def verify(self) -> Check:
        """Look at the whole chain, and note how far it reaches.

        Raises
        ------
        JournalUnavailable
            If the journal cannot be read.
        """
        with self.store.reading() as connection:
            start = start_of(connection.execute(_PURGED).mappings().all())
            anchors = [Anchor(*row) for row in connection.execute(select(ANCHORS))]
            key = self._key(connection)
            needed: dict[str, int] = {}
            check = check_chain(key, _noting_names(connection, needed), start, anchors)
            check.faults += _faults_of_names(connection, needed)
        if not check.faults and check.entries:
            with self.store.writing(durable=True) as connection:
                _anchor(connection, check.head)
        return check

    def _select(self, query: Select[Any]) -> list[WrittenEntry]:
        with self.store.reading() as connection:
            return self._opened(connection, connection.execute(query).mappings().all())

    def _opened(
        self, connection: Connection, rows: Sequence[Mapping[Any, Any]]
    ) -> list[WrittenEntry]:
        """Read rows, and unseal what can be."""
        keys = _opening(connection, rows)
        names: dict[str, list[str]] = {}
        return [self._read_row(connection, row, keys.get(row["subject"]), names) for row in rows]

    def _read_row(
        self,
        connection: Connection,
        row: Mapping[Any, Any],
        key: tuple[str, bytes] | None,
        names: dict[str, list[str]],
    ) -> WrittenEntry:
        sealed = unseal(key[1], row["sealed"], row["id"]) if key and row["sealed"] else None
        if sealed and (digest := sealed.get("names")) is not None:
            if digest not in names:
                names[digest] = self._names_by(connection, digest)
            sealed["features"] = features_of(names[digest], sealed)
            for name in ("names", "values", "others", "absent"):
                sealed.pop(name, None)
        return WrittenEntry(
            seq=row["seq"],
            at=row["at"],
            kind=Kind(row["kind"]),
            id=row["id"].hex(),
            author=Author(row["caller"], row["person"], row["role"]),
            facts=orjson.loads(row["facts"]),
            sealed=sealed,
            client_id=int(key[0]) if key and key[0].isdigit() else None,
        )

    def _names_by(self, connection: Connection, digest: str) -> list[str]:
        """Give the names that an entry was written with.

        Raises
        ------
        JournalUnavailable
            If they are missing or others: the values would pass for those of other features.
        """
        query = select(FEATURE_NAMES.c.names).where(FEATURE_NAMES.c.digest == digest)
        text = connection.scalar(query)
        if text is None or digest_of(text) != digest:
            raise JournalUnavailable(
                f"journal {self.store.name}, names of features {digest}",
                "they are those that entries were written with",
                "put this row of the table feature_names back from a copy of the journal",
            )
        names: list[str] = orjson.loads(text)
        return names

    def _packed(self, entries: Iterable[Entry]) -> list[Packed]:
        """Write what is to be sealed, the values of features without their names."""
        entries = list(entries)
        names = self._names
        for entry in entries:
            names = names.with_all((entry.sealed or {}).get("features") or ())
        self._names = names
        return [_packed_with(names, entry) for entry in entries]

    def _write_names(self, connection: Connection, contents: Iterable[Packed]) -> None:
        """Write names of features that this process has not written yet."""
        names = {content.names.digest: content.names for content in contents if content.names}
        for digest in names.keys() - self._known_names:
            known = select(FEATURE_NAMES.c.digest).where(FEATURE_NAMES.c.digest == digest)
            if connection.scalar(known) is None:
                text = orjson.dumps(names[digest].names).decode()
                connection.execute(insert(FEATURE_NAMES).values(digest=digest, names=text))

    def _add_all(
        self, connection: Connection, contents: Sequence[Packed]
    ) -> tuple[Link, list[str]]:
        """Add entries within a transaction, in one statement.

        Returns
        -------
        tuple of Link and list of str
            The last entry, and all times.
        """
        entries = [content.entry for content in contents]
        clients: set[int | None] = {one for entry in entries for one in entry.looked_at}
        clients |= {
            entry.client_id
            for entry in entries
            if entry.sealed is not None or entry.client_id is not None
        }
        self._write_names(connection, contents)
        keys = _keys_of(connection, clients)
        head, now = self._head(connection), write_moment(datetime.now(UTC))
        rows = []
        for content in contents:
            rows.append(row := self._row(content.entry, content.sealed, head, now, keys))
            head = Link(row["seq"], row["at"], row["hash"])
        _add_rows(connection, rows)
        return head, [row["at"] for row in rows]

    def _add(
        self,
        connection: Connection,
        entry: Entry,
        head: Link | None = None,
        subject: bytes | None = None,
    ) -> Link:
        """Add an entry within a transaction, about whoever is named by what stands for them.

        It is given back, and seen only once it is committed: one that was taken back would be
        missed at the next write, as if another journal had been put in the place of this one.
        """
        now = write_moment(datetime.now(UTC))
        row = self._row(entry, None, head or self._head(connection), now, {}, subject)
        _add_rows(connection, [row])
        link = Link(row["seq"], row["at"], row["hash"])
        _anchor(connection, link)
        return link

    def _row(
        self,
        entry: Entry,
        content: bytes | None,
        head: Link,
        now: str,
        keys: Mapping[int | None, ClientKey],
        subject: bytes | None = None,
    ) -> dict[str, Any]:
        """Write the row of an entry behind another."""
        entry_id = bytes.fromhex(entry.id)
        facts = dict(entry.facts)
        if entry.looked_at:
            facts["shown"] = [keys[one].subject.hex() for one in entry.looked_at]
        key = keys[entry.client_id] if content or entry.client_id is not None else None
        row = {
            "seq": head.seq + 1,
            # A clock that was set back dates no entry before another.
            "at": max(entry.at or now, head.at),
            "kind": entry.kind.value,
            "id": entry_id,
            "caller": entry.author.caller,
            "person": entry.author.person,
            "role": entry.author.role,
            "subject": key.subject if key else subject,
            "idempotency_key": entry.idempotency_key,
            "facts": orjson.dumps(facts, option=orjson.OPT_SORT_KEYS).decode(),
            "sealed": seal(key.key, content, entry_id) if key and content else None,
        }
        row["hash"] = hash_of(self._chain_key or b"", head.hash, row)
        return row

    def _head(self, connection: Connection) -> Link:
        """Give the last entry, and see to it that the chain is the one that this process knows.

        Raises
        ------
        JournalUnavailable
            If another was put in its place.
        """
        key = self._key(connection)
        links = [Link(*row) for row in connection.execute(_HEAD, {"seen": self._seen.seq})]
        known = next((link for link in links if link.seq == self._seen.seq), None)
        if self._seen.seq and known != self._seen and not self._is_purged(connection):
            raise self._replaced()
        self._chain_key = key
        self._seen = links[-1] if links else Link()
        return self._seen

    def _is_purged(self, connection: Connection) -> bool:
        """Say whether the entry that this process knows was removed by age meanwhile."""
        return start_of(connection.execute(_PURGED).mappings().all()).seq >= self._seen.seq

    def _replaced(self) -> JournalUnavailable:
        return JournalUnavailable(
            f"journal {self.store.name}",
            "it goes on from the last entry that was written",
            "put the journal back that was there, or start the service again",
        )

    def _key(self, connection: Connection) -> bytes:
        """Give the key of the chain; a new journal gets one."""
        if self._chain_key is not None:
            return self._chain_key
        journal_id = connection.scalar(select(IDENTITY.c.journal_id))
        if journal_id is None:
            journal_id, key = uuid4().hex, new_secret()
            connection.execute(insert(IDENTITY).values(journal_id=journal_id))
            connection.execute(insert(CHAIN_KEYS).values(journal_id=journal_id, key=key))
            return key
        known = connection.scalar(
            select(CHAIN_KEYS.c.key).where(CHAIN_KEYS.c.journal_id == journal_id)
        )
        if known is None:
            raise self.store.unavailable("its keys are those that belong to it")
        return bytes(known)


def write_moment(moment: datetime) -> str:
    """Write a moment as the journal does: later ones come later in the alphabet.

    Examples
    --------
    >>> write_moment(datetime(2026, 11, 26, 9, tzinfo=UTC))
    '2026-11-26T09:00:00.000+00:00'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _owner(client_id: int | None) -> str:
    """Name whose key it is; those who come without a number share one for a month."""
    return str(client_id) if client_id is not None else f"none {datetime.now(UTC):%Y-%m}"


def _subject_of(connection: Connection, client_id: int) -> bytes | None:
    """Give what stands for a client in the journal, if anything does."""
    owner = CLIENT_KEYS.c.owner == _owner(client_id)
    return connection.scalar(select(CLIENT_KEYS.c.subject).where(owner))


def _told_to(client_id: int, subject: bytes, entry: WrittenEntry) -> WrittenEntry:
    """Leave out of an entry what it tells of other clients."""
    facts = entry.facts
    if "shown" in facts:
        own = subject.hex()
        facts = facts | {"shown": [one for one in facts["shown"] if one == own]}
    is_own = entry.client_id == client_id
    return replace(
        entry,
        facts=facts,
        client_id=client_id if is_own else None,
        sealed=entry.sealed if is_own else None,
    )


def _packed_with(names: FeatureNames, entry: Entry) -> Packed:
    if not entry.sealed:
        return Packed(entry, None)
    sealed = dict(entry.sealed)
    features = sealed.pop("features", None)
    if features is None:
        return Packed(entry, packed(sealed))
    return Packed(entry, packed(sealed | names.values_of(features)), names)


def _keys_of(
    connection: Connection, clients: Collection[int | None]
) -> dict[int | None, ClientKey]:
    """Give the keys of clients; those who have none get one."""
    owner_of = {client_id: _owner(client_id) for client_id in clients}
    owners = set(owner_of.values())
    keys: dict[str, ClientKey] = {}
    for some in _chunks(sorted(owners)):
        keys |= {
            owner: ClientKey(subject, key)
            for owner, subject, key in connection.execute(_KEYS, {"owners": some})
        }
    missing = {
        owner: ClientKey(new_subject(), new_secret()) for owner in owners if owner not in keys
    }
    if missing:
        connection.execute(
            insert(CLIENT_KEYS),
            [
                {"owner": owner, "subject": key.subject, "key": key.key}
                for owner, key in missing.items()
            ],
        )
    keys |= missing
    return {client_id: keys[owner] for client_id, owner in owner_of.items()}


def _add_rows(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Add rows to the table of entries, by the driver itself.

    All values are such that it takes: SQLAlchemy would look at each of a thousand rows.
    """
    if rows:
        written = _adding(connection.dialect)
        names = written.positiontup
        given = [tuple(row[name] for name in names) for row in rows] if names else [*rows]
        connection.exec_driver_sql(str(written), given)


@lru_cache(maxsize=2)
def _adding(dialect: Dialect) -> SQLCompiler:
    """Write the statement by which an entry is added, as a database takes it."""
    written = insert(ENTRIES).compile(dialect=dialect)
    if not isinstance(written, SQLCompiler):
        raise TypeError(f"a statement of SQL is needed, not {written!r}")
    return written


def _anchor(connection: Connection, head: Link) -> None:
    """Note beside the keys that the chain has come so far.

    What was noted earlier on the day stays where the chain does not hold it any more: entries were
    cut off then, and `verify` is to find that, however many are added behind the cut.
    """
    day, content = head.at[:DAY_LETTERS], {"seq": head.seq, "hash": head.hash}
    of_day = ANCHORS.c.day == day
    noted = connection.execute(select(ANCHORS.c.seq, ANCHORS.c.hash).where(of_day)).one_or_none()
    if noted is None:
        connection.execute(insert(ANCHORS).values(day=day, **content))
    elif noted.seq < head.seq and _is_held(connection, noted.seq, noted.hash):
        connection.execute(update(ANCHORS).where(of_day).values(content))


def _is_held(connection: Connection, seq: int, noted: bytes) -> bool:
    """Say whether an entry is there as it was noted, or was removed from the front."""
    found = connection.scalar(select(ENTRIES.c.hash).where(ENTRIES.c.seq == seq))
    if found is None:
        first = connection.scalar(select(func.min(ENTRIES.c.seq)))
        return first is not None and seq < first
    return bool(found == noted)


def _remove_idle_keys(connection: Connection) -> None:
    """Remove the keys of clients of whom no entry is left."""
    used = {row[0] for row in connection.execute(select(ENTRIES.c.subject).distinct())}
    looks = select(ENTRIES.c.facts).where(ENTRIES.c.kind == Kind.LOOK)
    for (facts,) in connection.execute(looks):
        used |= {bytes.fromhex(one) for one in orjson.loads(facts).get("shown", [])}
    idle = [
        subject
        for (subject,) in connection.execute(select(CLIENT_KEYS.c.subject))
        if subject not in used
    ]
    for some in _chunks(idle):
        connection.execute(delete(CLIENT_KEYS).where(CLIENT_KEYS.c.subject.in_(some)))


def _noting_names(connection: Connection, needed: dict[str, int]) -> Iterator[Mapping[Any, Any]]:
    """Read all entries, and note by which names of features, and where they are needed first."""
    for rows in _rows_in_order(connection):
        keys = _opening(connection, rows)
        for row in rows:
            key = keys.get(row["subject"])
            sealed = unseal(key[1], row["sealed"], row["id"]) if key and row["sealed"] else None
            if sealed and (digest := sealed.get("names")) is not None:
                needed.setdefault(digest, row["seq"])
            yield row


def _faults_of_names(connection: Connection, needed: Mapping[str, int]) -> Iterator[str]:
    """Say which names of features are others than entries were written with, or are missing."""
    missing = dict(needed)
    for digest, text in connection.execute(select(FEATURE_NAMES.c.digest, FEATURE_NAMES.c.names)):
        missing.pop(digest, None)
        if digest_of(text) != digest:
            yield f"names of features {digest}: they were changed"
    for digest, seq in missing.items():
        yield f"names of features {digest}: they are missing, and entry {seq} needs them"


def _opening(
    connection: Connection, rows: Sequence[Mapping[Any, Any]]
) -> dict[bytes, tuple[str, bytes]]:
    """Give whose key it is, and the key, by what stands for a client in rows."""
    keys: dict[bytes, tuple[str, bytes]] = {}
    for some in _chunks(sorted({row["subject"] for row in rows if row["subject"]})):
        found = select(CLIENT_KEYS).where(CLIENT_KEYS.c.subject.in_(some))
        keys |= {row.subject: (row.owner, row.key) for row in connection.execute(found)}
    return keys


def _rows_in_order(connection: Connection) -> Iterator[Sequence[Mapping[Any, Any]]]:
    """Read all entries, some at a time."""
    place = 0
    while rows := (
        connection.execute(
            select(ENTRIES).where(ENTRIES.c.seq > place).order_by(ENTRIES.c.seq).limit(CHUNK)
        )
        .mappings()
        .all()
    ):
        yield rows
        place = rows[-1]["seq"]


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for first in range(0, len(values), CHUNK):
        yield values[first : first + CHUNK]
