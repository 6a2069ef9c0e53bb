"""What the model card and the summary say."""

import json
from dataclasses import replace

import pytest

from lib.decision import CostDifference
from lib.training.audit import audit
from lib.training.evidence import NO_PERIOD, Evidence, card_facts, limits
from lib.training.importance import explain
from lib.training.judgement import judge
from lib.training.report.summary import summary
from lib.training.signs import Verdict, check_signs


@pytest.fixture(scope="module")
def evidence(selection, catalogue) -> Evidence:
    return Evidence(
        rivals=judge(selection),
        audited=audit(selection, selection.data.test, catalogue),
        price=CostDifference(0.5, 0.4, 0.1, 0.05, 0.15),
        signs=check_signs(explain(selection), catalogue),
    )


def test_the_facts_are_fit_for_json(selection, evidence):
    facts = card_facts(selection, evidence)
    assert json.loads(json.dumps(facts, allow_nan=False)) == facts
    assert len(facts["rivals"]) == len(evidence.rivals)
    assert len(facts["fairness"]) == len(evidence.audited)
    assert facts["price_of_withholding"]["difference"] == 0.1


def test_a_period_that_is_not_known_is_said_to_be_so(selection, evidence):
    assert card_facts(selection, evidence)["period"] == NO_PERIOD
    dated = replace(evidence, period="2019 to 2021")
    assert card_facts(selection, dated)["period"] == "2019 to 2021"


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
