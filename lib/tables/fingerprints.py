"""Whether the files of a folder are still the same."""

from collections.abc import Iterable
from hashlib import blake2b, file_digest
from pathlib import Path

from lib.tables.headers import find_sources
from lib.tables.places import locate
from lib.tables.sources import digest_of


def fingerprint(folder: Path) -> str:
    """Digest the contents of the eight files: equal if and only if the files are.

    Raises
    ------
    InvalidInput
        As `find_sources`.
    """
    digest = blake2b(digest_size=16)
    sources = find_sources(Path(folder))
    contents = {source.path: _digest_of(source.parts) for source in sources.values()}
    for name, source in sources.items():
        digest.update(name.encode())
        digest.update(contents[source.path])
    return digest.hexdigest()


def quick_fingerprint(folder: Path) -> str:
    """Digest the names, sizes and times of the files, in milliseconds.

    It changes whenever a file is written, moved or replaced, even by the same contents; a copy of
    the folder has another one.

    Raises
    ------
    InvalidInput
        If the folder does not exist, or holds no table.
    """
    located = locate(Path(folder)).values()
    return digest_of(*(source.stamp() if source else "" for source in located))


def _digest_of(parts: Iterable[Path]) -> bytes:
    digests = []
    for path in parts:
        with path.open("rb") as file:
            digests.append(file_digest(file, lambda: blake2b(digest_size=16)).digest())
    return digests[0] if len(digests) == 1 else blake2b(b"".join(digests), digest_size=16).digest()
