"""The budget is kept beside the trials: a search that goes on does not look for it again."""

from typing import Any

import pandas as pd

from lib.training.budget import Budget, choose_budget
from lib.training.contest import Contest
from lib.training.study import open_study


def stored_budget(
    contest: Contest,
    storage: str,
    study: str,
    most_features: int | None = None,
    progress: bool = False,
) -> Budget:
    """Give the budget that `choose_budget` finds, from the storage where it was found before.

    Parameters
    ----------
    contest : Contest
        Clients, folds, costs and seed.
    storage, study : str
        As for the search.
    most_features, progress
        As for `choose_budget`.
    """
    kept = open_study(f"{study}/budget/{most_features or 'by cost'}", storage)
    if "budget" not in kept.user_attrs:
        kept.set_user_attr("budget", _to_plain(choose_budget(contest, most_features, progress)))
    return _from_plain(kept.user_attrs["budget"])


def _to_plain(budget: Budget) -> dict[str, Any]:
    return {
        "curve": budget.curve.to_dict("list"),
        "ranking": list(budget.ranking),
        "fold_rankings": [list(names) for names in budget.fold_rankings],
    }


def _from_plain(plain: dict[str, Any]) -> Budget:
    return Budget(
        pd.DataFrame(plain["curve"]),
        tuple(plain["ranking"]),
        tuple(tuple(names) for names in plain["fold_rankings"]),
    )
