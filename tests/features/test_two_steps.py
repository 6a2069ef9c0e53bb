import ibis
import pandas as pd
import pandas.testing
import pytest

from lib.features.expressions import how_many, only, ratio, share_of
from lib.features.two_steps import aggregate_in_two_steps

ROWS = ibis.memtable(
    {
        "client": [1, 1, 1, 1, 2, 2, 3],
        "day": [-10.0, -100.0, -400.0, None, -50.0, -500.0, None],
        "amount": [1.0, 2.0, 4.0, 8.0, None, 32.0, 64.0],
        "late": [True, False, True, None, True, None, True],
    },
    schema={"client": "int64", "day": "float64", "amount": "float64", "late": "boolean"},
)
RECENT, YEAR = ROWS.day >= -90, ROWS.day >= -365
MEASURES = {
    "count": ROWS.amount.count(),
    "rows_of_year": how_many(YEAR),
    "late_of_year": how_many(YEAR & ROWS.late),
    "share_late": share_of(ROWS.late, RECENT),
    "sum": ROWS.amount.sum(),
    "sum_of_year": only(YEAR, ROWS.amount).sum(),
    "mean": ROWS.amount.mean(),
    "mean_of_year": only(YEAR, ROWS.amount).mean(),
    "least": only(YEAR, ROWS.amount).min(),
    "greatest": only(RECENT, ROWS.amount).max(),
    "recent_to_year": ratio(only(RECENT, ROWS.amount).sum(), only(YEAR, ROWS.amount).sum()),
    "of_both": only(RECENT & YEAR, ROWS.amount).sum(),
}


def both_ways(measures, windows=(RECENT, YEAR)):
    in_two_steps = aggregate_in_two_steps(ROWS, "client", windows, measures)
    at_once = ROWS.group_by("client").aggregate(**measures)
    return [way.order_by("client").execute() for way in (in_two_steps, at_once)]


@pytest.mark.parametrize("name", MEASURES)
def test_each_measure_is_what_it_is_at_once(name):
    in_two_steps, at_once = both_ways({name: MEASURES[name]})
    pandas.testing.assert_frame_equal(in_two_steps, at_once)


def test_all_measures_together_are_what_they_are_at_once():
    pandas.testing.assert_frame_equal(*both_ways(MEASURES))


def test_without_windows_there_is_one_group_a_client():
    pandas.testing.assert_frame_equal(*both_ways({"sum": ROWS.amount.sum()}, windows=()))


def test_a_client_with_no_row_in_a_window_has_none_to_count_and_nothing_to_measure():
    in_two_steps, _ = both_ways(MEASURES)
    third = in_two_steps.set_index("client").loc[3]
    assert third["rows_of_year"] == 0
    assert pd.isna(third["mean_of_year"])
    assert third["sum"] == 64.0


def test_a_measure_over_several_windows_is_worked_out_of_the_rows_once():
    measures = {
        "recent": only(RECENT, ROWS.amount).sum(),
        "of_year": only(YEAR, ROWS.amount).sum(),
    }
    query = ibis.to_sql(aggregate_in_two_steps(ROWS, "client", (RECENT, YEAR), measures), "duckdb")
    assert query.count("SUM(") == 1 + len(measures)


def test_what_cannot_be_added_up_is_refused():
    with pytest.raises(ValueError, match="CountDistinct"):
        aggregate_in_two_steps(ROWS, "client", [YEAR], {"kinds": ROWS.amount.nunique()})
