"""A scorer that is a constant answers every endpoint, without a reason that is none."""

import json
from pathlib import Path

import pytest

from lib.portfolio import Portfolio, build_portfolio
from lib.scoring.scorer import Scorer
from lib.serving.endpoints import ENDPOINTS, answer
from lib.serving.journal import Journal
from lib.serving.resources import Resources

CLIENT = {"client_id": 100_001}
FEATURES = {"clients": [{"features": {"age_years": 30.0}}]}
REQUESTS = {
    "score": FEATURES,
    "explain": FEATURES,
    "scorer": {},
    "client": CLIENT,
    "search": {},
    "similar": CLIENT,
    "compare": {**CLIENT, "feature": "age_years"},
    "what_if": {**CLIENT, "changes": {"credit_amount": 1000.0}},
    "recourse": CLIENT,
}


@pytest.fixture(scope="module")
def constant(
    features_file: Path, scorers: dict[str, Scorer], tmp_path_factory: pytest.TempPathFactory
) -> Resources:
    folder = tmp_path_factory.mktemp("constant")
    build_portfolio(
        features_file, scorers["dummy"], "credit_scorer:x", folder / "portfolio.parquet"
    )
    portfolio = Portfolio(folder / "portfolio.parquet")
    return Resources(scorers["dummy"], "credit_scorer:x", portfolio, Journal(folder / "journal"))


@pytest.mark.parametrize("name", REQUESTS)
def test_it_answers(constant: Resources, name: str) -> None:
    given = answer(ENDPOINTS[name], constant, json.dumps(REQUESTS[name]).encode())
    assert given.status == 200, given.body


def test_it_gives_no_reasons(constant: Resources) -> None:
    given = answer(ENDPOINTS["explain"], constant, json.dumps(FEATURES).encode())
    (explanation,) = json.loads(given.body)["explanations"]
    assert explanation["reasons"] == []
    assert explanation["log_odds"] == explanation["base_log_odds"]
