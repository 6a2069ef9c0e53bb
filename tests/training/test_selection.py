"""The choice as a whole: it finds what is there, and nothing where there is nothing."""

from dataclasses import replace
from functools import partialmethod

import numpy as np
import pandas as pd
import pytest

from lib.decision import CostMatrix, InvalidInput, business_cost, refuses
from lib.training import CANDIDATES, Selection, select
from lib.training.contest.candidates import BASELINE
from lib.training.contest.choice import as_good
from lib.training.contest.contest import Contest
from lib.training.contest.folds import fit
from lib.training.contest.search import judge_again
from lib.training.contest.threshold import steady_threshold
from lib.training.data import TrainingData
from lib.training.evidence.judgement import contest_of, decisions_of, judge
from tests.training.conftest import make_clients

COSTS = CostMatrix(10, 1)
LOGISTIC, DUMMY, LIGHTGBM = CANDIDATES[:3]


@pytest.fixture
def data(selection) -> TrainingData:
    return selection.data


def choice(selection: Selection) -> tuple:
    """Everything that the test clients must have no say in."""
    return (
        selection.winner.candidate.name,
        selection.winner.parameters,
        selection.threshold,
        selection.scorer.calibration,
        selection.comparison.drop(columns="seconds").to_json(),
        selection.curve.costs.tobytes(),
    )


def test_it_costs_less_than_deciding_alike_for_all(selection):
    for figures in (selection.cross_fitted, selection.metrics):
        everybody = (figures["business_cost_granting_all"], figures["business_cost_refusing_all"])
        assert figures["business_cost"] < 0.9 * min(everybody)
    assert selection.cross_fitted["auc"] > 0.7


def test_the_table_has_the_chosen_candidate_and_the_cheapest_first(selection):
    table = selection.comparison
    assert table["business_cost"].is_monotonic_increasing
    assert table["difference"][0] == 0
    assert table["candidate"][table["chosen"]].tolist() == [selection.winner.candidate.name]
    assert sorted(table["candidate"]) == sorted(one.candidate.name for one in selection.tuned)


def test_where_the_search_takes_all_clients_all_candidates_are_told_once(selection):
    assert selection.search_comparison is None
    assert selection.candidates is selection.comparison
    assert set(selection.comparison["clients"]) == {len(selection.data.training)}


@pytest.fixture
def searched_among_fewer(data, tmp_path, monkeypatch) -> Selection:
    monkeypatch.setattr(Contest, "fewer", partialmethod(Contest.fewer, 600))
    names = (BASELINE, "logistic_regression", "lightgbm", "dummy")
    candidates = [one for one in CANDIDATES if one.name in names]
    return select(data, tmp_path, COSTS, trials=4, folds=3, candidates=candidates)


def test_who_was_judged_among_fewer_clients_only_is_told_too(searched_among_fewer):
    found = searched_among_fewer
    told = found.candidates
    everybody = {one.candidate.name for one in found.searched}
    assert everybody <= set(told["candidate"])
    assert told["candidate"].is_unique
    assert told["chosen"].sum() == 1
    finalists = told["candidate"].isin([one.candidate.name for one in found.tuned])
    among = len(found.data.training)
    assert (told["clients"] == among).tolist() == finalists.tolist()
    assert (told.loc[~finalists, "clients"] <= 600).all()
    gone_on = found.search_comparison.set_index("candidate")["chosen"]
    assert gone_on.sum() == len(everybody & set(told.loc[finalists, "candidate"]))


def test_a_baseline_that_was_tuned_among_fewer_clients_is_judged_as_it_was_tuned(
    searched_among_fewer,
):
    found = searched_among_fewer
    assert BASELINE not in [one.candidate.name for one in found.tuned]
    (tuned,) = (one for one in found.searched if one.candidate.name == BASELINE)
    # Other hyper-parameters than its defaults, which say nothing of the search.
    other = replace(tuned, parameters={"C": 1e-5})
    assert other.parameters.keys() == tuned.candidate.kind.defaults.keys()
    others = tuple(other if one is tuned else one for one in found.searched)
    rivals = judge(replace(found, searched=others)).set_index("against")
    again = judge_again(other, contest_of(found))
    assert again.parameters == other.parameters
    refused = decisions_of(found, again)
    cost = business_cost(found.data.test.defaulted, refused, found.judged_by)
    assert rivals.loc["baseline", "cost"] == pytest.approx(cost)


def test_no_simpler_candidate_does_as_well_as_the_chosen_one(selection):
    good = as_good([one.evidence for one in selection.tuned])
    rivals = [one for one, is_good in zip(selection.tuned, good, strict=True) if is_good]
    complexities = [one.candidate.complexity for one in rivals]
    assert selection.winner.candidate.complexity == min(complexities)


def test_without_the_rule_the_cheapest_is_chosen(data, tmp_path):
    found = select(data, tmp_path, COSTS, trials=3, folds=3, one_standard_error=False)
    assert found.comparison["chosen"].tolist() == [True, False, False]


def test_of_equal_candidates_the_simplest_is_chosen(data, tmp_path):
    rivals = [DUMMY, replace(DUMMY, name="same")]
    assert select(data, tmp_path, candidates=rivals).winner.candidate is DUMMY


def test_the_threshold_is_the_minimum_of_the_smoothed_curve(selection):
    margins = selection.winner.evidence.margins
    probability = selection.scorer.calibration.probabilities(margins)
    assert selection.threshold == steady_threshold(selection.curve, probability)
    assert selection.curve.cost_at(selection.threshold) < 1.1 * selection.curve.best_cost


def test_the_threshold_is_shown_beside_the_theoretical_one(selection):
    check = selection.threshold_check
    assert check.loc["theoretical", "threshold"] == 1 / 11
    assert check.loc["chosen", "threshold"] == selection.threshold
    assert check.loc["chosen", "business_cost"] <= check.loc["theoretical", "business_cost"]


def test_calibration_is_shown_before_and_after(selection):
    before, after = (selection.calibration_figures.loc[stage] for stage in ("before", "after"))
    assert after["expected_calibration_error"] < before["expected_calibration_error"]
    assert after["brier"] < before["brier"]
    assert after["mean_probability"] == pytest.approx(after["default_rate"], abs=0.01)
    assert set(selection.reliability_curves["stage"]) == {"before", "after"}


def waved(clients: int = 3000) -> pd.DataFrame:
    """Who defaults is told by a wave that no straight line follows."""
    random = np.random.default_rng(0)
    phase = random.uniform(-6, 6, clients)
    outcome = random.random(clients) < np.where(np.sin(phase) > 0.3, 0.4, 0.01)
    return pd.DataFrame(
        {
            "client_id": range(clients),
            "target": outcome.astype(int),
            "phase": phase,
            "noise": random.normal(size=clients),
        }
    )


def test_the_planted_candidate_is_found(load, tmp_path):
    found = select(load(waved()), tmp_path, COSTS, trials=3, folds=3)
    assert found.winner.candidate is LIGHTGBM
    # Refusing where the wave is high costs its few good clients, and the defaults elsewhere.
    high = np.sin(found.data.test.features["phase"]) > 0.3
    best = business_cost(found.data.test.defaulted, high, COSTS)
    assert found.metrics["business_cost"] == pytest.approx(best, abs=0.08)
    refused = refuses(found.test_set["default_probability"], found.threshold)
    assert (refused == high).mean() > 0.95


def test_the_planted_threshold_is_found(clients, load, tmp_path):
    # Half of the clients default with 5 %, the other half with 30 %: refuse the latter, at any
    # threshold between. No other rule costs less.
    random = np.random.default_rng(0)
    risky = np.arange(4000) % 2
    outcome = random.random(4000) < np.where(risky, 0.3, 0.05)
    frame = pd.DataFrame({"client_id": range(4000), "target": outcome.astype(int)})
    found = select(
        load(frame.assign(risky=risky.astype(float), noise=random.normal(size=4000))),
        tmp_path,
        COSTS,
        trials=2,
        folds=3,
    )
    test = found.data.test
    refused = refuses(found.test_set["default_probability"], found.threshold)
    assert np.array_equal(refused, test.features["risky"] == 1)
    # Within three standard errors: the test set has 800 clients.
    expected = 0.5 * 0.7 + 0.5 * 0.05 * 10
    assert found.metrics["business_cost"] == pytest.approx(expected, abs=0.16)


def test_shuffled_outcomes_cost_no_less_than_deciding_alike_for_all(clients, load, tmp_path):
    random = np.random.default_rng(0)
    shuffled = clients.assign(target=random.permutation(clients["target"]))
    found = select(load(shuffled), tmp_path, COSTS, trials=3, folds=3)
    alike = min(
        found.metrics["business_cost_granting_all"], found.metrics["business_cost_refusing_all"]
    )
    assert found.intervals["business_cost"][1] >= alike
    assert found.intervals["auc"][0] <= 0.5 <= found.intervals["auc"][1]
    standard_error = found.winner.evidence.standard_error
    alike = min(
        found.cross_fitted["business_cost_granting_all"],
        found.cross_fitted["business_cost_refusing_all"],
    )
    assert found.cross_fitted["business_cost"] > alike - 2 * standard_error - 1e-12


def test_the_test_clients_have_no_say_in_the_choice(data, selection, tmp_path):
    spoilt = replace(
        data.test,
        features=data.test.features.assign(income=-1.0, external_score=np.nan, housing="a boat"),
        defaulted=1 - data.test.defaulted,
    )
    otherwise = select(replace(data, test=spoilt), tmp_path / "other", COSTS, trials=3, folds=3)
    assert choice(otherwise) == choice(selection)
    assert otherwise.metrics != selection.metrics


def test_the_winner_is_fitted_on_training_clients_only(selection):
    known, winner = selection.data.training, selection.winner
    parameters = winner.candidate.kind.for_more_clients(winner.parameters, 3 / 2)
    again = fit(winner.candidate, known, parameters, selection.seed)
    theirs = again.margins(selection.data.test.features)
    expected = selection.scorer.calibration.probabilities(theirs)
    given = selection.test_set["default_probability"].to_numpy()
    assert given == pytest.approx(expected, abs=1e-12)


def test_a_seed_that_is_none_is_named(data, tmp_path):
    with pytest.raises(InvalidInput, match="seed -1"):
        select(data, tmp_path, COSTS, trials=1, seed=-1)


@pytest.mark.parametrize("seed", [20180615, 2**32 - 1])
def test_large_seeds_lead_to_a_scorer_too(data, tmp_path, seed):
    assert select(data, tmp_path, COSTS, trials=3, folds=2, seed=seed).scorer.features


@pytest.mark.parametrize("clients", [300, 700])
def test_few_clients_and_a_single_trial_lead_to_a_scorer(clients, load, tmp_path):
    found = select(load(make_clients(clients)), tmp_path, COSTS, trials=1, folds=2)
    assert found.winner.candidate is LOGISTIC
    assert found.scorer.describe("new").base_probability > 0


@pytest.mark.parametrize("names", [["income"], ["housing"], ["income", "late_share"]])
def test_one_feature_and_one_kind_of_columns_are_enough(clients, load, tmp_path, names):
    data = load(clients[["client_id", "target", *names]])
    found = select(data, tmp_path, COSTS, trials=10, folds=2)
    assert [one.candidate for one in found.tuned[:-1]] == list(CANDIDATES)
    assert found.tuned[-1].candidate.name == "blend"
    assert np.isfinite(found.metrics["business_cost"])


def test_the_same_parameters_give_the_same_selection(data, selection, tmp_path):
    again = select(data, tmp_path / "other", COSTS, trials=3, folds=3)
    assert choice(again) == choice(selection)
    assert again.metrics == selection.metrics
    assert again.intervals == selection.intervals


def test_dearer_missed_defaults_refuse_more_clients(data, selection, tmp_path):
    strict = select(data, tmp_path / "strict", CostMatrix(40, 1), trials=3, folds=3)
    assert strict.cross_fitted["grant_rate"] < selection.cross_fitted["grant_rate"]


def test_the_test_set_keeps_its_clients_numbers(data, selection):
    assert selection.test_set["client_id"].tolist() == data.test.client_id.tolist()
    assert selection.test_set["defaulted"].tolist() == data.test.defaulted.tolist()


@pytest.mark.parametrize("budget", [{"trials": 0}, {"time_budget_minutes": 0}])
def test_a_budget_that_allows_nothing_is_refused_at_once(data, tmp_path, budget):
    with pytest.raises(InvalidInput, match=next(iter(budget))):
        select(data, tmp_path / "none", COSTS, **budget)
    assert not (tmp_path / "none").exists()


def test_the_time_to_choose_features_counts(data, tmp_path):
    found = select(data, tmp_path, COSTS, trials=9, folds=3, time_budget_minutes=1e-6)
    assert [one.trials for one in found.tuned] == [1]


def test_a_fold_that_would_have_no_default_is_an_error(data, tmp_path):
    with pytest.raises(InvalidInput, match="every fold has clients of both outcomes"):
        select(data, tmp_path, COSTS, trials=1, folds=int(data.training.defaulted.sum()) + 1)
