"""How many features the model may use: each one must be explained to a client.

Features are ranked within each fold, by clients of the other folds, so the cost of choosing among
them is in the cost that is shown. Numbers are tried from all downwards, with the boosted trees that
will use them, until the log loss is surely higher; the smallest that does as well as the best
is taken (see `as_good`), unless a number is given.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from joblib import delayed
from tqdm import tqdm

from lib.decision import InvalidInput
from lib.training.contest.candidates import CANDIDATES
from lib.training.contest.choice import as_good, to_the_cheapest
from lib.training.contest.contest import Contest, side_by_side
from lib.training.contest.estimators.lightgbm import LIGHTGBM_DEFAULTS
from lib.training.contest.folds import fit
from lib.training.contest.objective import CrossFitted
from lib.training.contest.study import open_storage, open_study
from lib.training.data import Clients

Names = tuple[str, ...]

SIZES = (10, 20, 40, 80, 160)
# A few large steps are quick, and good enough to rank by.
RANKING_TREES = {
    **LIGHTGBM_DEFAULTS,
    "n_estimators": 60,
    "learning_rate": 0.1,
    "colsample_bytree": 0.5,
}
# A tree chooses among so many features at least: a tenth of few would be one, and few features
# would look worse than they are.
FEWEST_COLUMNS = 16

# One model measures every size, with the same hyper-parameters: the strongest without a search.
(YARDSTICK,) = (one for one in CANDIDATES if one.name == "lightgbm")


@dataclass(frozen=True)
class Budget:
    """The number of features, with its evidence.

    Attributes
    ----------
    curve : DataFrame
        One row a size that was tried, rising: `features` (how many), `business_cost` of
        cross-fitted decisions, `difference` to the cheapest size with its `standard_error`,
        `chosen`.
    ranking : tuple of str
        All features, the strongest first, ranked on all training clients.
    fold_rankings : tuple of tuple of str
        The same within each fold.
    """

    curve: pd.DataFrame
    ranking: Names
    fold_rankings: tuple[Names, ...]

    @property
    def most_features(self) -> int:
        """The number that was chosen."""
        return int(self.curve.loc[self.curve["chosen"], "features"].iloc[0])

    @property
    def features(self) -> Names:
        """The features of the scorer, the strongest first."""
        return self.ranking[: self.most_features]

    @property
    def fold_features(self) -> tuple[Names, ...]:
        """The features that each fold may use."""
        return tuple(names[: self.most_features] for names in self.fold_rankings)


def choose_budget(
    contest: Contest, most_features: int | None = None, progress: bool = False
) -> Budget:
    """Find the smallest number of features that does as well as the best.

    Parameters
    ----------
    contest : Contest
        Clients, folds, costs and seed.
    most_features : int, optional
        Take this number instead of finding one; more than there are means all.
    progress : bool
        Whether a bar shows the numbers tried.

    Returns
    -------
    Budget

    Raises
    ------
    InvalidInput
        If a number is given that is below 1.
    """
    if most_features is not None and most_features < 1:
        raise InvalidInput(
            f"most_features {most_features}", "it is 1 or more", "leave it out to have it chosen"
        )
    sizes = _sizes(len(contest.clients.features.columns), most_features)
    with tqdm(total=1 + len(sizes), disable=not progress, file=sys.stderr, unit="step") as bar:
        bar.set_description("ranking the features")
        fewer = contest.fewer()
        fold_rankings, ranking = _rankings(fewer)
        evidence: list[CrossFitted] = []
        for size in reversed(sizes):
            bar.set_description(f"{size} features")
            bar.update()
            evidence.append(_judged_with(fewer, fold_rankings, size))
            losses = to_the_cheapest([one.client_losses for one in evidence])
            if not losses[-1].indistinguishable:
                break
        bar.update(bar.total - bar.n)
    tried = sizes[-len(evidence) :]
    return Budget(_curve(tried, evidence[::-1]), ranking, fold_rankings)


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
        As for `search`: a search that goes on does not look for the budget again.
    most_features, progress
        As for `choose_budget`.
    """
    kept = open_study(f"{study}/budget/{most_features or 'by cost'}", open_storage(storage))
    if "budget" not in kept.user_attrs:
        found = choose_budget(contest, most_features, progress)
        kept.set_user_attr("budget", {**vars(found), "curve": found.curve.to_dict("list")})
    stored = kept.user_attrs["budget"]
    return Budget(
        pd.DataFrame(stored["curve"]),
        tuple(stored["ranking"]),
        tuple(tuple(names) for names in stored["fold_rankings"]),
    )


def rank(clients: Clients, seed: int) -> Names:
    """Rank features by what they gain in a quick LightGBM, the strongest first."""
    booster = fit(YARDSTICK, clients, RANKING_TREES, seed).estimator
    gains = booster.feature_importance("gain")
    return tuple(clients.names[i] for i in np.argsort(-gains, kind="stable"))


def _sizes(total: int, most_features: int | None) -> list[int]:
    if most_features is not None:
        return [min(most_features, total)]
    return [*(size for size in SIZES if size < total), total]


def _rankings(contest: Contest) -> tuple[tuple[Names, ...], Names]:
    clients, fold_of = contest.clients, contest.fold_of

    def without(fold: int) -> Names:
        return rank(clients.only(fold_of != fold), contest.seed)

    tasks = [delayed(without)(fold) for fold in np.unique(fold_of)]
    *by_fold, overall = side_by_side([*tasks, delayed(rank)(clients, contest.seed)])
    return tuple(by_fold), overall


def _judged_with(contest: Contest, fold_rankings: Sequence[Names], size: int) -> CrossFitted:
    """Judge the yardstick with each fold's strongest features."""
    within = replace(contest, names=tuple(names[:size] for names in fold_rankings))
    share = YARDSTICK.defaults["colsample_bytree"]
    wide_enough = {"colsample_bytree": min(1.0, max(share, FEWEST_COLUMNS / size))}
    return within.judge(YARDSTICK, {**YARDSTICK.defaults, **wide_enough})


def _curve(sizes: Sequence[int], evidence: Sequence[CrossFitted]) -> pd.DataFrame:
    differences = to_the_cheapest([one.client_costs for one in evidence])
    chosen = as_good(evidence).index(True)
    return pd.DataFrame(
        {
            "features": sizes,
            "business_cost": [one.cost for one in evidence],
            "difference": [d.mean for d in differences],
            "standard_error": [d.standard_error for d in differences],
            "chosen": [i == chosen for i in range(len(sizes))],
        }
    )
