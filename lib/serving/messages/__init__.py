"""What goes over the wire: requests and responses of the scoring API.

Both sides, service and client, share these types; the OpenAPI document is made from them. One
module a concept; all are imported from here.
"""

from lib.serving.messages.applications import ApplicationRequest, ScoredApplication
from lib.serving.messages.base import (
    ClientId,
    Message,
    Number,
    Probability,
    Problem,
    Text,
    Value,
)
from lib.serving.messages.card import Costs, FeatureInfo, ScorerCard, ScorerRequest
from lib.serving.messages.changes import (
    Bounds,
    Recourse,
    RecourseOption,
    RecourseRequest,
    WhatIf,
    WhatIfRequest,
)
from lib.serving.messages.clients import (
    CategoryCount,
    ClientFile,
    ClientPage,
    ClientRequest,
    ClientSummary,
    Filter,
    SearchRequest,
    SimilarClient,
    SimilarClients,
    SimilarRequest,
)
from lib.serving.messages.comparisons import Axis, CompareRequest, Comparison, Density, Group, Usual
from lib.serving.messages.decisions import Decided, DecideRequest
from lib.serving.messages.scores import (
    ClientFeatures,
    Explanation,
    Explanations,
    Reason,
    Score,
    ScoreRequest,
    Scores,
)
from lib.serving.messages.whole import (
    PortfolioOverview,
    PortfolioRequest,
    RefusalReason,
    RiskBins,
)

__all__ = [
    "ApplicationRequest",
    "Axis",
    "Bounds",
    "CategoryCount",
    "ClientFeatures",
    "ClientFile",
    "ClientId",
    "ClientPage",
    "ClientRequest",
    "ClientSummary",
    "CompareRequest",
    "Comparison",
    "Costs",
    "DecideRequest",
    "Decided",
    "Density",
    "Explanation",
    "Explanations",
    "FeatureInfo",
    "Filter",
    "Group",
    "Message",
    "Number",
    "PortfolioOverview",
    "PortfolioRequest",
    "Probability",
    "Problem",
    "Reason",
    "Recourse",
    "RecourseOption",
    "RecourseRequest",
    "RefusalReason",
    "RiskBins",
    "Score",
    "ScoreRequest",
    "ScoredApplication",
    "ScorerCard",
    "ScorerRequest",
    "Scores",
    "SearchRequest",
    "SimilarClient",
    "SimilarClients",
    "SimilarRequest",
    "Text",
    "Usual",
    "Value",
    "WhatIf",
    "WhatIfRequest",
]
