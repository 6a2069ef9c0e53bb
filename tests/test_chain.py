"""One path through the whole house: raw tables, notebooks, store, HTTP."""

import math
from pathlib import Path

import duckdb
import pytest

from lib.launch.chain import Chain, run_chain
from lib.serving.api import ScoringApi
from lib.serving.wire import ClientFeatures


@pytest.fixture(scope="session")
def client(api_url: str) -> ScoringApi:
    return ScoringApi(api_url)


@pytest.fixture(scope="session")
def some_client(chain: Chain) -> int:
    row = duckdb.sql(f"select min(client_id) from '{chain.portfolio}'").fetchall()
    return int(row[0][0])


def test_a_second_run_reuses_every_step(chain: Chain) -> None:
    assert all(report.reused for report in run_chain(chain))


def test_executed_notebooks_are_kept(chain: Chain) -> None:
    (run,) = chain.runs.iterdir()
    assert sorted(p.name for p in run.iterdir()) == [
        "01_build_features.ipynb",
        "02_select_model.html",
        "02_select_model.ipynb",
        "03_save_scorer.ipynb",
    ]


def test_every_client_of_the_raw_tables_is_in_the_portfolio(chain: Chain) -> None:
    known = duckdb.sql(f"select count(*) from '{chain.portfolio}'").fetchall()
    assert known == [(chain.clients,)]


def test_the_model_beats_granting_all_and_refusing_all(client: ScoringApi) -> None:
    metrics = client.scorer().metrics
    naive = min(metrics["business_cost_granting_all"], metrics["business_cost_refusing_all"])
    assert metrics["business_cost"] < naive


def test_the_portfolio_and_the_endpoint_give_one_probability(
    client: ScoringApi, chain: Chain, some_client: int
) -> None:
    row = duckdb.sql(
        f"select default_probability from '{chain.portfolio}' where client_id = {some_client}"
    ).fetchall()
    file = client.client(some_client)
    again = client.explain([ClientFeatures(client_id=some_client, features=_given(client, file))])
    assert file.explanation.default_probability == pytest.approx(row[0][0], abs=1e-12)
    assert again[0].default_probability == pytest.approx(row[0][0], abs=1e-12)


def test_reasons_add_up_to_the_log_odds_of_the_probability(
    client: ScoringApi, some_client: int
) -> None:
    explanation = client.client(some_client).explanation
    total = explanation.base_log_odds + sum(r.contribution for r in explanation.reasons)
    probability = explanation.default_probability
    assert total == pytest.approx(explanation.log_odds, abs=1e-9)
    assert total == pytest.approx(math.log(probability / (1 - probability)), abs=1e-9)
    points = sum(reason.points for reason in explanation.reasons)
    change = 100 * (probability - explanation.base_probability)
    assert points == pytest.approx(change, abs=1e-9)


def test_no_protected_feature_is_in_the_model(client: ScoringApi) -> None:
    features = client.scorer().features
    assert any(feature.protected for feature in features)
    assert not any(feature.protected and feature.in_model for feature in features)


def test_no_half_written_file_is_left(chain: Chain) -> None:
    names = [p.name for p in Path(chain.data).iterdir()]
    assert sorted(names) == [
        "features.parquet",
        "portfolio.ahead.parquet",
        "portfolio.duckdb",
        "portfolio.parquet",
        "portfolio.rows.parquet",
        "raw",
        "selection",
        "steps",
    ]


def _given(client: ScoringApi, file) -> dict:
    in_model = {feature.name for feature in client.scorer().features if feature.in_model}
    return {name: value for name, value in file.features.items() if name in in_model}
