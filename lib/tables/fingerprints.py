"""Whether tables are still the same: by their contents, or at a glance by what the disk says."""

from hashlib import blake2b, file_digest
from pathlib import Path

from lib.tables.location import Location, locate
from lib.tables.sources import find_sources


def fingerprint(folder: Path) -> str:
    """Digest the contents of the eight files: equal if and only if the files are.

    Raises
    ------
    InvalidInput
        As `lib.tables.sources.find_sources`.
    """
    digest = blake2b(digest_size=16)
    sources = find_sources(Path(folder))
    contents = {path: _contents(path) for path in {source.path for source in sources.values()}}
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
    located = locate(Path(folder))
    return digest_of(*(stamp(place) if place else "" for place in located.values()))


def stamp(location: Location) -> str:
    """Say what the disk knows of a file; writing to it changes it, even with its times put back."""
    status = location.path.stat()
    return f"{location.name} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def digest_of(*parts: str) -> str:
    """Digest texts, in order, to 16 hexadecimal digits."""
    return blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()


def _contents(path: Path) -> bytes:
    with path.open("rb") as file:
        return file_digest(file, lambda: blake2b(digest_size=16)).digest()
