"""A new kind of estimator is one class: it competes, wins, is packaged, stored and served."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import MappingProxyType

import numpy as np
import optuna
import pytest
from sklearn.linear_model import SGDClassifier

from lib.training import Candidate, select, write_selection
from lib.training.contest.encoding import for_linear_model, read_linear
from lib.training.contest.estimators.kind import EstimatorKind
from lib.training.evidence.audit import audit
from lib.training.evidence.card import Evidence
from lib.training.evidence.importance import explain
from lib.training.evidence.judgement import judge
from lib.training.evidence.signs import check_signs
from lib.training.evidence.withholding import price_of_withholding

SERVE = """
import json, sys
from pathlib import Path
from types import MappingProxyType
from lib.scoring import store
from lib.scoring.scorer import Scorer

scorer = store.load_scorer(store.save_scorer(Scorer.load(Path(sys.argv[1]))))
matrix = scorer.encode(json.loads(sys.argv[2]))
print(json.dumps({
    "card": scorer.describe("served").candidate,
    "probabilities": scorer.default_probabilities(matrix).tolist(),
    "log_odds": scorer.log_odds(matrix).tolist(),
    "sums": (scorer.base_log_odds + scorer.contributions(matrix).sum(axis=1)).tolist(),
}))
"""


class GradientDescent(EstimatorKind):
    """A logistic regression by stochastic gradient descent."""

    complexity = 1
    defaults = MappingProxyType({"alpha": 0.01})

    def make(self, parameters, seed):
        return SGDClassifier(loss="log_loss", random_state=seed, **parameters)

    def space(self, trial: optuna.Trial):
        return {"alpha": trial.suggest_float("alpha", 1e-4, 1.0, log=True)}

    def encode(self, numeric, categorical):
        return for_linear_model(numeric, categorical)

    def margins(self, fitted, X):
        return fitted.decision_function(X)

    def read(self, encode, fitted):
        return read_linear(encode, fitted.coef_[0], float(fitted.intercept_[0]))


@pytest.fixture(scope="module")
def found(selection, tmp_path_factory):
    candidate = Candidate("descent", "descente", "descent", "none", GradientDescent())
    folder = tmp_path_factory.mktemp("descent")
    return select(selection.data, folder, trials=2, folds=3, candidates=[candidate])


def test_it_is_tuned_and_selected(found):
    assert found.winner.candidate.name == "descent"
    assert found.winner.trials == 2
    assert found.metrics["auc"] > 0.7


def test_it_is_judged_stored_and_served(found, tmp_path: Path):
    evidence = Evidence(
        rivals=judge(found),
        audited=audit(found, found.data.test),
        price=price_of_withholding(found),
        signs=check_signs(explain(found), found.data.catalogue),
    )
    scorer = write_selection(found, evidence, tmp_path)
    clients = found.data.test.table.slice(0, 20).to_pylist()
    ended = subprocess.run(
        [sys.executable, "-c", SERVE, str(tmp_path), json.dumps(clients)],
        env={**os.environ, "BENTOML_HOME": str(tmp_path / "store"), "BENTOML_DO_NOT_TRACK": "True"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    served = json.loads(ended.stdout.splitlines()[-1])
    assert served["card"] == "descent"
    assert served["probabilities"] == scorer.default_probabilities(scorer.encode(clients)).tolist()
    expected = found.test_set["default_probability"][:20]
    assert served["probabilities"] == pytest.approx(expected.tolist(), abs=1e-12)
    np.testing.assert_allclose(served["sums"], served["log_odds"], atol=1e-9)
