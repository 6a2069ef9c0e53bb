"""The summary says of any winner what is true of it."""

from lib.training.evidence.audit import audit
from lib.training.evidence.card import Evidence
from lib.training.evidence.importance import explain
from lib.training.evidence.judgement import judge
from lib.training.evidence.signs import check_signs
from lib.training.report.summary import summary


def test_costs_are_said_as_they_are_and_a_constant_has_neither_reasons_nor_refused(
    constant, catalogue
):
    evidence = Evidence(
        rivals=judge(constant),
        audited=audit(constant, constant.data.test),
        price=None,
        signs=check_signs(explain(constant), catalogue),
    )
    text = summary(constant, evidence)
    assert "A missed default costs 10, a refused good client 2." in text
    assert "All test clients are granted" in text
    assert "Every client gets the same probability" in text
    assert "Reasons" not in text
    assert "would have defaulted" not in text
    assert "in units" not in text


def test_without_rivals_or_groups_their_points_are_left_out(selection, catalogue):
    audited = audit(selection, selection.data.test).head(1)
    signs = check_signs(explain(selection), catalogue)
    text = summary(selection, Evidence(judge(selection).head(0), audited, None, signs))
    assert "surely" not in text
    assert "**Groups.**" not in text
    assert "**Reasons.**" in text
