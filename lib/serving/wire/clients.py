"""`/client`, `/search` and `/similar`: the clients already known."""

from typing import Annotated

from pydantic import Field, FiniteFloat

from lib.decision import Decision
from lib.serving.examples import EXAMPLE_CLIENT, EXAMPLE_SEARCH, EXAMPLE_SIMILAR
from lib.serving.wire.base import (
    MOST_PAGE_SIZE,
    MOST_SHOWN_FEATURES,
    ClientId,
    Message,
    Probability,
    Share,
    Value,
    shown_by,
)
from lib.serving.wire.scores import Explanation

Outcome = Annotated[
    bool | None, Field(description="outcome of the credit, null where it is not known")
]
ShownFeatures = Annotated[
    list[str], Field(max_length=MOST_SHOWN_FEATURES, description="shown with each client")
]


class ClientRequest(Message):
    """Body of `/client`."""

    model_config = shown_by(EXAMPLE_CLIENT)

    client_id: ClientId


class ClientFile(Message):
    """Answer of `/client`: all that is known of one client."""

    client_id: ClientId
    defaulted: Outcome
    features: dict[str, Value]
    explanation: Explanation


class Filter(Message):
    """A condition on one feature, or on `default_probability`, `decision` or `client_id`.

    A range keeps the values from `minimum` to `maximum`, both included; `categories` keeps the
    values that it lists.
    """

    feature: str
    minimum: FiniteFloat | None = None
    maximum: FiniteFloat | None = None
    categories: Annotated[list[str], Field(max_length=100)] | None = None


Filters = Annotated[list[Filter], Field(max_length=20, description="all of them must hold")]


class SearchRequest(Message):
    """Body of `/search`: known clients that match, one page of them.

    `sort` and `features` name features, `default_probability`, `decision` or `client_id`; clients
    without a value come last, equal ones in the order of their number. `facets` names categories
    to be counted.
    """

    model_config = shown_by(EXAMPLE_SEARCH)

    filters: Filters = Field(default_factory=list)
    sort: str = "client_id"
    descending: bool = False
    page: Annotated[int, Field(ge=1, le=10**9)] = 1
    page_size: Annotated[int, Field(ge=1, le=MOST_PAGE_SIZE)] = 20
    features: ShownFeatures = Field(default_factory=list)
    facets: Annotated[list[str], Field(max_length=10)] = Field(default_factory=list)


class ClientSummary(Message):
    """One line of a list of clients."""

    client_id: ClientId
    default_probability: Probability
    decision: Decision
    features: dict[str, Value]


class CategoryCount(Message):
    """How many clients have a category."""

    category: str
    clients: int


class ClientPage(Message):
    """Answer of `/search`.

    A facet counts, the most frequent category first, the clients for whom all filters on *other*
    features hold: what a list of choices shows beside each choice.
    """

    total: int
    page: int
    page_size: int
    clients: list[ClientSummary]
    facets: dict[str, list[CategoryCount]] = Field(default_factory=dict)


class SimilarRequest(Message):
    """Body of `/similar`: who is most like one known client in what drives the score."""

    model_config = shown_by(EXAMPLE_SIMILAR)

    client_id: ClientId
    count: Annotated[int, Field(ge=1, le=MOST_PAGE_SIZE)] = 20
    filters: Filters = Field(default_factory=list)
    features: ShownFeatures = Field(default_factory=list)


class SimilarClient(ClientSummary):
    """A client who is like another, and what became of the credit."""

    distance: Annotated[Share, Field(description="0 alike in all that counts, 1 in nothing")]
    defaulted: Outcome


class SimilarClients(Message):
    """Answer of `/similar`, the nearest first.

    `compared_on` are the features that the distance is made of, the weightiest first; `defaulted`
    and `repaid` count those whose outcome is known, `default_share` is the first among both, null
    where fewer than 10 outcomes are known.
    """

    client_id: ClientId
    clients: list[SimilarClient]
    defaulted: int
    repaid: int
    default_share: Share | None
    compared_on: list[str]
