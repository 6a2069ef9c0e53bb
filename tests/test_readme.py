"""The README's example is the shared one, and the API answers it in the shape that is shown."""

import json
import re
from pathlib import Path

import requests

from lib.serving.endpoints import ENDPOINTS

README = Path("README.md").read_text()


def _request() -> dict:
    return json.loads(re.search(r"-d '\n(\{.*?\})'\n```", README, re.S)[1])


def _answer() -> dict:
    return json.loads(re.search(r"```json\n(.*?)\n```", README, re.S)[1])


def test_the_request_is_the_shared_example() -> None:
    assert _request() == ENDPOINTS["explain"].example


def test_the_api_answers_with_the_fields_shown(api_url: str) -> None:
    given = requests.post(f"{api_url}/explain", json=_request(), timeout=30)
    assert given.status_code == 200
    (shown,), (answered,) = _answer()["explanations"], given.json()["explanations"]
    assert answered.keys() == shown.keys()
    assert answered["client_id"] == shown["client_id"]
    assert answered["coverage"] > 0
    (first,) = shown["reasons"]
    reason = next(one for one in answered["reasons"] if one["fact"] == first["fact"])
    assert reason["label"] == first["label"]
    values = {one["feature"]: one["value"] for one in reason["features"]}
    assert reason["features"][0].keys() == first["features"][0].keys()
    assert all(values[one["feature"]] == one["value"] for one in first["features"])
