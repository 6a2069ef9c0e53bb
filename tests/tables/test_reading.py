import pandas as pd
import pytest

from lib.tables import TABLES, read_tables


def frame(tables, name, key):
    return tables[name].execute().sort_values(key, kind="stable").reset_index(drop=True)


def test_tables_have_exactly_the_types_and_columns_of_the_schema(csv_folder, backend):
    tables = read_tables(csv_folder, backend)
    assert list(tables) == list(TABLES)
    for name, table in tables.items():
        wanted = {column.name: column.type.value for column in TABLES[name].columns.values()}
        assert {key: str(kind) for key, kind in table.schema().items()} == wanted
    assert tables.problems == ()


def test_parquet_and_csv_say_the_same(csv_folder, parquet_folder, backend):
    by_format = [read_tables(folder, backend) for folder in (csv_folder, parquet_folder)]
    assert by_format[0].rows == by_format[1].rows
    for name, table in TABLES.items():
        keys = list(table.columns)[:4]
        first, second = (frame(tables, name, keys) for tables in by_format)
        order = first.columns.tolist()
        first, second = (each.sort_values(order).reset_index(drop=True) for each in (first, second))
        pd.testing.assert_frame_equal(first, second)


@pytest.mark.parametrize("folder", ["csv_folder", "parquet_folder"])
def test_codes_for_missing_are_null(folder, request, backend):
    tables = read_tables(request.getfixturevalue(folder), backend)
    train = tables["application_train"].execute()
    assert train["DAYS_EMPLOYED"].max() < 0
    assert 0.1 < train["DAYS_EMPLOYED"].isna().mean() < 0.3
    assert "XNA" not in set(train["ORGANIZATION_TYPE"])
    previous = tables["previous_application"].execute()
    assert previous["DAYS_FIRST_DRAWING"].max() < 1
    assert not {"XNA", "XAP"} & set(previous["NAME_CASH_LOAN_PURPOSE"].dropna())


def test_each_table_is_announced_when_it_is_ready(parquet_folder, backend):
    lines = []
    read_tables(parquet_folder, backend, announce=lines.append)
    assert [line.split(":")[0] for line in lines] == list(TABLES)


def test_header_only_tables_are_valid(tiny, backend):
    for name in TABLES:
        path = tiny / f"{name}.csv"
        path.write_text(path.read_text().splitlines()[0] + "\n")
    tables = read_tables(tiny, backend)
    assert set(tables.rows.values()) == {0}
    assert tables["application_train"].execute().empty
