"""What was fitted becomes the scorer that serves it, and both say the same."""

import warnings
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from lib.decision import CostMatrix, InvalidInput
from lib.scoring.scorer import Importance, Scorer
from lib.training import CANDIDATES, packaging
from lib.training.contest.estimators.logistic_regression import Logistic
from lib.training.contest.folds import fit
from lib.training.packaging import package
from tests.scoring.world import CATALOGUE, CATEGORIES, NUMBERS, clients, training_data, tuned

with warnings.catch_warnings():
    # shap 0.51, when it is imported, calls what matplotlib is about to drop.
    warnings.simplefilter("ignore", PendingDeprecationWarning)
    import shap

COLUMNS = {
    "numbers and categories": (NUMBERS, CATEGORIES),
    "numbers alone": (NUMBERS, []),
    "categories alone": ([], CATEGORIES),
    "one number": (["external_score"], []),
    "one category": ([], ["housing"]),
    "a number that nobody has": (["never_given"], ["housing"]),
}


@pytest.fixture(scope="module")
def learned_from() -> pa.Table:
    return clients(600, seed=1)


def package_on(candidate, table: pa.Table, columns: str) -> Scorer:
    data = training_data(table, *COLUMNS[columns])
    return package(tuned(candidate, data), data, CostMatrix(), seed=1)


@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda one: one.name)
def test_whoever_wins_can_be_served_whatever_columns_there_are(
    candidate, columns: str, learned_from: pa.Table
) -> None:
    # Packaging itself holds the scorer's probabilities against the libraries'.
    scorer = package_on(candidate, learned_from, columns)
    matrix = scorer.encode_frame(learned_from)
    summed = scorer.base_log_odds + scorer.contributions(matrix).sum(axis=1)
    np.testing.assert_allclose(summed, scorer.log_odds(matrix), rtol=0, atol=1e-6)
    assert scorer.describe("credit_scorer:new").candidate == candidate.name


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda one: one.name)
def test_clients_never_seen_get_the_probabilities_of_the_libraries(
    candidate, learned_from: pa.Table
) -> None:
    data = training_data(learned_from)
    others = clients(500, seed=2)
    # Both of two folds had half of the clients to learn from.
    parameters = candidate.kind.for_more_clients(candidate.defaults, 2)
    fitted = fit(candidate, data.training, parameters, seed=1)
    scorer = package(tuned(candidate, data), data, CostMatrix(), seed=1)
    features = others.select(data.training.names).to_pandas()
    expected = scorer.calibration.probabilities(fitted.margins(features))
    given = scorer.default_probabilities(scorer.encode_frame(others))
    assert np.abs(given - expected).max() < 1e-9


def test_a_model_that_is_misread_is_not_believed(learned_from: pa.Table) -> None:
    class Misread(Logistic):
        def read(self, encode, fitted):
            encoder, model = super().read(encode, fitted)
            return encoder, replace(model, intercept=model.intercept + 0.1)

    wrong = replace(CANDIDATES[0], name="wrong", kind=Misread())
    with pytest.raises(InvalidInput, match=r"probabilities of wrong: scorer and libraries agree"):
        package_on(wrong, learned_from, "numbers and categories")


def test_importance_is_the_mean_size_of_the_contributions(learned_from: pa.Table) -> None:
    scorer = package_on(CANDIDATES[0], learned_from, "numbers and categories")
    known = learned_from.filter(learned_from["target"].is_valid())
    contributions = scorer.contributions(scorer.encode_frame(known))
    sizes = np.abs(contributions).mean(axis=0)
    assert list(scorer.importance.features.values()) == pytest.approx(sizes.tolist())
    # Within a client, the features of a fact, and those of a family, are added up first.
    facts = np.abs(scorer.sum_by_fact(contributions)).mean(axis=0)
    assert list(scorer.importance.facts.values()) == pytest.approx(facts.tolist())
    together = np.abs(contributions.sum(axis=1)).mean()
    assert scorer.importance.families == pytest.approx({"identity": together})


def test_the_base_is_that_of_clients_as_they_are_not_as_a_sampler_left_them(
    learned_from: pa.Table,
) -> None:
    data = training_data(learned_from)
    halved = next(one for one in CANDIDATES if one.name == "logistic_regression_under_sampling")
    scorer = package(tuned(halved, data), data, CostMatrix(), seed=1)
    log_odds = scorer.log_odds(scorer.encode_frame(data.training.table))
    assert scorer.base_log_odds == pytest.approx(log_odds.mean(), abs=1e-9)


def test_of_more_clients_the_base_is_that_of_a_sample(
    learned_from: pa.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packaging, "BACKGROUND_CLIENTS", 100)
    scorer = package_on(CANDIDATES[0], learned_from, "numbers and categories")
    matrix = scorer.encode_frame(training_data(learned_from).training.table)
    means = scorer.contributions(matrix).mean(axis=0)
    assert 0 < np.abs(means).max() < 0.5


def test_the_card_says_how_it_decides_and_the_catalogue_travels_along(
    learned_from: pa.Table,
) -> None:
    scorer = package_on(CANDIDATES[0], learned_from, "numbers and categories")
    assert scorer.card.costs == CostMatrix()
    assert scorer.card.label.en == CANDIDATES[0].english
    assert scorer.catalogue == CATALOGUE
    assert scorer.encoder.ignored == {"gender"}


def test_a_constant_uses_no_feature(learned_from: pa.Table) -> None:
    dummy = next(one for one in CANDIDATES if one.name == "dummy")
    scorer = package_on(dummy, learned_from, "numbers and categories")
    assert scorer.features == ()
    assert scorer.importance == Importance()
    assert scorer.facts == {}
    assert not any(info.in_model for info in scorer.describe("new").features)
    rate = training_data(learned_from).training.defaulted.mean()
    assert scorer.default_probabilities(scorer.encode([{"age_years": 40.0}, {}])) == pytest.approx(
        [rate, rate]
    )


def test_linear_reasons_are_those_of_shap(learned_from: pa.Table) -> None:
    data = training_data(learned_from)
    one = tuned(CANDIDATES[0], data)
    fitted = fit(one.candidate, data.training, one.parameters, seed=1)
    X = fitted.encode.transform(data.training.features)
    theirs = shap.LinearExplainer(fitted.estimator, shap.maskers.Independent(X, len(X)))(X).values
    scorer = package(one, data, CostMatrix(), seed=1)
    given = scorer.contributions(scorer.encode_frame(data.training.table))
    ours = given / scorer.calibration.slope
    sums = np.zeros_like(ours)
    np.add.at(sums.T, _feature_of_each_column(fitted.encode, scorer), theirs.T)
    assert ours == pytest.approx(sums, abs=1e-9)


def _feature_of_each_column(encode, scorer: Scorer) -> list[int]:
    """Give the place of the feature that each encoded column comes from."""
    numbers, categories = encode.named_transformers_.values()
    indicated = numbers.named_steps["impute"].indicator_.features_
    columns = [*NUMBERS, *(NUMBERS[place] for place in indicated)]
    for name, kinds in zip(CATEGORIES, categories.categories_, strict=True):
        columns += [name] * len(kinds)
    return [scorer.features.index(name) for name in columns]
