"""The chain of hashes: each entry's covers all that is in it, and the hash of the one in front.

It is keyed (HMAC, RFC 2104): whoever can write to the journal but has not its key can change,
remove, insert or date back no entry without the chain breaking there. What is sealed goes into the
hash as it is, encrypted, so that the chain holds also where a client is forgotten.
"""

import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import orjson

from lib.serving.journal.entries import Kind

# In front of the first entry.
GENESIS = bytes(sha256().digest_size)


@dataclass(frozen=True)
class Link:
    """An entry as the next one sees it.

    Parameters
    ----------
    seq : int
        Its place; 0 in front of the first.
    at : str
        Its time; empty in front of the first.
    hash : bytes
        32 of them.
    """

    seq: int = 0
    at: str = ""
    hash: bytes = GENESIS


def hash_of(key: bytes, before: bytes, row: Mapping[Any, Any]) -> bytes:
    """Hash an entry behind another.

    Parameters
    ----------
    key : bytes
        Of the chain.
    before : bytes
        Hash of the entry in front.
    row : mapping
        Of the table of entries; a hash in it is not looked at.
    """
    content = orjson.dumps(
        [
            row["seq"],
            row["at"],
            row["kind"],
            row["id"].hex(),
            row["caller"],
            row["person"],
            row["role"],
            row["subject"].hex() if row["subject"] else None,
            row["idempotency_key"],
            row["facts"],
            sha256(row["sealed"]).hexdigest() if row["sealed"] else None,
        ]
    )
    return hmac.digest(key, before + content, "sha256")


@dataclass(frozen=True)
class Anchor:
    """An entry that was the last one on a day."""

    day: str
    seq: int
    hash: bytes


@dataclass
class Check:
    """What `verify` has found.

    Parameters
    ----------
    entries : int
        How many were looked at.
    faults : list of str
        What is wrong, each with the place.
    head : Link
        The last entry.
    """

    entries: int = 0
    faults: list[str] = field(default_factory=list)
    head: Link = Link()


def check_chain(
    key: bytes, rows: Iterable[Mapping[Any, Any]], start: Link, anchors: Iterable[Anchor]
) -> Check:
    """Look at a whole chain.

    Parameters
    ----------
    key : bytes
        Of the chain.
    rows : iterable of mapping
        Of the table of entries, by their place.
    start : Link
        The last entry that was removed by age, or what is in front of the first.
    anchors : iterable of Anchor
        Entries that must be there, unless they were removed by age.

    Examples
    --------
    >>> check_chain(b"key", [], Link(), []).faults
    []
    """
    check = Check(head=start)
    awaited = {anchor.seq: anchor for anchor in anchors if anchor.seq > start.seq}
    for row in rows:
        check.faults += faults_of(key, check.head, row, awaited.pop(row["seq"], None))
        check.head = Link(row["seq"], row["at"], row["hash"])
        check.entries += 1
    check.faults += [
        f"entry {anchor.seq}: it was there on {anchor.day}, and is missing"
        for anchor in awaited.values()
    ]
    return check


def faults_of(
    key: bytes, before: Link, row: Mapping[Any, Any], anchor: Anchor | None
) -> Iterator[str]:
    """Say what is wrong with an entry behind another."""
    place = row["seq"]
    if place != before.seq + 1:
        yield f"entries {before.seq + 1} to {place - 1}: they are missing"
    elif not hmac.compare_digest(hash_of(key, before.hash, row), row["hash"]):
        yield f"entry {place}: it was changed or inserted, or the one in front of it was"
    if row["at"] < before.at:
        yield f"entry {place}: it is dated before the one in front of it"
    if anchor is not None and anchor.hash != row["hash"]:
        yield f"entry {place}: it is another than on {anchor.day}"


def start_of(rows: Iterable[Mapping[Any, Any]]) -> Link:
    """Give the entry in front of the first that is left, as the last removal by age tells it.

    Parameters
    ----------
    rows : iterable of mapping
        Of the removals in the table of entries, the last one first.
    """
    for row in rows:
        if row["kind"] == Kind.PURGED:
            facts = orjson.loads(row["facts"])
            return Link(facts["to_seq"], facts["to_at"], bytes.fromhex(facts["to_hash"]))
    return Link()
