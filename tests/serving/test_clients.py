"""The known clients over HTTP: those like one, facets, changes and recourse."""

import re
from copy import copy
from dataclasses import replace

import pytest

from lib.decision import InvalidInput
from lib.portfolio import Condition
from lib.serving.handlers.clients import similar
from lib.serving.handlers.groups import compare
from lib.serving.handlers.scores import features_of, recourse, what_if
from lib.serving.resources import Resources
from lib.serving.wire import (
    ClientPage,
    CompareRequest,
    Recourse,
    RecourseRequest,
    SimilarClients,
    SimilarRequest,
    WhatIf,
    WhatIfRequest,
)
from tests.serving.conftest import KEY
from tests.serving.server import Served
from tests.serving.test_service import problem

CLIENT = {"client_id": 100_002}


def test_those_similar_come_nearest_first_with_their_outcomes(
    served: Served, resources: Resources
) -> None:
    body = {**CLIENT, "count": 40, "features": ["housing"]}
    told = SimilarClients.model_validate_json(served.post("similar", body).content)
    assert len(told.clients) == 40
    distances = [client.distance for client in told.clients]
    assert distances == sorted(distances)
    outcomes = [client.defaulted for client in told.clients if client.defaulted is not None]
    assert (told.defaulted, told.repaid) == (sum(outcomes), len(outcomes) - sum(outcomes))
    assert told.default_share == pytest.approx(sum(outcomes) / len(outcomes))
    weights = resources.scorer.importance.facts
    assert told.compared_on[0] == max(weights, key=weights.get)
    assert len(set(told.compared_on)) == len(told.compared_on)
    assert set(told.compared_on) <= set(weights)
    assert all(set(client.features) == {"housing"} for client in told.clients)


def test_of_a_few_outcomes_no_share_is_told(served: Served) -> None:
    told = SimilarClients.model_validate_json(
        served.post("similar", {**CLIENT, "count": 9}).content
    )
    assert told.default_share is None
    assert told.defaulted + told.repaid <= 9


def test_facets_come_with_a_page(served: Served) -> None:
    body = {"facets": ["housing"], "filters": [{"feature": "housing", "categories": ["rents"]}]}
    page = ClientPage.model_validate_json(served.post("search", body).content)
    counts = {one.category: one.clients for one in page.facets["housing"]}
    assert abs(counts["rents"] - page.total) < 10
    assert set(counts) == {"owns", "rents", "with parents"}


def test_what_if_tells_before_and_after(served: Served, resources: Resources) -> None:
    body = {**CLIENT, "changes": {"credit_amount": 900_000.0}}
    told = WhatIf.model_validate_json(served.post("what_if", body).content)
    known = resources.portfolio.client(100_002)
    assert told.before.default_probability == known["default_probability"]
    assert told.after.default_probability != told.before.default_probability
    (reason,) = [one for one in told.after.reasons if one.fact == "credit_amount"]
    assert [one.value for one in reason.features] == [900_000.0]
    summed = told.after.base_log_odds + sum(one.contribution for one in told.after.reasons)
    assert summed == pytest.approx(told.after.log_odds, abs=1e-9)


def test_recourse_is_confirmed_by_what_if(served: Served, resources: Resources) -> None:
    refused = [Condition("decision", categories=("refuse",))]
    nearly = resources.portfolio.search(refused, sort="default_probability", page_size=25).rows
    answers = [
        Recourse.model_validate_json(
            served.post("recourse", {"client_id": row["client_id"], "largest_change": 0.8}).content
        )
        for row in nearly
    ]
    granted = [(told, option) for told in answers for option in told.options]
    assert granted
    for told, option in granted:
        request = WhatIfRequest(client_id=told.client_id, changes=option.changes)
        after = what_if(resources, request).after
        assert after.decision == "grant"
        assert after.default_probability == option.default_probability
        for name, value in option.changes.items():
            assert told.bounds[name].minimum <= value <= told.bounds[name].maximum


def test_what_serves_nobody_is_advised_only_where_it_is_asked_for(
    resources: Resources,
) -> None:
    everything = recourse(resources, RecourseRequest(**CLIENT)).bounds
    catalogue = dict(resources.scorer.catalogue)
    catalogue["credit_amount"] = catalogue["credit_amount"].model_copy(update={"advisable": False})
    other = copy(resources)
    other.scorer = replace(resources.scorer, catalogue=catalogue)
    advised = recourse(other, RecourseRequest(**CLIENT)).bounds
    asked_for = recourse(other, RecourseRequest(**CLIENT, features=["credit_amount"])).bounds
    assert everything.keys() - advised.keys() == {"credit_amount"}
    assert list(asked_for) == ["credit_amount"]


def test_what_changes_by_no_share_of_itself_is_named_instead_of_left_out(
    resources: Resources,
) -> None:
    catalogue = dict(resources.scorer.catalogue)
    catalogue["age_years"] = catalogue["age_years"].model_copy(update={"changeable": True})
    other = copy(resources)
    other.scorer = replace(resources.scorer, catalogue=catalogue)
    with pytest.raises(InvalidInput, match=r"^feature age_years: .* amounts that the client has"):
        recourse(other, RecourseRequest(**CLIENT, features=["credit_amount", "age_years"]))
    asked = RecourseRequest(
        client_id=7, client_features={"age_years": 40.0}, features=["credit_amount"]
    )
    with pytest.raises(InvalidInput, match=r"^feature credit_amount: "):
        recourse(resources, asked)


def test_who_is_granted_needs_no_recourse(served: Served, resources: Resources) -> None:
    granted = resources.portfolio.search(sort="default_probability", page_size=1).rows[0]
    told = served.post("recourse", {"client_id": granted["client_id"]}).json()
    assert (told["before"]["decision"], told["options"], told["complete"]) == ("grant", [], True)


@pytest.mark.parametrize(
    ("endpoint", "body", "status", "offender"),
    [
        ("similar", {"client_id": 5}, 404, "client 5"),
        ("similar", {**CLIENT, "count": 101}, 400, "count"),
        ("similar", {**CLIENT, "features": ["salary"]}, 400, "feature salary"),
        ("what_if", {"client_id": 5, "changes": {"credit_amount": 1}}, 404, "client 5"),
        ("what_if", {**CLIENT, "changes": {}}, 400, "changes"),
        ("what_if", {**CLIENT, "changes": {"age_years": 30}}, 400, "feature age_years"),
        ("what_if", {**CLIENT, "changes": {"salary": 30}}, 400, "feature salary"),
        ("what_if", {**CLIENT, "changes": {"credit_amount": 0}}, 400, "feature credit_amount"),
        ("what_if", {**CLIENT, "changes": {"credit_amount": "x"}}, 400, "changes.credit_amount"),
        ("recourse", {"client_id": 5}, 404, "client 5"),
        ("recourse", {**CLIENT, "features": ["gender"]}, 400, "feature gender"),
        ("recourse", {**CLIENT, "largest_change": 1.0}, 400, "largest_change"),
        ("search", {"facets": ["age_years"]}, 400, "facet age_years"),
        ("compare", {"feature": "housing", "second_feature": "pay"}, 400, "feature pay"),
        ("compare", {"feature": "housing", "bins_a_side": 51}, 400, "bins_a_side"),
        ("compare", {"feature": "housing", "group": {"kind": "similar"}}, 400, "client_id"),
        (
            "compare",
            {
                "feature": "housing",
                "group": {"kind": "filters", "filters": [{"feature": "client_id", "maximum": 1e5}]},
            },
            400,
            "the group",
        ),
    ],
)
def test_a_request_that_makes_no_sense_is_told_what_is_wrong(
    served: Served, endpoint: str, body: object, status: int, offender: str
) -> None:
    assert problem(served.post(endpoint, body), status).offender == offender


SCORE_ID = re.compile(r'"score_id":"[0-9a-f]{32}",?')


def test_a_client_given_by_features_is_treated_as_one_who_is_known(resources: Resources) -> None:
    number = resources.portfolio.search(page_size=1, sort="default_probability", descending=True)
    number = number.rows[0]["client_id"]
    features = features_of(resources.portfolio.client(number))
    given = {"client_id": number, "client_features": features}
    changes = {"changes": {"credit_amount": 1000.0}}
    for handle, kind, more in (
        (what_if, WhatIfRequest, changes),
        (recourse, RecourseRequest, {}),
        (similar, SimilarRequest, {}),
        (compare, CompareRequest, {"feature": "credit_amount"}),
        (compare, CompareRequest, {"feature": "credit_amount", "group": {"kind": "similar"}}),
    ):
        known = handle(resources, kind(client_id=number, **more))
        own = handle(resources, kind(**given, **more))
        # Each score has an id of its own.
        assert SCORE_ID.sub("", own.model_dump_json()) == SCORE_ID.sub("", known.model_dump_json())
    # Nobody else's number is needed for it.
    given["client_id"] = 900_001
    assert what_if(resources, WhatIfRequest(**given, **changes)).client_id == 900_001


@pytest.mark.parametrize(
    ("features", "offender"),
    [
        ({"salary": 1.0}, "feature salary"),
        ({"credit_amount": "much"}, "feature credit_amount"),
        ({"housing": 3.0}, "feature housing"),
    ],
)
def test_features_that_nobody_has_are_refused(
    resources: Resources, features: dict, offender: str
) -> None:
    given = {"client_id": 900_001, "client_features": features}
    for handle, request in (
        (what_if, WhatIfRequest(**given, changes={"credit_amount": 1000.0})),
        (recourse, RecourseRequest(**given)),
        (similar, SimilarRequest(**given)),
        (compare, CompareRequest(**given, feature="credit_amount")),
    ):
        with pytest.raises(InvalidInput, match=offender):
            handle(resources, request)


@pytest.mark.parametrize(
    ("endpoint", "more"),
    [("similar", {}), ("what_if", {"changes": {"credit_amount": 1}}), ("recourse", {})],
)
def test_without_a_portfolio_they_say_what_is_missing(
    locked: Served, endpoint: str, more: dict
) -> None:
    told = locked.post(endpoint, {**CLIENT, **more}, headers={"x-api-key": KEY})
    assert problem(told, 503).offender == "portfolio none.parquet"
