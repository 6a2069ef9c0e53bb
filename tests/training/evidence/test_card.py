"""What the model card and the summary say."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lib.decision import InvalidInput, LenderTerms
from lib.scoring.card import ModelCard
from lib.scoring.split import SPLIT
from lib.training.contest.candidates import BASELINE
from lib.training.evidence.audit import audit
from lib.training.evidence.card import NO_PERIOD, Evidence, limits, model_card
from lib.training.evidence.importance import explain
from lib.training.evidence.judgement import judge
from lib.training.evidence.money import money
from lib.training.evidence.signs import Verdict, check_signs
from lib.training.report.summary import summary


def test_the_card_holds_what_was_found_out(selection, evidence):
    card = model_card(selection, evidence)
    assert ModelCard.model_validate_json(card.model_dump_json()) == card
    assert card.candidate == selection.winner.candidate.name
    assert card.threshold == selection.threshold
    assert card.metrics == selection.metrics
    assert card.intervals == selection.intervals
    assert [one.english for one in card.rivals] == evidence.rivals["english"].tolist()
    assert [one.group for one in card.fairness] == evidence.audited["group"].tolist()
    assert [one.candidate for one in card.candidates] == selection.comparison["candidate"].tolist()
    assert card.price_of_withholding.difference == 0.1
    assert card.calibration == evidence.calibration
    assert [one.candidate for one in card.alternatives] == evidence.alternatives[
        "candidate"
    ].tolist()
    assert (card.split, card.test_share) == (SPLIT, 0.2)
    assert card.price_of_signs.difference == 0.02
    assert card.protected_attributes == card.excluded_features == ("gender",)
    assert card.parameters == selection.winner.parameters


def test_a_share_above_1_is_refused_before_anything_is_written(selection, evidence):
    impossible = evidence.audited.assign(grant_rate_high=1.0000000000000002)
    with pytest.raises(InvalidInput, match="model card, grant_rate_high"):
        model_card(selection, replace(evidence, audited=impossible))


def test_a_period_that_is_not_known_is_said_to_be_so(selection, evidence):
    assert model_card(selection, evidence).period == NO_PERIOD
    dated = replace(evidence, period="2019 to 2021")
    assert model_card(selection, dated).period == "2019 to 2021"


def test_where_nothing_is_withheld_the_card_says_so(selection, evidence):
    training = selection.data.training
    open_book = replace(training, withheld=training.withheld[[]])
    told = replace(selection, data=replace(selection.data, training=open_book))
    assert model_card(told, replace(evidence, price=None)).excluded_features == ()


def test_a_constant_says_that_it_is_one_and_has_its_baseline(constant, catalogue):
    found = Evidence(
        rivals=judge(constant),
        audited=audit(constant, constant.data.test),
        price=None,
        signs=check_signs(explain(constant), catalogue),
    )
    card = model_card(constant, found)
    assert any("It is a constant" in sentence for sentence in card.limits)
    baseline = next(one for one in card.rivals if one.against == "baseline")
    assert baseline.low > 0
    assert np.isfinite(baseline.high)
    assert BASELINE not in [one.candidate for one in card.candidates]


def test_a_group_below_four_fifths_is_among_the_limits(selection, evidence):
    low = evidence.audited.copy()
    low.loc[1, ["impact_ratio", "impact_p_value"]] = 0.71, 0.01
    told = " ".join(limits(selection, replace(evidence, audited=low)))
    assert f"{low.loc[1, 'group']} are granted 0.71 times as often" in told
    by_chance = low.assign(impact_p_value=0.2)
    told = " ".join(limits(selection, replace(evidence, audited=by_chance)))
    assert "times as often" not in told


@pytest.mark.parametrize(
    ("ends", "words"), [((0.7, 0.9), "too extreme"), ((1.1, 1.3), "too timid"), ((0.9, 1.0), "")]
)
def test_a_slope_that_is_surely_not_1_is_among_the_limits(selection, evidence, ends, words):
    slope = {"slope": sum(ends) / 2, "slope_low": ends[0], "slope_high": ends[1]}
    found = evidence.calibration.model_copy(update=slope)
    told = " ".join(limits(selection, replace(evidence, calibration=found)))
    assert words in told
    assert ("probabilities are too" in told) == bool(words)


def test_the_summary_names_the_least_disparate_candidate(selection, evidence):
    rows = evidence.alternatives.head(1)
    even = rows.assign(english="Even model", chosen=False, impact_ratio=0.93)
    chosen = rows.assign(chosen=True, impact_ratio=0.84)
    both = pd.concat([even, chosen], ignore_index=True)
    text = summary(selection, replace(evidence, alternatives=both))
    assert "the least disparate is Even model: lowest ratio 0.93 out-of-fold" in text
    assert "the chosen one has 0.84" in text
    own = summary(selection, replace(evidence, alternatives=both[::-1].reset_index(drop=True)))
    assert "the chosen one is the least disparate" in own
    assert f"slope is {evidence.calibration.slope:.2f}" in text


def test_rivals_that_may_cost_as_little_are_among_the_limits(selection, evidence):
    close = evidence.rivals.assign(high=[0.1, -0.1, -0.1, -0.1, -0.1])
    told = " ".join(limits(selection, replace(evidence, rivals=close)))
    assert f"does not surely cost less than: {evidence.rivals['english'][0]}." in told
    beaten = replace(evidence, rivals=evidence.rivals.assign(high=-0.1))
    assert "does not surely cost less" not in " ".join(limits(selection, beaten))


def test_features_that_push_otherwise_are_among_the_limits(selection, evidence):
    against = evidence.signs.assign(verdict=Verdict.DISAGREES)
    told = " ".join(limits(selection, replace(evidence, signs=against)))
    assert evidence.signs["english"][0] in told
    agreeing = evidence.signs.assign(verdict=Verdict.AGREES)
    told = " ".join(limits(selection, replace(evidence, signs=agreeing)))
    assert "push otherwise" not in told


def test_the_summary_has_the_choice_the_cost_and_the_price(selection, evidence):
    text = summary(selection, evidence)
    assert selection.winner.candidate.english in text
    assert f"{selection.metrics['business_cost']:.3f} per client" in text
    assert "Leaving the protected attributes out costs +0.100 per client" in text
    assert "Refusing every credit" in text


def test_the_summary_puts_each_rival_where_its_interval_lies(selection, evidence):
    ends = {"low": [-2, -2, 1, 1, 1], "high": [-1, 1, 2, 2, 2]}
    text = summary(selection, replace(evidence, rivals=evidence.rivals.assign(**ends)))
    names = evidence.rivals["english"]
    assert f"**It surely costs less than:** {names[0]}." in text
    assert f"**No sure difference from:** {names[1]}." in text
    assert f"**It surely costs more than:** {'; '.join(names[2:])}." in text


def test_the_card_and_the_summary_tell_the_money_with_whose_assumption_it_is(selection, evidence):
    data = selection.data
    test = replace(data.test, amounts=np.full(len(data.test), 200_000.0))
    told = money(replace(selection, data=replace(data, test=test)), LenderTerms(0.5, 0.05), "EUR")
    found = replace(evidence, money=told)
    card = model_card(selection, found)
    assert card.money == told
    assert ModelCard.model_validate_json(card.model_dump_json()) == card
    assert any("50.0% of a credit is lost where it is not repaid" in one for one in card.limits)
    assert f"**Money.** EUR {told.ways[0].per_client:,.0f} per client" in summary(selection, found)


def test_without_amounts_the_card_and_the_summary_tell_no_money(selection, evidence):
    card = model_card(selection, evidence)
    assert card.money is None
    assert any("the amounts are not known" in sentence for sentence in card.limits)
    assert "Money" not in summary(selection, evidence)


def test_groups_that_are_too_small_are_not_said_to_be_unknown(evidence, selection):
    alone = evidence.audited[evidence.audited["attribute"] == "everyone"]
    small = alone.assign(attribute="gender", attribute_english="Gender", group="F", clients=20)
    for audited, reason in (
        (alone, "The data know no protected attribute"),
        (pd.concat([alone, small]), "Too few clients are in each group"),
    ):
        told = limits(selection, replace(evidence, audited=audited))
        assert [one for one in told if "were not compared" in one] == [
            one for one in told if one.startswith(reason)
        ]
        assert any(one.startswith(reason) for one in told)
