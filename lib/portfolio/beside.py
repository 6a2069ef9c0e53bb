"""What lies beside the file of the clients: made of it when it is written, to answer sooner.

Each says of which file it is made, by a digest of that file's footer: beside any other it is not
read, and each question is answered from the clients themselves.
"""

from hashlib import sha256
from os import SEEK_END
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

# Not only what is told changes from one release to the next, but also what it is made of.
VERSION = 3
# Answers, each client as one row, and the clients in DuckDB's own format.
BESIDE = AHEAD, ROWS, TABLES = ("ahead.parquet", "rows.parquet", "duckdb")
MADE_OF = b"made_of"
# Of DuckDB, where something is written.
MEMORY_LIMIT = "1GB"
# A Parquet file ends with its footer, the footer's length in four bytes, and four letters.
END, LENGTH = 8, 4


def place_beside(clients: Path, what: str) -> Path:
    """Say where that lies which was made of a file of clients, one of `BESIDE`.

    Examples
    --------
    >>> place_beside(Path("data/portfolio.parquet"), AHEAD).name
    'portfolio.ahead.parquet'
    """
    return clients.with_name(f"{clients.stem}.{what}")


def digest_of(clients: Path) -> bytes:
    """Tell a Parquet file from all others, by its footer: where each part lies, and its extremes.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with clients.open("rb") as file:
        size = file.seek(0, SEEK_END)
        file.seek(max(size - END, 0))
        footer = int.from_bytes(file.read(LENGTH), "little")
        file.seek(max(size - END - footer, 0))
        return sha256(file.read() + f"{size} {VERSION}".encode()).hexdigest().encode()


def footer_beside(clients: Path, what: str) -> pq.FileMetaData | None:
    """Read where all lies in a Parquet file beside that of the clients; None if of another."""
    try:
        footer = pq.read_metadata(place_beside(clients, what))
        return footer if (footer.metadata or {}).get(MADE_OF) == digest_of(clients) else None
    except (pa.ArrowException, OSError):
        return None
