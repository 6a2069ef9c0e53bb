"""Contents come back to the last bit, whatever they hold and whichever release wrote them."""

import math
import zlib
from typing import Any

import orjson
import pytest

from lib.serving.journal import Entry, Journal
from lib.serving.journal.journal import Packed
from lib.serving.journal.names import FeatureNames, features_of
from lib.serving.journal.packing import QUICK, SHORT, packed, unpacked
from lib.serving.journal.replay import replay
from lib.serving.resources import Resources
from tests.serving.journal.conftest import Ask

NUMBERS = (0.0, -0.0, 1 / 3, 5e-324, 1.7976931348623157e308, -1e15, math.inf)
OTHERS = (None, 0, 1, -7, 2**53 + 1, 2**63 - 1, True, False, "", "a boat", "NaN", "né à Nîmes")


def came_back(features: dict[str, Any], more: dict[str, Any] | None = None) -> dict[str, Any]:
    names = FeatureNames().with_all({"absent", *features})
    content = unpacked(packed((more or {}) | names.values_of(features)))
    return features_of(names.names, content)


@pytest.mark.parametrize("value", [*NUMBERS, *OTHERS])
def test_a_value_comes_back_as_it_was(value: object) -> None:
    (name, found), *more = came_back({"feature": value}).items()
    assert (name, type(found), repr(found), more) == ("feature", type(value), repr(value), [])


def test_a_number_that_is_none_is_not_given() -> None:
    assert came_back({"age": math.nan, "income": 1.0}) == {"income": 1.0}


def test_of_a_client_without_features_none_come_back() -> None:
    assert came_back({}) == {}
    names = FeatureNames()
    assert features_of(names.names, unpacked(packed(names.values_of({})))) == {}


@pytest.mark.parametrize(("reasons", "form"), [(0, QUICK), (200, SHORT)])
def test_numbers_are_packed_quickly_and_text_short(reasons: int, form: bytes) -> None:
    names = FeatureNames(tuple(f"feature_{place}" for place in range(100)))
    features = {name: place / 7 for place, name in enumerate(names.names)}
    content = {"reasons": [["a fact", 1 / 3, 0.5]] * reasons} | names.values_of(features)
    written = packed(content)
    assert written.startswith(form)
    assert unpacked(written) == content
    assert features_of(names.names, unpacked(written)) == features


def as_before(names: FeatureNames, entry: Entry) -> Packed:
    """Pack an entry as the releases did that wrote all values as JSON."""
    sealed = dict(entry.sealed or {})
    features = sealed.pop("features")
    sealed["names"] = names.digest
    sealed["values"] = [features.get(name) for name in names.names]
    absent = [place for place, name in enumerate(names.names) if name not in features]
    if absent:
        sealed["absent"] = absent
    return Packed(entry, zlib.compress(orjson.dumps(sealed), 1), names)


def test_entries_of_older_releases_are_read_and_repeated(
    journal: Journal, ask: Ask, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {
        "clients": [
            {"client_id": 7, "features": {"age_years": 33.1, "housing": "rents"}},
            {"client_id": 8, "features": {"external_score": 1 / 3, "credit_amount": None}},
            {"client_id": 9, "features": {}},
        ]
    }
    with monkeypatch.context() as older:
        older.setattr("lib.serving.journal.journal._packed_with", as_before)
        before = [ask("score", body), ask("explain", body)]
    after = [ask("score", body), ask("explain", body)]
    assert {answer.status for answer in before + after} == {200}

    told = list(journal.read())
    assert len(told) == 12
    for entry, client in zip(told, body["clients"] * 4, strict=True):
        assert entry.client_id == client["client_id"]
        assert entry.sealed["features"] == client["features"]
        assert not {"names", "values", "others", "absent"} & set(entry.sealed)
    reasons = [entry.sealed.get("reasons") for entry in told]
    assert reasons[:6] == reasons[6:]
    assert journal.verify().faults == []
    found = replay(journal, lambda tag: resources)
    assert (found.identical, found.differing) == (12, [])
