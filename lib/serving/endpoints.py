"""The endpoints: one entry each, from which everything else that knows of them follows.

The name, the description and the messages of an endpoint are those of its handler; the entry adds
the role that a key needs and an example. BentoML's endpoints, the documentation, the rights of
keys and the journal's names are made from `ENDPOINTS`.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_type_hints

from pydantic import BaseModel

from lib.serving.handlers import clients, groups, monitoring, scores
from lib.serving.http.answers import Answer
from lib.serving.http.answers import answer as answer_with
from lib.serving.http.keys import Role
from lib.serving.http.lateness import require_in_time
from lib.serving.http.sharing import Work
from lib.serving.journal.recording import record
from lib.serving.resources import Resources
from lib.serving.wire import Message

Example = dict[str, Any]


@dataclass(frozen=True)
class Endpoint:
    """All that is particular to one endpoint.

    Parameters
    ----------
    handle : callable
        Takes `Resources` and a request message, gives an answer message. Its name, docstring and
        annotations are the endpoint's.
    role : Role or None
        What a key needs to open it; None where any key does.
    example : dict
        A request, for readers and tests.
    simulates : bool
        Whether it scores a client as it might be: no manager decides on such a score.
    work : Work
        What a request to it takes.

    Examples
    --------
    >>> endpoint = ENDPOINTS["search"]
    >>> endpoint.path, endpoint.request.__name__, endpoint.answer.__name__
    ('/search', 'SearchRequest', 'ClientPage')
    """

    handle: Callable[[Resources, Any], BaseModel]
    role: Role | None
    example: Example
    simulates: bool = False
    work: Work = Work.QUICK

    @property
    def name(self) -> str:
        """What it is called: in the journal, the metrics and by clients."""
        return self.handle.__name__

    @property
    def path(self) -> str:
        """Where it is found."""
        return f"/{self.name}"

    @property
    def description(self) -> str:
        """What it does, for readers of the API: the docstring without what is for programmers."""
        return (inspect.getdoc(self.handle) or "").partition("\n\nRaises")[0]

    @cached_property
    def request(self) -> type[Message]:
        """Message that it takes."""
        kind: type[Message] = get_type_hints(self.handle)["request"]
        return kind

    @cached_property
    def answer(self) -> type[BaseModel]:
        """Message that it gives."""
        kind: type[BaseModel] = get_type_hints(self.handle)["return"]
        return kind


def answer(endpoint: Endpoint, resources: Resources, body: bytes) -> Answer:
    """Read a request, handle it, record what is given, and write what comes of it."""

    def handle(request: Message) -> BaseModel:
        response = endpoint.handle(resources, request)
        require_in_time()
        scores = record(resources.journal, endpoint.name, response, endpoint.simulates)
        if resources.shadow and not endpoint.simulates:
            resources.shadow.follow(scores)
        return response

    return answer_with(handle, endpoint.request, body)


def roles_of(endpoints: Iterable[Endpoint]) -> dict[str, Role | None]:
    """Give the role that a key needs for each path."""
    return {endpoint.path: endpoint.role for endpoint in endpoints}


def work_of(endpoints: Iterable[Endpoint]) -> dict[str, Work]:
    """Give what a request to each path takes."""
    return {endpoint.path: endpoint.work for endpoint in endpoints}


# The clients of the examples are invented. A feature or a column left out counts as missing, so
# that the examples are short.
CLIENT_ID = 100_001
SCORE_ID = "0" * 32

EXAMPLE_FEATURES: dict[str, float | str | None] = {
    "age_years": 34.0,
    "annuity_amount": 27_000.0,
    "annuity_to_income": 0.2,
    "contract_type": "Cash loans",
    "credit_above_goods_price": 90_000.0,
    "credit_amount": 450_000.0,
    "credit_to_goods_price": 1.25,
    "education": "Secondary / secondary special",
    "employment_years": 1.5,
    "external_score_2": 0.25,
    "external_score_3": 0.35,
    "goods_price": 360_000.0,
    "highest_external_score": 0.35,
    "income_total": 135_000.0,
    "lowest_external_score": 0.25,
    "mean_external_score": 0.3,
    "product_of_external_scores_2_and_3": 0.0875,
}

EXAMPLE_SCORE: Example = {"clients": [{"client_id": CLIENT_ID, "features": EXAMPLE_FEATURES}]}

# The same client by raw records, with a credit elsewhere and one instalment paid to us.
EXAMPLE_APPLICATION: Example = {
    "application": {
        "SK_ID_CURR": CLIENT_ID,
        "NAME_CONTRACT_TYPE": "Cash loans",
        "NAME_EDUCATION_TYPE": "Secondary / secondary special",
        "AMT_INCOME_TOTAL": 135_000.0,
        "AMT_CREDIT": 450_000.0,
        "AMT_ANNUITY": 27_000.0,
        "AMT_GOODS_PRICE": 360_000.0,
        "DAYS_BIRTH": -12_419,
        "DAYS_EMPLOYED": -548,
        "EXT_SOURCE_2": 0.25,
        "EXT_SOURCE_3": 0.35,
    },
    "bureau": [
        {
            "SK_ID_CURR": CLIENT_ID,
            "SK_ID_BUREAU": 5_000_001,
            "CREDIT_ACTIVE": "Active",
            "CREDIT_TYPE": "Consumer credit",
            "DAYS_CREDIT": -400,
            "AMT_CREDIT_SUM": 90_000.0,
            "AMT_CREDIT_SUM_DEBT": 60_000.0,
        }
    ],
    "previous_application": [
        {
            "SK_ID_CURR": CLIENT_ID,
            "SK_ID_PREV": 2_000_001,
            "NAME_CONTRACT_STATUS": "Approved",
            "AMT_CREDIT": 40_000.0,
            "DAYS_DECISION": -500,
        }
    ],
    "installments_payments": [
        {
            "SK_ID_CURR": CLIENT_ID,
            "SK_ID_PREV": 2_000_001,
            "NUM_INSTALMENT_VERSION": 1.0,
            "NUM_INSTALMENT_NUMBER": 1,
            "DAYS_INSTALMENT": -470,
            "DAYS_ENTRY_PAYMENT": -465,
            "AMT_INSTALMENT": 4_000.0,
            "AMT_PAYMENT": 4_000.0,
        }
    ],
}


_ALL = (
    Endpoint(scores.score, Role.SCORING, EXAMPLE_SCORE),
    Endpoint(scores.explain, Role.SCORING, EXAMPLE_SCORE),
    Endpoint(scores.score_application, Role.SCORING, EXAMPLE_APPLICATION, work=Work.LARGE),
    Endpoint(scores.scorer, None, {}),
    Endpoint(clients.client, Role.PORTFOLIO, {"client_id": CLIENT_ID}),
    Endpoint(
        clients.search,
        Role.PORTFOLIO,
        {
            "filters": [
                {"feature": "decision", "categories": ["refuse"]},
                {"feature": "credit_amount", "maximum": 500_000.0},
            ],
            "sort": "default_probability",
            "page_size": 5,
            "features": ["credit_amount", "contract_type"],
            "facets": ["contract_type"],
        },
        work=Work.PORTFOLIO,
    ),
    Endpoint(
        clients.similar,
        Role.PORTFOLIO,
        {"client_id": CLIENT_ID, "count": 20, "features": ["credit_amount", "income_total"]},
        work=Work.PORTFOLIO,
    ),
    Endpoint(
        groups.compare,
        Role.AGGREGATES,
        {
            "feature": "credit_amount",
            "second_feature": "income_total",
            "group": {
                "kind": "granted",
                "filters": [{"feature": "contract_type", "categories": ["Cash loans"]}],
            },
            "client_id": CLIENT_ID,
            "bins": 20,
            "bins_a_side": 10,
        },
        work=Work.PORTFOLIO,
    ),
    Endpoint(
        groups.portfolio,
        Role.AGGREGATES,
        {
            "filters": [{"feature": "contract_type", "categories": ["Cash loans"]}],
            "segment": "education",
            "bins": 60,
        },
        work=Work.PORTFOLIO,
    ),
    Endpoint(
        scores.what_if,
        Role.PORTFOLIO,
        {
            "client_id": CLIENT_ID,
            "changes": {"credit_amount": 300_000.0, "annuity_amount": 20_000.0},
        },
        simulates=True,
    ),
    Endpoint(
        scores.recourse,
        Role.PORTFOLIO,
        {
            "client_id": CLIENT_ID,
            "features": ["credit_amount", "annuity_amount"],
            "largest_change": 0.4,
        },
    ),
    Endpoint(
        clients.decide,
        Role.PORTFOLIO,
        {
            "client_id": CLIENT_ID,
            "score_id": SCORE_ID,
            "decision": "grant",
            "reason": "not_in_file",
            "comment": "Income seen on paper.",
        },
    ),
    Endpoint(clients.decisions, Role.PORTFOLIO, {"client_ids": [CLIENT_ID], "page_size": 5}),
    Endpoint(
        monitoring.outcomes,
        Role.PORTFOLIO,
        {"outcomes": [{"client_id": CLIENT_ID, "day": "2026-11-30", "defaulted": False}]},
    ),
    Endpoint(monitoring.monitoring, Role.PORTFOLIO, {}),
)

ENDPOINTS: Mapping[str, Endpoint] = {endpoint.name: endpoint for endpoint in _ALL}
