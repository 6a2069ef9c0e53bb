"""What goes over the wire: requests and responses of the scoring API.

Both sides, service and client, share these types, and the OpenAPI document is made from them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, PrivateAttr, StrictInt

from lib.decision import CostMatrix, Decision
from lib.features.description import Text as Text
from lib.scoring.card import FactInfo as FactInfo
from lib.scoring.card import FeatureInfo as FeatureInfo
from lib.scoring.card import ScorerCard as ScorerCard
from lib.scoring.note import ReviewNote as ReviewNote

# Of the messages below: the first number changes where a caller has to change with it.
VERSION = "2.0"

MOST_CLIENTS = 1000
MOST_PAGE_SIZE = 100
MOST_SHOWN_FEATURES = 50
MOST_ROWS = 10_000
MOST_BINS = 100
USUAL_BINS = 20
MOST_BINS_A_SIDE = 50
MOST_COMMENT = 2000
MOST_IDEMPOTENCY_KEY = 100
MOST_FILTERS = 20
MOST_CATEGORIES = 100
MOST_FACETS = 10
MOST_CHANGES = 20
LARGEST_CHANGE = 0.9

# Strict, or `true` would pass for 1.
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Value = Number | str | None
ClientId = Annotated[int, Field(ge=0, lt=2**63, description="SK_ID_CURR of Kaggle's tables")]
JournalId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
ScoreId = Annotated[JournalId, Field(description="of the score in the journal")]
# What PostgreSQL does not keep in a text.
NO_NUL = r"^[^\x00]*$"
PersonName = Annotated[
    str, Field(max_length=64, pattern=NO_NUL, description="as the person signs in")
]
Probability = Annotated[float, Field(ge=0, le=1)]
OwnFeatures = Annotated[
    dict[str, Value] | None,
    Field(
        description="of a client whom the portfolio does not hold, as `/score_application` has "
        "worked them out; null: the client is looked up"
    ),
]
Share = Annotated[float, Field(ge=0, le=1)]


class Message(BaseModel):
    """A message that names what it does not know instead of ignoring it."""

    # A value that a client sent is personal: no error may repeat it.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Problem(Message):
    """Body of every 4xx: what is wrong, the rule that it breaks, and what to do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "offender": "feature salary",
                "rule": "the scorer does not know it",
                "remedy": "take the names that /scorer lists",
            }
        }
    )

    offender: str
    rule: str
    remedy: str


# `/score` and `/explain`: from the features of clients to probabilities and reasons.


class ClientFeatures(Message):
    """The features of one client; a feature left out counts as missing."""

    client_id: ClientId | None = None
    features: dict[str, Value]


class ScoreRequest(Message):
    """Body of `/score` and `/explain`."""

    clients: Annotated[list[ClientFeatures], Field(min_length=1, max_length=MOST_CLIENTS)]
    partial: Annotated[
        bool,
        Field(description="whether the others are scored where a client cannot be"),
    ] = False


class ClientFault(Message):
    """Why one client of a request cannot be scored.

    `index` is the client's place in the request, from 0; the rest is as in a `Problem`.
    """

    index: int
    client_id: ClientId | None
    offender: str
    rule: str
    remedy: str


class Score(Message):
    """The probability of one client and what follows from it."""

    score_id: ScoreId
    client_id: ClientId | None
    default_probability: Probability
    decision: Decision
    threshold: Probability
    coverage: Annotated[Share, Field(description="share of features given")]
    scorer: Annotated[str, Field(description="tag of the scorer in the store")]
    review: Annotated[
        list[ReviewNote], Field(description="why a person must look at it; empty as a rule")
    ] = []
    # What was scored, for the journal: it never goes over the wire.
    _scored: Mapping[str, Any] = PrivateAttr(default_factory=dict)

    @property
    def scored(self) -> Mapping[str, Any]:
        """The features that were scored, where this side has scored them."""
        return self._scored

    def of(self, features: Mapping[str, Any]) -> Self:
        """Say which features were scored, and give the score back."""
        self._scored = features
        return self


def of_client(what: str, index: int, client_id: int | None) -> str:
    """Say of which client of a request something is.

    Examples
    --------
    >>> of_client("feature salary", 2, 100_001)
    'feature salary of clients[2], client 100001'
    """
    return f"{what} of clients[{index}]" + ("" if client_id is None else f", client {client_id}")


class Scores(Message):
    """Answer of `/score`, in the order of the request.

    `faults` names the clients that are left out, where the request is for partial results.
    """

    scores: list[Score]
    faults: list[ClientFault] = []


# Hundreds of these stand in one answer, all made by us: a dataclass is made ten times as fast as a
# model, whose values are checked, and is read and written alike.


@dataclass(slots=True)
class FeatureReason:
    """What one feature adds to a reason."""

    __pydantic_config__ = Message.model_config

    feature: str
    label: Text
    value: Value
    contribution: float
    points: float


@dataclass(slots=True)
class Reason:
    """What one fact adds to the risk: above 0 pushes towards refusal.

    `contribution` is in log-odds, the sum over the features that tell the fact; `points` is the
    same in percentage points of the default probability, whatever the order of the reasons.
    `features` has the strongest first.
    """

    __pydantic_config__ = Message.model_config

    fact: str
    label: Text
    contribution: float
    points: float
    features: list[FeatureReason]


class Explanation(Score):
    """A score with all its reasons, the strongest first.

    ``base_log_odds`` plus all contributions is ``log_odds``, whose sigmoid is
    ``default_probability``; ``base_probability``, in percent, plus all points is
    ``default_probability`` in percent. The base is the mean log-odds of the clients that the model
    learned from.
    """

    base_probability: Probability
    base_log_odds: float
    log_odds: float
    reasons: list[Reason]


class Explanations(Message):
    """Answer of `/explain`, in the order of the request.

    `faults` names the clients that are left out, where the request is for partial results.
    """

    explanations: list[Explanation]
    faults: list[ClientFault] = []


# `/score_application`: the raw records of one new client.

# A key has up to 64 bits, more than a float holds: whole numbers stay whole.
Cell = StrictInt | Number | str | None
Record = dict[str, Cell]
History = Annotated[list[Record], Field(max_length=MOST_ROWS)]


class ApplicationRequest(Message):
    """Body of `/score_application`: rows of the raw tables, by Kaggle's column names.

    A column left out counts as missing, a history left out as empty. Rows of a history carry the
    keys that they have in Kaggle's tables.
    """

    application: Annotated[
        Record, Field(description="the client's row of application_test; SK_ID_CURR is needed")
    ]
    bureau: History = Field(default_factory=list)
    bureau_balance: History = Field(default_factory=list)
    previous_application: History = Field(default_factory=list)
    POS_CASH_balance: History = Field(default_factory=list)
    installments_payments: History = Field(default_factory=list)
    credit_card_balance: History = Field(default_factory=list)


class ScoredApplication(Message):
    """Answer of `/score_application`: the features worked out, and what they lead to."""

    client_id: ClientId
    features: dict[str, Value]
    explanation: Explanation


# `/client`, `/search` and `/similar`: the clients already known.

Outcome = Annotated[
    bool | None, Field(description="outcome of the credit, null where it is not known")
]
ShownFeatures = Annotated[
    list[str], Field(max_length=MOST_SHOWN_FEATURES, description="shown with each client")
]


class ClientRequest(Message):
    """Body of `/client`."""

    client_id: ClientId


class ClientFile(Message):
    """Answer of `/client`: all that is known of one client."""

    client_id: ClientId
    defaulted: Outcome
    features: dict[str, Value]
    explanation: Explanation


class Filter(Message):
    """A condition on one feature, or on what the score says.

    The latter are `default_probability`, `decision`, `review_notes` and `client_id`. A range
    keeps the values from `minimum` to `maximum`, both included; `categories` keeps the values that
    it lists.
    """

    feature: str
    minimum: FiniteFloat | None = None
    maximum: FiniteFloat | None = None
    categories: Annotated[list[str], Field(max_length=MOST_CATEGORIES)] | None = None


Filters = Annotated[
    list[Filter], Field(max_length=MOST_FILTERS, description="all of them must hold")
]


class SearchRequest(Message):
    """Body of `/search`: known clients that match, one page of them.

    `sort` and `features` name features, `default_probability`, `decision`, `review_notes` or
    `client_id`; clients without a value come last, equal ones in the order of their number.
    `facets` names categories to be counted.
    """

    filters: Filters = Field(default_factory=list)
    sort: str = "client_id"
    descending: bool = False
    page: Annotated[int, Field(ge=1, le=10**9)] = 1
    page_size: Annotated[int, Field(ge=1, le=MOST_PAGE_SIZE)] = 20
    features: ShownFeatures = Field(default_factory=list)
    facets: Annotated[list[str], Field(max_length=MOST_FACETS)] = Field(default_factory=list)


class ClientSummary(Message):
    """One line of a list of clients."""

    client_id: ClientId
    default_probability: Probability
    decision: Decision
    review_notes: Annotated[
        int, Field(ge=0, description="how many reasons a person has to look at the score")
    ] = 0
    features: dict[str, Value]


class CategoryCount(Message):
    """How many clients have a category."""

    category: str
    clients: int


class ClientPage(Message):
    """Answer of `/search`.

    A facet counts, the most frequent category first, the clients for whom all filters on *other*
    features hold: what a list of choices shows beside each choice. It counts in tens, up or down by
    lot, and leaves out categories with fewer than 10 clients.
    """

    total: int
    page: int
    page_size: int
    clients: list[ClientSummary]
    facets: dict[str, list[CategoryCount]] = Field(default_factory=dict)


class SimilarRequest(Message):
    """Body of `/similar`: who is most like one client in what drives the score."""

    client_id: ClientId
    client_features: OwnFeatures = None
    count: Annotated[int, Field(ge=1, le=MOST_PAGE_SIZE)] = 20
    filters: Filters = Field(default_factory=list)
    features: ShownFeatures = Field(default_factory=list)


class SimilarClient(ClientSummary):
    """A client who is like another, and what became of the credit."""

    distance: Annotated[Share, Field(description="0 alike in all that counts, 1 in nothing")]
    defaulted: Outcome


class SimilarClients(Message):
    """Answer of `/similar`, the nearest first.

    `compared_on` are the facts that the distance is made of, the weightiest first; `defaulted`
    and `repaid` count those whose outcome is known, `default_share` is the first among both, null
    where fewer than 10 outcomes are known.
    """

    client_id: ClientId
    clients: list[SimilarClient]
    defaulted: int
    repaid: int
    default_share: Share | None
    compared_on: list[str]


# `/compare`: how a group is spread over one feature or two, and where a client stands.


class Group(Message):
    """The clients that one is compared with: those of a kind for whom all filters hold.

    `similar` are the 100 nearest to the client of the request, as `/similar` finds them among
    those for whom the filters hold.
    """

    kind: Literal["all", "granted", "refused", "filters", "similar"] = "all"
    filters: Filters = Field(default_factory=list)


class CompareRequest(Message):
    """Body of `/compare`: one feature of a group, and where a client stands in it.

    With `second_feature`, also how the group is spread over both features together; with
    `overview`, also what is usual in the group for every feature.
    """

    feature: str
    second_feature: str | None = None
    group: Group = Group()
    client_id: ClientId | None = None
    client_features: OwnFeatures = None
    bins: Annotated[int, Field(ge=1, le=MOST_BINS)] = USUAL_BINS
    bins_a_side: Annotated[
        int, Field(ge=1, le=MOST_BINS_A_SIDE, description="of each of two features")
    ] = 25
    overview: bool = False


class Axis(Message):
    """One of two features: a number has `bin_edges`, a category has `categories`."""

    feature: str
    value: Value = Field(description="the client's own")
    bin_edges: list[float] | None
    categories: list[str] | None


class Density(Message):
    """How many clients of a group have which values of two features.

    `counts` has a row for each bin or category of `y`, from the lowest edge on, and in it a number
    for each of `x`, in tens. Clients who lack a value of either are only in `missing_share`.
    """

    x: Axis
    y: Axis
    counts: list[list[int]]
    missing_share: Share


class Usual(Message):
    """What is usual of one feature in a group.

    A number has `quantiles`, null where hardly anybody has a value; a category has `shares` of the
    given values, the most frequent first, without those of fewer than 10 clients. `given` of them
    have a value, in tens; null where no quantile is told, and in answers of older portfolios.
    """

    quantiles: dict[str, float] | None = Field(description="keys 0.05, 0.5, 0.95")
    shares: dict[str, Share] | None
    given: int | None = None


class NumberBins(Message):
    """Clients by a number: `bin_edges` are one more than `counts`, the outer bins are open."""

    bin_edges: list[float]
    counts: list[int]
    default_shares: list[Share | None]


class Comparison(Message):
    """Answer of `/compare`: how a group's values of one feature are distributed.

    A number has `bin_edges` (one more than `counts`) and `quantiles`; a category has `categories`,
    the most frequent first, at most 100, and `other_clients`, those of all others. The edges are
    round numbers around what 99 % of the group have; the outer bins are open: they also hold what
    lies beyond. Bins and categories with fewer than 10 clients are joined with others.

    All counts are in tens, up or down by lot, the same at each question; groups of fewer than 10 to
    19 clients, as the lot falls, are refused. `group_size` is the sum of all that is told:
    `missing_share`, `other_clients / group_size` and the shares `counts / group_size` add up to 1.
    A quantile is the mean of ten or more values around it; some clients have no part in it.
    `percentile` is the share of the group's given values below the client's, equal ones counted
    by half, 0 or 1 where fewer than 10 lie beyond; `equal_share` is the share of those that equal
    it, from counts in tens, 0 where fewer than 10 do. Both are null where the client has no value,
    `percentile` also where it is a category.

    Numbers that differ by orders of magnitude are also counted `by_factors`: in bins of which each
    is as many times as high as the one before, as a logarithmic scale shows them.
    """

    feature: str
    group_size: int
    missing_share: Share
    value: Value
    percentile: Share | None
    equal_share: Share | None = None
    counts: list[int]
    bin_edges: list[float] | None
    categories: list[str] | None
    other_clients: int = 0
    default_shares: list[Share | None] = Field(
        default_factory=list,
        description="share of defaults of each bin or category, in the order of `counts`; null "
        "where fewer than 100 outcomes are known",
    )
    by_factors: NumberBins | None = None
    quantiles: dict[str, float] | None = Field(description="keys 0.05, 0.25, 0.5, 0.75, 0.95")
    density: Density | None = None
    overview: dict[str, Usual] | None = Field(default=None, description="by the feature's name")


# `/portfolio`: all clients together, never one of them.

Counts = list[int]


class PortfolioRequest(Message):
    """Body of `/portfolio`: the clients for whom all filters hold, by segment.

    `segment` is a feature with categories, or `age_years`, which is told in bands ("..30" are those
    under 30, "30..40" those from 30 to under 40, "60.." the others); each is counted apart too.
    """

    filters: Filters = Field(default_factory=list)
    segment: str | None = None
    bins: Annotated[int, Field(ge=2, le=MOST_BINS, description="at most so many")] = 60


class AmountBins(Message):
    """Credits of the clients whose amount is known, added up in each bin of default probability.

    `asked` adds the amounts up, `expected_missed` weighs them by the default probability p, and
    `expected_spread` their squares by p (1 - p): the variance of what defaults. `defaulted` and
    `repaid`, with sums of squares, are of those whose outcome is known: of `clients`, `known` ones.
    """

    clients: int
    known: int
    asked: list[float]
    expected_missed: list[float]
    expected_spread: list[float]
    defaulted: list[float]
    repaid: list[float]
    defaulted_squares: list[float]
    repaid_squares: list[float]


class RiskBins(Message):
    """Clients counted by default probability; each list has a number for each bin.

    `expected_defaults` adds their calibrated probabilities up; `defaulted` and `repaid` count
    those whose outcome is known. `amounts` is told of all clients together only, and where it is
    known. Of all clients the counts are exact, with at least 10 clients in each bin and of each
    outcome, or none; with filters, and by segment, counts are in tens and expected defaults whole,
    up or down by lot, so that two groups differ by nothing or by ten.
    """

    clients: Counts
    expected_defaults: list[float]
    defaulted: Counts
    repaid: Counts
    amounts: AmountBins | None = None


class RefusalReason(Message):
    """What one fact adds to the risk of refused clients, in log-odds and on average.

    `main_share` is the share of them who have it among their four strongest reasons for refusal, 0
    where they are fewer than 10.
    """

    fact: str
    label: Text
    mean_contribution: float
    main_share: Share


class PortfolioOverview(Message):
    """Answer of `/portfolio`.

    `bin_edges` rise from 0 to 1, one more than there are bins, with the threshold among them; the
    last bin holds all above it. `segments` has the largest first; categories with fewer than 10 to
    19 clients, as the lot falls, are left out. `reasons` push most towards refusal among refused
    clients, found on `explained` of them drawn by lot; there are none where few are refused.
    """

    threshold: Probability
    costs: CostMatrix
    bin_edges: list[Probability]
    everybody: RiskBins
    segments: dict[str, RiskBins]
    refused: int
    explained: int
    reasons: list[RefusalReason]


# `/what_if` and `/recourse`: what other values of changeable features would lead to.


class WhatIfRequest(Message):
    """Body of `/what_if`: other values of features that `/scorer` marks as changeable."""

    client_id: ClientId
    client_features: OwnFeatures = None
    changes: Annotated[dict[str, Number], Field(min_length=1, max_length=MOST_CHANGES)]


class WhatIf(Message):
    """Answer of `/what_if`: the same client before and after.

    `recomputed` are the features that follow from those changed, with their new values: the
    instalment against the income follows from both.
    """

    client_id: ClientId
    changes: dict[str, Number]
    recomputed: dict[str, Value]
    before: Explanation
    after: Explanation


class RecourseRequest(Message):
    """Body of `/recourse`: how a refused client would be granted.

    `features` are those that may change, amounts that the client has: another one is refused. Where
    it is null, they are those of them that `/scorer` marks as advisable.
    `largest_change` is the most by which each may change, relative to the client's own value.
    """

    client_id: ClientId
    client_features: OwnFeatures = None
    features: Annotated[list[str], Field(min_length=1, max_length=MOST_CHANGES)] | None = None
    largest_change: Annotated[float, Field(gt=0, le=LARGEST_CHANGE)] = 0.5


class Bounds(Message):
    """The values of one feature that were looked at."""

    minimum: float
    maximum: float


class RecourseOption(Message):
    """Changes that lead to a grant; `relative_changes` of -0.1 is a tenth less."""

    changes: dict[str, Number]
    relative_changes: dict[str, float]
    default_probability: Probability


class Recourse(Message):
    """Answer of `/recourse`: the smallest changes that would turn a refusal into a grant.

    `options` change as few features as possible, one option for each choice of features, the
    smallest change first. What is tried changes up to three features by round shares of their
    values, within `bounds`, and only the way by which the lender expects less risk: nobody is
    advised to earn less. No option means: none of all these if `complete`, and none in the time
    there was if not. A client who is granted already has none either.
    """

    client_id: ClientId
    before: Score
    bounds: dict[str, Bounds]
    options: list[RecourseOption]
    complete: bool


# `/decide` and `/decisions`: the manager's own decision, kept beside the model's.


class DecisionReason(StrEnum):
    """Why a person decides otherwise than the model."""

    NOT_IN_FILE = "not_in_file"  # something is known that is not in the file
    WRONG_IN_FILE = "wrong_in_file"  # an information in the file is wrong
    CHANGED = "changed"  # the client's situation has changed since
    SECURITY = "security"  # somebody or something stands for the credit
    LENDING_RULE = "lending_rule"  # a rule of the lender beside the risk
    UNUSUAL = "unusual"  # the case is unlike what the model has seen
    OTHER = "other"  # the comment says it


class DecideRequest(Message):
    """Body of `/decide`: what the manager decides on a score that the model has given.

    `score_id` is that of an answer to a caller of the same role, about this client as the client
    is, not as a simulation has it. A decision other than the model's needs a `reason`; `other`
    needs a comment.
    """

    client_id: ClientId
    score_id: ScoreId
    decision: Decision
    reason: DecisionReason | None = None
    comment: Annotated[
        str, Field(max_length=MOST_COMMENT, description="in the manager's words")
    ] = ""
    idempotency_key: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=MOST_IDEMPOTENCY_KEY,
            pattern=NO_NUL,
            description="made up for each decision: sent again, it is not recorded again",
        ),
    ] = None


class Decided(Message):
    """Answer of `/decide`: the entry as it stands in the journal."""

    decision_id: JournalId
    client_id: ClientId
    score_id: ScoreId
    decision: Decision
    reason: DecisionReason | None
    comment: str
    is_override: Annotated[bool, Field(description="whether it is another than the model's")]
    person: Annotated[str | None, Field(description="who decided, where the caller has said it")]
    caller: Annotated[str, Field(description="name of the key; empty where none is needed")]
    decided_at: Annotated[str, Field(description="ISO 8601, UTC")]
    model_decision: Decision
    default_probability: Probability
    threshold: Annotated[
        Probability | None, Field(description="null where it was decided before this was kept")
    ]
    scorer: str


class DecisionsRequest(Message):
    """Body of `/decisions`: decisions on some clients, by a person, from some days, by page.

    Days are in UTC, both included. A manager asks for clients or for the own decisions; all others
    are for heads, auditors and callers for whom no person stands.
    """

    client_ids: Annotated[list[ClientId] | None, Field(max_length=MOST_PAGE_SIZE)] = None
    person: PersonName | None = None
    first_day: date | None = None
    last_day: date | None = None
    page: Annotated[int, Field(ge=1, le=10**9)] = 1
    page_size: Annotated[int, Field(ge=1, le=MOST_PAGE_SIZE)] = 20


class DecisionsPage(Message):
    """Answer of `/decisions`, the newest first.

    Decisions on clients who are forgotten are counted in `total`, and not told.
    """

    total: int
    page: int
    page_size: int
    decisions: list[Decided]


# `/outcomes`: what became of credits, each tied to the score that it followed.


class OutcomeGiven(Message):
    """What became of one credit.

    `score_id` is that of the score that was decided on, which was given on `day` or before. Where
    it is left out, the outcome is tied to the last decision on the client until `day`, or else to
    the last score.
    """

    client_id: ClientId
    day: Annotated[date, Field(description="when it became known")]
    defaulted: Annotated[bool, Field(description="whether the client did not repay")]
    score_id: ScoreId | None = None


class OutcomesRequest(Message):
    """Body of `/outcomes`: all are recorded, or none."""

    outcomes: Annotated[list[OutcomeGiven], Field(min_length=1, max_length=MOST_CLIENTS)]


class OutcomesRecorded(Message):
    """Answer of `/outcomes`.

    `known_before` were recorded already, word for word, or are there twice, and are not again;
    `overrides` follow a person's decision that was another than the model's.
    """

    recorded: int
    known_before: int
    overrides: int


# `/monitoring`: whether the scorer still fits, as `make monitor` last found it.

Level = Literal["green", "amber", "red", "unknown"]
# Never by colour alone: each level has a sign, beside its word.
LEVEL_SIGNS: Mapping[Level, str] = {"green": "●", "amber": "▲", "red": "■", "unknown": "○"}
Part = Literal["inputs", "before_outcomes", "after_outcomes", "oversight"]
FigureUnit = Literal["index", "share", "cost", "ratio", "auc", "p_value", "hours", "days", "count"]


class HistoryPoint(Message):
    """A figure in one of the stretches of time that the period is parted into."""

    first_day: date
    value: FiniteFloat | None
    level: Level


class MonitoredFigure(Message):
    """A figure, how bad it is, and what it means to people.

    `low` and `high` are the ends of a 95 % interval, where the figure has one. From `amber` on it
    is to be looked at, from `red` on something is to be done, unless chance explains it: then it is
    green, and the sentence says so. `unknown` is what too few clients tell nothing of.
    """

    name: str
    part: Part
    label: Text
    unit: FigureUnit
    value: FiniteFloat | None
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
    level: Level
    amber: float
    red: float
    sentence: Text
    history: list[HistoryPoint] = []


class FeatureDrift(Message):
    """How far one feature has moved; shares before are those of the reference."""

    feature: str
    label: Text
    psi: float
    p_value: Probability
    missing: Share
    missing_before: Share
    unseen: Share
    unseen_before: Share
    level: Level


class GradeOutcomes(Message):
    """What was told of one grade, from 1, the safest, and what came, with its 95 % interval."""

    grade: int
    clients: int
    told: Probability
    came: Probability
    low: Probability
    high: Probability
    p_value: Probability


class SegmentBias(Message):
    """A kind of clients: what was told less what came, above 0 too much risk.

    `segment` is a category, or both ends of a part of the numbers, of which the upper one belongs
    to it; empty for those of whom the feature is not known. `name` says it in words.
    """

    feature: str
    label: Text
    segment: str
    name: Text
    clients: int
    bias: float
    error: Annotated[float, Field(description="standard error of the bias")]
    p_value: Probability


class Overrides(Message):
    """Decisions by a person or for a reason, and those against the model among them.

    `outcomes` and `defaults` are of credits that were granted against the model.
    """

    by: str
    decisions: int
    granted_against: int
    refused_against: int
    outcomes: int
    defaults: int


class GroupOversight(Message):
    """What people decided on the clients of one group, such as women, or those under 30.

    Groups of fewer than ten clients are not told. `clients` were decided on, or wait: they are
    refused, and nobody has looked at the refusal. `hours` is the median from score to decision.
    """

    attribute: Text
    group: Text
    clients: int
    decisions: int
    granted_against: int
    refused_against: int
    outcomes: int
    defaults: int
    waiting: int
    hours: FiniteFloat | None


class GrantedByOutcome(Message):
    """Credits that people granted, as the model has it and against it, by what became of them."""

    outcome: Literal["repaid", "defaulted", "not_known"]
    with_model: int
    against_model: int


class MonitoringRequest(Message):
    """Body of `/monitoring`: nothing."""


class MonitoringReport(Message):
    """Answer of `/monitoring`.

    `clients` are those scored in the period, each by the last score; `outcomes` are those that
    became known in it. The features are those that moved farthest, the segments those of which the
    bias is surest.
    """

    created: Annotated[str, Field(description="ISO 8601, UTC")]
    scorer: str
    first_day: date
    last_day: date
    reference: Text
    clients: int
    outcomes: int
    figures: list[MonitoredFigure]
    features: list[FeatureDrift] = []
    grades: list[GradeOutcomes] = []
    segments: list[SegmentBias] = []
    persons: list[Overrides] = []
    reasons: list[Overrides] = []
    groups: list[GroupOversight] = []
    granted: list[GrantedByOutcome] = []


# `/scorer`: the model card.


class ScorerRequest(Message):
    """Body of `/scorer`: nothing."""
