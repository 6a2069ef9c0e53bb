from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.decision import InvalidInput
from lib.portfolio import Condition, Portfolio, build_portfolio, building
from lib.scoring.scorer import Scorer
from tests.portfolio.conftest import TAG


def test_every_client_is_there_once_with_the_scorers_own_answer(
    portfolio_file: Path, world: pa.Table, scorers: dict[str, Scorer]
) -> None:
    built = pq.read_table(portfolio_file)
    scorer = scorers["lightgbm"]
    expected = scorer.default_probabilities(scorer.encode_frame(world))
    assert built.column("client_id").to_pylist() == world.column("client_id").to_pylist()
    np.testing.assert_array_equal(built.column("default_probability").to_numpy(), expected)
    refused = [p >= scorer.threshold for p in expected]
    assert built.column("decision").to_pylist() == ["refuse" if r else "grant" for r in refused]


def test_an_outcome_that_is_not_known_stays_so(portfolio_file: Path, world: pa.Table) -> None:
    built = pq.read_table(portfolio_file).column("defaulted").to_pylist()
    assert built[:10] == [
        t and bool(t) if t is None else bool(t) for t in world["target"].to_pylist()[:10]
    ]
    assert built[9] is None


def test_all_features_are_kept_protected_ones_too(portfolio_file: Path, world: pa.Table) -> None:
    built = pq.read_table(portfolio_file)
    assert built.column("gender").equals(world.column("gender"))


def test_unusual_clients_are_counted_with_their_notes(
    world: pa.Table, scorers: dict[str, Scorer], tmp_path: Path
) -> None:
    odd = [3, 700]
    amounts = world["credit_amount"].to_numpy().copy()
    amounts[odd] = 1.0, 15_000_000.0
    place = world.column_names.index("credit_amount")
    pq.write_table(world.set_column(place, "credit_amount", pa.array(amounts)), tmp_path / "odd")
    build_portfolio(tmp_path / "odd", scorers["lightgbm"], TAG, tmp_path / "portfolio.parquet")
    notes = pq.read_table(tmp_path / "portfolio.parquet")["review_notes"].to_numpy()
    assert notes[odd].tolist() == [1, 1]
    # What the scorer has learned from is usual to it; of the others a few are not.
    learned = world["target"].is_valid().to_numpy(zero_copy_only=False).copy()
    learned[odd] = False
    assert not notes[learned].any()
    found = Portfolio(tmp_path / "portfolio.parquet").search(
        [Condition("review_notes", minimum=1)], page_size=100
    )
    assert {100_004, 100_701} <= {row["client_id"] for row in found.rows}
    assert all(row["review_notes"] for row in found.rows)


def test_batches_do_not_show(
    features_file: Path,
    portfolio_file: Path,
    scorers: dict[str, Scorer],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(building, "CLIENTS_PER_BATCH", 7)
    count = build_portfolio(features_file, scorers["lightgbm"], TAG, tmp_path / "small.parquet")
    assert count == 1200
    assert pq.read_table(tmp_path / "small.parquet").equals(pq.read_table(portfolio_file))


def test_batches_are_joined_to_groups_of_rows(
    features_file: Path, scorers: dict[str, Scorer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "CLIENTS_PER_BATCH", 50)
    monkeypatch.setattr(building, "CLIENTS_PER_GROUP", 500)
    build_portfolio(features_file, scorers["dummy"], TAG, tmp_path / "portfolio.parquet")
    footer = pq.read_metadata(tmp_path / "portfolio.parquet")
    groups = [footer.row_group(at).num_rows for at in range(footer.num_row_groups)]
    assert groups == [500, 500, 200]


def test_a_folder_of_files_gives_the_same(
    world: pa.Table, portfolio_file: Path, scorers: dict[str, Scorer], tmp_path: Path
) -> None:
    (tmp_path / "features").mkdir()
    for number, first in enumerate((0, 500)):
        rows = world.slice(first, 500 if not first else None)
        pq.write_table(rows, tmp_path / "features" / f"part-{number}.parquet")
    build_portfolio(tmp_path / "features", scorers["lightgbm"], TAG, tmp_path / "portfolio")
    assert pq.read_table(tmp_path / "portfolio").equals(pq.read_table(portfolio_file))


def test_text_may_be_of_the_type_that_pandas_writes(
    world: pa.Table, portfolio_file: Path, scorers: dict[str, Scorer], tmp_path: Path
) -> None:
    large = [
        field.with_type(pa.large_string()) if pa.types.is_string(field.type) else field
        for field in world.schema
    ]
    pq.write_table(world.cast(pa.schema(large)), tmp_path / "features.parquet")
    build_portfolio(tmp_path / "features.parquet", scorers["lightgbm"], TAG, tmp_path / "portfolio")
    assert pq.read_table(tmp_path / "portfolio").equals(pq.read_table(portfolio_file))


def test_clients_out_of_order_are_refused_and_nothing_is_left(
    world: pa.Table, scorers: dict[str, Scorer], portfolio_file: Path, tmp_path: Path
) -> None:
    pq.write_table(world.sort_by([("client_id", "descending")]), tmp_path / "features.parquet")
    (tmp_path / "portfolio.parquet").write_bytes(portfolio_file.read_bytes())
    with pytest.raises(InvalidInput, match="column client_id"):
        build_portfolio(
            tmp_path / "features.parquet", scorers["lightgbm"], TAG, tmp_path / "portfolio.parquet"
        )
    assert (tmp_path / "portfolio.parquet").read_bytes() == portfolio_file.read_bytes()
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("what", ["a letter", "the features themselves", "a folder"])
def test_nothing_but_a_portfolio_is_replaced(
    features_file: Path, scorers: dict[str, Scorer], tmp_path: Path, what: str
) -> None:
    output = tmp_path / "portfolio.parquet"
    if what == "a folder":
        output.mkdir()
    else:
        output.write_bytes(b"dear" if what == "a letter" else features_file.read_bytes())
    with pytest.raises(InvalidInput, match="a portfolio takes the place of a portfolio, or of"):
        build_portfolio(features_file, scorers["dummy"], TAG, output)
    assert output.is_dir() or len(output.read_bytes()) in (4, features_file.stat().st_size)


def test_missing_features_are_named(scorers: dict[str, Scorer], tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="nowhere"):
        build_portfolio(tmp_path / "nowhere", scorers["dummy"], TAG, tmp_path / "out.parquet")


def test_a_path_that_duckdb_cannot_open_is_refused_before_anything_is_written(
    features_file: Path, scorers: dict[str, Scorer], tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match=r"its path has no \?"):
        build_portfolio(features_file, scorers["dummy"], TAG, tmp_path / "what?" / "out.parquet")
    assert not list(tmp_path.iterdir())
