"""What the model looks at: what each feature adds to the log-odds of the test clients."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.features.catalogue import labels_of_facts
from lib.training.data import Catalogue
from lib.training.selection import Selection

CLIENTS = 2000


@dataclass(frozen=True)
class Explained:
    """Clients with what each feature adds to their log-odds.

    Attributes
    ----------
    features : DataFrame, shape (n, k)
        The clients' values.
    contributions : DataFrame, shape (n, k)
        SHAP values, in log-odds of the default probability; above 0 pushes towards refusal.
    """

    features: pd.DataFrame
    contributions: pd.DataFrame


def explain(selection: Selection, clients: int = CLIENTS) -> Explained:
    """Explain the probabilities of at most so many test clients, by all features of the scorer.

    A scorer that is a constant has none.
    """
    test = selection.data.test.only(np.arange(min(clients, len(selection.data.test))))
    scorer = selection.scorer
    contributions = scorer.contributions(scorer.encode_frame(test.table))
    names = list(scorer.features)
    features = test.features[names]
    return Explained(features, pd.DataFrame(contributions, index=features.index, columns=names))


def importance(explained: Explained, catalogue: Catalogue) -> pd.DataFrame:
    """Rank features by the mean size of their contribution.

    Returns
    -------
    DataFrame
        `feature`, its labels `french` and `english`, `family`, `mean_contribution` in log-odds of
        the default probability; largest first.
    """
    size = explained.contributions.abs().mean().sort_values(ascending=False, kind="stable")
    described = [catalogue[name] for name in size.index]
    return pd.DataFrame(
        {
            "feature": size.index,
            "french": [row.label.fr for row in described],
            "english": [row.label.en for row in described],
            "family": [str(row.family) for row in described],
            "mean_contribution": size.to_numpy(),
        }
    )


def importance_by_family(explained: Explained, catalogue: Catalogue) -> pd.DataFrame:
    """Rank families by the mean size of what their features add together.

    Within a client the contributions of one family are summed first: two features that say the
    opposite of each other cancel out.

    Returns
    -------
    DataFrame
        `family`, `features` (how many the model knows), `mean_contribution`; largest first.
    """
    ranked = _together(explained, lambda name: str(catalogue[name].family))
    return ranked.reset_index(names="family")


def importance_by_fact(explained: Explained, catalogue: Catalogue) -> pd.DataFrame:
    """Rank facts by the mean size of what their features add together, as a client's reasons do.

    Returns
    -------
    DataFrame
        `fact`, its labels `french` and `english`, `features` (how many the model knows),
        `mean_contribution`; largest first.
    """
    ranked = _together(explained, lambda name: catalogue[name].fact).reset_index(names="fact")
    labels = labels_of_facts(catalogue.values())
    ranked.insert(1, "french", [labels[fact].fr for fact in ranked["fact"]])
    ranked.insert(2, "english", [labels[fact].en for fact in ranked["fact"]])
    return ranked


def _together(explained: Explained, group_of: Callable[[str], str]) -> pd.DataFrame:
    """Rank groups of features: contributions of one group are summed within a client first."""
    names = list(map(str, explained.contributions.columns))
    group = pd.Series([group_of(name) for name in names], names, dtype=str)
    together = explained.contributions.T.groupby(group).sum().T
    table = pd.DataFrame(
        {
            "features": group.value_counts(),
            "mean_contribution": together.abs().mean(),
        }
    )
    return table.sort_values("mean_contribution", ascending=False, kind="stable")
