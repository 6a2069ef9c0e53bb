"""The portfolio as a whole, over HTTP, in the small world."""

import numpy as np
import pytest

from lib.decision import Decision
from lib.portfolio import Condition, Group
from lib.serving.api import ScoringApi
from lib.serving.handlers.groups import rank_reasons
from lib.serving.resources import Resources
from lib.serving.wire import PortfolioOverview
from tests.serving.conftest import KEY, PARTNER
from tests.serving.server import Served
from tests.serving.test_service import problem


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


def test_segments_add_up_to_those_who_have_a_category(
    told: PortfolioOverview, resources: Resources
) -> None:
    missing = resources.portfolio.compare("housing").missing_share
    counted = sum(sum(bins.clients) for bins in told.segments.values())
    assert counted == round(1200 * (1 - missing))


def test_reasons_are_the_mean_contributions_of_refused_clients(
    told: PortfolioOverview, resources: Resources
) -> None:
    group = Group([Condition("decision", categories=("refuse",))])
    _, rows = resources.portfolio.sample(group, columns=resources.scorer.features, count=10_000)
    means = resources.scorer.contributions(resources.scorer.encode_frame(rows)).mean(axis=0)
    expected = dict(zip(resources.scorer.features, means.tolist(), strict=True))
    assert told.explained == told.refused
    assert {one.feature: one.mean_contribution for one in told.reasons} == pytest.approx(
        {name: mean for name, mean in expected.items() if mean > 0}
    )
    weights = [reason.mean_contribution for reason in told.reasons]
    assert weights == sorted(weights, reverse=True)
    assert all(0 <= reason.main_share <= 1 for reason in told.reasons)


def test_a_reason_is_main_where_it_is_among_the_four_strongest() -> None:
    contributions = np.array([[5, 4, 3, 2, 1.0], [-1, -1, -1, -1, 1.0]])
    shares = {place: share for place, _, share in rank_reasons(contributions)}
    assert shares == {0: 0.5, 1: 0.5, 2: 0.5, 3: 0.5, 4: 0.5}


def test_the_client_of_the_api_reads_it_and_records_decisions(served: Served) -> None:
    with ScoringApi(served.url) as api:
        assert sum(api.portfolio(segment="housing", bins=20).everybody.clients) == 1200
        score = api.client(100_002).explanation
        recorded = api.decide(100_002, Decision.GRANT, "seen the contract")
    assert (recorded.decision, recorded.comment) == ("grant", "seen the contract")
    assert recorded.default_probability == score.default_probability


def test_of_a_few_refused_no_reasons_are_told(served: Served, resources: Resources) -> None:
    refused = [Condition("decision", categories=("refuse",))]
    ids = [row["client_id"] for row in resources.portfolio.search(refused, page_size=9).rows]
    filters = [{"feature": "client_id", "maximum": ids[-1]}]
    told = PortfolioOverview.model_validate_json(
        served.post("portfolio", {"filters": filters}).content
    )
    assert (told.refused, told.explained, told.reasons) == (9, 0, [])


def test_it_never_gives_rows(served: Served) -> None:
    answer = served.post("portfolio", {"bins": 100, "segment": "contract"}).text
    assert "client_id" not in answer


@pytest.mark.parametrize(
    ("body", "offender"),
    [
        ({"bins": 101}, "bins"),
        ({"bins": 1}, "bins"),
        ({"segment": "age_years"}, "segment age_years"),
        ({"segment": "salary"}, "feature salary"),
        ({"filters": [{"feature": "client_id", "maximum": 100_009}]}, "the group"),
    ],
)
def test_a_request_that_makes_no_sense_is_told_what_is_wrong(
    served: Served, body: dict, offender: str
) -> None:
    assert problem(served.post("portfolio", body), 400).offender == offender


def test_it_takes_the_key_of_the_portfolio(locked: Served) -> None:
    partner = locked.post("portfolio", {}, headers={"x-api-key": PARTNER})
    assert partner.status_code == 403
    own = locked.post("portfolio", {}, headers={"x-api-key": KEY})
    assert problem(own, 503).offender == "portfolio none.parquet"
