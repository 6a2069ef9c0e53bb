"""Which libraries and which code of ours a choice was made with: another may choose otherwise."""

import platform
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files

LIBRARIES = ("imbalanced-learn", "lightgbm", "numpy", "optuna", "pandas", "scikit-learn")
# The modules of this stage in which it is decided what a trial costs.
DECISIVE = (
    "binning",
    "budget",
    "calibration",
    "candidate",
    "candidates",
    "contest",
    "encoding",
    "estimators",
    "folds",
    "margins",
    "objective",
    "one_standard_error",
    "sampling",
)


def versions() -> dict[str, str]:
    """Give the versions of Python and of the libraries that learn."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


def code_digest() -> str:
    """Digest the code that decides what a trial costs, so that costs of other code guide no search.

    Returns
    -------
    str
        16 hexadecimal digits.
    """
    folder = files("lib.training")
    digest = sha256()
    for module in DECISIVE:
        digest.update((folder / f"{module}.py").read_bytes())
    return digest.hexdigest()[:16]
