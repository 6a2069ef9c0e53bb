"""Raw tables become one row of features a client.

One module a raw table, each with small functions from tables to a table keyed by client;
`build_features` joins them into one expression, `write_features` runs it on an engine and writes
Parquet. ``lib.features.catalogue`` says what each feature is called in French and English; it needs
no engine, which is why the functions here are loaded only when they are asked for.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "FeatureBuildReport": "lib.features.write",
    "build_features": "lib.features.build",
    "write_features": "lib.features.write",
}

__all__ = ["FeatureBuildReport", "build_features", "write_features"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
