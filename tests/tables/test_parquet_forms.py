"""Parquet of other writers is read as what it means, or refused by column and count."""

from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from lib.tables import read_tables
from tests.tables.spoiling import findings, set_column


def column_of(folder, name, column):
    return pq.read_table(folder / f"{name}.parquet")[column]


def change(folder, column, convert):
    """Convert a column of bureau by a function of a list."""
    values = convert(column_of(folder, "bureau", column))
    set_column(folder, "bureau", column, values)


def with_first(values, first, kind):
    return pa.array([*first, *values.to_pylist()[len(first) :]], kind)


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("DAYS_CREDIT", pa.int32()),
        ("DAYS_CREDIT", pa.float64()),
        ("DAYS_CREDIT", pa.decimal128(21, 2)),
        ("SK_ID_CURR", pa.uint64()),
        ("SK_ID_CURR", pa.float64()),
        ("CNT_CREDIT_PROLONG", pa.uint8()),
        ("AMT_CREDIT_SUM", pa.decimal128(18, 3)),
        ("CREDIT_DAY_OVERDUE", pa.int16()),
        ("CREDIT_ACTIVE", pa.large_string()),
        ("CREDIT_ACTIVE", pa.dictionary(pa.int8(), pa.string())),
    ],
)
def test_another_type_that_holds_the_same_values_is_as_good(
    consistent, parquet_folder, backend, column, kind
):
    change(consistent, column, lambda values: values.cast(kind, safe=False))
    assert findings(consistent) == {}
    same, plain = (read_tables(folder, backend) for folder in (consistent, parquet_folder))
    assert same["bureau"].schema() == plain["bureau"].schema()
    read = [tables["bureau"][column].to_pyarrow().to_pylist() for tables in (same, plain)]
    assert sorted(read[0], key=str) == sorted(read[1], key=str)


@pytest.mark.parametrize("column", ["CREDIT_ACTIVE", "DAYS_CREDIT", "AMT_ANNUITY"])
def test_a_column_without_any_value_has_the_type_of_the_schema(consistent, backend, column):
    change(consistent, column, lambda values: pa.nulls(len(values)))
    assert findings(consistent) == {}
    bureau = read_tables(consistent, backend)["bureau"]
    assert bureau[column].count().execute() == 0


@pytest.mark.parametrize("beside", [[None], []], ids=["with null", "without null"])
def test_not_a_number_is_missing(consistent, backend, beside):
    """A file's statistics do not tell of NaN; without null they seem to say that all is known."""
    lost = [float("nan"), *beside]
    for column in ("AMT_ANNUITY", "AMT_CREDIT_SUM_LIMIT", "DAYS_CREDIT_UPDATE"):
        change(
            consistent,
            column,
            lambda values: with_first(
                pc.fill_null(values.cast(pa.float64()), -0.0), lost, pa.float64()
            ),
        )
    assert findings(consistent) == {}
    bureau = read_tables(consistent, backend)["bureau"]
    wanted = bureau.count().execute() - len(lost)
    for column in ("AMT_ANNUITY", "AMT_CREDIT_SUM_LIMIT", "DAYS_CREDIT_UPDATE"):
        assert bureau[column].count().execute() == wanted
        assert bureau.filter(bureau[column] <= 1e300).count().execute() == wanted
        if column != "DAYS_CREDIT_UPDATE":
            assert bureau[column].isnan().sum().execute() == 0


@pytest.mark.parametrize("known", [None, 7.0], ids=["with null", "without null"])
@pytest.mark.parametrize("sign", [1, -1])
def test_infinite_numbers_are_refused_with_their_count(consistent, sign, known):
    odd = [sign * float("inf"), float("nan"), sign * float("inf")]
    change(
        consistent,
        "AMT_CREDIT_SUM",
        lambda values: with_first(
            values if known is None else pc.fill_null(values, known), odd, pa.float64()
        ),
    )
    found = findings(consistent)["bureau", "wrong value"]
    assert (found.count, found.what) == (2, "AMT_CREDIT_SUM is infinite")


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (1.5, pa.float64(), "1.5"),
        (float("inf"), pa.float64(), "inf"),
        (1e300, pa.float64(), "1e+300"),
        (2**63, pa.uint64(), str(2**63)),
        (Decimal("0.25"), pa.decimal128(12, 2), "0.25"),
    ],
)
def test_numbers_that_are_not_whole_are_refused_not_rounded(consistent, value, kind, shown):
    change(
        consistent,
        "CREDIT_DAY_OVERDUE",
        lambda values: pa.array([value, *[0] * (len(values) - 1)], kind),
    )
    found = findings(consistent)["bureau", "wrong value"]
    assert found.count == 1
    assert found.what == f"CREDIT_DAY_OVERDUE is not whole, such as {shown}"


@pytest.mark.parametrize(
    ("column", "kind", "wanted"),
    [
        ("DAYS_CREDIT", pa.string(), "DAYS_CREDIT is string, where it must be int64"),
        ("AMT_ANNUITY", pa.string(), "AMT_ANNUITY is string, where it must be float64"),
        ("DAYS_CREDIT", pa.timestamp("s"), "DAYS_CREDIT is timestamp[ms], where it must be int64"),
    ],
)
def test_a_column_of_a_wrong_type_is_refused(consistent, column, kind, wanted):
    change(consistent, column, lambda values: values.cast(kind, safe=False))
    found = findings(consistent)["bureau", "column of a wrong type"]
    assert found.what == f"bureau.parquet: {wanted}"


def test_whole_numbers_in_the_place_of_categories_are_refused(consistent):
    change(consistent, "CREDIT_ACTIVE", lambda values: pa.array([1] * len(values)))
    found = findings(consistent)["bureau", "column of a wrong type"]
    assert found.what == "bureau.parquet: CREDIT_ACTIVE is int64, where it must be string"


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        # Not every engine reads them.
        ("CNT_CREDIT_PROLONG", pa.float16()),
        ("AMT_CREDIT_SUM", pa.decimal256(50, 4)),
        # Yes and no are no amounts.
        ("AMT_CREDIT_SUM", pa.bool_()),
    ],
)
def test_numbers_that_mean_something_else_on_some_engine_are_refused(consistent, column, kind):
    change(consistent, column, lambda values: pa.nulls(len(values), kind))
    found = findings(consistent)["bureau", "column of a wrong type"]
    assert found.what.startswith(f"bureau.parquet: {column} is {kind}, where it must be ")


def test_flags_may_be_yes_and_no(consistent, backend):
    flags = column_of(consistent, "application_train", "FLAG_MOBIL")
    set_column(consistent, "application_train", "FLAG_MOBIL", flags.cast(pa.bool_()))
    assert findings(consistent) == {}
    read = read_tables(consistent, backend)["application_train"].FLAG_MOBIL.execute()
    assert read.to_list() == flags.to_pylist()


def test_a_table_may_have_no_rows(consistent, backend):
    path = consistent / "bureau_balance.parquet"
    pq.write_table(pq.read_table(path).slice(0, 0), path)
    assert read_tables(consistent, backend).rows["bureau_balance"] == 0


@pytest.mark.parametrize("kept", [0, 2, 2000])
def test_a_file_cut_off_is_refused(consistent, kept):
    path = consistent / "bureau.parquet"
    path.write_bytes(path.read_bytes()[:kept])
    (found,) = findings(consistent).values()
    assert (found.table, found.kind) == ("bureau", "unreadable file")
    assert found.what.startswith("bureau.parquet: ")


def test_a_file_damaged_within_is_refused(consistent):
    path = consistent / "bureau_balance.parquet"
    contents = bytearray(path.read_bytes())
    contents[4 : len(contents) // 2] = bytes(len(contents) // 2 - 4)
    path.write_bytes(contents)
    (found,) = findings(consistent).values()
    assert (found.table, found.kind) == ("bureau_balance", "unreadable file")
