"""Where trials are kept."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import optuna


def sqlite_storage(folder: Path) -> str:
    """Give the URL of the study file in a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder / 'study.db'}"


def study_name(conditions: Mapping[str, Any]) -> str:
    """Name the study after everything that makes trials comparable.

    Costs measured on other clients, folds or prices must not guide this search.

    Examples
    --------
    >>> study_name({"seed": 0}) == study_name({"seed": 0})
    True
    >>> study_name({"seed": 0}) == study_name({"seed": 1})
    False
    """
    text = json.dumps(conditions, sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()[:12]


def open_study(name: str, storage: str) -> optuna.Study:
    """Open a stored study, or begin it."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna.create_study(
        study_name=name, storage=storage, direction="minimize", load_if_exists=True
    )
