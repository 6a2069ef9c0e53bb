"""From features as people write them to the matrix that a model reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from math import isnan
from typing import Any, NoReturn, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lib.decision import InvalidInput

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
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
class Given:
    """Clients as they were given, read once: whatever is said of them is worked out from this.

    Parameters
    ----------
    clients : sequence of mapping of str to float, str or None
        As people write them, n of them.
    matrix : ndarray of float, shape (n, k)
        The same as the model's features, numbers however far off they are.
    is_given : ndarray of bool, shape (n, k)
        Which of these features have a value.
    has_unseen_category : ndarray of bool, shape (n,)
        Who has a category that the model has not seen.
    """

    clients: Sequence[Features]
    matrix: Floats
    is_given: Bools
    has_unseen_category: Bools

    @cached_property
    def coverage(self) -> list[float]:
        """For each client the share of the model's features that has a value, in [0, 1]."""
        count, of_features = self.is_given.shape
        if not of_features:
            return [1.0] * count
        shares: list[float] = (self.is_given.sum(axis=1) / of_features).tolist()
        return shares


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
    always_told : mapping of str to float
        Numbers that no client lacked whom the model has seen, each with their median: it counts
        where one lacks it. A model of trees would take what it has never seen missing for 0.

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
    always_told: Mapping[str, float] = field(default_factory=dict)

    def to_plain(self) -> dict[str, Any]:
        """Give the encoder as JSON can hold it."""
        return {
            "features": list(self.features),
            "codes": {name: codes.to_plain() for name, codes in self.codes.items()},
            "ignored": sorted(self.ignored),
            "seen": {name: list(ends) for name, ends in self.seen.items()},
            "expected": list(self.expected),
            "always_told": dict(self.always_told),
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
            # Older scorers do not say it.
            plain.get("always_told", {}),
        )

    def encode(self, clients: Sequence[Features]) -> Floats:
        """Write clients given as mappings; raises as `as_given` does."""
        return self.nearest_seen(self.as_given(clients).matrix)

    def encode_frame(self, frame: pa.Table) -> Floats:
        """Write clients given as a table; raises as `frame_as_given` does."""
        return self.nearest_seen(self.frame_as_given(frame))

    def nearest_seen(self, matrix: Floats) -> Floats:
        """Put in place of each number the nearest that the model has seen, shape (n, k).

        Of one that is missing, and was of no client seen, that is their median.
        """
        nearest = np.clip(matrix, *self._ends)
        # Hardly anybody lacks one: to look is far less work than to write all clients again.
        if self.always_told and (untold := self.untold(nearest)).any():
            np.copyto(nearest, self._medians, where=untold)
        return nearest

    def untold(self, matrix: Floats) -> Bools:
        """Say which numbers are missing that no client lacked whom the model has seen, (n, k).

        Examples
        --------
        >>> encoder = Encoder(("income", "debt"), {}, always_told={"income": 20.0})
        >>> encoder.untold(np.array([[np.nan, np.nan], [1.0, np.nan]]))
        array([[ True, False],
               [False, False]])
        """
        return np.isnan(matrix) & ~np.isnan(self._medians)

    def unseen(self, matrix: Floats) -> Bools:
        """Say which numbers lie beyond what the model has seen, shape (n, k).

        Examples
        --------
        >>> Encoder(("income",), {}, seen={"income": (9.0, 50.0)}).unseen(np.array([[9.0], [1.0]]))
        array([[False],
               [ True]])
        """
        low, high = self._ends
        return (matrix < low) | (matrix > high)

    def as_given(self, clients: Sequence[Features]) -> Given:
        """Read clients given as mappings.

        Parameters
        ----------
        clients : sequence of mapping of str to float, str or None
            A feature left out counts as missing.

        Raises
        ------
        InvalidInput
            If a feature is unknown, of the wrong type, or not a finite number.
        """
        rows = [self._row(client) for client in clients]
        shape = len(clients), len(self.features)
        matrix, is_given = np.empty(shape), np.empty(shape, dtype=bool)
        has_unseen = np.zeros(len(clients), dtype=bool)
        numbers = self._numbers(rows)
        matrix[:, self._number_places] = numbers
        is_given[:, self._number_places] = ~np.isnan(numbers)
        first = len(self._number_names)
        for offset, (name, codes) in enumerate(self.codes.items(), first):
            values = [row[offset] for row in rows]
            place = self._category_places[offset - first]
            matrix[:, place] = _coded(name, values, codes)
            is_given[:, place] = [value is not None for value in values]
            if not codes.by_value.keys() >= set(values):
                has_unseen |= np.array([value not in codes.by_value for value in values])
        return Given(clients, _check_size(matrix, self.features), is_given, has_unseen)

    def frame_as_given(self, frame: pa.Table) -> Floats:
        """Write clients given as an Arrow table with a column for each feature, shape (n, k).

        Numbers are as they were given, however far off they are.

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

    @cached_property
    def _ends(self) -> tuple[Floats, Floats]:
        """The lowest and the highest number seen in each column, shape (k,); infinite elsewhere."""
        anything = (-np.inf, np.inf)
        ends = [self.seen.get(name, anything) for name in self.features]
        low, high = np.array(ends, dtype=float).reshape(len(ends), 2).T
        return low, high

    @cached_property
    def _medians(self) -> Floats:
        """What counts where a number is missing, shape (k,); NaN where that is a value, too."""
        return np.array([self.always_told.get(name, np.nan) for name in self.features], dtype=float)

    @cached_property
    def expected_places(self) -> list[int]:
        """Columns of the features that nearly every client has a value of."""
        return [self.features.index(name) for name in self.expected]

    @cached_property
    def _number_places(self) -> list[int]:
        return [i for i, name in enumerate(self.features) if name not in self.codes]

    @cached_property
    def _number_names(self) -> list[str]:
        return [self.features[place] for place in self._number_places]

    @cached_property
    def _category_places(self) -> list[int]:
        return [self.features.index(name) for name in self.codes]

    @cached_property
    def _nothing(self) -> dict[str, Value]:
        """A client of whom nothing is given: first the numbers, then the categories, the rest."""
        return dict.fromkeys([*self._number_names, *self.codes, *sorted(self.ignored)])

    def _row(self, client: Features) -> list[Value]:
        """Write a client's values in the order of `_nothing`: most of what a request costs.

        Put over the client of whom nothing is given, the values fall into their places, and a name
        that nobody knows makes the row longer; to look each name up takes longer.
        """
        row = [*{**self._nothing, **client}.values()]
        if len(row) > len(self._nothing):
            _reject_unknown(sorted(client.keys() - self._nothing.keys())[0])
        return row

    def _numbers(self, rows: Sequence[list[Value]]) -> Floats:
        """Write the numbers of all clients at once, shape (n, j)."""
        names = self._number_names
        numbers = [row[: len(names)] for row in rows]
        for row in numbers:
            if not NUMBER_TYPES.issuperset(map(type, row)):
                _reject_type(names, row)
        try:
            flat = np.fromiter(chain.from_iterable(numbers), float, len(rows) * len(names))
        except OverflowError:
            _reject_size(
                next(n for row in numbers for n, v in zip(names, row, strict=True) if _huge(v))
            )
        return flat.reshape(len(rows), len(names))


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
    # Whole numbers that no float holds exactly are told by their size.
    return column.cast(pa.float64(), safe=False).to_numpy()


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
