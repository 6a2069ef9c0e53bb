"""Forests whose trees each see as many good clients as defaults (Chen et al., 2004).

A scorer holds one as LightGBM writes its trees: it then needs no scikit-learn, and the reasons of a
forest come from the same exact code as those of boosted trees. The margin of a forest is the share
of its votes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import optuna
from imblearn.ensemble import BalancedRandomForestClassifier
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

from lib.scoring.encoder import Encoder, Floats
from lib.scoring.models import BoosterModel
from lib.training.contest.encoding import read_ordinal
from lib.training.contest.estimators.kind import EstimatorKind, Parameters

DEFAULTS = {"max_leaf_nodes": 64, "max_features": 0.2, "min_samples_leaf": 20}
TREES = 150

Ints = npt.NDArray[np.int64]

LEAF = -1
LARGEST = np.finfo(np.float64).max
# LightGBM's bits: a missing value is NaN (8), and goes to the left (2) or to the right (0).
MISSING_TO_THE_LEFT, MISSING_TO_THE_RIGHT = 10, 8


@dataclass(frozen=True)
class BalancedForest(EstimatorKind):
    """Balanced random forests.

    Parameters
    ----------
    defaults : mapping
        Hyper-parameters of the first trial.
    """

    complexity = 3
    holds_signs = False  # scikit-learn's trees take either signs or missing values

    defaults: Parameters = field(default_factory=lambda: DEFAULTS)

    def make(self, parameters: Parameters, seed: int) -> BaseEstimator:
        """Give an unfitted forest."""
        return BalancedRandomForestClassifier(
            **parameters,
            n_estimators=TREES,
            n_jobs=1,  # folds run side by side
            random_state=seed,
        )

    def space(self, trial: optuna.Trial) -> dict[str, Any]:
        """Draw the trees' size; few leaves, since a person waits for the reasons."""
        return {
            "max_leaf_nodes": trial.suggest_int("max_leaf_nodes", 16, 128, log=True),
            "max_features": trial.suggest_float("max_features", 0.05, 0.6),
            "min_samples_leaf": trial.suggest_int("min_samples_leaf", 5, 100, log=True),
        }

    def margins(self, fitted: RandomForestClassifier, X: Floats) -> Floats:
        """Give the share of votes, which the trees add up to, so that reasons do too."""
        return np.asarray(fitted.predict_proba(X)[:, 1])

    def read(
        self, encode: ColumnTransformer, fitted: RandomForestClassifier
    ) -> tuple[Encoder, BoosterModel]:
        """Write the forest as LightGBM writes its trees."""
        encoder = read_ordinal(encode)
        return encoder, BoosterModel(forest_text(fitted, len(encoder.features)))

    def claimed(self, margins: Floats) -> Floats:
        """Give the share of votes itself."""
        return margins


class Nodes(NamedTuple):
    """The places of a tree's inner nodes and leaves, in scikit-learn's order."""

    inner: Ints
    leaves: Ints
    children: Ints


def forest_text(forest: RandomForestClassifier, features: int) -> str:
    """Write a fitted forest of two classes as the text of a LightGBM booster.

    Parameters
    ----------
    forest : RandomForestClassifier
        Fitted, or one of its kind, such as imbalanced-learn's.
    features : int
        How many columns its matrix has.

    Returns
    -------
    str
        A booster whose raw score is the share of votes for class 1.
    """
    trees = [_tree_text(tree, len(forest.estimators_)) for tree in forest.estimators_]
    header = {
        "version": "v4",
        "num_class": 1,
        "num_tree_per_iteration": 1,
        "label_index": 0,
        "max_feature_idx": features - 1,
        "feature_names": _row(f"Column_{index}" for index in range(features)),
        "feature_infos": _row(["none"] * features),
    }
    parts = [f"tree\n{_lines(header)}"]
    parts += [f"Tree={number}\n{text}\n" for number, text in enumerate(trees)]
    return "\n".join([*parts, "end of trees\n"])


def as_double_thresholds(thresholds: Floats) -> Floats:
    """Give thresholds that decide on a double as scikit-learn does on its float32.

    ``float32(x) <= threshold`` and ``x <= as_double_thresholds(threshold)`` agree for every double.

    Examples
    --------
    >>> float(as_double_thresholds(np.array([0.5]))[0]) > 0.5  # what rounds down to it is below it
    True
    """
    # The largest float32 that passes, and the next one, which does not.
    passes = thresholds.astype(np.float32)
    passes = np.where(passes > thresholds, np.nextafter(passes, np.float32(-np.inf)), passes)
    fails = np.nextafter(passes, np.float32(np.inf))
    middle = (passes.astype(float) + fails.astype(float)) / 2
    # Halfway values round to the even one of both.
    even = passes.view(np.uint32) % 2 == 0
    last = np.where(even, middle, np.nextafter(middle, -np.inf))
    return np.where(np.isfinite(thresholds), last, LARGEST)


def _tree_text(fitted: DecisionTreeClassifier, trees: int) -> str:
    tree = fitted.tree_
    nodes = _nodes(tree)
    votes = tree.value[:, 0, 1] / trees
    content: dict[str, Any] = {"num_leaves": len(nodes.leaves), "num_cat": 0}
    if len(nodes.inner):
        to_the_left = tree.missing_go_to_left[nodes.inner].astype(bool)
        counts = tree.weighted_n_node_samples
        content |= {
            "split_feature": _row(tree.feature[nodes.inner]),
            "split_gain": _row([0] * len(nodes.inner)),
            "threshold": _row(as_double_thresholds(tree.threshold[nodes.inner])),
            "decision_type": _row(np.where(to_the_left, MISSING_TO_THE_LEFT, MISSING_TO_THE_RIGHT)),
            "left_child": _row(nodes.children[tree.children_left[nodes.inner]]),
            "right_child": _row(nodes.children[tree.children_right[nodes.inner]]),
            "leaf_value": _row(votes[nodes.leaves]),
            "leaf_weight": _row(counts[nodes.leaves]),
            "leaf_count": _row(counts[nodes.leaves].astype(int)),
            "internal_value": _row(votes[nodes.inner]),
            "internal_weight": _row(counts[nodes.inner]),
            "internal_count": _row(counts[nodes.inner].astype(int)),
        }
    else:
        content["leaf_value"] = _row(votes)
    return _lines({**content, "is_linear": 0, "shrinkage": 1})


def _nodes(tree: Any) -> Nodes:
    """Tell nodes apart; LightGBM counts inner ones from 0 up and leaves from -1 down."""
    is_leaf = tree.children_left == LEAF
    inner, leaves = np.flatnonzero(~is_leaf), np.flatnonzero(is_leaf)
    children = np.empty(tree.node_count, dtype=np.int64)
    children[inner] = np.arange(len(inner))
    children[leaves] = -1 - np.arange(len(leaves))
    return Nodes(inner, leaves, children)


def _row(values: Iterable[Any]) -> str:
    # A float's shortest text gives back the same float.
    listed = values.tolist() if isinstance(values, np.ndarray) else values
    return " ".join(map(str, listed))


def _lines(content: dict[str, Any]) -> str:
    return "".join(f"{name}={value}\n" for name, value in content.items())
