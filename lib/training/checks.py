"""What training refuses to learn from."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import is_numeric_dtype

from lib.decision import InvalidInput


def read_features(path: Path) -> pd.DataFrame:
    """Read the features file, or say what is wrong with it."""
    if not path.is_file():
        raise InvalidInput(
            str(path), "the features file exists", "run notebooks/01_build_features.ipynb first"
        )
    frame = pd.read_parquet(path)
    for column in ("client_id", "target"):
        if column not in frame:
            raise InvalidInput(
                f"{path} without column {column}",
                "a features file has client_id and target",
                "build it by notebooks/01_build_features.ipynb",
            )
    if frame["client_id"].duplicated().any():
        number = frame["client_id"][frame["client_id"].duplicated()].iloc[0]
        raise InvalidInput(
            f"client {number} in {path}", "a client has one row", "build the features again"
        )
    return frame


def check_names(names: list[str], excluded: set[str], catalogue: Mapping[str, object]) -> None:
    """Refuse features that nobody described, and exclusions that exclude nothing."""
    undescribed = [name for name in names if name not in catalogue]
    if undescribed:
        raise InvalidInput(
            ", ".join(undescribed),
            "every feature has a row in the catalogue",
            "describe it in lib/features/catalogue",
        )
    unknown = sorted(excluded - set(names))
    if unknown:
        raise InvalidInput(
            f"excluded_features {', '.join(unknown)}",
            "an excluded feature is a column of the features file",
            "correct the name",
        )


def check_outcomes(defaulted: npt.NDArray[np.int8]) -> None:
    """Refuse clients who tell nothing about default."""
    if not np.isin(defaulted, (0, 1)).all():
        raise InvalidInput(
            "target", "an outcome is 0 (repaid) or 1 (defaulted)", "build the features again"
        )
    if len(np.unique(defaulted)) < 2:
        raise InvalidInput(
            f"target, {len(defaulted)} clients with a known outcome",
            "some clients repaid and some defaulted",
            "give clients of both outcomes",
        )


def check_finite(frame: pd.DataFrame, names: list[str]) -> None:
    """Refuse infinite values: a division by zero upstream."""
    infinite = [
        name
        for name in names
        if is_numeric_dtype(frame[name]) and np.isinf(frame[name].to_numpy(dtype=float)).any()
    ]
    if infinite:
        raise InvalidInput(
            ", ".join(infinite), "a number is finite or missing", "make it missing in lib/features"
        )


def check_test_share(defaulted: npt.NDArray[np.int8], test_share: float) -> None:
    """Refuse a test set in which one of the outcomes would be missing."""
    if not 0 < test_share < 1:
        raise InvalidInput(
            f"test_share {test_share}", "it lies between 0 and 1", "set aside 0.2, say"
        )
    rarest = int(np.bincount(defaulted).min())
    if rarest * min(test_share, 1 - test_share) < 1:
        raise InvalidInput(
            f"{rarest} clients of the rarer outcome, test_share {test_share}",
            "both outcomes are in the training and the test set",
            "give more clients",
        )


def check_folds(defaulted: npt.NDArray[np.int8], folds: int) -> None:
    """Refuse folds of which one would miss an outcome."""
    if folds < 2:
        raise InvalidInput(f"folds {folds}", "there are at least two", "take 5, say")
    rarest = int(np.bincount(defaulted, minlength=2).min())
    if rarest < folds:
        raise InvalidInput(
            f"{rarest} training clients of the rarer outcome, {folds} folds",
            "every fold has clients of both outcomes",
            "give more clients or fewer folds",
        )
