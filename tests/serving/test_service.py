"""The service over real HTTP: the right answers, and one shape for every refusal."""

import json
from math import exp, isclose

import httpx
import pytest

from lib.scoring.card import ModelCard
from lib.scoring.scorer import Scorer
from lib.serving.handlers.clients import client
from lib.serving.handlers.scores import score
from lib.serving.resources import Resources
from lib.serving.wire import (
    ClientFile,
    ClientPage,
    ClientRequest,
    Comparison,
    Explanations,
    Problem,
    ScorerCard,
    ScoreRequest,
    Scores,
)
from tests.serving.conftest import KEY
from tests.serving.server import Served

SOMEONE = {"client_id": 7, "features": {"age_years": 33, "housing": "rents", "gender": "F"}}


def problem(response: httpx.Response, status: int) -> Problem:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    return Problem.model_validate_json(response.content)


def test_score_answers_each_client_in_the_order_of_the_request(
    served: Served, resources: Resources
) -> None:
    body = {"clients": [SOMEONE, {"features": {}}, {"client_id": 1, "features": {}}]}
    scores = Scores.model_validate_json(served.post("score", body).content).scores
    expected = score(resources, ScoreRequest.model_validate(body)).scores
    assert [score.client_id for score in scores] == [7, None, 1]
    assert [score.default_probability for score in scores] == [
        score.default_probability for score in expected
    ]
    assert scores[0].coverage == pytest.approx(2 / 7)
    assert scores[0].threshold == 0.15


def test_explain_gives_reasons_that_sum_to_the_log_odds(served: Served) -> None:
    response = served.post("explain", {"clients": [SOMEONE]})
    (told,) = Explanations.model_validate_json(response.content).explanations
    summed = told.base_log_odds + sum(reason.contribution for reason in told.reasons)
    assert isclose(1 / (1 + exp(-summed)), told.default_probability, abs_tol=1e-9)
    assert isclose(summed, told.log_odds, abs_tol=1e-9)
    strengths = [abs(reason.contribution) for reason in told.reasons]
    assert strengths == sorted(strengths, reverse=True)


def test_points_of_reasons_add_up_to_the_change_from_the_starting_point(served: Served) -> None:
    response = served.post("explain", {"clients": [SOMEONE]})
    (told,) = Explanations.model_validate_json(response.content).explanations
    change = 100 * (told.default_probability - told.base_probability)
    assert sum(reason.points for reason in told.reasons) == pytest.approx(change, abs=1e-9)
    ratios = [reason.points / reason.contribution for reason in told.reasons if reason.contribution]
    assert ratios == pytest.approx([ratios[0]] * len(ratios))


def test_behind_a_reason_are_the_features_that_tell_its_fact(
    served: Served, resources: Resources
) -> None:
    response = served.post("explain", {"clients": [SOMEONE]})
    (told,) = Explanations.model_validate_json(response.content).explanations
    reasons = {reason.fact: reason for reason in told.reasons}
    assert len(reasons) == len(told.reasons)
    assert set(reasons) == set(resources.scorer.facts)
    property_ = reasons["property"]
    assert property_.label == resources.scorer.fact_labels["property"]
    assert {one.feature: one.value for one in property_.features} == {
        "housing": "rents",
        "owns_car": None,
    }
    for reason in told.reasons:
        for kind in ("contribution", "points"):
            behind = sum(getattr(one, kind) for one in reason.features)
            assert behind == pytest.approx(getattr(reason, kind), abs=1e-9)
        strengths = [abs(one.contribution) for one in reason.features]
        assert strengths == sorted(strengths, reverse=True)


def test_a_known_client_scores_as_in_the_portfolio(served: Served, resources: Resources) -> None:
    told = ClientFile.model_validate_json(served.post("client", {"client_id": 100_010}).content)
    assert told.defaulted is None
    assert told.features["gender"] in ("F", "M")
    row = resources.portfolio.client(100_010)
    assert told.explanation.default_probability == row["default_probability"]
    assert told.explanation.decision == row["decision"]
    assert (
        told.explanation.reasons
        == client(resources, ClientRequest(client_id=100_010)).explanation.reasons
    )


def test_search_gives_a_page_of_those_who_match(served: Served) -> None:
    body = {
        "filters": [{"feature": "decision", "categories": ["refuse"]}],
        "sort": "default_probability",
        "descending": True,
        "page_size": 5,
        "features": ["housing"],
    }
    page = ClientPage.model_validate_json(served.post("search", body).content)
    assert page.total > len(page.clients) == 5
    probabilities = [client.default_probability for client in page.clients]
    assert probabilities == sorted(probabilities, reverse=True)
    assert all(set(client.features) == {"housing"} for client in page.clients)


def test_granted_and_refused_are_everybody(served: Served) -> None:
    sizes = {}
    for kind in ("all", "granted", "refused"):
        body = {"feature": "age_years", "group": {"kind": kind}, "client_id": 100_002, "bins": 10}
        told = Comparison.model_validate_json(served.post("compare", body).content)
        sizes[kind] = told.group_size
        assert 5 <= len(told.counts) <= 10
    assert sizes["all"] == 1200
    # Each is told in tens, up or down by a lot of its own.
    assert abs(sizes["granted"] + sizes["refused"] - sizes["all"]) <= 10


def test_the_card_says_what_is_deployed(served: Served) -> None:
    card = ScorerCard.model_validate_json(served.post("scorer").content)
    assert card.tag.startswith("credit_scorer:")
    assert card.costs.missed_default == 10
    assert {feature.name for feature in card.features if not feature.in_model} == {"gender"}


def test_the_card_is_the_scorers_own_with_its_features(
    served: Served, scorers: dict[str, Scorer]
) -> None:
    scorer = scorers["lightgbm"]
    given = ScorerCard.model_validate_json(served.post("scorer").content)
    assert given == scorer.describe(given.tag)
    assert {name: getattr(given, name) for name in ModelCard.model_fields} == dict(scorer.card)
    assert [info.name for info in given.features if info.in_model] == sorted(scorer.features)


def one(**features: object) -> dict:
    return {"clients": [{"features": features}]}


def batch(features: object) -> dict:
    """Three clients, of whom the one in the middle has these features."""
    return {"clients": [SOMEONE, {"client_id": 8, "features": features}, {"features": {}}]}


@pytest.mark.parametrize(
    ("endpoint", "body", "status", "offender"),
    [
        ("score", one(salary=1.0), 400, "feature salary of clients[0]"),
        ("score", one(age_years="old"), 400, "feature age_years of clients[0]"),
        ("score", one(age_years=True), 400, "feature age_years of clients[0]"),
        ("score", one(age_years=[1]), 400, "feature age_years of clients[0]"),
        ("score", one(age_years=1e16), 400, "feature age_years of clients[0]"),
        ("score", one(housing=1), 400, "feature housing of clients[0]"),
        ("score", batch({"salary": 1}), 400, "feature salary of clients[1], client 8"),
        ("explain", batch({"age_years": True}), 400, "feature age_years of clients[1], client 8"),
        ("explain", batch(None), 400, "features of clients[1], client 8"),
        ("explain", {"clients": []}, 400, "clients"),
        ("explain", {"clients": [{"features": {}}] * 1001}, 400, "clients"),
        ("score", {}, 400, "clients"),
        ("score", {"clients": [{"features": {}}], "clients2": 1}, 400, "clients2"),
        ("score", [], 400, "the body"),
        ("client", {"client_id": 5}, 404, "client 5"),
        ("client", {"client_id": -1}, 400, "client_id"),
        ("client", {"client_id": 2**63}, 400, "client_id"),
        ("search", {"sort": "salary"}, 400, "feature salary"),
        ("search", {"page_size": 101}, 400, "page_size"),
        ("search", {"page": 0}, 400, "page"),
        ("search", {"filters": [{"feature": "housing", "minimum": 1}]}, 400, "filter on housing"),
        ("compare", {"feature": "salary"}, 400, "feature salary"),
        ("compare", {"feature": "housing", "client_id": 5}, 404, "client 5"),
        ("compare", {"feature": "age_years", "bins": 101}, 400, "bins"),
        ("compare", {"feature": "age_years", "group": {"kind": "rich"}}, 400, "group.kind"),
        ("nowhere", {}, 404, "the request to /nowhere"),
    ],
)
def test_a_request_that_makes_no_sense_is_told_what_is_wrong(
    served: Served, endpoint: str, body: object, status: int, offender: str
) -> None:
    assert problem(served.post(endpoint, body), status).offender == offender


def test_partial_results_leave_out_and_name_who_cannot_be_scored(
    served: Served, resources: Resources
) -> None:
    body = batch({"salary": 1.0}) | {"partial": True}
    body["clients"].append({"client_id": 9, "features": {"age_years": 1e16}})
    told = Scores.model_validate_json(served.post("score", body).content)
    sound = {"clients": [SOMEONE, {"features": {}}]}
    expected = score(resources, ScoreRequest.model_validate(sound)).scores
    assert [one.default_probability for one in told.scores] == [
        one.default_probability for one in expected
    ]
    assert [(fault.index, fault.client_id, fault.offender) for fault in told.faults] == [
        (1, 8, "feature salary"),
        (3, 9, "feature age_years"),
    ]
    explained = Explanations.model_validate_json(served.post("explain", body).content)
    assert [one.client_id for one in explained.explanations] == [7, None]
    assert explained.faults == told.faults
    # Where nobody can be scored, everybody is named.
    nobody = Scores.model_validate_json(
        served.post("score", {**one(salary=1), "partial": True}).content
    )
    assert (nobody.scores, len(nobody.faults)) == ([], 1)
    # Without a fault, nothing is different.
    assert served.post("score", sound | {"partial": True}).json()["faults"] == []


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b'{"clients": [{"features": {"age_years": NaN}}]}', 400),
        (b'{"clients": [{"features": {"age_years": Infinity}}]}', 400),
        (b'{"clients": [{"features": {"age_years": 1e999}}]}', 400),
        (b'{"clients": [{"features": {"age_years": 1' + b"0" * 400 + b"}}]}", 400),
        (b'{"clients": [{"features": {"housing": "\\ud800"}}]}', 400),
        (b"{not json", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"clients":' * 50_000, 400),
        (b" " * 10_000_000, 400),
        (b" " * 34_000_000, 413),
    ],
    ids=[
        "NaN",
        "Infinity",
        "overflow",
        "huge",
        "surrogate",
        "text",
        "bytes",
        "nest",
        "deep",
        "large",
        "fat",
    ],
)
def test_hostile_bodies_are_refused(served: Served, content: bytes, status: int) -> None:
    problem(served.send("score", content), status)


def test_a_body_that_never_ends_is_cut_off(served: Served) -> None:
    def forever() -> object:
        for _ in range(20):
            yield b" " * 2_000_000

    response = httpx.post(
        f"{served.url}/score", content=forever(), headers={"content-type": "application/json"}
    )
    assert problem(response, 413).offender == "the body"


@pytest.mark.parametrize(
    "kind", ["text/plain", "multipart/form-data; boundary=x", "application/vnd.bentoml+pickle"]
)
def test_only_json_is_taken(served: Served, kind: str) -> None:
    assert problem(served.send("score", b"{}", kind), 415).offender == "header Content-Type"


def test_another_method_is_refused(served: Served) -> None:
    problem(httpx.get(f"{served.url}/score"), 405)


def test_without_its_key_nothing_personal_is_open(locked: Served) -> None:
    for headers in ({}, {"x-api-key": "guess"}, {"x-api-key": KEY + " "[:0] + "x"}):
        for endpoint in ("score", "explain", "client", "search", "compare", "scorer", "nowhere"):
            refused = problem(locked.post(endpoint, {}, headers=headers), 401)
            assert refused.offender == "header X-API-Key"


@pytest.mark.parametrize("path", ["livez", "healthz", "", "docs.json"])
def test_health_and_documentation_need_no_key(locked: Served, path: str) -> None:
    assert httpx.get(f"{locked.url}/{path}").status_code == 200


def test_without_a_portfolio_scoring_works_and_the_rest_says_what_is_missing(
    locked: Served,
) -> None:
    key = {"headers": {"x-api-key": KEY}}
    assert locked.post("score", {"clients": [SOMEONE]}, **key).status_code == 200
    assert locked.post("explain", {"clients": [SOMEONE]}, **key).status_code == 200
    assert locked.post("scorer", **key).status_code == 200
    for endpoint, body in (
        ("client", {"client_id": 1}),
        ("search", {}),
        ("compare", {"feature": "age_years"}),
    ):
        refused = problem(locked.post(endpoint, body, **key), 503)
        assert refused.offender == "portfolio none.parquet"


def test_the_log_repeats_nothing_that_a_client_sent(served: Served) -> None:
    name = "Ada-Lovelace-1815"
    served.post("score", {"clients": [{"features": {"housing": name}}]})
    served.post("score", {"clients": [{"features": {"age_years": name}}]})
    served.post("score", {"clients": name})
    served.send("score", json.dumps({"clients": [name]}).encode()[:-3])
    log = served.log.read_text()
    assert name not in log
    assert "Traceback" not in log
