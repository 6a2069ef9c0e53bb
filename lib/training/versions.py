"""Which libraries a choice was made with: another version may choose otherwise."""

import platform
from importlib.metadata import version

LIBRARIES = ("imbalanced-learn", "lightgbm", "numpy", "optuna", "pandas", "scikit-learn")


def versions() -> dict[str, str]:
    """Give the versions of Python and of the libraries that learn."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}
