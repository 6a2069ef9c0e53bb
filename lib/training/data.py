"""The clients whose outcome is known: those to learn from, and those set aside to judge on."""

import ctypes
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pandas.api.types import is_numeric_dtype

from lib.decision import LARGEST_SEED, InvalidInput
from lib.features.description import CREDIT_AMOUNT, FeatureDescription
from lib.features.file import check_features_file, features_files
from lib.scoring.split import draws

Catalogue = Mapping[str, FeatureDescription]
Outcomes = npt.NDArray[np.int8]

# What malloc.h calls it, and from how many bytes on an array has memory of its own.
M_MMAP_THRESHOLD, LARGE_ARRAY = -3, 2**20


@dataclass(frozen=True)
class Clients:
    """Clients whose outcome is known.

    Attributes
    ----------
    client_id : ndarray of int, shape (n,)
        Their numbers.
    features : DataFrame, shape (n, k)
        What the model may know: `numeric` columns, then `categorical` ones.
    defaulted : ndarray of int, shape (n,)
        1 where the client did not repay.
    withheld : DataFrame, shape (n, j)
        What the model may not know (protected attributes), kept for the audit.
    numeric, categorical : tuple of str
        Names of the features, in the model's order.
    signs : mapping of str to int
        To which sign the model is held in a feature: 1 where a larger value must not lower the
        risk, -1 where it must not raise it.
    amounts : ndarray of float, shape (n,), or None
        The credit that each asked for, whether the model may know it or not; NaN where it is not
        known, None where the features file does not tell it.
    """

    client_id: npt.NDArray[np.int64]
    features: pd.DataFrame
    defaulted: Outcomes
    withheld: pd.DataFrame
    numeric: tuple[str, ...]
    categorical: tuple[str, ...]
    signs: Mapping[str, int] = field(default_factory=dict)
    amounts: npt.NDArray[np.float64] | None = None

    @property
    def column_signs(self) -> tuple[int, ...]:
        """The signs in the order of `names`, 0 where the model is free."""
        return tuple(self.signs.get(name, 0) for name in self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the features, in the model's order."""
        return (*self.numeric, *self.categorical)

    @property
    def table(self) -> pa.Table:
        """The features as a scorer reads them."""
        return arrow_table(self.features, self.numeric, self.categorical)

    def __len__(self) -> int:
        return len(self.client_id)

    def keep(self, names: Iterable[str]) -> "Clients":
        """Keep some of the features; the others are forgotten."""
        kept = set(names)
        if kept.issuperset(self.names):
            return self  # a copy would take as much memory again
        numeric = tuple(name for name in self.numeric if name in kept)
        categorical = tuple(name for name in self.categorical if name in kept)
        features = self.features[[*numeric, *categorical]]
        return replace(self, features=features, numeric=numeric, categorical=categorical)

    def only(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.int_]) -> "Clients":
        """Keep some of the clients, by mask or position."""
        return replace(
            self,
            client_id=self.client_id[rows],
            features=self.features.iloc[rows] if rows.dtype != bool else self.features[rows],
            defaulted=self.defaulted[rows],
            withheld=self.withheld.iloc[rows] if rows.dtype != bool else self.withheld[rows],
            amounts=None if self.amounts is None else self.amounts[rows],
        )


def arrow_table(
    features: pd.DataFrame, numeric: Iterable[str], categorical: Iterable[str]
) -> pa.Table:
    """Write features as an Arrow table, each column of its kind even where it has no value.

    Examples
    --------
    >>> features = pd.DataFrame({"income": [1, 2], "housing": [None, None]})
    >>> [str(field.type) for field in arrow_table(features, ["income"], ["housing"]).schema]
    ['double', 'string']
    """
    kinds = {**dict.fromkeys(numeric, pa.float64()), **dict.fromkeys(categorical, pa.string())}
    return pa.table(
        {
            # Whole numbers that no float holds exactly are told by their size.
            name: pa.array(features[name], kind, from_pandas=True, safe=False)
            for name, kind in kinds.items()
        }
    )


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
    fingerprint : str
        Of the features file.
    catalogue : mapping of str to FeatureDescription
        What is known about each feature, protected or not as it was for this split.
    test_share : float
        Which clients are set aside, see `lib.scoring.split`; 0 where that is not known.
    """

    training: Clients
    test: Clients
    uninformative: tuple[str, ...]
    fingerprint: str
    catalogue: Catalogue
    test_share: float = 0.0

    def keep(self, names: Iterable[str]) -> "TrainingData":
        """Keep some of the features; the others are forgotten."""
        kept = tuple(names)
        return replace(self, training=self.training.keep(kept), test=self.test.keep(kept))

    def held_to_signs(self) -> "TrainingData":
        """Hold the model to the direction of every number for which the catalogue declares one.

        What is ambiguous, by the catalogue, no sign could hold: it is forgotten.
        """
        held = self.keep(name for name in self.training.names if not self.catalogue[name].ambiguous)
        directions = {name: self.catalogue[name].direction for name in held.training.numeric}
        signs = {name: int(told.effect) for name, told in directions.items() if told}
        return replace(held, training=replace(held.training, signs=signs))


def load_training_data(
    features: Path | str,
    catalogue: Catalogue,
    test_share: float = 0.2,
    excluded_features: Iterable[str] = (),
) -> TrainingData:
    """Read the features file, and set the test clients aside.

    Parameters
    ----------
    features : path
        ``features.parquet``: `client_id`, `target` (missing where unknown), and the features.
    catalogue : mapping of str to FeatureDescription
        What is known about each feature; says which ones are protected or withheld.
    test_share : float
        Share of the clients set aside, in (0, 1): about, since each client's number decides.
    excluded_features : iterable of str
        Features that the model may not use besides.

    Raises
    ------
    InvalidInput
        If the file is missing or no features file, a feature is not in the catalogue or holds
        infinite values, an excluded feature does not exist, there is one outcome only, no
        feature tells anything, or one part would lack an outcome.
    """
    path = Path(features)
    _give_freed_memory_back()
    frame = _read_features(path)
    excluded = set(excluded_features)
    names = [name for name in frame.columns if name not in ("client_id", "target")]
    _check_names(names, excluded, catalogue)
    known = frame[frame["target"].notna()]
    del frame  # of full-size tables a gigabyte
    _check_outcomes(known["target"].to_numpy())
    defaulted = known["target"].to_numpy().astype(np.int8)
    _check_finite(known, names)
    withheld = [
        name
        for name in names
        if name in excluded or catalogue[name].protected or catalogue[name].purpose_withheld
    ]
    set_aside = _set_aside(known["client_id"], defaulted, test_share)
    rows, test_rows = np.flatnonzero(~set_aside), np.flatnonzero(set_aside)
    given = [name for name in names if name not in withheld]
    informative = [name for name in given if _varies(known[name].iloc[rows])]
    if not informative:
        raise InvalidInput(
            path.name, "some feature differs between clients", "give features that are not missing"
        )
    clients = _clients(known, defaulted, informative, withheld)
    return TrainingData(
        training=clients.only(rows),
        test=clients.only(test_rows),
        uninformative=tuple(name for name in given if name not in informative),
        fingerprint=_fingerprint(path),
        catalogue=catalogue,
        test_share=test_share,
    )


def _fingerprint(path: Path) -> str:
    """Digest the contents of features, a file or a folder of files."""
    digest = sha256()
    for file in features_files(path):
        with file.open("rb") as opened:
            file_digest(opened, lambda: digest)
    return digest.hexdigest()[:16]


def check_seed(seed: int) -> None:
    """Refuse a seed that NumPy and scikit-learn do not take."""
    if not (isinstance(seed, int) and 0 <= seed <= LARGEST_SEED):
        raise InvalidInput(
            f"seed {seed}", f"it is a whole number from 0 to {LARGEST_SEED}", "give another"
        )


def _varies(column: pd.Series) -> bool:
    return not (column.isna().all() or (column == column.iloc[0]).all())


def _set_aside(
    client_ids: Iterable[int], defaulted: Outcomes, test_share: float
) -> npt.NDArray[np.bool_]:
    if not 0 < test_share < 1:
        raise InvalidInput(
            f"test_share {test_share}", "it lies between 0 and 1", "set aside 0.2, say"
        )
    set_aside = draws(client_ids) < test_share
    for outcomes in (defaulted[set_aside], defaulted[~set_aside]):
        if len(np.unique(outcomes)) < 2:
            raise InvalidInput(
                f"{int(np.bincount(defaulted).min())} clients of the rarer outcome, "
                f"test_share {test_share}",
                "both outcomes are in the training and the test set",
                "give more clients, or another test_share",
            )
    return set_aside


def _clients(
    known: pd.DataFrame, defaulted: Outcomes, names: list[str], withheld: list[str]
) -> Clients:
    numeric = tuple(name for name in names if is_numeric_dtype(known[name]))
    categorical = tuple(name for name in names if name not in numeric)
    return Clients(
        known["client_id"].to_numpy(dtype=np.int64),
        known[[*numeric, *categorical]].reset_index(drop=True),
        defaulted,
        known[withheld].reset_index(drop=True),
        numeric,
        categorical,
        amounts=known[CREDIT_AMOUNT].to_numpy(dtype=float) if CREDIT_AMOUNT in known else None,
    )


def _give_freed_memory_back() -> None:
    """Have the C library give freed arrays back to the system, where it would keep them.

    It learns from arrays that were freed to keep such of up to 32 MB for later ones, as which the
    columns of a full-size table are never used again: a gigabyte in all.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):  # GNU's has it
        library.mallopt(M_MMAP_THRESHOLD, LARGE_ARRAY)


def _read_features(path: Path) -> pd.DataFrame:
    """Read the features file, or say what is wrong with it."""
    if not path.exists():
        raise InvalidInput(
            str(path), "the features file exists", "run notebooks/01_build_features.ipynb first"
        )
    check_features_file(path)
    # Each column's Arrow values are let go as they are read: both would be twice the memory.
    frame = pq.read_table(path).to_pandas(split_blocks=True, self_destruct=True)
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


def _check_names(names: list[str], excluded: set[str], catalogue: Mapping[str, object]) -> None:
    """Refuse features that nobody described, and exclusions that exclude nothing."""
    undescribed = [name for name in names if name not in catalogue]
    if undescribed:
        raise InvalidInput(
            ", ".join(undescribed),
            "every feature has a row in the catalogue",
            "describe it in lib/features/definitions",
        )
    unknown = sorted(excluded - set(names))
    if unknown:
        raise InvalidInput(
            f"excluded_features {', '.join(unknown)}",
            "an excluded feature is a column of the features file",
            "correct the name",
        )


def _check_outcomes(defaulted: npt.NDArray[Any]) -> None:
    """Refuse clients who tell nothing about default, and outcomes that are none."""
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


def _check_finite(frame: pd.DataFrame, names: list[str]) -> None:
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
