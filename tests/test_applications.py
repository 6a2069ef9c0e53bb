"""/score_application over HTTP: the raw records of a client give the features of the batch."""

from pathlib import Path

import duckdb
import httpx
import pytest

from lib.launch.chain import Chain
from lib.serving.endpoints import EXAMPLE_APPLICATION
from lib.serving.http.guard import PLACES
from lib.serving.wire import Explanations, Problem, ScoredApplication
from lib.tables import TABLES
from tests.benchmarks.fairness import APPLICATIONS, SETTINGS, calls_beside_applications
from tests.serving.server import PROJECT, serve

CLIENTS = 12


def post(url: str, endpoint: str, body: object) -> httpx.Response:
    return httpx.post(f"{url}/{endpoint}", json=body, timeout=30)


def records_of(chain: Chain, client_id: int) -> dict[str, object]:
    """Read one client's rows of all raw tables, as they go over the wire."""
    own = f"SK_ID_CURR = {client_id}"
    elsewhere = f"SELECT SK_ID_BUREAU FROM '{chain.tables}/bureau.parquet' WHERE {own}"
    found = {
        name: duckdb.sql(
            f"FROM '{chain.tables}/{name}.parquet' WHERE "
            + (f"SK_ID_BUREAU IN ({elsewhere})" if name == "bureau_balance" else own)
        )
        .to_arrow_table()
        .to_pylist()
        for name in TABLES
    }
    (application,) = found.pop("application_train") + found.pop("application_test")
    application.pop("TARGET", None)
    return {"application": application, **found}


@pytest.fixture(scope="module")
def batch(chain: Chain) -> dict[int, dict[str, object]]:
    """Features that the batch wrote for some clients, those with the longest histories first."""
    rows = duckdb.sql(
        f"FROM '{chain.features}' ORDER BY number_of_instalments DESC, client_id LIMIT {CLIENTS}"
    )
    return {row["client_id"]: row for row in rows.to_arrow_table().to_pylist()}


@pytest.fixture(scope="module")
def answers(
    chain: Chain, api_url: str, batch: dict[int, dict[str, object]]
) -> dict[int, ScoredApplication]:
    return {
        client_id: ScoredApplication.model_validate_json(
            post(api_url, "score_application", records_of(chain, client_id)).content
        )
        for client_id in batch
    }


def test_over_http_a_client_has_the_features_of_the_batch_bit_for_bit(
    batch: dict[int, dict[str, object]], answers: dict[int, ScoredApplication]
) -> None:
    for client_id, answer in answers.items():
        assert answer.client_id == client_id
        written = {k: v for k, v in batch[client_id].items() if k not in ("client_id", "target")}
        assert answer.features == written


def test_the_score_is_that_of_these_features(
    api_url: str, answers: dict[int, ScoredApplication]
) -> None:
    asked = list(answers.values())
    body = {"clients": [{"client_id": a.client_id, "features": a.features} for a in asked]}
    told = Explanations.model_validate_json(post(api_url, "explain", body).content)
    same = [one.model_copy(update={"score_id": ""}) for one in told.explanations]
    assert same == [answer.explanation.model_copy(update={"score_id": ""}) for answer in asked]
    assert all(answer.explanation.coverage > 0.2 for answer in asked)


def test_an_application_without_any_history_is_scored(api_url: str) -> None:
    told = post(api_url, "score_application", {"application": {"SK_ID_CURR": 7}})
    answer = ScoredApplication.model_validate_json(told.content)
    assert answer.features["number_of_instalments"] == 0.0
    assert answer.features["credit_amount"] is None
    assert 0 < answer.explanation.default_probability < 1


def test_a_number_of_64_bits_stays_whole(api_url: str) -> None:
    body = {"application": {"SK_ID_CURR": 2**53 + 1}}
    assert post(api_url, "score_application", body).json()["client_id"] == 2**53 + 1


def changed(**rows: object) -> dict[str, object]:
    return {**EXAMPLE_APPLICATION, **rows}


@pytest.mark.parametrize(
    ("body", "offender"),
    [
        ({}, "application"),
        ({"application": {}}, "application_test: column SK_ID_CURR of row 1"),
        (changed(application={"SK_ID_CURR": None}), "application_test: column SK_ID_CURR of row 1"),
        (
            changed(application={"SK_ID_CURR": 100_001, "TARGET": 1}),
            "application_test: column TARGET of row 1",
        ),
        (
            changed(application={"SK_ID_CURR": 100_001, "AMT_CREDIT": "much"}),
            "application_test: column AMT_CREDIT of row 1",
        ),
        (changed(application={"SK_ID_CURR": 9}), "bureau: column SK_ID_CURR of row 1"),
        (
            changed(bureau=[{"SK_ID_CURR": 100_001, "SK_ID_BUREAU": 1, "COLOUR": "red"}]),
            "bureau: column COLOUR of row 1",
        ),
        (
            changed(bureau_balance=[{"SK_ID_BUREAU": 1, "MONTHS_BALANCE": -1}]),
            "bureau_balance: column SK_ID_BUREAU of row 1",
        ),
        (changed(credit_card=[]), "credit_card"),
        (changed(bureau={}), "bureau"),
        (changed(bureau=[[]]), "bureau.0"),
        (changed(bureau=[{}] * 10_001), "bureau"),
    ],
)
def test_records_that_make_no_sense_are_named_by_their_place(
    api_url: str, body: dict, offender: str
) -> None:
    response = post(api_url, "score_application", body)
    assert response.status_code == 400
    assert Problem.model_validate_json(response.content).offender == offender


def test_scores_of_one_caller_do_not_wait_for_large_applications_of_another(
    chain: Chain, store: Path, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with serve("service:CreditScoring", PROJECT, store, log, **SETTINGS) as served:
        calls, answered = calls_beside_applications(served)
    assert [reply.outcome for reply in answered] == [200] * APPLICATIONS
    assert {call.reply.outcome for call in calls} == {200}
    # There are so many calls because none had to wait until the applications were done; each waits
    # for those at most that are being worked on, and for who has taken their places meanwhile.
    assert len(calls) >= APPLICATIONS // PLACES
    assert max(call.passed for call in calls) <= 2 * PLACES
