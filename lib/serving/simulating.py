"""A known client with other values of what may change: the score, and the way to a grant."""

from math import isnan
from typing import Any

import numpy as np

from lib.decision import Decision
from lib.features.one_client import DerivedFeatures
from lib.portfolio import Portfolio
from lib.scoring.changes import check_changeable, check_changes, with_changes
from lib.scoring.recourse import Option, Search, amounts_of, find_recourse
from lib.scoring.scorer import Scorer
from lib.serving.explaining import explain_clients, score_clients
from lib.serving.known import all_features, model_features
from lib.serving.wire import (
    Bounds,
    Recourse,
    RecourseOption,
    RecourseRequest,
    WhatIf,
    WhatIfRequest,
)


def change_client(
    portfolio: Portfolio, scorer: Scorer, tag: str, follow: DerivedFeatures, request: WhatIfRequest
) -> WhatIf:
    """Explain the score of a client before and after changes.

    Raises
    ------
    InvalidInput
        If a feature may not be changed, or its new value is out of range.
    """
    check_changes(request.changes, scorer.catalogue)
    before = all_features(portfolio.client(request.client_id))
    values = {name: np.array([value]) for name, value in request.changes.items()}
    changed = {
        name: _or_none(column[0]) for name, column in with_changes(before, values, follow).items()
    }
    clients = [model_features(row, scorer) for row in (before, before | changed)]
    explained = explain_clients(scorer, tag, [request.client_id] * 2, clients)
    return WhatIf.model_construct(
        client_id=request.client_id,
        changes=request.changes,
        recomputed={name: new for name, new in changed.items() if name not in request.changes},
        before=explained[0],
        after=explained[1],
    )


def recourse_of_client(
    portfolio: Portfolio,
    scorer: Scorer,
    tag: str,
    follow: DerivedFeatures,
    request: RecourseRequest,
) -> Recourse:
    """Search the smallest changes that would turn a refusal into a grant.

    Raises
    ------
    InvalidInput
        If a feature may not be changed.
    """
    for name in request.features or []:
        check_changeable(name, scorer.catalogue)
    features = all_features(portfolio.client(request.client_id))
    (before,) = score_clients(scorer, tag, [request.client_id], [model_features(features, scorer)])
    advised = [row.name for row in scorer.catalogue.values() if row.advisable]
    amounts = amounts_of(features, request.features or advised, scorer)
    most = request.largest_change
    found = Search([], complete=True)
    if before.decision is Decision.REFUSE:
        found = find_recourse(scorer, follow, features, amounts, most)
    return Recourse(
        client_id=request.client_id,
        before=before,
        bounds={
            name: Bounds(minimum=round(own * (1 - most), 2), maximum=round(own * (1 + most), 2))
            for name, own in amounts.items()
        },
        options=[_as_message(option) for option in found.options],
        complete=found.complete,
    )


def _as_message(option: Option) -> RecourseOption:
    return RecourseOption(
        changes=dict(option.values),
        relative_changes=dict(option.shares),
        default_probability=option.default_probability,
    )


def _or_none(value: Any) -> float | None:
    return None if isnan(value) else float(value)
