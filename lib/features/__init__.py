"""Raw tables become one row of features a client.

``definitions`` says what each feature is, one entry a feature, one module a raw table;
``catalogue`` and `build_features` are derived from it. ``batch`` writes the features of all clients
(`write_features`); ``one_client`` gives those of a new client, from SQL that ``compiling`` made.

The functions here need Ibis and are loaded only when they are used: ``description`` and
``one_client`` run where there is none.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "FeatureBuildReport": "lib.features.batch.write",
    "build_features": "lib.features.build",
    "write_features": "lib.features.batch.write",
}

__all__ = ["FeatureBuildReport", "build_features", "write_features"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
