"""What a scorer says of each client of a frame: the same for the portfolio and in bulk."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lib.decision import Decision, refuses
from lib.scoring.encoder import Floats
from lib.scoring.models import sigmoid
from lib.scoring.review import count_notes
from lib.scoring.scorer import Scorer

# Large enough to score quickly, small enough for memory.
CLIENTS_PER_BATCH = 8192

SCORES = (
    pa.field("default_probability", pa.float64(), nullable=False),
    pa.field("decision", pa.string(), nullable=False),
    pa.field("review_notes", pa.int64(), nullable=False),
)
REASON = pa.struct(
    [
        pa.field("fact", pa.string(), nullable=False),
        pa.field("contribution", pa.float64(), nullable=False),
        pa.field("points", pa.float64(), nullable=False),
    ]
)
REASONS = pa.field("reasons", pa.list_(REASON))


def score_frame(scorer: Scorer, clients: pa.Table, explained: bool = False) -> pa.Table:
    """Score the clients of a table.

    Parameters
    ----------
    scorer : Scorer
    clients : Table
        n clients, with a column for each of the scorer's features.
    explained : bool
        Whether refusals are given their reasons, which takes a hundred times as long as a score.

    Returns
    -------
    Table
        n rows with the columns `SCORES`, and `REASONS` where they are asked for: each fact with its
        contribution in log-odds and in percentage points, the strongest first; missing for clients
        who are granted.

    Raises
    ------
    InvalidInput
        If a column is not there, of the wrong type, or holds an infinite number.
    """
    given = scorer.encoder.frame_as_given(clients)
    matrix = scorer.encoder.nearest_seen(given)
    log_odds = scorer.log_odds(matrix)
    probabilities = sigmoid(log_odds)
    refused = refuses(probabilities, scorer.threshold)
    columns = [
        pa.array(probabilities),
        pa.array(np.where(refused, Decision.REFUSE.value, Decision.GRANT.value), pa.string()),
        pa.array(count_notes(scorer, clients, given)),
    ]
    if not explained:
        return pa.table(columns, pa.schema(SCORES))
    reasons = _reasons_of_refusals(scorer, matrix, log_odds, refused)
    return pa.table([*columns, reasons], pa.schema([*SCORES, REASONS]))


def _reasons_of_refusals(
    scorer: Scorer, matrix: Floats, log_odds: Floats, refused: npt.NDArray[np.bool_]
) -> pa.ListArray:
    sums = scorer.sum_by_fact(scorer.contributions(matrix[refused]))
    # Equal ones stay in the model's order, as the API gives them.
    order = np.argsort(-np.abs(sums), axis=1, kind="stable")
    contributions = np.take_along_axis(sums, order, axis=1)
    points = contributions * scorer.points_per_log_odds(log_odds[refused])[:, np.newaxis]
    facts = pa.array(list(scorer.facts), pa.string()).take(pa.array(order.ravel()))
    told = pa.StructArray.from_arrays(
        [facts, pa.array(contributions.ravel()), pa.array(points.ravel())], fields=[*REASON]
    )
    ends = np.cumsum([0, *np.where(refused, len(scorer.facts), 0)])
    return pa.ListArray.from_arrays(
        pa.array(ends, pa.int32()), told, type=REASONS.type, mask=pa.array(~refused)
    )
