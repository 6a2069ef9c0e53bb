"""The form in which features are defined."""

import ibis
import pytest

from lib.features.definitions.directions import PAID_LATE
from lib.features.definitions.feature import Fact, by_client, count, over_windows, share
from lib.features.description import Effect, Family, Purpose, Text, Unit
from lib.features.expressions import flag, within_months
from lib.features.windows import LAST_6_MONTHS, WHOLE_HISTORY

LATE = Fact(
    Family.REPAYMENT_BEHAVIOUR,
    "POS_CASH_balance",
    "late_months",
    Purpose.REPAYMENT_RECORD,
    Text("Retards", "Delays"),
)
MONTHS = count("months", "Mois", "Months", lambda monthly, inside: flag(inside).sum())
SHARE = share("late_share", "Part", "Share", lambda client: client.late / client.months)
LATE_MONTHS = count("late", "Mois de retard", "Late months", lambda monthly: monthly.dpd.sum())


@pytest.fixture
def monthly():
    rows = [(1, -1, 0), (1, -9, 1), (2, -2, 1)]
    return ibis.memtable(rows, schema={"SK_ID_CURR": "int64", "month": "int64", "dpd": "int64"})


def inside(monthly, window):
    return within_months(window, monthly.month)


def test_a_feature_takes_over_what_its_fact_says():
    (row,) = [one.description for one in LATE.told_by(LATE_MONTHS, direction=PAID_LATE)]
    assert (row.name, row.label, row.unit) == (
        "late",
        Text("Mois de retard", "Late months"),
        Unit.COUNT,
    )
    assert (row.fact, row.purpose) == ("late_months", Purpose.REPAYMENT_RECORD)
    assert (row.family, row.source) == (Family.REPAYMENT_BEHAVIOUR, "POS_CASH_balance")
    assert row.direction.effect is Effect.RAISES
    assert not row.protected


def test_what_has_an_attribute_is_protected():
    feature = count("children", "Enfants", "Children", lambda t: t.n, attribute="family_status")
    (row,) = [one.description for one in LATE.told_by(feature)]
    assert row.protected
    assert row.attribute == "family_status"


def test_windows_repeat_name_label_and_expression(monthly):
    windows = [WHOLE_HISTORY, LAST_6_MONTHS]
    features = over_windows(windows, inside, *LATE.told_by(MONTHS))
    assert [(one.name, one.description.label.en) for one in features] == [
        ("months", "Months"),
        ("months_last_6_months", "Months in the last 6 months"),
    ]
    assert {one.fact for one in features} == {LATE}
    built = by_client(features, monthly=monthly).execute().set_index("SK_ID_CURR")
    assert built.loc[1].to_dict() == {"months": 2.0, "months_last_6_months": 1.0}


def test_what_follows_from_features_comes_after_them(monthly):
    windowed = over_windows([WHOLE_HISTORY], inside, *LATE.told_by(MONTHS))
    features = [*LATE.told_by(SHARE), *windowed, *LATE.told_by(LATE_MONTHS)]
    built = by_client(features, monthly=monthly).execute().set_index("SK_ID_CURR")
    assert built["late_share"].to_dict() == {1: 0.5, 2: 1.0}


def test_a_table_that_is_not_there_is_named(monthly):
    lost = LATE.told_by(count("late", "Mois", "Months", lambda weekly: weekly.dpd.sum()))
    with pytest.raises(ValueError, match="late: expressions read client, monthly"):
        by_client(lost, monthly=monthly)
