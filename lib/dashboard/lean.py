"""bqplot without pandas, which it imports for tables and dates that no chart here has.

pandas and what it brings would be half of what a session holds in memory.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any


class StandIn(ModuleType):
    """Stands for pandas in modules imported meanwhile; whatever they use of it later is real."""

    DataFrame = Series = object

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(import_module(self.__name__), name)


@contextmanager
def without_pandas() -> Iterator[None]:
    """Import something that names pandas without loading it, unless it is loaded already."""
    if "pandas" in sys.modules:
        yield
        return
    sys.modules["pandas"] = StandIn("pandas")
    try:
        yield
    finally:
        del sys.modules["pandas"]
