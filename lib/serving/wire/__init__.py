"""What goes over the wire: requests and responses of the scoring API.

Both sides, service and client, share these types; the OpenAPI document is made from them. One
module a concept; all are imported from here.
"""

from lib.features.description import Text
from lib.serving.wire.applications import ApplicationRequest, ScoredApplication
from lib.serving.wire.base import (
    ClientId,
    Message,
    Number,
    Probability,
    Problem,
    Value,
)
from lib.serving.wire.card import FeatureInfo, ScorerCard, ScorerRequest
from lib.serving.wire.changes import (
    Bounds,
    Recourse,
    RecourseOption,
    RecourseRequest,
    WhatIf,
    WhatIfRequest,
)
from lib.serving.wire.clients import (
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
from lib.serving.wire.comparisons import Axis, CompareRequest, Comparison, Density, Group, Usual
from lib.serving.wire.decisions import Decided, DecideRequest
from lib.serving.wire.scores import (
    ClientFeatures,
    Explanation,
    Explanations,
    Reason,
    Score,
    ScoreRequest,
    Scores,
)
from lib.serving.wire.whole import (
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
