"""The clients to learn from, and those set aside for the last judgement."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import is_numeric_dtype
from sklearn.model_selection import StratifiedKFold, train_test_split

from lib.decision import InvalidInput
from lib.features.description import FeatureDescription
from lib.training import checks
from lib.training.clients import Clients
from lib.training.suspicion import suspicious_features

Catalogue = Mapping[str, FeatureDescription]


@dataclass(frozen=True)
class TrainingData:
    """Clients split once and for all.

    Attributes
    ----------
    training : Clients
        Everything is learned and chosen here.
    test : Clients
        Set aside at the start and used once, for the final judgement.
    uninformative : tuple of str
        Features left out since all training clients have the same value, or none.
    suspicious : DataFrame
        Features that may leak the outcome, see `suspicious_features`; they are not left out.
    fingerprint : str
        Of the features file.
    """

    training: Clients
    test: Clients
    uninformative: tuple[str, ...]
    suspicious: pd.DataFrame
    fingerprint: str

    def keep(self, names: Iterable[str]) -> "TrainingData":
        """Keep some of the features; the others are forgotten."""
        kept = tuple(names)
        return replace(self, training=self.training.keep(kept), test=self.test.keep(kept))


def load_training_data(
    features: Path | str,
    catalogue: Catalogue,
    test_share: float = 0.2,
    seed: int = 0,
    excluded_features: Iterable[str] = (),
    exclude_protected: bool = True,
) -> TrainingData:
    """Read the features file, and set the test clients aside.

    Parameters
    ----------
    features : path
        ``features.parquet``: `client_id`, `target` (missing where unknown), and the features.
    catalogue : mapping of str to FeatureDescription
        What is known about each feature; says which ones are protected.
    test_share : float
        Share of the clients set aside, in (0, 1); outcomes are balanced between both parts.
    seed : int
        The same seed gives the same parts.
    excluded_features : iterable of str
        Features that the model may not use, besides the protected ones.
    exclude_protected : bool
        Whether protected features are left out.

    Raises
    ------
    InvalidInput
        If the file is missing or no features file, a feature is not in the catalogue or holds
        infinite values, an excluded feature does not exist, there is one outcome only, or no
        feature tells anything.
    """
    path = Path(features)
    frame = checks.read_features(path)
    excluded = set(excluded_features)
    names = [name for name in frame.columns if name not in ("client_id", "target")]
    checks.check_names(names, excluded, catalogue)
    known = frame[frame["target"].notna()]
    defaulted = known["target"].to_numpy().astype(np.int8)
    checks.check_outcomes(defaulted)
    checks.check_finite(known, names)
    withheld = [n for n in names if n in excluded or (exclude_protected and catalogue[n].protected)]
    rows, test_rows = _split(defaulted, test_share, seed)
    told = [n for n in names if n not in withheld and _varies(known[n].iloc[rows])]
    if not told:
        raise InvalidInput(
            path.name, "some feature differs between clients", "give features that are not missing"
        )
    clients = _clients(known, defaulted, told, withheld)
    uninformative = tuple(n for n in names if n not in withheld and n not in told)
    fingerprint = sha256(path.read_bytes()).hexdigest()[:16]
    training = clients.only(rows)
    return TrainingData(
        training,
        clients.only(test_rows),
        uninformative,
        suspicious_features(training),
        fingerprint,
    )


def assign_folds(defaulted: npt.NDArray[np.int8], folds: int, seed: int) -> npt.NDArray[np.int_]:
    """Give every client one of the stratified folds that all candidates share.

    Raises
    ------
    InvalidInput
        If there are fewer than two folds, or a fold would have no client of one outcome.

    Examples
    --------
    >>> outcomes = np.array([0, 0, 0, 0, 1, 1], dtype=np.int8)
    >>> sorted(assign_folds(outcomes, folds=2, seed=0).tolist())
    [0, 0, 0, 1, 1, 1]
    """
    checks.check_folds(defaulted, folds)
    fold_of = np.empty(len(defaulted), dtype=int)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    for fold, (_, judged) in enumerate(splitter.split(np.zeros(len(defaulted)), defaulted)):
        fold_of[judged] = fold
    return fold_of


def _varies(column: pd.Series) -> bool:
    return not (column.isna().all() or (column == column.iloc[0]).all())


def _split(
    defaulted: npt.NDArray[np.int8], test_share: float, seed: int
) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.int_]]:
    checks.check_test_share(defaulted, test_share)
    rows, test_rows = train_test_split(
        np.arange(len(defaulted)), test_size=test_share, random_state=seed, stratify=defaulted
    )
    return np.sort(rows), np.sort(test_rows)


def _clients(
    known: pd.DataFrame, defaulted: npt.NDArray[np.int8], told: list[str], withheld: list[str]
) -> Clients:
    numeric = tuple(name for name in told if is_numeric_dtype(known[name]))
    categorical = tuple(name for name in told if name not in numeric)
    return Clients(
        known["client_id"].to_numpy(dtype=np.int64),
        known[[*numeric, *categorical]].reset_index(drop=True),
        defaulted,
        known[withheld].reset_index(drop=True),
        numeric,
        categorical,
    )
