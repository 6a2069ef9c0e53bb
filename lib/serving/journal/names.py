"""Names of features stand in the journal once; an entry has the values, in the order of names."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Self

import orjson

DIGEST_LETTERS = 32


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
    >>> values = names.values_of({"housing": "rents", "age": None})
    >>> values["values"], values["absent"]
    ([None, None, 'rents'], [1])
    >>> features_of(names.names, values)
    {'age': None, 'housing': 'rents'}
    """

    names: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """What stands for the names in an entry."""
        return sha256(orjson.dumps(self.names)).hexdigest()[:DIGEST_LETTERS]

    def with_all(self, features: Collection[str]) -> Self:
        """Give names that have these features too; the same ones where they have them already."""
        if self._all.issuperset(features):
            return self
        return type(self)(tuple(sorted(self._all.union(features))))

    def values_of(self, features: Mapping[str, Any]) -> dict[str, Any]:
        """Write features, all of which are among the names, without their names.

        `absent` has the places of those that are not among the features: they are not even null.
        """
        written = {"names": self.digest, "values": [*{**self._nothing, **features}.values()]}
        if len(features) < len(self.names):
            absent = [place for place, name in enumerate(self.names) if name not in features]
            written["absent"] = absent
        return written

    @cached_property
    def _nothing(self) -> dict[str, None]:
        return dict.fromkeys(self.names)

    @cached_property
    def _all(self) -> frozenset[str]:
        return frozenset(self.names)


def features_of(names: Sequence[str], written: Mapping[str, Any]) -> dict[str, Any]:
    """Give the features that `FeatureNames.values_of` has written."""
    features = dict(zip(names, written["values"], strict=True))
    for place in written.get("absent", ()):
        del features[names[place]]
    return features
