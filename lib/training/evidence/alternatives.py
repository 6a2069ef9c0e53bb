"""Whether another model, as cheap for all one can tell, would treat groups more alike.

A lender who knows of a model that serves as well and burdens a group less should look at it: the
least disparate alternative.
"""

import pandas as pd

from lib.decision import refuses
from lib.scoring.card import AlternativeFigures
from lib.training.contest.choice import to_the_cheapest
from lib.training.data import Clients
from lib.training.evidence.audit import groups_of, impact_of
from lib.training.evidence.impact import RATIO
from lib.training.selection import Selection


def alternatives(selection: Selection, training: Clients) -> pd.DataFrame:
    """Compare the candidates within one standard error of the cheapest by their lowest ratio.

    Decisions are those out-of-fold, on the training clients: the test clients choose nothing.

    Parameters
    ----------
    selection : Selection
        From `select`.
    training : Clients
        The training clients with all their features: groups may go by one that the model does not
        use.

    Returns
    -------
    DataFrame
        One row a candidate, the least disparate first: `candidate`, `english`, `chosen`,
        `business_cost`, and its lowest adverse-impact ratio, `impact_ratio` (at most 1), with the
        `attribute_english` and the `group` that has it. Empty where no groups are known, or nobody
        is granted a credit.
    """
    groups = groups_of(training, selection.data.catalogue)
    differences = to_the_cheapest([one.evidence.client_costs for one in selection.tuned])
    rows = []
    for one, difference in zip(selection.tuned, differences, strict=True):
        if not difference.indistinguishable:
            continue
        refused = refuses(one.evidence.default_probability, one.evidence.threshold)
        found = impact_of(groups, refused, selection.data.catalogue).dropna(subset=RATIO)
        if found.empty:
            continue
        lowest = found.sort_values(RATIO, kind="stable").iloc[0]
        rows.append(
            {
                "candidate": one.candidate.name,
                "english": one.candidate.english,
                "chosen": one is selection.winner,
                "business_cost": one.evidence.cost,
                **{name: lowest[name] for name in (RATIO, "attribute_english", "group")},
            }
        )
    table = pd.DataFrame(rows, columns=list(AlternativeFigures.model_fields))
    # Of equals the chosen one comes first.
    return table.sort_values([RATIO, "chosen"], ascending=False, ignore_index=True)
