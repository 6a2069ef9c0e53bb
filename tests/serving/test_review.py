"""Scores that a person must look at, as the endpoints give them."""

import json
from copy import copy
from dataclasses import replace
from typing import Any

import pytest

from lib.serving.endpoints import ENDPOINTS, answer
from lib.serving.resources import Resources
from tests.scoring.world import USUAL


@pytest.fixture
def cautious(resources: Resources) -> Resources:
    """A service whose scorer asks for nine tenths of what is usually known."""
    own = copy(resources)
    card = own.scorer.card.model_copy(update={"least_known": 0.9})
    own.scorer = replace(own.scorer, card=card)
    return own


def ask(resources: Resources, endpoint: str, body: dict) -> Any:
    told = answer(ENDPOINTS[endpoint], resources, json.dumps(body).encode())
    assert told.status == 200, told.body
    return json.loads(told.body)


@pytest.mark.parametrize(("endpoint", "key"), [("score", "scores"), ("explain", "explanations")])
def test_each_client_has_the_notes_that_concern_the_client(
    cautious: Resources, endpoint: str, key: str
) -> None:
    odd = {**USUAL, "credit_amount": 15_000_000.0}
    clients = [{"features": features} for features in (USUAL, odd, {})]
    told = ask(cautious, endpoint, {"clients": clients})[key]
    kinds = [[(note["kind"], note["feature"]) for note in one["review"]] for one in told]
    assert kinds == [
        [],
        [("outside_seen", "credit_amount")],
        [("too_little_known", None), ("untold", None)],
    ]
    (note,) = told[1]["review"]
    assert note["value"] == 15_000_000.0
    assert note["nearest_seen"] == cautious.scorer.encoder.seen["credit_amount"][1]
    assert set(note["text"]) == {"fr", "en"}


def test_a_change_beyond_all_seen_counts_as_the_nearest(cautious: Resources) -> None:
    high = cautious.scorer.encoder.seen["credit_amount"][1]
    told = [
        ask(cautious, "what_if", {"client_id": 100_002, "changes": {"credit_amount": amount}})
        for amount in (high, 1e12)
    ]
    assert [note["feature"] for note in told[1]["after"]["review"]] == ["credit_amount"]
    assert told[0]["after"]["review"] == told[1]["before"]["review"] == []
    assert told[0]["after"]["log_odds"] == told[1]["after"]["log_odds"]


def test_a_known_client_has_a_review_too(cautious: Resources) -> None:
    assert ask(cautious, "client", {"client_id": 100_002})["explanation"]["review"] == []


@pytest.mark.parametrize("endpoint", ["score", "explain"])
def test_a_value_that_there_cannot_be_is_refused(resources: Resources, endpoint: str) -> None:
    body = {"clients": [{"features": USUAL}, {"features": {**USUAL, "external_score": 7.0}}]}
    told = answer(ENDPOINTS[endpoint], resources, json.dumps(body).encode())
    assert told.status == 400
    assert json.loads(told.body) == {
        "offender": "feature external_score of clients[1]",
        "rule": "it is from 0 to 1, or missing",
        "remedy": "check the value and its unit",
    }
