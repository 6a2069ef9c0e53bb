"""Costs that follow the amount of each credit choose model and threshold, where asked to."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lib.decision import (
    CostMatrix,
    InvalidInput,
    LenderTerms,
    business_cost,
    cost_curve,
    refuses,
)
from lib.training import CANDIDATES, Selection, select
from lib.training.contest.threshold import steady_threshold
from lib.training.evidence.audit import audit
from lib.training.evidence.card import Evidence, model_card
from lib.training.evidence.importance import explain
from lib.training.evidence.judgement import contest_of, judge
from lib.training.evidence.money import money
from lib.training.evidence.signs import check_signs
from lib.training.report.summary import summary
from tests.training.conftest import make_clients, write_and_load

TERMS = LenderTerms(loss_given_default=0.5, margin=0.1)


def with_credit(amounts: np.ndarray | float) -> pd.DataFrame:
    return make_clients().assign(credit_amount=amounts)


def amounts_of_all() -> np.ndarray:
    return np.random.default_rng(5).lognormal(12, 1.0, len(make_clients()))


def quickly(folder: Path, amounts: np.ndarray | float, **options: object) -> Selection:
    """Let one candidate compete for nothing but its threshold."""
    logistic = [one for one in CANDIDATES if one.name == "logistic_regression_class_weights"]
    assert logistic
    data = write_and_load(folder, with_credit(amounts), excluded_features=["credit_amount"])
    return select(data, folder, trials=1, folds=3, most_features=6, candidates=logistic, **options)


@pytest.fixture(scope="module")
def by_amount(tmp_path_factory: pytest.TempPathFactory) -> Selection:
    return quickly(tmp_path_factory.mktemp("by_amount"), amounts_of_all(), by_amount=TERMS)


def test_costs_by_amount_choose_the_threshold(by_amount: Selection) -> None:
    training = by_amount.data.training
    costs = TERMS.relative_costs_of(training.amounts)
    probability = by_amount.scorer.calibration.probabilities(by_amount.winner.evidence.margins)
    curve = cost_curve(training.defaulted, probability, costs)
    assert by_amount.threshold == steady_threshold(curve, probability)
    assert by_amount.curve.costs.tolist() == curve.costs.tolist()
    assert by_amount.costs_by_amount
    # Five to one, at the mean credit.
    assert by_amount.costs.missed_default == pytest.approx(5)
    assert by_amount.threshold_check.loc["theoretical", "threshold"] == pytest.approx(1 / 6)


def test_costs_by_amount_judge_candidates_and_test_clients(by_amount: Selection) -> None:
    training, test, evidence = (
        by_amount.data.training,
        by_amount.data.test,
        by_amount.winner.evidence,
    )
    refused = refuses(evidence.default_probability, evidence.threshold)
    expected = business_cost(training.defaulted, refused, TERMS.relative_costs_of(training.amounts))
    assert evidence.cost == pytest.approx(expected)
    assert by_amount.comparison["business_cost"].tolist() == pytest.approx([expected])
    judged = refuses(by_amount.test_set["default_probability"], by_amount.threshold)
    costs = TERMS.relative_costs_of(test.amounts)
    for name, way in (
        ("", judged),
        ("_granting_all", judged & False),
        ("_refusing_all", judged | True),
    ):
        expected = business_cost(test.defaulted, way, costs)
        assert by_amount.metrics[f"business_cost{name}"] == pytest.approx(expected)
    low, high = by_amount.intervals["business_cost"]
    assert low < by_amount.metrics["business_cost"] < high


def test_fewer_clients_keep_their_own_costs(by_amount: Selection) -> None:
    fewer = contest_of(by_amount).fewer(300)
    assert len(fewer.clients) <= 300
    costs = TERMS.relative_costs_of(by_amount.data.training.amounts)
    of_client = dict(zip(by_amount.data.training.client_id, costs.missed_default, strict=True))
    expected = [of_client[one] for one in fewer.clients.client_id]
    assert fewer.costs.missed_default.tolist() == expected


def test_equal_amounts_choose_as_the_matrix_of_their_ratio(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    alike = quickly(tmp_path / "one", 2_000.0, by_amount=TERMS)
    matrix = quickly(tmp_path / "other", 2_000.0, costs=CostMatrix(5, 1))
    assert not matrix.costs_by_amount
    assert alike.threshold == matrix.threshold
    assert alike.metrics == pytest.approx(matrix.metrics)
    assert alike.winner.evidence.cost == pytest.approx(matrix.winner.evidence.cost)


@pytest.mark.parametrize("known", [True, False])
def test_costs_by_amount_need_every_amount(tmp_path: Path, known: bool) -> None:
    frame = make_clients()
    if known:
        frame = with_credit(amounts_of_all())
        frame.loc[::7, "credit_amount"] = np.nan
    data = write_and_load(tmp_path, frame)
    with pytest.raises(InvalidInput, match=r"credit_amount of .* clients: costs by amount need"):
        select(data, tmp_path, by_amount=TERMS, trials=1, folds=3)


def test_the_card_and_the_report_say_that_amounts_have_chosen(by_amount: Selection) -> None:
    found = Evidence(
        rivals=judge(by_amount),
        audited=audit(by_amount, by_amount.data.test),
        price=None,
        signs=check_signs(explain(by_amount), by_amount.data.catalogue),
        money=money(by_amount, TERMS, "EUR"),
    )
    card = model_card(by_amount, found)
    assert card.costs_by_amount
    assert card.money.terms == TERMS
    assert card.costs == by_amount.costs
    assert any("the threshold is one for all clients" in limit for limit in card.limits)
    assert "in proportion to its amount" in summary(by_amount, found)
    # What rivals cost is in refused good clients of the mean amount, the money in the currency.
    unit = TERMS.margin * by_amount.data.test.amounts.mean()
    granting = found.rivals.set_index("against").loc["granting_all", "cost"]
    told = {one.way: one.per_client for one in card.money.ways}
    assert told["granting_all"] == pytest.approx(granting * unit)
    assert told["scorer"] == pytest.approx(card.metrics["business_cost"] * unit)
