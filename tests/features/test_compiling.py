"""What follows from a client's features is what the batch wrote, and changes with them."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.features.build import unbound_tables
from lib.features.catalogue import CATALOGUE
from lib.features.compiling import columns_read, held
from lib.features.definitions.application import from_application
from lib.features.one_client import CompiledFeatures, DerivedFeatures


@pytest.fixture(scope="module")
def follow(compiled: CompiledFeatures) -> DerivedFeatures:
    return DerivedFeatures(compiled.derived)


def test_from_the_features_of_the_batch_follow_those_of_the_batch_bit_for_bit(
    follow: DerivedFeatures, features_by_duckdb: Path
) -> None:
    written = pq.read_table(features_by_duckdb)
    derived = follow(written)
    assert derived.num_rows == written.num_rows
    assert len(derived.column_names) > 20
    for name in derived.column_names:
        expected = written[name].cast(derived[name].type)
        assert bits(derived[name]) == bits(expected), name


def bits(column: pa.ChunkedArray) -> list[str | None]:
    return [None if value is None else float(value).hex() for value in column.to_pylist()]


def test_a_change_is_followed(follow: DerivedFeatures) -> None:
    incomes = {"income_total": [100.0, 200.0, 0.0], "annuity_amount": [50.0, 50.0, 50.0]}
    derived = follow(pa.table(incomes))
    assert derived["annuity_to_income"].to_pylist() == [0.5, 0.25, None]
    assert derived["all_annuities_to_income"].to_pylist() == [0.5, 0.25, None]


def test_a_longer_employment_is_followed(follow: DerivedFeatures) -> None:
    years = {"age_years": [40.0] * 3, "employment_years": [8.0, 12.0, None]}
    derived = follow(pa.table(years))
    assert derived["employment_share_of_life"].to_pylist() == [0.2, 0.3, None]
    assert derived["age_when_employed"].to_pylist() == [32.0, 28.0, None]


def test_what_is_not_given_is_missing(follow: DerivedFeatures) -> None:
    derived = follow(pa.table({"credit_amount": [100.0]}))
    assert derived["credit_to_income"].to_pylist() == [None]
    assert derived["client_id"].to_pylist() == [None]


def test_no_feature_that_rests_on_a_changeable_one_is_left_behind(
    compiled: CompiledFeatures, follow: DerivedFeatures
) -> None:
    application = unbound_tables()["application_train"]
    described = from_application(application)
    changeable = [name for name, row in CATALOGUE.items() if row.changeable]
    columns = {column for name in changeable for column, _ in held(described[name], application)}
    assert len(columns) == len(changeable)
    resting = {name for name, value in described.items() if columns_read(value) & columns}
    assert resting - set(changeable) <= set(compiled.derived.columns)
    # What a history adds to them is worked out with them: see `compiled.finish`.
    among_all = set(compiled.finish.columns) - {
        name for q in compiled.histories for name in q.columns
    }
    assert among_all <= set(compiled.derived.columns)
    assert set(changeable) <= set(follow.inputs)
