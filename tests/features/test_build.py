import math
from random import Random

import ibis
import pytest

from lib.features.build import (
    APPLICATIONS,
    build_blocks,
    build_features,
    finish,
    join_blocks,
    unbound_tables,
)
from lib.features.one_client.compiled import APPLICATION_FEATURES, HISTORY_FEATURES
from lib.features.one_client.records import as_tables
from lib.tables import TABLES
from tests.features.histories import any_client, quarters, together

CLIENTS = range(1, 13)


@pytest.fixture(scope="module")
def records():
    return together(any_client(client, Random(client), quarters) for client in CLIENTS)  # noqa: S311


@pytest.fixture(scope="module")
def batch(features_of, records):
    return features_of(records)


def differences(row, other, except_for=()):
    return {
        name: (value, other[name])
        for name, value in row.items()
        if name not in except_for and not alike(value, other[name])
    }


def alike(value, other):
    if isinstance(value, float) and isinstance(other, float):
        return math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-9)
    return value == other


def test_every_application_has_its_row(batch):
    assert sorted(batch) == list(CLIENTS)


def test_the_order_of_rows_does_not_matter(features_of, records, batch):
    chance = Random(0)  # noqa: S311
    shuffled = {name: chance.sample(rows, len(rows)) for name, rows in records.items()}
    for client, row in features_of(shuffled).items():
        assert differences(row, batch[client]) == {}, client


def test_nothing_depends_on_the_outcome(features_of, records, batch):
    turned = [row | {"TARGET": 1 - row["TARGET"]} for row in records["application_train"]]
    for client, row in features_of(records | {"application_train": turned}).items():
        assert differences(row, batch[client], except_for=["target"]) == {}, client


def test_without_history_counts_are_0_and_all_else_about_it_is_missing(features_of):
    row = features_of({"application_train": [{"SK_ID_CURR": 1, "TARGET": 0}]})[1]
    assert row["number_of_credits_elsewhere"] == 0.0
    assert row["number_of_previous_applications_last_12_months"] == 0.0
    assert row["number_of_instalments"] == 0.0
    assert row["share_of_instalments_paid_late"] is None
    assert row["debt_elsewhere"] is None
    assert row["mean_card_use"] is None


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_engines_give_the_same_values_as_the_compiled_form(engine, compiled, records, batch):
    backend = ibis.duckdb.connect() if engine == "duckdb" else ibis.polars.connect()
    tables = {
        name: ibis.memtable(table) for name, table in as_tables(records, compiled.tables).items()
    }
    built = backend.to_pyarrow(build_features(tables))
    assert built.num_rows == len(batch)
    for row in built.to_pylist():
        assert differences(row, batch[row["client_id"]]) == {}, row["client_id"]


def test_blocks_are_the_applications_and_one_a_history_table():
    blocks = build_blocks(unbound_tables())
    histories = set(TABLES) - {"application_train", "application_test"}
    assert set(blocks) == {APPLICATIONS, *histories}
    assert join_blocks(blocks).columns[:2] == ("client_id", "target")


@pytest.fixture(scope="module")
def blocks():
    return build_blocks(unbound_tables())


@pytest.fixture(scope="module")
def last(blocks):
    return finish(blocks)


def test_its_columns_are_those_of_the_whole_join(last):
    assert last.columns == build_features(unbound_tables()).columns


def test_only_what_no_block_has_as_it_should_be_is_queried(last, blocks):
    of_blocks = {name for block in blocks.values() for name in block.columns}
    combined = set(last.columns) - of_blocks
    assert combined < set(last.query.columns)
    counts = set(last.query.columns) - combined - {"client_id"}
    assert all(name.startswith("number_of_") for name in counts)
    assert not counts & set(blocks[APPLICATIONS].columns)


def test_few_columns_are_read(last, blocks):
    reads = last.reads()
    assert set(reads) == {APPLICATION_FEATURES, HISTORY_FEATURES}
    assert len(reads[APPLICATION_FEATURES]) < len(blocks[APPLICATIONS].columns) / 5
