"""Many clients together, over HTTP: groups compared with a client, and the portfolio as a whole."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from lib.decision import Decision
from lib.portfolio import Condition, Portfolio
from lib.portfolio import Group as KnownGroup
from lib.serving.api import ScoringApi
from lib.serving.handlers.groups import compare, group_conditions, rank_reasons
from lib.serving.resources import Resources
from lib.serving.wire import (
    ClientPage,
    CompareRequest,
    Comparison,
    DecisionReason,
    Group,
    PortfolioOverview,
)
from tests.serving.conftest import COUNTER, KEY, PARTNER
from tests.serving.server import Served
from tests.serving.test_service import problem

CLIENT = {"client_id": 100_002}


def test_a_group_of_those_similar_is_the_hundred_nearest(served: Served) -> None:
    similar = served.post("similar", {**CLIENT, "count": 100, "features": ["housing"]}).json()
    body = {"feature": "housing", "group": {"kind": "similar"}, **CLIENT}
    told = Comparison.model_validate_json(served.post("compare", body).content)
    housing = [client["features"]["housing"] for client in similar["clients"]]
    assert told.group_size == 100
    counted = dict(zip(told.categories, told.counts, strict=True))
    assert counted.keys() == {one for one in set(housing) - {None} if housing.count(one) >= 10}
    # Nothing told is off by ten.
    assert all(abs(clients - housing.count(one)) < 10 for one, clients in counted.items())
    assert abs(told.missing_share * 100 - housing.count(None)) < 10


def test_filters_and_the_kind_of_a_group_must_both_hold(
    served: Served, resources: Resources
) -> None:
    filters = [
        {"feature": "housing", "categories": ["rents"]},
        {"feature": "age_years", "minimum": 30, "maximum": 50},
    ]
    for kind, decision in (("granted", "grant"), ("refused", "refuse")):
        body = {"feature": "credit_amount", "group": {"kind": kind, "filters": filters}}
        told = Comparison.model_validate_json(served.post("compare", body).content)
        same = [*filters, {"feature": "decision", "categories": [decision]}]
        page = ClientPage.model_validate_json(served.post("search", {"filters": same}).content)
        assert told.group_size % 10 == 0
        assert abs(told.group_size - page.total) < 10 < page.total


def test_two_features_together_are_counted_in_cells(served: Served) -> None:
    body = {"feature": "age_years", "second_feature": "housing", "bins_a_side": 8, **CLIENT}
    told = Comparison.model_validate_json(served.post("compare", body).content)
    assert told.density.x.feature == "age_years"
    assert told.density.x.value == told.value
    assert len(told.density.counts) == len(told.density.y.categories) == 3
    (bins,) = {len(row) for row in told.density.counts}
    assert 4 <= bins <= 8
    placed = sum(map(sum, told.density.counts))
    assert placed == pytest.approx(1200 * (1 - told.density.missing_share))


def test_shares_and_the_missing_share_add_up_to_one(served: Served) -> None:
    for feature in ("age_years", "housing", "never_given"):
        told = Comparison.model_validate_json(served.post("compare", {"feature": feature}).content)
        counted = sum(told.counts) + told.other_clients
        assert counted / told.group_size + told.missing_share == pytest.approx(1)


def test_a_comparison_never_gives_rows(served: Served) -> None:
    body = {"feature": "age_years", "second_feature": "credit_amount", "bins": 100}
    told = served.post("compare", {**body, "bins_a_side": 50}).json()
    assert 20 < len(told["counts"]) <= 100
    assert 10 < len(told["density"]["counts"]) <= 50
    assert "client_id" not in str(told)


def test_what_is_usual_is_told_only_where_it_is_asked_for(resources: Resources) -> None:
    request = CompareRequest(feature="decision")
    assert compare(resources, request).overview is None
    assert compare(resources, request.model_copy(update={"overview": True})).overview


@pytest.mark.parametrize("kind", ["all", "granted", "refused"])
def test_what_is_usual_is_of_the_group_and_survives_the_wire(
    resources: Resources, kind: str
) -> None:
    group = Group(kind=kind)
    told = compare(resources, CompareRequest(feature="decision", group=group, overview=True))
    read = Comparison.model_validate_json(told.model_dump_json())
    known = resources.portfolio.overview(KnownGroup(group_conditions(group)))
    assert read.overview.keys() == known.keys()
    for name, usual in known.items():
        quantiles = read.overview[name].quantiles
        assert (quantiles and list(quantiles.values())) == (
            usual.quantiles and list(usual.quantiles.values())
        )
        assert read.overview[name].shares == usual.shares
        assert read.overview[name].given == usual.given


@pytest.mark.parametrize("feature", ["owns_car", "housing"])
def test_how_many_have_what_the_client_has_is_told(served: Served, feature: str) -> None:
    answer = served.post("compare", {"feature": feature, **CLIENT})
    told = Comparison.model_validate_json(answer.content)
    known = served.post("search", {"features": [feature], "page_size": 100}).json()
    values = [client["features"][feature] for client in known["clients"]]
    given = [one for one in values if one is not None]
    # Of the first hundred about as many have it as of all.
    share = given.count(told.value) / len(given)
    assert told.equal_share == pytest.approx(share, abs=0.15)
    nobody = Comparison.model_validate_json(served.post("compare", {"feature": feature}).content)
    assert nobody.equal_share is None


@pytest.fixture(scope="module")
def told(served: Served) -> PortfolioOverview:
    response = served.post("portfolio", {"segment": "housing", "bins": 40})
    return PortfolioOverview.model_validate_json(response.content)


def test_the_threshold_parts_the_granted_from_the_refused(
    told: PortfolioOverview, resources: Resources
) -> None:
    place = told.bin_edges.index(told.threshold)
    refused = resources.portfolio.search([Condition("decision", categories=("refuse",))]).total
    assert sum(told.everybody.clients[place:]) == refused == told.refused
    assert sum(told.everybody.clients) == 1200
    assert len(told.bin_edges) - 1 == len(told.everybody.clients) <= 40


def test_the_amounts_at_stake_are_told_of_all_clients_together(
    told: PortfolioOverview, resources: Resources
) -> None:
    risks = resources.portfolio.risks(segment="housing", threshold=told.threshold, bins=40)
    assert risks.everybody.amounts is not None
    assert told.everybody.amounts is not None
    assert told.everybody.amounts.model_dump() == vars(risks.everybody.amounts)
    assert all(bins.amounts is None for bins in told.segments.values())


def test_segments_add_up_to_those_who_have_a_category(
    told: PortfolioOverview, resources: Resources
) -> None:
    missing = resources.portfolio.compare("housing").missing_share
    counted = sum(sum(bins.clients) for bins in told.segments.values())
    assert abs(counted - 1200 * (1 - missing)) < 10 * (len(told.segments) + 1)


def test_reasons_are_the_mean_contributions_of_refused_clients(
    told: PortfolioOverview, resources: Resources
) -> None:
    group = KnownGroup([Condition("decision", categories=("refuse",))])
    _, rows = resources.portfolio.sample(group, columns=resources.scorer.features, count=1000)
    contributions = resources.scorer.contributions(resources.scorer.encode_frame(rows))
    means = resources.scorer.sum_by_fact(contributions).mean(axis=0)
    expected = dict(zip(resources.scorer.facts, means.tolist(), strict=True))
    # All of them but some, who are drawn by lot.
    assert 10 <= told.refused - told.explained <= 19
    assert {one.fact: one.mean_contribution for one in told.reasons} == pytest.approx(
        {name: mean for name, mean in expected.items() if mean > 0}
    )
    weights = [reason.mean_contribution for reason in told.reasons]
    assert weights == sorted(weights, reverse=True)
    assert all(0 <= reason.main_share <= 1 for reason in told.reasons)


def test_a_reason_is_main_where_it_is_among_the_four_strongest() -> None:
    contributions = np.array([[5, 4, 3, 2, 1.0], [-1, -1, -1, -1, 1.0]] * 10)
    shares = {place: share for place, _, share in rank_reasons(contributions)}
    assert shares == {0: 0.5, 1: 0.5, 2: 0.5, 3: 0.5, 4: 0.5}


def test_the_client_of_the_api_reads_it_and_records_decisions(served: Served) -> None:
    with ScoringApi(served.url) as api:
        assert sum(api.portfolio(segment="housing", bins=20).everybody.clients) == 1200
        score = api.client(100_002).explanation
        recorded = api.decide(
            100_002, score.score_id, Decision.GRANT, DecisionReason.OTHER, "seen the contract"
        )
        assert api.decisions([100_002], page_size=1).decisions == [recorded]
    assert (recorded.decision, recorded.comment) == ("grant", "seen the contract")
    assert (recorded.score_id, recorded.threshold) == (score.score_id, score.threshold)
    assert recorded.default_probability == score.default_probability


def test_of_a_few_refused_no_reasons_are_told(served: Served, resources: Resources) -> None:
    refused = [Condition("decision", categories=("refuse",))]
    safest = resources.portfolio.search(refused, sort="default_probability", page_size=5).rows
    filters = [{"feature": "default_probability", "maximum": safest[-1]["default_probability"]}]
    answer = served.post("portfolio", {"filters": filters})
    assert answer.status_code == 200, answer.text
    told = PortfolioOverview.model_validate_json(answer.content)
    assert told.refused in (0, 10)
    assert (told.explained, told.reasons) == (0, [])


def test_the_portfolio_never_gives_rows(served: Served) -> None:
    answer = served.post("portfolio", {"bins": 100, "segment": "contract"}).text
    assert "client_id" not in answer


@pytest.mark.parametrize(
    ("body", "offender"),
    [
        ({"bins": 101}, "bins"),
        ({"bins": 1}, "bins"),
        ({"segment": "credit_amount"}, "segment credit_amount"),
        ({"segment": "salary"}, "feature salary"),
        ({"filters": [{"feature": "client_id", "maximum": 100_009}]}, "the group"),
    ],
)
def test_a_request_that_makes_no_sense_is_told_what_is_wrong(
    served: Served, body: dict, offender: str
) -> None:
    assert problem(served.post("portfolio", body), 400).offender == offender


def test_the_portfolio_takes_its_own_key(locked: Served) -> None:
    partner = locked.post("portfolio", {}, headers={"x-api-key": PARTNER})
    assert partner.status_code == 403
    own = locked.post("portfolio", {}, headers={"x-api-key": KEY})
    assert problem(own, 503).offender == "portfolio none.parquet"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("compare", {"feature": "age_years"}),
        ("compare", {"feature": "age_years", "group": {"kind": "refused"}, "overview": True}),
        ("portfolio", {"segment": "housing"}),
        ("scorer", {}),
    ],
)
def test_who_sees_groups_only_gets_as_far_as_the_file(
    locked: Served, path: str, body: dict
) -> None:
    told = locked.post(path, body, headers={"x-api-key": COUNTER})
    if path == "scorer":
        assert told.status_code == 200
    else:
        assert problem(told, 503).offender == "portfolio none.parquet"


@pytest.mark.parametrize(
    ("path", "body", "offender"),
    [
        ("client", CLIENT, "API key “counter”"),
        ("search", {"facets": ["housing"]}, "API key “counter”"),
        ("score", {"clients": [{"features": {}}]}, "API key “counter”"),
        ("compare", {"feature": "age_years", **CLIENT}, "client_id"),
        (
            "compare",
            {"feature": "age_years", "group": {"kind": "similar"}, **CLIENT},
            "client_id",
        ),
        (
            "compare",
            {
                "feature": "age_years",
                "group": {"filters": [{"feature": "client_id", "maximum": 100_300}]},
            },
            "client_id",
        ),
        ("portfolio", {"filters": [{"feature": "client_id", "minimum": 1}]}, "client_id"),
        # Where made-up values stand tells, in two groups that differ by one client, of that one.
        (
            "compare",
            {"feature": "credit_amount", "client_features": {"credit_amount": 1.0}},
            "client_features",
        ),
    ],
)
def test_who_sees_groups_only_names_no_client(
    locked: Served, path: str, body: dict, offender: str
) -> None:
    told = locked.post(path, body, headers={"x-api-key": COUNTER})
    assert problem(told, 403).offender == offender


def test_an_answer_of_several_questions_reads_one_file(
    resources: Resources, portfolio_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the first question and the next another file takes the place."""
    path = tmp_path / "portfolio.parquet"
    path.write_bytes(portfolio_file.read_bytes())
    monkeypatch.setattr(resources, "portfolio", Portfolio(path))
    half = pq.read_table(path).slice(0, 600)
    compare_one, left = Portfolio.compare, [half]

    def compare_and_replace(self: Portfolio, *args: object, **options: object) -> object:
        answer = compare_one(self, *args, **options)
        if left:
            pq.write_table(left.pop(), tmp_path / "part")
            (tmp_path / "part").replace(path)
        return answer

    monkeypatch.setattr(Portfolio, "compare", compare_and_replace)
    told = compare(resources, CompareRequest(feature="housing", second_feature="contract"))
    counted = sum(map(sum, told.density.counts))
    assert told.group_size == 600
    assert counted == pytest.approx(600 * (1 - told.density.missing_share), abs=0.1)
