"""The tables beside the clients are these, answer as they do, and are of no other file."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.portfolio import Condition, Group, Portfolio
from lib.portfolio.beside import ROWS, TABLES, place_beside
from lib.portfolio.groups import quoted
from lib.portfolio.rows import write_rows
from lib.portfolio.tables import write_tables

THRESHOLD = 0.3
GROUPS = {
    "everybody": Group(),
    "some": Group([Condition("housing", categories=("rents",)), Condition("age_years", 30)]),
    "others": Group([Condition("default_probability", maximum=0.2), Condition("age_years", 20)]),
    "by number": Group(client_ids=range(100_001, 100_301)),
}
QUESTIONS: dict[str, Callable[[Portfolio, Group], object]] = {
    "sorted lists": lambda asked, group: [
        asked.search(group.conditions, sort=name, descending=True, facets=["housing", "contract"])
        for name in asked.file.kinds()
    ],
    "features": lambda asked, group: [
        asked.compare(name, group, bins=9, value=40.0) for name in asked.file.kinds()
    ],
    "two features": lambda asked, group: asked.compare_two("external_score", "housing", group),
    "overview": lambda asked, group: asked.overview(group),
    "risks": lambda asked, group: asked.risks(group, segment="housing", threshold=THRESHOLD),
    "sample": lambda asked, group: asked.sample(
        group, columns=["client_id", "housing", "age_years"], count=50
    ),
    "alike": lambda asked, group: asked.similar(100_007, {"age_years": 0.5}, group.conditions),
}


@pytest.fixture
def alone(portfolio_file: Path, tmp_path: Path) -> Portfolio:
    """The clients with nothing beside them."""
    shutil.copy(portfolio_file, tmp_path / "alone.parquet")
    return Portfolio(tmp_path / "alone.parquet")


@pytest.fixture
def with_tables(portfolio_file: Path, tmp_path: Path) -> Portfolio:
    """The clients with their tables beside them, and nothing else."""
    path = tmp_path / "portfolio.parquet"
    shutil.copy(portfolio_file, path)
    write_tables(path, [], place_beside(path, TABLES))
    return Portfolio(path)


def reads_tables(portfolio: Portfolio) -> bool:
    return portfolio.file.told_by_tables() is not None


def test_the_table_has_the_clients_in_their_order(with_tables: Portfolio) -> None:
    clients = pq.read_table(with_tables.file.path)
    with duckdb.connect(place_beside(with_tables.file.path, TABLES), read_only=True) as tables:
        found = tables.sql(f"SELECT {quoted(*clients.column_names)} FROM clients").to_arrow_table()
    assert found.to_pylist() == clients.to_pylist()


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
@pytest.mark.parametrize("asked", QUESTIONS)
def test_an_answer_of_the_tables_is_that_of_the_file(
    with_tables: Portfolio, alone: Portfolio, asked: str, group: Group
) -> None:
    assert reads_tables(with_tables)
    assert not reads_tables(alone)
    assert QUESTIONS[asked](with_tables, group) == QUESTIONS[asked](alone, group)


def test_of_a_category_that_nobody_has_there_is_nobody(
    with_tables: Portfolio, alone: Portfolio
) -> None:
    castle = [Condition("housing", categories=("castle",))]
    for asked in (with_tables, alone):
        page = asked.search(castle, facets=["housing", "contract"])
        assert (page.total, page.rows, page.facets["contract"]) == (0, [], {})
        assert page.facets["housing"].keys() >= {"owns", "rents"}


def test_what_the_tables_have_beside_the_columns_is_not_told(with_tables: Portfolio) -> None:
    names = pq.read_schema(with_tables.file.path).names
    assert set(with_tables.client(100_001)) == set(names)
    assert set(with_tables.file.kinds()) == {*names} - {"defaulted"}


def test_nan_is_missing_in_the_tables_as_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.parquet"
    numbers = pa.array([float("nan")] * 20 + [1.0, 2.0] * 20, from_pandas=False)
    clients = {"client_id": range(60), "number": numbers, "default_probability": [0.1] * 60}
    pq.write_table(pa.table(clients | {"defaulted": pa.nulls(60, pa.bool_())}), path)
    write_tables(path, [], place_beside(path, TABLES))
    portfolio = Portfolio(path)
    assert reads_tables(portfolio)
    told = portfolio.compare("number", value=1.5)
    assert (told.group_size, told.missing_share, told.percentile) == (60, 1 / 3, 0.5)


def test_several_read_the_tables_at_once(with_tables: Portfolio) -> None:
    others = [Portfolio(with_tables.file.path) for _ in range(3)]
    assert {one.search().total for one in (with_tables, *others)} == {1200}
    assert all(map(reads_tables, others))


def test_the_tables_of_another_file_are_not_read(with_tables: Portfolio, tmp_path: Path) -> None:
    assert reads_tables(with_tables)
    pq.write_table(pq.read_table(with_tables.file.path).slice(0, 600), tmp_path / "part")
    (tmp_path / "part").replace(with_tables.file.path)
    assert not reads_tables(with_tables)
    assert with_tables.search().total == 600


def test_tables_that_are_not_read_may_be_written_again(
    with_tables: Portfolio, portfolio_file: Path
) -> None:
    pq.write_table(pq.read_table(portfolio_file).slice(0, 600), with_tables.file.path)
    assert not reads_tables(with_tables)
    write_tables(with_tables.file.path, [], place_beside(with_tables.file.path, TABLES))
    assert reads_tables(Portfolio(with_tables.file.path))


@pytest.mark.parametrize("kept", [0, 20, 5000])
def test_without_tables_that_can_be_read_the_file_is(
    with_tables: Portfolio, alone: Portfolio, kept: int
) -> None:
    place = place_beside(with_tables.file.path, TABLES)
    place.write_bytes(place.read_bytes()[:kept])
    assert not reads_tables(with_tables)
    assert with_tables.compare("housing") == alone.compare("housing")


def test_tables_that_come_later_are_read(alone: Portfolio) -> None:
    assert not reads_tables(alone)
    write_tables(alone.file.path, [], place_beside(alone.file.path, TABLES))
    assert reads_tables(alone)


@pytest.mark.parametrize(
    ("name", "beside"),
    [("a[1]", True), ("a*", True), ("a[1]", False), ("a*", False), ("a?", False)],
)
def test_a_folder_whose_name_stands_for_others_is_itself(
    portfolio_file: Path, tmp_path: Path, name: str, beside: bool
) -> None:
    for folder, clients in ((name, 600), ("a1", 300)):
        (tmp_path / folder).mkdir()
        path = tmp_path / folder / "portfolio.parquet"
        pq.write_table(pq.read_table(portfolio_file).slice(0, clients), path)
        if beside:
            write_tables(path, [], place_beside(path, TABLES))
            write_rows(path, place_beside(path, ROWS))
    portfolio = Portfolio(tmp_path / name / "portfolio.parquet")
    assert reads_tables(portfolio) == beside
    assert portfolio.search().total == 600
    known = pq.read_table(portfolio_file, columns=["client_id"])["client_id"][599].as_py()
    assert portfolio.client(known)["client_id"] == known
