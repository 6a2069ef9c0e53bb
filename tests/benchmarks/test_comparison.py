"""The comparison of two files of features can fail, and says where."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.benchmarks.comparison import differences

FEATURES = {
    "client_id": [1, 2, 3],
    "target": [0.0, None, 1.0],
    "income": [1_000_000.0, 20.0, None],
    "gender": ["F", "M", None],
}


@pytest.fixture
def compare(tmp_path):
    """Lines of the differences of two tables, from files."""

    def lines(ours, reference):
        paths = tmp_path / "ours.parquet", tmp_path / "reference.parquet"
        for path, table in zip(paths, (ours, reference), strict=True):
            pq.write_table(table if isinstance(table, pa.Table) else pa.table(table), path)
        return [str(difference) for difference in differences(*paths)]

    return lines


def test_equal_files_agree_whatever_their_order_and_types(compare):
    other = pa.table(FEATURES).take([2, 0, 1]).select(["gender", "income", "target", "client_id"])
    encoded = other.set_column(0, "gender", other["gender"].dictionary_encode())
    as_int = encoded.set_column(2, "target", other["target"].cast("int8"))
    assert compare(FEATURES, as_int) == []


@pytest.mark.parametrize(
    ("feature", "values", "line"),
    [
        (
            "income",
            [1_000_001.5, 20.0, None],
            "income of client 1: ours 1000001.5, reference 1000000.0 (1 cell differs)",
        ),
        (
            "income",
            [1_000_000.0, None, 0.0],
            "income of client 2: ours missing, reference 20.0 (2 cells differ)",
        ),
        (
            "income",
            [1_000_000.0, 20.0, float("nan")],
            "income of client 3: ours nan, reference missing (1 cell differs)",
        ),
        (
            "income",
            [float("inf"), 20.0, None],
            "income of client 1: ours inf, reference 1000000.0 (1 cell differs)",
        ),
        (
            "gender",
            ["F", "F", "M"],
            "gender of client 2: ours F, reference M (2 cells differ)",
        ),
        (
            "gender",
            [1.0, 0.0, None],
            "gender of client 1: ours 1.0, reference F (2 cells differ)",
        ),
    ],
)
def test_what_differs_is_named_with_both_values(compare, feature, values, line):
    assert compare({**FEATURES, feature: values}, FEATURES) == [line]


@pytest.mark.parametrize("factor", [1 + 0.9e-6, 1 - 0.9e-6])
def test_less_than_a_millionth_is_rounding(compare, factor):
    assert compare({**FEATURES, "income": [1e6 * factor, 20.0 * factor, None]}, FEATURES) == []


@pytest.mark.parametrize(("value", "agrees"), [(0.9e-6, True), (1.1e-6, False)])
def test_near_zero_the_tolerance_is_absolute(compare, value, agrees):
    ours, reference = {"client_id": [1], "x": [value]}, {"client_id": [1], "x": [0.0]}
    assert (compare(ours, reference) == []) is agrees


def test_a_dropped_column_is_named(compare):
    without = {name: values for name, values in FEATURES.items() if name != "income"}
    expected = "income: ours no such column, reference here (3 cells differ)"
    assert compare(without, FEATURES) == [expected]


def test_a_lost_client_is_named(compare):
    expected = "client_id of client 2: ours no such row, reference here (4 cells differ)"
    assert compare(pa.table(FEATURES).take([0, 2]), FEATURES) == [expected]
