"""What the machine itself refuses, such as a full disk, in words that say what to do about it."""

import re

from lib.decision.errors import InvalidInput

AGAIN = "then run the same command again: what is finished is kept"
# Python, DuckDB, Arrow and SQLite each say it in their own way.
_FULL = re.compile("No space left on device|disk is full|Disk quota exceeded|File too large", re.I)
_FORBIDDEN = re.compile("Permission denied|Read-only file system|readonly database", re.I)


def is_full_disk(error: Exception) -> bool:
    """Whether an error says that a disk has no room.

    Examples
    --------
    >>> is_full_disk(OSError(28, "No space left on device"))
    True
    """
    return _FULL.search(str(error)) is not None


def full_disk(offender: str) -> InvalidInput:
    """Say that there is no room.

    Examples
    --------
    >>> print(full_disk("data/raw"))
    data/raw: the disk has room for it; free some space or raise the limit, \
then run the same command again: what is finished is kept.
    """
    remedy = f"free some space or raise the limit, {AGAIN}"
    return InvalidInput(offender, "the disk has room for it", remedy)


def storage_fault(offender: str, message: str) -> InvalidInput | None:
    """Read an error's message as a fault of the disk; None where it is about something else.

    Examples
    --------
    >>> print(storage_fault("data", "[Errno 30] Read-only file system: 'data/raw'"))
    data: you may write there; change its permissions or mount it for writing, \
then run the same command again: what is finished is kept.
    """
    if _FULL.search(message):
        return full_disk(offender)
    if _FORBIDDEN.search(message):
        remedy = f"change its permissions or mount it for writing, {AGAIN}"
        return InvalidInput(offender, "you may write there", remedy)
    return None


def system_fault(error: OSError, offender: str = "") -> InvalidInput:
    """Put an error of the operating system in one line.

    Examples
    --------
    >>> print(system_fault(FileNotFoundError(2, "No such file or directory", "notebooks")))
    notebooks: the system says “No such file or directory”; mend that, \
then run the same command again: what is finished is kept.
    """
    offender = offender or str(error.filename or "a file")
    rule = f"the system says “{error.strerror or error}”"
    return storage_fault(offender, str(error)) or InvalidInput(
        offender, rule, f"mend that, {AGAIN}"
    )
