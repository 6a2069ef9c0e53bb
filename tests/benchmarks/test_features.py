"""The benchmark of the features runs from end to end and prints what it promises."""

import json

import pytest

from tests.benchmarks.features import (
    BEFORE,
    COLD,
    FROM_PARQUET,
    ON_POLARS,
    PANDAS,
    SCAN,
    START,
    WARM,
    Record,
    Run,
    figures,
    limited,
    main,
    of_size,
)
from tests.benchmarks.measurement import ChildFailed, Cost, measure
from tests.benchmarks.tables import linked, synthetic_tables

KEYS = {
    *("csv_ratio", "csv_warm_ratio", "parquet_ratio"),
    *("csv_cpu_ratio", "csv_warm_cpu_ratio", "parquet_cpu_ratio"),
    *("peak_gib", "pandas_peak_gib", "scan_seconds", "scan_csv_seconds"),
    *("limited_2gib_peak", "limited_2gib_slowdown", "limited_4gib_peak", "limited_4gib_slowdown"),
    *("polars_slowdown", "start_seconds", "per_client_us", "per_client_us_after_start"),
    *("clients", "differing_cells"),
}


@pytest.mark.timeout(900)  # a dozen processes that each load the libraries
def test_it_runs_from_end_to_end_and_no_cell_differs(tmp_path, capsys):
    assert main(["--clients", "300", "--data", str(tmp_path)]) == 0
    printed = capsys.readouterr().out.splitlines()
    measured = json.loads(printed[-1])
    assert measured.keys() == KEYS
    assert measured["differing_cells"] == 0
    assert measured["clients"] == 300
    assert measured["per_client_us"].keys() == {"10", "30", "100"}
    assert any("ours from csv, cold" in line for line in printed)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == sorted(
        f"{form}-{clients}-clients-seed-1"
        for form, clients in [("csv", 300), *(("parquet", n) for n in (10, 30, 90, 300))]
    )


COSTS = {
    COLD: Cost(20.0, 30.0, 3.0),
    WARM: Cost(10.0, 15.0, 2.0),
    FROM_PARQUET: Cost(8.0, 12.0, 2.5),
    PANDAS["csv"]: Cost(60.0, 60.0, 7.0),
    PANDAS["parquet"]: Cost(40.0, 48.0, 6.0),
    SCAN["csv"]: Cost(5.0, 9.0, 0.5),
    SCAN["parquet"]: Cost(1.0, 2.0, 0.4),
    limited(2): Cost(16.0, 20.0, 1.5),
    limited(4): Cost(12.0, 15.0, 2.25),
    START: Cost(2.0, 2.0, 0.2),
    of_size(10): Cost(2.5, 3.0, 0.3),
    of_size(30): Cost(4.0, 5.0, 0.8),
    ON_POLARS: Cost(6.0, 9.0, 2.0),
}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("csv_ratio", 3.0),
        ("csv_warm_ratio", 6.0),
        ("parquet_ratio", 5.0),
        ("csv_cpu_ratio", 2.0),
        ("parquet_cpu_ratio", 4.0),
        ("peak_gib", 3.0),
        ("pandas_peak_gib", 6.0),
        ("scan_seconds", 1.0),
        ("limited_2gib_peak", 1.5),
        ("limited_2gib_slowdown", 2.0),
        ("limited_4gib_slowdown", 1.5),
        ("polars_slowdown", 1.5),
        ("per_client_us", {"10": 2500.0, "30": 4000 / 3, "100": 800.0}),
        ("per_client_us_after_start", {"10": 500.0, "30": 2000 / 3, "100": 600.0}),
    ],
)
def test_figures_worked_out_by_hand(key, value):
    found = figures(COSTS, {10: 1_000, 30: 3_000, 100: 10_000}, differing_cells=0)
    assert found[key] == pytest.approx(value)


def test_the_other_checkout_stands_beside_ours():
    costs = COSTS | {run: Cost(24.0, 36.0, 3.5) for run in BEFORE.values()}
    found = figures(costs, {100: 10_000}, differing_cells=0)
    assert found.keys() >= {"csv_seconds_before", "parquet_peak_gib_before"}
    assert found["csv_warm_cpu_seconds_before"] == 36.0
    assert found["csv_ratio"] == 3.0


def test_without_another_checkout_none_is_built(tmp_path):
    record = Record(tmp_path)
    record.build(BEFORE["csv"], tmp_path)
    assert record.costs == {}


def test_a_process_is_measured_with_what_it_held_and_computed_whoever_starts_it():
    held = b"x" * 2**29  # by this process: no part of what is measured
    small, large = (measure("tests.benchmarks.scan", queries) for queries in ("[]", LARGE_QUERY))
    assert small.peak_gib < large.peak_gib < len(held) / 2**30
    assert large.cpu_seconds > small.cpu_seconds


# A list of 10 million numbers is 0.08 GiB.
LARGE_QUERY = '["SELECT len(list(i)) FROM range(10000000) AS numbers(i)"]'


def test_a_process_that_fails_is_named():
    with pytest.raises(ChildFailed, match=r"tests\.benchmarks\.scan ended with 1"):
        measure("tests.benchmarks.scan", "no JSON")


def test_costs_of_repeated_runs_are_their_median(tmp_path):
    record, run = Record(tmp_path), Run("scan", "parquet")
    record.costs[run] = [Cost(1.0, 2.0, 3.0), Cost(9.0, 8.0, 7.0), Cost(2.0, 1.0, 4.0)]
    assert record.medians() == {run: Cost(2.0, 2.0, 4.0)}


def test_tables_are_made_once(tmp_path):
    first = synthetic_tables(tmp_path, "parquet", 10, seed=1, announce=print)
    made_at = (first / "bureau.parquet").stat().st_mtime_ns
    assert synthetic_tables(tmp_path, "parquet", 10, seed=1, announce=print) == first
    assert (first / "bureau.parquet").stat().st_mtime_ns == made_at
    assert synthetic_tables(tmp_path, "parquet", 10, seed=2, announce=print) != first


def test_links_leave_no_trace_in_the_folder_that_they_lead_to(tmp_path):
    folder = synthetic_tables(tmp_path, "csv", 10, seed=1, announce=print)
    before = sorted(folder.iterdir())
    with linked(folder, tmp_path) as links:
        (links / ".cache").mkdir()
        assert (links / "bureau.csv").read_text() == (folder / "bureau.csv").read_text()
    assert not links.exists()
    assert sorted(folder.iterdir()) == before
