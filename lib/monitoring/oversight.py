"""How people use the scores: whom they override, what waits for them, and how long they take."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from lib.decision import Costs, Decision, cost_difference
from lib.monitoring.distributions import homogeneity_p_value
from lib.monitoring.expected import Estimate
from lib.portfolio import FEWEST_IN_A_GROUP

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


def cost_of_overrides(overridden: pd.DataFrame, costs: Costs, seed: int = 0) -> Estimate:
    """Give what overrides have cost an override less what the model's decisions would have.

    Parameters
    ----------
    overridden : DataFrame
        One row a decision against the model whose outcome is known (a client who is refused against
        it has none), n of them, one at least: `decision`, `model_decision`, `defaulted` (0 or 1).
    costs : CostMatrix or ClientCosts
        What wrong decisions cost.
    seed : int
        Fixes the bootstrap.

    Returns
    -------
    Estimate
        Below 0 overrides have saved costs.

    Examples
    --------
    >>> from lib.decision import CostMatrix
    >>> rows = {"decision": ["grant"], "model_decision": ["refuse"], "defaulted": [0.0]}
    >>> cost_of_overrides(pd.DataFrame(rows), CostMatrix(10, 1)).value
    -1.0
    """
    person = overridden["decision"] == Decision.REFUSE
    model = overridden["model_decision"] == Decision.REFUSE
    found = cost_difference(overridden["defaulted"].astype(int), person, model, costs, seed)
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


def oversight_by_group(decided: pd.DataFrame, waiting: pd.Series, group: pd.Series) -> pd.DataFrame:
    """Give the oversight of each group of clients; of groups of few clients nothing is said.

    Parameters
    ----------
    decided : DataFrame
        One row a decision: `client_id`, `time`, `score_time`, and as in `overrides_by`.
    waiting : Series
        Of refusals that nobody has looked at, by client, see `days_waiting`.
    group : Series of str
        By client; who is not in it is in no group.

    Returns
    -------
    DataFrame
        One row a group, in the order of their names: `group`, `clients` (decided on or waiting),
        `waiting` (clients), `hours` (the median from score to decision; missing where none was
        made), and the counts of `overrides_by`.
    """
    of_decisions = decided.assign(group=_group_of(decided["client_id"], group))
    of_waiting = _group_of(waiting.index.to_series(), group)
    everybody = pd.concat([of_decisions.set_index("client_id")["group"], of_waiting]).dropna()
    clients = everybody[~everybody.index.duplicated()].value_counts().rename("clients")
    table = overrides_by(of_decisions, "group").set_index("group").drop(columns="override_share")
    counted = pd.concat([clients, table, of_waiting.value_counts().rename("waiting")], axis=1)
    hours = hours_to_decide(of_decisions).groupby(of_decisions["group"]).median()
    told = counted.fillna(0).astype(int).assign(hours=hours).sort_index()
    return told[may_be_told(told["clients"])].rename_axis("group").reset_index()


def _group_of(client_id: pd.Series, group: pd.Series) -> pd.Series:
    """Give the group of each client, by the index that clients have."""
    return client_id.map(group).astype(object).where(client_id.notna(), None)


def may_be_told(clients: pd.Series) -> pd.Series:
    """Say of which groups may be told: not of few clients, nor where a difference would tell them.

    Where the groups that are kept back have few clients together, the smallest of the others is
    kept back with them: all less the groups that are told would be about few.

    Examples
    --------
    >>> may_be_told(pd.Series([40, 9, 10])).tolist(), may_be_told(pd.Series([40, 6, 4])).tolist()
    ([True, False, False], [True, False, False])
    """
    told = clients >= FEWEST_IN_A_GROUP
    if 0 < clients[~told].sum() < FEWEST_IN_A_GROUP and told.any():
        told &= clients.index != clients[told].idxmin()
    return told


def override_gaps(decided: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Ask whether people decide against the model alike in all groups.

    Refusals and grants of the model are tested apart, each by the chi-square test of
    `homogeneity_p_value`: groups differ in risk, and so in how many of them the model refuses.

    Parameters
    ----------
    decided : DataFrame
        One row a decision: `client_id`, `decision`, `model_decision`.
    groups : DataFrame of str
        One row a client by number, a column for each attribute.

    Returns
    -------
    DataFrame
        One row an attribute and decision of the model, the least likely by chance first:
        `attribute`, `model_decision`, `p_value` (in [0, 1], adjusted for all tests together;
        Benjamini and Hochberg, 1995). None where there is but one group, or no override.
    """
    table = pd.DataFrame(_gaps(decided, groups), columns=["attribute", "model_decision", "p_value"])
    if len(table):
        table["p_value"] = false_discovery_control(table["p_value"])
    return table.sort_values("p_value", kind="stable", ignore_index=True)


def _gaps(decided: pd.DataFrame, groups: pd.DataFrame) -> Iterator[tuple[str, str, float]]:
    against = is_override(decided).rename("against")
    for attribute in groups.columns:
        group = _group_of(decided["client_id"], groups[attribute]).rename("group")
        for model_decision in (Decision.GRANT, Decision.REFUSE):
            told = (decided["model_decision"] == model_decision) & group.notna()
            counted = pd.crosstab(group[told], against[told])
            if len(counted) > 1 and counted.shape[1] > 1:
                yield (
                    str(attribute),
                    model_decision,
                    homogeneity_p_value(counted[False], counted[True]),
                )


def granted_by_outcome(decided: pd.DataFrame) -> pd.DataFrame:
    """Count the credits that people granted by what became of them.

    Parameters
    ----------
    decided : DataFrame
        One row a decision: `decision`, `model_decision`, `defaulted` (0, 1 or missing).

    Returns
    -------
    DataFrame
        One row an outcome, ``repaid``, ``defaulted`` and ``not_known``: `outcome`, `with_model` and
        `against_model`, credits that were granted as the model has it, and against it.

    Examples
    --------
    >>> rows = {"decision": ["grant"] * 2, "model_decision": ["grant", "refuse"]}
    >>> granted_by_outcome(pd.DataFrame(rows | {"defaulted": [0.0, None]})).to_dict("list")
    {'outcome': ['repaid', 'defaulted', 'not_known'], 'with_model': [1, 0, 0], \
'against_model': [0, 0, 1]}
    """
    granted = decided[decided["decision"] == Decision.GRANT]
    against = is_override(granted)
    came = granted["defaulted"].astype(float).map({0.0: "repaid", 1.0: "defaulted"})
    came = came.astype(object).where(came.notna(), "not_known")
    names = ["repaid", "defaulted", "not_known"]
    return pd.DataFrame(
        {
            "outcome": names,
            "with_model": [int((~against & (came == name)).sum()) for name in names],
            "against_model": [int((against & (came == name)).sum()) for name in names],
        }
    )
