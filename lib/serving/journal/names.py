"""Names of features stand in the journal once; an entry has the values, in the order of names."""

import struct
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import compress, repeat
from operator import is_not
from typing import Any, Self

import orjson

from lib.serving.journal.packing import VALUES

DIGEST_LETTERS = 32
# In the place of what is no number.
MISSING = float("nan")


@dataclass(frozen=True)
class FeatureNames:
    """Names in an order of their own, for all entries whose features are among them.

    Clients lack different features. Were the names of each client's kept, there would be nearly as
    many lists of names as clients, each longer than the values.

    Parameters
    ----------
    names : tuple of str

    Examples
    --------
    >>> names = FeatureNames(("age", "income", "housing"))
    >>> values = names.values_of({"housing": "rents", "age": None, "income": 1.5})
    >>> values["others"], len(values["values"])
    ([[0, None], [2, 'rents']], 24)
    >>> features_of(names.names, values)
    {'age': None, 'income': 1.5, 'housing': 'rents'}
    """

    names: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """What stands for the names in an entry."""
        return digest_of(orjson.dumps(self.names).decode())

    def with_all(self, features: Collection[str]) -> Self:
        """Give names that have these features too; the same ones where they have them already."""
        if self._all.issuperset(features):
            return self
        return type(self)(tuple(sorted(self._all.union(features))))

    def values_of(self, features: Mapping[str, Any]) -> dict[str, Any]:
        """Write features, all of which are among the names, without their names.

        `values` has the numbers, packed; NaN is what is not among the features. `others` has what
        is no such number, with its place: categories, whole numbers, and nulls.
        """
        row = [*{**self._nothing, **features}.values()]
        others = [*compress(self._places, map(is_not, map(type, row), repeat(float)))]
        written = {"names": self.digest, "others": [[place, row[place]] for place in others]}
        for place in others:
            row[place] = MISSING
        return written | {VALUES: self._packing.pack(*row)}

    @cached_property
    def _places(self) -> range:
        return range(len(self.names))

    @cached_property
    def _packing(self) -> struct.Struct:
        return _packing_of(self.names)

    @cached_property
    def _nothing(self) -> dict[str, float]:
        return dict.fromkeys(self.names, MISSING)

    @cached_property
    def _all(self) -> frozenset[str]:
        return frozenset(self.names)


def digest_of(text: str) -> str:
    """Give what stands for names that are written as JSON.

    Examples
    --------
    >>> digest_of('["age","income"]') == FeatureNames(("age", "income")).digest
    True
    """
    return sha256(text.encode()).hexdigest()[:DIGEST_LETTERS]


def features_of(names: Sequence[str], written: Mapping[str, Any]) -> dict[str, Any]:
    """Give the features that `FeatureNames.values_of` has written."""
    values = written.get(VALUES, b"")
    if not isinstance(values, bytes):
        return _features_of_text(names, written)
    row: list[Any] = [*_packing_of(names).unpack(values)]
    for place, value in written["others"]:
        row[place] = value
    # NaN alone is not equal to itself.
    return {name: value for name, value in zip(names, row, strict=True) if value == value}


def _features_of_text(names: Sequence[str], written: Mapping[str, Any]) -> dict[str, Any]:
    """Give the features of an entry from before numbers were packed: all values are JSON."""
    features = dict(zip(names, written[VALUES], strict=True))
    for place in written.get("absent", ()):
        del features[names[place]]
    return features


def _packing_of(names: Sequence[str]) -> struct.Struct:
    return struct.Struct(f"<{len(names)}d")
