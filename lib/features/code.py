"""The code of stages as a digest: what was made by other code is not reused.

Code is all that lies in a stage's folder: what it draws from and writes pages with, too.
"""

from hashlib import sha256
from pathlib import Path


def code_hash(*stages: str) -> str:
    """Hash the source of stages of `lib`.

    Examples
    --------
    >>> code_hash("features") == code_hash("features") != code_hash("tables", "features")
    True
    """
    library = Path(__file__).parents[1]
    digest = sha256()
    for stage in stages:
        for source in sorted((library / stage).rglob("*")):
            place = source.relative_to(library)
            is_left = any(part.startswith(".") or part == "__pycache__" for part in place.parts)
            if source.is_file() and not is_left:
                digest.update(str(place).encode() + source.read_bytes())
    return digest.hexdigest()
