"""The report on how near synthetic tables are to the real ones, on 20,000 clients and on worse."""

import shutil

import duckdb
import pytest

from lib.synthetic import write_synthetic_tables
from lib.synthetic.__main__ import main
from lib.synthetic.resemblance import (
    Comparison,
    compare_with_reference,
    verdicts,
    write_comparisons,
)
from lib.synthetic.resemblance.criteria import COLUMNS, GROUPS, STRENGTH, TOTALS, summary_lines

CLIENTS = 20_000


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    write_synthetic_tables(folder, CLIENTS, seed=5)
    return folder


@pytest.fixture(scope="module")
def comparisons(tables):
    return compare_with_reference(tables)


@pytest.fixture(scope="module")
def damaged(tables, tmp_path_factory):
    """The same tables, with a column shifted, values lost and the outcome drawn anew."""
    folder = tmp_path_factory.mktemp("damaged") / "tables"
    shutil.copytree(tables, folder)
    for table, changes in (
        ("bureau", "DAYS_CREDIT - 200 AS DAYS_CREDIT"),
        (
            "application_train",
            "CASE WHEN SK_ID_CURR % 9 > 0 THEN AMT_CREDIT END AS AMT_CREDIT,"
            " CASE WHEN hash(SK_ID_CURR) % 1000 < 81 THEN 1 ELSE 0 END AS TARGET",
        ),
    ):
        source, target = tables / f"{table}.parquet", folder / f"{table}.parquet"
        changed = f"SELECT * REPLACE ({changes}) FROM '{source}'"
        duckdb.sql(f"COPY ({changed}) TO '{target}' (FORMAT parquet)")
    return compare_with_reference(folder)


def verdict_on(name, comparisons):
    return next(one for one in verdicts(comparisons) if one.criterion.name == name)


def subjects_off(name, comparisons):
    return {(one.table, one.subject) for one in verdict_on(name, comparisons).off}


@pytest.mark.parametrize(
    ("criterion", "share"),
    [
        ("columns", 0.95),
        ("strongest columns", 1.0),
        ("default rate", 1.0),
        ("rows", 1.0),
        ("missing together", 1.0),
        ("rank correlations", 0.95),
        ("default rates of groups", 0.9),
        ("lengths of histories", 0.9),
        ("aggregates of histories", 0.9),
    ],
)
def test_synthetic_tables_are_near_the_real_ones(comparisons, criterion, share):
    verdict = verdict_on(criterion, comparisons)
    assert verdict.share >= share, "\n".join(summary_lines([verdict], 40))


def test_most_columns_are_near_without_the_leave_that_few_clients_are_given(comparisons):
    assert verdict_on("columns", comparisons).strict_share >= 0.95


def test_every_column_but_keys_is_compared(comparisons):
    assert verdict_on("columns", comparisons).subjects == 326
    assert verdict_on("strongest columns", comparisons).subjects == 30


def test_a_shifted_column_and_one_with_lost_values_are_named(damaged):
    off = subjects_off("columns", damaged)
    assert {("bureau", "DAYS_CREDIT"), ("application_train", "AMT_CREDIT")} <= off


def test_columns_that_no_longer_tell_who_defaults_are_named(damaged):
    off = {column for _, column in subjects_off("strongest columns", damaged)}
    assert {"EXT_SOURCE_1", "EXT_SOURCE_2", "EXT_SOURCE_3"} <= off


def one(criterion, subject, detail, found):
    return Comparison(criterion, "bureau", subject, detail, 0.5, found)


def test_a_column_is_off_if_one_of_its_figures_is():
    figures = [one(COLUMNS, "A", "missing", 0.5), one(COLUMNS, "A", "= 0", 0.9)]
    verdict = verdict_on("columns", [*figures, one(COLUMNS, "B", "missing", 0.51)])
    assert (verdict.subjects, verdict.share, verdict.is_met) == (2, 0.5, False)


def test_what_could_not_be_measured_is_off():
    assert one(STRENGTH, "A", "AUC", float("nan")).is_off
    assert not verdict_on("strongest columns", []).is_met


def test_few_clients_are_given_the_error_that_chance_makes():
    few = Comparison(GROUPS, "application_train", "A", "= 0", 0.5, 0.55, error=0.03)
    many = Comparison(GROUPS, "application_train", "A", "= 0", 0.5, 0.55, error=0.001)
    assert (few.is_off, many.is_off) == (False, True)


def test_it_is_said_how_many_bounds_chance_widens_and_how_far():
    figures = [
        Comparison(STRENGTH, "application_train", name, "AUC", 0.6, found, error)
        for name, found, error in (("A", 0.61, 0.001), ("B", 0.63, 0.012), ("C", 0.61, 0.008))
    ]
    verdict = verdict_on("strongest columns", figures)
    assert verdict.is_met
    assert verdict.strict_share == pytest.approx(2 / 3)
    assert list(summary_lines([verdict], most=1))[1].strip() == (
        "bound 0.02; for 2 figures 3.5 standard errors of so few clients are more, up to 0.042; "
        "66.7% are within 0.02 even so"
    )


def test_what_is_only_reported_is_named_but_fails_nothing():
    far = Comparison(TOTALS, "bureau", "rows", "9 rows", 1.0, 0.5)
    verdict = verdict_on("rows", [far])
    assert (verdict.share, verdict.is_met) == (0.0, True)
    lines = list(summary_lines([verdict], most=1))
    assert lines[0].startswith("· rows: 0.0% of 1 near enough (")
    assert "bureau rows, 9 rows: 0.5000, reference 1.0000 ± 0.0200" in lines[1]


def test_a_column_is_named_once_by_its_worst_figure():
    figures = [one(COLUMNS, "A", "= 0", 0.6), one(COLUMNS, "A", "missing", 0.9)]
    lines = list(summary_lines([verdict_on("columns", figures)], most=5))
    assert lines[1].endswith("A, missing: 0.9000, reference 0.5000 ± 0.0200; 1 more figures of it")
    assert len(lines) == 2


def test_the_farthest_off_comes_first_and_the_rest_is_counted():
    figures = [one(COLUMNS, name, "= 0", found) for name, found in (("A", 0.6), ("B", 0.9))]
    lines = list(summary_lines([verdict_on("columns", figures)], most=1))
    assert lines[0].startswith("✗ columns: 0.0% of 2 near enough, 95% asked")
    assert "bureau B, = 0: 0.9000, reference 0.5000 ± 0.0200" in lines[1]
    assert lines[2].strip() == "and 1 more"


def test_every_figure_can_be_had_as_csv(tmp_path):
    write_comparisons(tmp_path / "all.csv", [one(COLUMNS, "A", "= 0", 0.9)])
    assert (tmp_path / "all.csv").read_text().splitlines()[1] == (
        "columns,bureau,A,= 0,0.5,0.9,0.02,True"
    )


def test_the_command_fails_and_says_what_is_not_met(tmp_path, capsys):
    write_synthetic_tables(tmp_path, clients=10, seed=1)
    for table in ("bureau", "previous_application"):
        path = tmp_path / f"{table}.parquet"
        empty = duckdb.sql(f"SELECT * FROM '{path}' LIMIT 0").to_arrow_table()
        duckdb.sql(f"COPY empty TO '{path}' (FORMAT parquet)")
        assert empty.num_rows == 0
    assert main(["resemble", str(tmp_path)]) == 1
    shown = capsys.readouterr()
    assert "✗ columns" in shown.out
    assert "columns" in shown.err
