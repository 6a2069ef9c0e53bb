"""The engines give the same features: those that are always there; Spark has its own test."""

import sys

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.decision import InvalidInput
from lib.features import write_features
from lib.features.batch.engines import connect
from tests.benchmarks.comparison import differences


def test_polars_gives_what_duckdb_gives(messy_tables, features_by_duckdb, tmp_path):
    output = tmp_path / "features.parquet"
    write_features(messy_tables, output, engine="polars", progress=False)
    assert not [str(difference) for difference in differences(output, features_by_duckdb)]


@pytest.mark.parametrize("engine", ["excel", "", "DuckDB"])
def test_an_unknown_engine_is_named_with_those_that_there_are(engine, tmp_path):
    with pytest.raises(InvalidInput, match=f"engine '{engine}': one of duckdb, polars, pyspark"):
        connect(engine, tmp_path)


@pytest.mark.parametrize("limit", [0, -1.5])
def test_a_limit_of_memory_is_positive(limit, tmp_path):
    with pytest.raises(InvalidInput, match="memory_limit_gib"):
        connect("duckdb", tmp_path, limit)


def test_duckdb_is_told_half_of_the_limit(tmp_path):
    engine = connect("duckdb", tmp_path, 1.0)
    (limit,) = engine.backend.con.execute("SELECT current_setting('memory_limit')").fetchone()
    engine.close()
    assert limit == "512.0 MiB"


def test_duckdb_has_a_session_for_each_of_its_threads(tmp_path):
    engine, plain = connect("duckdb", tmp_path), duckdb.connect()
    threads = "SELECT current_setting('threads') AS n"
    assert engine.sessions_at_once == plain.sql(threads).fetchall()[0][0]
    assert engine.session().fetch(threads)["n"].to_pylist() == [1]
    engine.close()


@pytest.mark.parametrize("name", ["duckdb", "polars"])
def test_a_query_that_was_prepared_before_there_were_tables_reads_them_by_their_names(
    name, tmp_path
):
    numbers = pa.table({"n": [1, 2, 3]})
    pq.write_table(numbers, tmp_path / "numbers.parquet")
    engine = connect(name, tmp_path)
    prepared = engine.prepare(ibis.table({"n": "int64"}, name="numbers").filter(lambda t: t.n > 1))
    engine.name({"numbers": engine.backend.read_parquet(tmp_path / "numbers.parquet")})
    assert sorted(engine.session().fetch(prepared)["n"].to_pylist()) == [2, 3]
    engine.close()


def test_what_one_session_is_given_no_other_sees(tmp_path):
    engine = connect("duckdb", tmp_path)
    sessions = [engine.session() for _ in range(2)]
    for number, session in enumerate(sessions):
        session.put("part", pa.table({"n": [number]}))
    assert [session.fetch("FROM part")["n"].to_pylist() for session in sessions] == [[0], [1]]
    engine.close()


def test_an_engine_that_is_not_installed_is_named_with_how_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(InvalidInput, match=r"engine 'pyspark'.*make spark"):
        connect("pyspark", tmp_path)
