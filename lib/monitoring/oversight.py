"""How people use the scores: whom they override, what waits for them, and how long they take."""

import numpy as np
import pandas as pd

from lib.decision import Costs, Decision, cost_difference
from lib.monitoring.expected import Estimate

SECONDS_AN_HOUR, SECONDS_A_DAY = 3600.0, 86_400.0


def override_share(decided: pd.DataFrame) -> float | None:
    """Give the share of people's decisions that differ from the model's; None where none is made.

    Parameters
    ----------
    decided : DataFrame
        One row a decision: `decision` of the person, `model_decision`.

    Examples
    --------
    >>> rows = {"decision": ["grant", "grant"], "model_decision": ["grant", "refuse"]}
    >>> override_share(pd.DataFrame(rows))
    0.5
    """
    return float(is_override(decided).mean()) if len(decided) else None


def is_override(decided: pd.DataFrame) -> pd.Series:
    """Say of each decision whether it differs from the model's."""
    return decided["decision"] != decided["model_decision"]


def overrides_by(decided: pd.DataFrame, column: str) -> pd.DataFrame:
    """Count decisions and overrides by person, by group or by reason.

    Parameters
    ----------
    decided : DataFrame
        One row a decision: `decision`, `model_decision`, `defaulted` (0, 1 or missing) and the
        column.
    column : str
        By what.

    Returns
    -------
    DataFrame
        One row a value, the most overrides first: the column, `decisions`, `granted_against` and
        `refused_against` (overrides of a refusal and of a grant), `outcomes` and `defaults` (of
        those granted against the model), `override_share`.
    """
    against = decided[is_override(decided)]
    granted = against[against["decision"] == Decision.GRANT]
    counted = pd.DataFrame(
        {
            "decisions": decided.groupby(column).size(),
            "granted_against": granted.groupby(column).size(),
            "refused_against": against[against["decision"] == Decision.REFUSE]
            .groupby(column)
            .size(),
            "outcomes": granted.groupby(column)["defaulted"].count(),
            "defaults": granted.groupby(column)["defaulted"].sum(),
        }
    )
    table = counted.fillna(0).astype(int).rename_axis(column).reset_index()
    share = (table["granted_against"] + table["refused_against"]) / table["decisions"]
    return table.assign(override_share=share).sort_values(
        ["override_share", "decisions"], ascending=False, kind="stable", ignore_index=True
    )


def cost_of_overrides(decided: pd.DataFrame, costs: Costs, seed: int = 0) -> Estimate | None:
    """Give what overrides have cost an override less what the model's decisions would have.

    Only those whose outcome is known count: a client who is refused against the model has none.

    Parameters
    ----------
    decided : DataFrame
        One row a decision: `decision`, `model_decision`, `defaulted` (0, 1 or missing).
    costs : CostMatrix
        What wrong decisions cost.
    seed : int
        Fixes the bootstrap.

    Returns
    -------
    Estimate or None
        Below 0 overrides have saved costs; None where no outcome of one is known.

    Examples
    --------
    >>> from lib.decision import CostMatrix
    >>> rows = {"decision": ["grant"], "model_decision": ["refuse"], "defaulted": [0.0]}
    >>> cost_of_overrides(pd.DataFrame(rows), CostMatrix(10, 1)).value
    -1.0
    """
    known = decided[is_override(decided) & decided["defaulted"].notna()]
    if known.empty:
        return None
    person = known["decision"] == Decision.REFUSE
    model = known["model_decision"] == Decision.REFUSE
    found = cost_difference(known["defaulted"].astype(int), person, model, costs, seed)
    return Estimate(found.difference, found.low, found.high)


def hours_to_decide(decided: pd.DataFrame) -> pd.Series:
    """Give the hours from the score to the person's decision.

    Parameters
    ----------
    decided : DataFrame
        One row a decision: `time` of the decision, `score_time`.
    """
    hours: pd.Series = (
        decided["time"] - decided["score_time"]
    ).dt.total_seconds() / SECONDS_AN_HOUR
    return hours


def days_waiting(scores: pd.DataFrame, decided: pd.DataFrame, now: pd.Timestamp) -> pd.Series:
    """Give the days for which each refusal has waited for a person, the last one of each client.

    A refusal is looked at by a person before the client is told. It waits while nobody has decided
    on the client since.

    Parameters
    ----------
    scores : DataFrame
        One row a score: `client_id`, `time`, `decision`; those without a client wait for nobody.
    decided : DataFrame
        One row a decision of a person: `client_id`, `time`.
    now : Timestamp
        Until when.

    Returns
    -------
    Series of float
        By client, the longest first.
    """
    last = scores.dropna(subset="client_id").sort_values("time").groupby("client_id").last()
    refused = last[last["decision"] == Decision.REFUSE]
    seen = decided.groupby("client_id")["time"].max().reindex(refused.index)
    waiting = refused[~(seen >= refused["time"])]
    days = (now - waiting["time"]).dt.total_seconds() / SECONDS_A_DAY
    return days.sort_values(ascending=False).rename("days").astype(np.float64)
