"""A client's row is what the columns say of that client, and of no other file."""

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from lib.portfolio import NotFound, Portfolio
from lib.portfolio.beside import ROWS, place_beside
from lib.portfolio.rows import FEWEST_A_GROUP, open_rows, write_rows


@pytest.fixture
def with_rows(portfolio_file: Path, tmp_path: Path) -> Path:
    """The file of the clients, with nothing but their rows beside it."""
    path = tmp_path / "portfolio.parquet"
    shutil.copy(portfolio_file, path)
    write_rows(path, place_beside(path, ROWS))
    return path


def test_each_client_has_the_values_of_the_columns(with_rows: Path) -> None:
    portfolio = Portfolio(with_rows)
    clients = pq.read_table(with_rows).to_pylist()
    assert len(clients) > FEWEST_A_GROUP
    assert [portfolio.client(one["client_id"]) for one in clients] == clients


def test_of_many_clients_more_are_in_a_group(
    with_rows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lib.portfolio.rows.FEWEST_A_GROUP", 7)
    monkeypatch.setattr("lib.portfolio.rows.MOST_GROUPS", 20)
    write_rows(with_rows, place_beside(with_rows, ROWS))
    footer = pq.read_metadata(place_beside(with_rows, ROWS))
    groups = [footer.row_group(at).num_rows for at in range(footer.num_row_groups)]
    assert groups == [60] * 20
    assert [footer.row_group(0).column(at).is_stats_set for at in (0, 1)] == [True, False]
    numbers = pq.read_table(with_rows)["client_id"].to_pylist()
    assert [Portfolio(with_rows).client(number)["client_id"] for number in numbers] == numbers


def test_only_the_rows_are_read(with_rows: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    portfolio = Portfolio(with_rows)
    monkeypatch.setattr(portfolio.file, "query", lambda *_, **__: pytest.fail("asked the columns"))
    client = portfolio.client(100_001)
    given = portfolio.values(100_001, ["housing", "age_years"])
    assert given == {"housing": client["housing"], "age_years": client["age_years"]}


def test_numbers_are_written_to_their_last_digit(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.parquet"
    values = [0.1, 1 / 3, 5e-324, 1.7976931348623157e308, -0.0, np.inf, -np.inf, None]
    table = pa.table(
        {
            "client_id": range(len(values)),
            "number": values,
            "count": [2**53 + 1] * len(values),
            "words": ['a "quoted" é\n\u2028'] * len(values),
            "defaulted": [None, True] * (len(values) // 2),
        }
    )
    pq.write_table(table, path)
    write_rows(path, place_beside(path, ROWS))
    rows = open_rows(path)
    assert rows
    assert rows.names == table.column_names
    found = [Portfolio(path).client(number) for number in range(len(values))]
    assert repr(found) == repr(table.to_pylist())


def test_what_is_no_number_stays_nan(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.parquet"
    numbers = pa.array([1.0, np.nan], from_pandas=False)
    pq.write_table(pa.table({"client_id": [1, 2], "number": numbers}), path)
    write_rows(path, place_beside(path, ROWS))
    assert np.isnan(Portfolio(path).client(2)["number"])


@pytest.mark.parametrize("number", [1, 100_000, 100_601, 101_201])
def test_who_is_not_there_is_not_found(with_rows: Path, number: int) -> None:
    clients = pq.read_table(with_rows)
    pq.write_table(clients.filter(pc.not_equal(clients["client_id"], 100_601)), with_rows)
    write_rows(with_rows, place_beside(with_rows, ROWS))
    assert Portfolio(with_rows).client(100_600)["client_id"] == 100_600
    with pytest.raises(NotFound, match=f"client {number}:"):
        Portfolio(with_rows).client(number)


def test_the_rows_of_another_file_are_not_read(with_rows: Path, tmp_path: Path) -> None:
    clients = pq.read_table(with_rows)
    ages = pa.array([18.0] * len(clients))
    place = clients.column_names.index("age_years")
    pq.write_table(clients.set_column(place, "age_years", ages), tmp_path / "part")
    (tmp_path / "part").replace(with_rows)
    assert open_rows(with_rows) is None
    assert Portfolio(with_rows).client(100_001)["age_years"] == 18.0


@pytest.mark.parametrize("kept", [0, 20, 3000])
def test_without_rows_that_can_be_read_the_columns_are(with_rows: Path, kept: int) -> None:
    clients = pq.read_table(with_rows).to_pylist()
    place = place_beside(with_rows, ROWS)
    place.write_bytes(place.read_bytes()[:kept])
    assert Portfolio(with_rows).client(clients[0]["client_id"]) == clients[0]
