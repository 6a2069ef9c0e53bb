"""The journal: every score given, every person's decision, and who looked at whom; never changed.

`entries` says what an entry is, `chain` how entries hold together, `encryption` how what is
personal can be forgotten, `schema` and `migrations` which tables there are, `store` in which
database; `journal` puts them together. `recording` finds in an answer what is to be written, and
counts it; `replay` scores it all anew. ``python -m lib.serving.journal`` has the operator's
commands.
"""

from lib.serving.journal.entries import Author, Entry, Kind, WrittenEntry, new_id
from lib.serving.journal.journal import Conflict, Journal, Wanted
from lib.serving.journal.store import JournalUnavailable

__all__ = [
    "Author",
    "Conflict",
    "Entry",
    "Journal",
    "JournalUnavailable",
    "Kind",
    "Wanted",
    "WrittenEntry",
    "new_id",
]
