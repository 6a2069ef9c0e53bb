"""A Python where some packages are not installed, as in the Bento."""

import sys
from importlib.abc import MetaPathFinder
from typing import Any


class Absent(MetaPathFinder):
    """Finds no package of some names.

    Parameters
    ----------
    *packages : str
        Their names.
    """

    def __init__(self, *packages: str) -> None:
        self.packages = frozenset(packages)

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> None:
        """Say that it is not there, or leave it to others to find it."""
        if fullname.partition(".")[0] in self.packages:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


def take_away(*packages: str) -> None:
    """Go on without some packages; nobody may have imported them."""
    imported = sorted(sys.modules.keys() & set(packages))
    if imported:
        raise RuntimeError(f"imported already: {', '.join(imported)}")
    sys.meta_path.insert(0, Absent(*packages))
