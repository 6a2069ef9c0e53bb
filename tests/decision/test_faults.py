"""A fault of the disk is told as one, in whichever library it came up."""

import pytest

from lib.decision.faults import storage_fault


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("IO Error: Could not write file: No space left on device", "the disk has room"),
        ("(sqlite3.OperationalError) database or disk is full", "the disk has room"),
        ("attempt to write a readonly database", "you may write there"),
        ("[Errno 30] Read-only file system: 'data/raw'", "you may write there"),
    ],
)
def test_every_librarys_words_for_a_fault_of_the_disk_are_known(message: str, words: str) -> None:
    assert words in str(storage_fault("data", message))


def test_another_fault_is_none_of_the_disk() -> None:
    assert storage_fault("data", "division by zero") is None
