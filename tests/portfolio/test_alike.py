"""The index finds those alike as a search among all does, and is of no other file."""

import shutil
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.portfolio import Condition, Portfolio, alike, building
from lib.portfolio.alike import Coordinate, Index, vectors_of
from lib.portfolio.beside import BESIDE, TABLES, place_beside
from lib.portfolio.building import write_beside
from lib.portfolio.file import PortfolioFile
from lib.portfolio.likeness import Scale
from lib.portfolio.tables import ALIKE, index_told

WEIGHTS = {"age_years": 0.2, "credit_amount": 0.1, "external_score": 0.5, "housing": 0.3}
NUMBERS = [100_001, 100_006, 101_200]
# Of columns that drive the score, and of others.
SOME = [Condition("age_years", minimum=30), Condition("contract", categories=("cash",))]
FEW = [Condition("client_id", maximum=100_250)]
AMONG = {
    "everybody": [],
    "some": SOME,
    "some, not all of it in the index": [*SOME, Condition("client_id", maximum=101_100)],
}


@pytest.fixture
def plain(portfolio_file: Path, tmp_path: Path) -> Portfolio:
    """The clients without an index."""
    shutil.copy(portfolio_file, tmp_path / "plain.parquet")
    return Portfolio(tmp_path / "plain.parquet")


@pytest.fixture(scope="module")
def indexed_file(portfolio_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same clients in 24 clusters."""
    path = tmp_path_factory.mktemp("indexed") / "portfolio.parquet"
    shutil.copy(portfolio_file, path)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(building, "FEWEST_INDEXED", 1)
        patched.setattr(alike, "CLIENTS_A_CLUSTER", 50)
        write_beside(path, WEIGHTS, [])
    return path


@pytest.fixture
def indexed(indexed_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Portfolio:
    """Clients of whom a fourth is compared."""
    monkeypatch.setattr(alike, "FEWEST_COMPARED", 300)
    for file in indexed_file.parent.iterdir():
        shutil.copy(file, tmp_path)
    return Portfolio(tmp_path / "portfolio.parquet")


def index_of(portfolio: Portfolio) -> Index | None:
    return index_told(portfolio.file.told_by_tables())


def compared(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """Note in which clusters those alike are looked for from now on; in none: among all."""
    searched, query = [], PortfolioFile.query

    def noted(self: PortfolioFile, *args: object, **options: object) -> pa.Table:
        if "clusters" in options:
            searched.append(options["clusters"])
        return query(self, *args, **options)

    monkeypatch.setattr(PortfolioFile, "query", noted)
    return searched


@pytest.mark.parametrize("conditions", AMONG.values(), ids=AMONG)
@pytest.mark.parametrize("number", NUMBERS)
def test_who_is_found_has_its_exact_distance_and_hardly_anybody_is_missed(
    indexed: Portfolio,
    plain: Portfolio,
    number: int,
    conditions: list[Condition],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    searched = compared(monkeypatch)
    found = indexed.similar(number, WEIGHTS, conditions, count=20)
    assert 0 < len(searched[0]) < 24
    exact = plain.similar(number, WEIGHTS, conditions, count=1199)
    assert found.compared_on == exact.compared_on
    distances = {row["client_id"]: row["distance"] for row in exact.rows}
    assert all(row["distance"] == distances[row["client_id"]] for row in found.rows)
    reach = exact.rows[19]["distance"]
    assert sum(row["distance"] <= reach for row in found.rows) >= 18


def test_of_many_it_is_enough_to_know_about_how_many_a_cluster_has(
    indexed: Portfolio, plain: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lib.portfolio.portfolio.CLIENTS_COUNTED", 400)
    searched = compared(monkeypatch)
    found = indexed.similar(NUMBERS[0], WEIGHTS, SOME, count=20)
    assert 0 < len(searched[0]) < 24
    reach = plain.similar(NUMBERS[0], WEIGHTS, SOME, count=20).rows[-1]["distance"]
    assert sum(row["distance"] <= reach for row in found.rows) >= 18


@pytest.mark.parametrize("number", NUMBERS)
def test_where_all_clusters_are_compared_nobody_is_missed(
    indexed: Portfolio, plain: Portfolio, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alike, "FEWEST_COMPARED", 1199)
    assert indexed.similar(number, WEIGHTS) == plain.similar(number, WEIGHTS)


def test_a_client_given_by_values_is_looked_for_by_these(
    indexed: Portfolio, plain: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = {"age_years": 30, "housing": None, "external_score": 0.4}
    monkeypatch.setattr(alike, "FEWEST_COMPARED", 1200)
    given = [one.similar(5, WEIGHTS, client=client) for one in (indexed, plain)]
    assert given[0] == given[1]


def test_every_client_is_in_the_index_once(indexed: Portfolio) -> None:
    index = index_of(indexed)
    with duckdb.connect(place_beside(indexed.file.path, TABLES), read_only=True) as tables:
        rows = tables.sql(f"FROM {ALIKE.split('.')[1]}").to_arrow_table()
    assert sorted(rows["client_id"].to_pylist()) == list(range(100_001, 101_201))
    clusters = rows[alike.CLUSTER].to_numpy()
    assert (np.diff(clusters) >= 0).all()
    assert np.bincount(clusters, minlength=24).tolist() == index.sizes


@pytest.mark.parametrize(
    ("weights", "conditions"),
    [
        (WEIGHTS | {"age_years": 0.3}, []),
        (WEIGHTS, FEW),
    ],
    ids=["other weights", "few clients"],
)
def test_other_questions_search_among_all(
    indexed: Portfolio,
    plain: Portfolio,
    weights: dict[str, float],
    conditions: list[Condition],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    searched = compared(monkeypatch)
    found = indexed.similar(100_001, weights, conditions)
    assert searched == [[]]
    assert found == plain.similar(100_001, weights, conditions)


def test_the_index_of_another_file_is_not_read(indexed: Portfolio, tmp_path: Path) -> None:
    assert index_of(indexed)
    clients = pq.read_table(indexed.file.path)
    pq.write_table(clients.slice(0, 600), tmp_path / "part")
    (tmp_path / "part").replace(indexed.file.path)
    assert index_of(indexed) is None
    assert max(row["client_id"] for row in indexed.similar(100_001, WEIGHTS).rows) <= 100_600


@pytest.mark.parametrize("kept", [0, 20, 3000])
def test_without_an_index_that_can_be_read_all_are_compared(
    indexed: Portfolio, plain: Portfolio, kept: int
) -> None:
    place = place_beside(indexed.file.path, TABLES)
    place.write_bytes(place.read_bytes()[:kept])
    assert indexed.similar(100_001, WEIGHTS) == plain.similar(100_001, WEIGHTS)


def test_few_clients_have_no_index(portfolio: Portfolio) -> None:
    assert all(place_beside(portfolio.file.path, what).exists() for what in BESIDE)
    assert index_of(portfolio) is None


def test_a_category_that_is_not_told_apart_is_nowhere() -> None:
    homes = Coordinate(Scale("housing", 2.0, None), 0.0, ["owns", "rents"])
    clients = pa.table({"housing": ["rents", "tent", None]})
    assert vectors_of(clients, [homes]).tolist() == [[0.0, 1.0], [0.0, 0.0], [0.0, 0.0]]
