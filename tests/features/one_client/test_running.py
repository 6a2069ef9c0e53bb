"""One client alone has the row of the batch: `ClientFeatures` against `build_features`."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from random import Random
from weakref import ref

import duckdb
import ibis
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.decision import InvalidInput
from lib.features.build import build_features, unbound_tables
from lib.features.one_client.records import as_tables
from lib.features.one_client.running import Workbench
from lib.tables import TABLES
from tests.features.histories import any_client, cents, together

# The same cases each time, unless new ones are asked for: EXPLORE=1 pytest tests/features/…
EXPLORE = "EXPLORE" in os.environ
cases = settings(
    max_examples=300 if EXPLORE else 15,
    derandomize=not EXPLORE,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
seeds = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=4)
INTEGERS = (-(2**63), 2**63 - 1)
KEY = "SK_ID_CURR"
BEYOND_NUMBERS = {
    "application_test": [{KEY: 5}],
    "POS_CASH_balance": [
        {KEY: 5, "SK_ID_PREV": 1, "MONTHS_BALANCE": month, "NAME_CONTRACT_STATUS": "Completed"}
        for month in (-(2**63), 0)
    ],
}
CROWD = [any_client(number, Random(number), cents) for number in range(1, 13)]  # noqa: S311


def clients_of(seeds):
    return {
        number: any_client(number, Random(seed), cents)  # noqa: S311 - not a secret
        for number, seed in enumerate(seeds, start=101)
    }


def anything(column):
    """Any value that there can be in a column."""
    if column.type == "string":
        return st.text()
    low, high = column.possible
    if column.type == "int64":
        return st.integers(
            INTEGERS[0] if low is None else low, INTEGERS[1] if high is None else high
        )
    return st.floats(low, high, allow_nan=False, allow_infinity=False)


@st.composite
def surprises(draw):
    """A value that nobody would think of, and where to put it.

    Not among the instalments: sums of numbers far beyond all money depend on the order of rows,
    which is there the order of a hash table.
    """
    table = draw(st.sampled_from(sorted(TABLES.keys() - {"installments_payments"})))
    columns = [column for column in TABLES[table].columns.values() if column.unit != "key"]
    column = draw(st.sampled_from(columns))
    return table, column.name, draw(anything(column))


@pytest.fixture(scope="module")
def batch(compiled):
    """The batch: `build_features`, run by Ibis on DuckDB as it comes, with its optimizer."""
    backend = ibis.duckdb.connect()
    features = build_features(unbound_tables())
    sql = backend.compile(features)

    def build(records):
        for name, table in as_tables(records, compiled.tables).items():
            backend.con.register(name, table)
        rows = backend.raw_sql(sql).fetchall()
        return {row[0]: dict(zip(features.columns, row, strict=True)) for row in rows}

    return build


def bits(value):
    return value.hex() if isinstance(value, float) else value


def differences(row, other):
    assert list(row) == list(other)
    pairs = {name: (value, other[name]) for name, value in row.items()}
    return {name: pair for name, pair in pairs.items() if bits(pair[0]) != bits(pair[1])}


@cases
@given(seeds=seeds, surprises=st.lists(surprises(), max_size=3))
def test_alone_and_in_the_batch_a_client_has_the_same_row_bit_for_bit(
    client_features, batch, seeds, surprises
):
    clients = clients_of(seeds)
    for table, column, value in surprises:
        for row in clients[101][table][:1]:
            row[column] = value
    try:
        rows = batch(together([*CROWD, *clients.values()]))
    except duckdb.DataError:  # a number beyond what the batch can reckon with
        with pytest.raises(InvalidInput, match="far too large"):
            client_features(clients[101])
    else:
        for client, records in clients.items():
            (row,) = client_features(records)
            assert differences(row, rows[client]) == {}


@pytest.fixture(scope="module")
def records_of(messy_tables):
    """The records of one client of a folder of raw tables."""
    tables = {name: pq.read_table(messy_tables / f"{name}.parquet").to_pylist() for name in TABLES}

    def of(client):
        own = {name: [r for r in rows if r.get(KEY) == client] for name, rows in tables.items()}
        credits_elsewhere = {row["SK_ID_BUREAU"] for row in own["bureau"]}
        months = [r for r in tables["bureau_balance"] if r["SK_ID_BUREAU"] in credits_elsewhere]
        return own | {"bureau_balance": months}

    return of


def test_a_client_of_the_raw_tables_has_the_row_that_the_batch_wrote(
    client_features, records_of, features_by_duckdb
):
    for written in pq.read_table(features_by_duckdb).to_pylist()[::40]:
        (row,) = client_features(records_of(written["client_id"]))
        assert differences({name: row[name] for name in written}, written) == {}


def test_several_clients_at_once_have_their_own_rows_in_the_order_of_their_applications(
    client_features,
):
    rows = client_features(together(CROWD))
    assert [row["client_id"] for row in rows] == [
        application[KEY]
        for table in ("application_train", "application_test")
        for application in together(CROWD)[table]
    ]
    alone = {row["client_id"]: row for one in CROWD for row in client_features(one)}
    for row in rows:
        assert differences(row, alone[row["client_id"]]) == {}


def test_many_threads_at_once_mix_nothing_up(client_features):
    expected = [client_features(records) for records in CROWD]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(client_features, CROWD * 10))
    assert found == expected * 10


def test_nothing_of_a_client_is_left_for_the_next(client_features):
    nobody = {"application_test": [{KEY: 7}]}
    expected = client_features(nobody)
    client_features(together(CROWD))
    assert client_features(nobody) == expected
    assert expected[0]["number_of_previous_applications"] == 0.0
    assert expected[0]["months_since_first_instalment"] is None


def test_nor_after_an_error_in_the_middle(compiled):
    workbench = Workbench(compiled)
    nobody = as_tables({"application_test": [{KEY: 7}]}, compiled.tables)
    expected = workbench.features(nobody)
    everybody = together([*CROWD, {name: [] for name in TABLES} | BEYOND_NUMBERS])
    with pytest.raises(InvalidInput, match="rows of POS_CASH_balance"):
        workbench.features(as_tables(everybody, compiled.tables))
    assert workbench.features(nobody) == expected


@pytest.mark.parametrize("records", [CROWD[0], BEYOND_NUMBERS])
def test_no_row_stays_in_memory_after_the_call(compiled, records):
    workbench = Workbench(compiled)
    tables = as_tables(records, compiled.tables)
    rows = [ref(table) for table in tables.values()]
    with suppress(InvalidInput):
        workbench.features(tables)
    del tables
    assert [row() for row in rows] == [None] * len(rows)


def test_after_an_error_the_next_client_is_served(client_features):
    expected = client_features(CROWD[0])
    with pytest.raises(InvalidInput, match="far too large"):
        client_features(BEYOND_NUMBERS)
    assert client_features(CROWD[0]) == expected
