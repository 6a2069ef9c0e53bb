"""What goes over the wire: requests and responses of the scoring API.

Both sides, service and client, share these types; the OpenAPI document is made from them.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from lib.decision import Decision
from lib.serving.model_card import ModelCard

MOST_CLIENTS = 1000
MOST_PAGE_SIZE = 100
MOST_BINS = 100

# Strict, or `true` would pass for 1.
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Value = Number | str | None
ClientId = Annotated[int, Field(ge=0, lt=2**63, description="SK_ID_CURR of Kaggle's tables")]
Probability = Annotated[float, Field(ge=0, le=1)]


class Message(BaseModel):
    """A message that names what it does not know instead of ignoring it."""

    # A value that a client sent is personal: no error may repeat it.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Text(Message):
    """The same words in French and in English."""

    fr: str
    en: str


class ClientFeatures(Message):
    """The features of one client; a feature left out counts as missing."""

    client_id: ClientId | None = None
    features: dict[str, Value]


class ScoreRequest(Message):
    """Body of `/score` and `/explain`."""

    clients: Annotated[list[ClientFeatures], Field(min_length=1, max_length=MOST_CLIENTS)]


class Score(Message):
    """The probability of one client and what follows from it."""

    client_id: ClientId | None
    default_probability: Probability
    decision: Decision
    threshold: Probability
    coverage: Annotated[float, Field(ge=0, le=1, description="share of features given")]
    scorer: Annotated[str, Field(description="tag of the scorer in the store")]


class Scores(Message):
    """Answer of `/score`, in the order of the request."""

    scores: list[Score]


class Reason(Message):
    """What one feature adds to the log-odds of default: positive pushes towards refusal."""

    feature: str
    label: Text
    value: Value
    contribution: float


class Explanation(Score):
    """A score with all its reasons, the strongest first.

    ``base_log_odds`` plus all contributions is ``log_odds``, whose sigmoid is
    ``default_probability``.
    """

    base_probability: Probability
    base_log_odds: float
    log_odds: float
    reasons: list[Reason]


class Explanations(Message):
    """Answer of `/explain`, in the order of the request."""

    explanations: list[Explanation]


class ClientRequest(Message):
    """Body of `/client`."""

    client_id: ClientId


class ClientFile(Message):
    """Answer of `/client`: all that is known of one client."""

    client_id: ClientId
    defaulted: bool | None = Field(description="outcome of the credit, null where not known")
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
    without a value come last, equal ones in the order of their number.
    """

    filters: Filters = []
    sort: str = "client_id"
    descending: bool = False
    page: Annotated[int, Field(ge=1, le=10**9)] = 1
    page_size: Annotated[int, Field(ge=1, le=MOST_PAGE_SIZE)] = 20
    features: Annotated[list[str], Field(max_length=50, description="shown with each client")] = []


class ClientSummary(Message):
    """One line of a list of clients."""

    client_id: ClientId
    default_probability: Probability
    decision: Decision
    features: dict[str, Value]


class ClientPage(Message):
    """Answer of `/search`."""

    total: int
    page: int
    page_size: int
    clients: list[ClientSummary]


class Group(Message):
    """The clients that one is compared with."""

    kind: Literal["all", "granted", "refused", "filters"] = "all"
    filters: Filters = []


class CompareRequest(Message):
    """Body of `/compare`: one feature of a group, and where a client stands in it."""

    feature: str
    group: Group = Group()
    client_id: ClientId | None = None
    bins: Annotated[int, Field(ge=1, le=MOST_BINS)] = 20


class Comparison(Message):
    """Answer of `/compare`: how a group's values of one feature are distributed.

    A number has `bin_edges` (one more than `counts`) and `quantiles`; a category has `categories`.
    `percentile` is the share of the group's given values below the client's, equal ones counted
    by half; null where the client has none.
    """

    feature: str
    group_size: int
    missing_share: Probability
    value: Value
    percentile: Probability | None
    counts: list[int]
    bin_edges: list[float] | None
    categories: list[str] | None
    quantiles: dict[str, float] | None = Field(description="keys 0.05, 0.25, 0.5, 0.75, 0.95")


class ScorerRequest(Message):
    """Body of `/scorer`: nothing."""


class Costs(Message):
    """What wrong decisions cost, in units of one refused good client."""

    missed_default: float
    refused_good: float


class FeatureInfo(Message):
    """A feature as a person reads it."""

    name: str
    label: Text
    unit: str
    family: str
    source: str
    protected: bool
    changeable: bool
    in_model: bool
    importance: float = Field(description="mean absolute contribution in log-odds, 0 outside")
    categories: dict[str, Text]


class ScorerCard(Message):
    """Answer of `/scorer`: what is deployed, and what speaks for it."""

    tag: str
    candidate: str
    created: str
    threshold: Probability
    costs: Costs
    base_probability: Probability
    metrics: dict[str, float]
    data_fingerprint: str
    clients_trained_on: int
    versions: dict[str, str]
    features: list[FeatureInfo]
    model_card: ModelCard = ModelCard()


class Problem(Message):
    """Body of every 4xx: what is wrong, the rule that it breaks, and what to do."""

    offender: str
    rule: str
    remedy: str
