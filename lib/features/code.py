"""The code of stages as a digest: what was made by other code is not reused."""

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
        for source in sorted((library / stage).rglob("*.py")):
            digest.update(source.read_bytes())
    return digest.hexdigest()
