"""From features as people write them to the matrix that a model reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isnan
from typing import Any, NoReturn, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lib.decision import InvalidInput

Floats = npt.NDArray[np.float64]
Value = float | str | None
Features = Mapping[str, Value]

# Above every amount there is, and far from where products of floats overflow.
LARGEST_NUMBER = 1e15
NUMBER_TYPES = frozenset({float, int, type(None)})
CATEGORY_TYPES = frozenset({str, type(None)})


@dataclass(frozen=True)
class Codes:
    """The number that stands for each category of one feature.

    Parameters
    ----------
    known : mapping of str to float
        Code of each category that the model has seen.
    unknown : float
        Code of any other category.
    missing : float
        Code where there is no value; may be NaN.
    """

    known: Mapping[str, float]
    unknown: float
    missing: float

    @cached_property
    def by_value(self) -> dict[Value, float]:
        """The codes by value, the missing one included."""
        return {**dict(self.known.items()), None: self.missing}

    def to_plain(self) -> dict[str, Any]:
        """Give the codes as JSON can hold them: null stands for NaN."""
        return {
            "known": dict(self.known),
            "unknown": None if isnan(self.unknown) else self.unknown,
            "missing": None if isnan(self.missing) else self.missing,
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Read the codes that `to_plain` has written."""
        unknown, missing = (
            float("nan") if plain[name] is None else plain[name] for name in ("unknown", "missing")
        )
        return cls(plain["known"], unknown, missing)


@dataclass(frozen=True)
class Encoder:
    """Writes features as a float matrix: numbers as they are, categories as codes.

    A number beyond what the model has seen counts as the nearest that it has.

    Parameters
    ----------
    features : tuple of str
        Names in the order of the matrix' columns.
    codes : mapping of str to Codes
        The categorical ones among them.
    ignored : frozenset of str
        Names that are known but not in the model: accepted and left out.
    seen : mapping of str to (float, float)
        The lowest and the highest value that the model has seen of numbers among `features`.
    expected : tuple of str
        Those of `features` that nearly every client has a value of.

    Examples
    --------
    >>> housing = Codes({"owns": 0.0, "rents": 1.0}, unknown=-1.0, missing=float("nan"))
    >>> seen = {"income": (900.0, 5000.0)}
    >>> encoder = Encoder(("income", "housing"), {"housing": housing}, seen=seen)
    >>> encoder.encode([{"income": 1, "housing": "rents"}, {"housing": "a boat"}]).tolist()
    [[900.0, 1.0], [nan, -1.0]]
    """

    features: tuple[str, ...]
    codes: Mapping[str, Codes]
    ignored: frozenset[str] = frozenset()
    seen: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    expected: tuple[str, ...] = ()

    @cached_property
    def known_names(self) -> frozenset[str]:
        """Every name that is not an error."""
        return self.ignored.union(self.features)

    def to_plain(self) -> dict[str, Any]:
        """Give the encoder as JSON can hold it."""
        return {
            "features": list(self.features),
            "codes": {name: codes.to_plain() for name, codes in self.codes.items()},
            "ignored": sorted(self.ignored),
            "seen": {name: list(ends) for name, ends in self.seen.items()},
            "expected": list(self.expected),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Read the encoder that `to_plain` has written."""
        codes = {name: Codes.from_plain(codes) for name, codes in plain["codes"].items()}
        seen = {name: (low, high) for name, (low, high) in plain["seen"].items()}
        return cls(
            tuple(plain["features"]),
            codes,
            frozenset(plain["ignored"]),
            seen,
            tuple(plain["expected"]),
        )

    def encode(self, clients: Sequence[Features]) -> Floats:
        """Write clients given as mappings; raises as `as_given` does."""
        return self.nearest_seen(self.as_given(clients))

    def encode_frame(self, frame: pa.Table) -> Floats:
        """Write clients given as a table; raises as `frame_as_given` does."""
        return self.nearest_seen(self.frame_as_given(frame))

    def nearest_seen(self, matrix: Floats) -> Floats:
        """Put in place of each number the nearest that the model has seen, shape (n, k)."""
        return np.clip(matrix, *self._ends)

    def unseen(self, matrix: Floats) -> npt.NDArray[np.bool_]:
        """Say which numbers lie beyond what the model has seen, shape (n, k).

        Examples
        --------
        >>> Encoder(("income",), {}, seen={"income": (9.0, 50.0)}).unseen(np.array([[9.0], [1.0]]))
        array([[False],
               [ True]])
        """
        low, high = self._ends
        return (matrix < low) | (matrix > high)

    def as_given(self, clients: Sequence[Features]) -> Floats:
        """Write clients given as mappings, numbers however far off they are.

        Parameters
        ----------
        clients : sequence of mapping of str to float, str or None
            A feature left out counts as missing.

        Returns
        -------
        ndarray of float, shape (n, k)

        Raises
        ------
        InvalidInput
            If a feature is unknown, of the wrong type, or not a finite number.
        """
        for client in clients:
            if not client.keys() <= self.known_names:
                _reject_unknown(sorted(client.keys() - self.known_names)[0])
        matrix = np.empty((len(clients), len(self.features)))
        matrix[:, self._number_places] = self._numbers(clients)
        for name, codes in self.codes.items():
            values = [client.get(name) for client in clients]
            matrix[:, self.features.index(name)] = _coded(name, values, codes)
        return _check_size(matrix, self.features)

    def frame_as_given(self, frame: pa.Table) -> Floats:
        """Write clients given as an Arrow table with a column for each feature, as `as_given` does.

        Raises
        ------
        InvalidInput
            If a column is not there, of the wrong type, or holds an infinite one.
        """
        matrix = np.empty((frame.num_rows, len(self.features)))
        for index, name in enumerate(self.features):
            if name not in frame.column_names:
                raise InvalidInput(
                    f"column {name}", "the scorer needs it", "build the features again"
                )
            column, codes = frame.column(name), self.codes.get(name)
            matrix[:, index] = (
                _number_column(name, column)
                if codes is None
                else _coded_column(name, column, codes)
            )
        return _check_size(matrix, self.features)

    def coverage(self, clients: Sequence[Features]) -> list[float]:
        """Give for each client the share of the model's features that has a value."""
        if not self.features:
            return [1.0] * len(clients)
        count = len(self.features)
        missing = ([*map(client.get, self.features)].count(None) for client in clients)
        return [(count - none) / count for none in missing]

    @cached_property
    def _ends(self) -> tuple[Floats, Floats]:
        """The lowest and the highest number seen in each column, shape (k,); infinite elsewhere."""
        anything = (-np.inf, np.inf)
        ends = [self.seen.get(name, anything) for name in self.features]
        low, high = np.array(ends, dtype=float).reshape(len(ends), 2).T
        return low, high

    @cached_property
    def _number_places(self) -> list[int]:
        return [i for i, name in enumerate(self.features) if name not in self.codes]

    def _numbers(self, clients: Sequence[Features]) -> Floats:
        """Write the numbers of all clients at once: this is the most that a request costs."""
        names = [self.features[place] for place in self._number_places]
        rows = [[*map(client.get, names)] for client in clients]
        for row in rows:
            if not NUMBER_TYPES.issuperset(map(type, row)):
                _reject_type(names, row)
        try:
            return np.array(rows, dtype=float).reshape(len(clients), len(names))
        except OverflowError:
            _reject_size(
                next(n for row in rows for n, v in zip(names, row, strict=True) if _huge(v))
            )


def _huge(value: Value) -> bool:
    return isinstance(value, int | float) and abs(value) > LARGEST_NUMBER


def _reject_type(names: Sequence[str], row: Sequence[Value]) -> NoReturn:
    name = next(n for n, v in zip(names, row, strict=True) if type(v) not in NUMBER_TYPES)
    raise InvalidInput(f"feature {name}", "it is a number", "give a number, or leave it out")


def _coded(name: str, values: list[Value], codes: Codes) -> list[float]:
    if not CATEGORY_TYPES.issuperset(map(type, values)):
        raise InvalidInput(f"feature {name}", "it is a category", "give a text, or leave it out")
    return [codes.by_value.get(value, codes.unknown) for value in values]


def _number_column(name: str, column: pa.ChunkedArray) -> Floats:
    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
        raise InvalidInput(
            f"column {name}", f"it holds numbers, not {column.type}", "build the features again"
        )
    return column.cast(pa.float64()).to_numpy()


def _coded_column(name: str, column: pa.ChunkedArray, codes: Codes) -> Floats:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        raise InvalidInput(
            f"column {name}", f"it holds categories, not {column.type}", "build the features again"
        )
    encoded = column.combine_chunks().dictionary_encode()
    # A missing value has no index: it takes the code that follows those of the dictionary.
    table = [codes.known.get(value, codes.unknown) for value in encoded.dictionary.to_pylist()]
    indices = encoded.indices.fill_null(len(table)).to_numpy()
    return np.array([*table, codes.missing])[indices]


def _check_size(matrix: Floats, names: tuple[str, ...]) -> Floats:
    """Return the matrix unless a number in it is infinite or senselessly large."""
    # A missing value is NaN here, and NaN compares as not larger.
    too_large = (np.abs(matrix) > LARGEST_NUMBER).any(axis=0)
    if too_large.any():
        _reject_size(names[int(too_large.argmax())])
    return matrix


def _reject_size(name: str) -> NoReturn:
    raise InvalidInput(
        f"feature {name}",
        f"a number lies between {-LARGEST_NUMBER:g} and {LARGEST_NUMBER:g}",
        "check the value and its unit",
    )


def _reject_unknown(name: str) -> NoReturn:
    raise InvalidInput(
        f"feature {name}", "the scorer does not know it", "take the names that /scorer lists"
    )
