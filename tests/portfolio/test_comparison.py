"""How a group is spread: over one feature, over two together, and what is usual of each."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lib.decision import InvalidInput
from lib.portfolio import Condition, Group, Portfolio
from lib.portfolio.comparison import Usual, share_of_equals
from lib.portfolio.disclosure import WRITTEN_TICKET
from lib.portfolio.groups import Kind
from tests.portfolio.reference import (
    axis_of,
    density_counts,
    distribution_of_numbers,
    percentile_of,
)

NUMBERS = st.floats(-1e15, 1e15)
LETTERS = st.none() | st.sampled_from("abcd")


@given(arrays(float, st.integers(0, 40), elements=NUMBERS | st.just(np.nan)), st.integers(1, 100))
def test_every_value_falls_into_one_bin_whatever_the_values(values: np.ndarray, bins: int) -> None:
    tickets = np.arange(len(values), dtype=np.uint64)
    described = distribution_of_numbers(values, tickets, np.ones_like(values), bins, None)
    given = np.count_nonzero(~np.isnan(values))
    assert abs(sum(described.counts) - (given if given >= 10 else 0)) < 10
    assert not any(count % 10 for count in described.counts)
    assert 1 <= len(described.counts) <= bins
    assert len(described.bin_edges) == len(described.counts) + 1
    assert all(
        low < high for low, high in zip(described.bin_edges, described.bin_edges[1:], strict=False)
    )


@pytest.mark.parametrize(
    ("value", "share"), [(0.0, 0.0), (1.0, 0.0), (2.0, 0.375), (3.0, 0.625), (4.0, 1.0), (9.0, 1.0)]
)
def test_equal_values_count_by_half_and_beyond_a_few_nobody_is_counted(
    value: float, share: float
) -> None:
    given = np.repeat([1.0, 2.0, 3.0, 4.0], 10)
    assert {percentile_of(value, given, lot) for lot in range(10)} == {share}


def test_the_whole_group_alike_is_in_the_middle() -> None:
    assert percentile_of(7.0, np.full(20, 7.0), lot=0) == 0.5


def test_where_a_number_stands_is_told_in_tens_as_the_lot_falls() -> None:
    given = np.arange(1000.0)
    told = {percentile_of(444.0, given, lot) for lot in range(10)}
    assert told == {0.44, 0.445, 0.45}


@pytest.mark.parametrize(
    ("equal", "given", "share"),
    [(0, 9, None), (0, 100, 0.0), (9, 100, 0.0), (91, 100, 1.0), (20, 20, 1.0)],
)
def test_of_fewer_than_ten_who_have_a_number_or_not_nothing_is_told(
    equal: int, given: int, share: float | None
) -> None:
    below = (given - equal) // 2
    assert {share_of_equals(below, equal, given, lot) for lot in range(10)} == {share}


def test_who_have_a_number_are_told_in_tens_as_the_lot_falls() -> None:
    told = {share_of_equals(20, 44, 100, lot) for lot in range(10)}
    assert told == {0.4, 0.5}


def test_a_single_value_gets_a_bin_around_it() -> None:
    described = distribution_of_numbers(
        np.full(12, 100.0), np.zeros(12, np.uint64), np.full(12, np.nan), 20, None
    )
    assert described.counts == [10]
    assert described.bin_edges[0] < 100 < described.bin_edges[-1]


@given(
    st.lists(st.tuples(st.none() | NUMBERS, LETTERS), max_size=30),
    st.integers(1, 50),
    st.integers(4, 50),
)
def test_every_client_with_both_values_is_in_one_cell(
    clients: list[tuple[float | None, str | None]], bins: int, categories: int
) -> None:
    numbers = pa.chunked_array([pa.array([one for one, _ in clients], pa.float64())])
    letters = pa.chunked_array([pa.array([one for _, one in clients], pa.string())])
    x = axis_of(numbers, Kind.NUMBER, bins)
    y = axis_of(letters, Kind.CATEGORY, categories)
    counts, _ = density_counts(x, y, missing=0, lot=3)
    assert np.shape(counts) in ((y.parts, x.parts), (0,))
    placed = np.count_nonzero((x.codes >= 0) & (y.codes >= 0))
    assert abs(sum(map(sum, counts)) - placed) < 10
    assert not np.any(np.array(counts) % 10)
    assert x.parts <= bins


def test_cells_hold_what_their_edges_say(portfolio: Portfolio, world: pa.Table) -> None:
    described = portfolio.compare_two("external_score", "age_years", bins_a_side=10)
    score, age = (
        world[name].to_numpy(zero_copy_only=False) for name in ("external_score", "age_years")
    )
    x, y = described.x.bin_edges, described.y.bin_edges
    assert 5 <= len(described.counts) <= 10
    assert 5 <= len(described.counts[0]) <= 10
    missing = np.isnan(score) | np.isnan(age)
    # The outer ones hold what lies beyond them, too.
    exact, _, _ = np.histogram2d(
        np.clip(age, y[0], y[-1])[~missing], np.clip(score, x[0], x[-1])[~missing], bins=(y, x)
    )
    told = np.array(described.counts)
    assert np.abs(np.cumsum(told) - np.cumsum(exact)).max() < 10
    assert not np.any(told % 10)
    assert described.missing_share == pytest.approx(missing.mean(), abs=20 / 1200)


def test_a_few_outliers_do_not_push_all_others_into_one_cell() -> None:
    values = np.append(np.linspace(0, 1, 1000), [1e9] * 5)
    axis = axis_of(pa.chunked_array([values]), Kind.NUMBER, 10)
    assert np.bincount(axis.codes).max() < 250


def test_beyond_the_most_frequent_categories_nobody_is_shown() -> None:
    letters = pa.chunked_array([["a"] * 10 + ["b"] * 20 + ["c"] * 30 + ["d"] * 9 + [None]])
    axis = axis_of(letters, Kind.CATEGORY, 2)
    assert axis.categories == ["c", "b"]
    assert axis.codes.tolist() == [-1] * 10 + [1] * 20 + [0] * 30 + [-1] * 10
    assert axis_of(letters, Kind.CATEGORY, 9).categories == ["c", "b", "a"]


def test_a_category_by_a_category(portfolio: Portfolio, world: pa.Table) -> None:
    described = portfolio.compare_two("contract", "housing")
    pairs = list(zip(world["contract"].to_pylist(), world["housing"].to_pylist(), strict=True))
    for row, housing in zip(described.counts, described.y.categories, strict=True):
        for count, contract in zip(row, described.x.categories, strict=True):
            assert count % 10 == 0
            assert abs(count - pairs.count((contract, housing))) < 10


@pytest.mark.parametrize(
    "group", [Group(), Group([Condition("decision", categories=("grant",))])], ids=["all", "some"]
)
def test_each_feature_is_described_as_alone(portfolio: Portfolio, group: Group) -> None:
    described = portfolio.overview(group)
    kinds = portfolio.file.kinds()
    scores = {"client_id", "default_probability", "decision", "review_notes"}
    assert described.keys() == kinds.keys() - scores
    for name, usual in described.items():
        alone = portfolio.compare(name, group)
        if kinds[name] is Kind.CATEGORY:
            shares = dict(zip(alone.categories, alone.counts, strict=True))
            given = sum(shares.values())
            expected = {key: n / given for key, n in shares.items()}
            assert usual.shares == pytest.approx(expected, abs=20 / given)
            # Without 10 to 19 clients, and in tens.
            assert given - 30 < usual.given < given + 10
        elif alone.quantiles is None:
            assert usual == Usual()
        else:
            given = sum(alone.counts)
            assert given - 30 < usual.given < given + 10
            expected = {at: alone.quantiles[at] for at in (0.05, 0.5, 0.95)}
            assert usual.quantiles == pytest.approx(expected)


def test_a_group_so_small_that_it_shows_someone_has_no_overview(portfolio: Portfolio) -> None:
    ids = [row["client_id"] for row in portfolio.search(page_size=19).rows]
    assert portfolio.overview(Group(client_ids=ids))
    with pytest.raises(InvalidInput, match="at least 10"):
        portfolio.overview(Group(client_ids=ids[:9]))


def test_a_replaced_file_has_another_overview(portfolio_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "portfolio.parquet"
    shutil.copy(portfolio_file, path)
    portfolio = Portfolio(path)
    before = portfolio.overview()
    table = pq.read_table(path)
    pq.write_table(table.slice(0, table.num_rows // 2), tmp_path / "new.parquet")
    (tmp_path / "new.parquet").replace(path)
    assert portfolio.overview() != before


@pytest.mark.parametrize("kept", [1200, 60, 25])
@pytest.mark.parametrize(
    "values",
    [
        lambda random: random.integers(0, 3, 1200).astype(float),  # ties
        lambda _: np.full(1200, 7.0),
        lambda random: np.where(random.random(1200) < 0.4, np.nan, random.lognormal(7, 2, 1200)),
        lambda random: np.where(random.random(1200) < 0.995, np.nan, random.random(1200)),
    ],
    ids=["ties", "constant", "missing", "hardly given"],
)
def test_the_file_is_described_as_all_its_values_and_tickets_are(
    portfolio_file: Path,
    tmp_path: Path,
    values: Callable[[np.random.Generator], np.ndarray],
    kept: int,
) -> None:
    column = values(np.random.default_rng(5))
    clients = pq.read_table(portfolio_file)
    place = clients.column_names.index("age_years")
    # Some are missing, and some are NaN.
    given = [None if np.isnan(one) and at % 2 else one for at, one in enumerate(column.tolist())]
    messy = clients.set_column(place, "age_years", pa.array(given, pa.float64(), from_pandas=False))
    path = tmp_path / "messy.parquet"
    pq.write_table(messy.slice(0, kept), path)
    found = duckdb.sql(
        f"SELECT {WRITTEN_TICKET} AS ticket, CAST(defaulted AS DOUBLE) AS d"
        f" FROM read_parquet('{path}')"
    ).to_arrow_table()
    tickets, outcomes = (found[name].to_numpy() for name in ("ticket", "d"))
    for bins in (1, 7, 20):
        expected = distribution_of_numbers(column[:kept], tickets, outcomes, bins, 5.0)
        assert Portfolio(path).compare("age_years", bins=bins, value=5.0) == expected


def test_each_bar_has_its_share_of_defaults(portfolio: Portfolio, world: pa.Table) -> None:
    told = portfolio.compare("housing")
    homes, targets = world["housing"].to_pylist(), world["target"].to_pylist()
    for home, share in zip(told.categories, told.default_shares, strict=True):
        known = [t for h, t in zip(homes, targets, strict=True) if h == home and t is not None]
        if share is None:
            assert len(known) < 120
        else:
            assert len(known) > 80
            # Both outcomes are told in tens.
            assert share == pytest.approx(sum(known) / len(known), abs=20 / len(known))
    assert told.default_shares[0] is not None
    ages = portfolio.compare("age_years", bins=4)
    assert len(ages.default_shares) == len(ages.counts)


def test_of_a_few_outcomes_no_share_is_told(portfolio: Portfolio) -> None:
    few = Group(client_ids=range(100_001, 100_081))
    assert set(portfolio.compare("housing", few).default_shares) == {None}


class TestByFactors:
    def test_bins_hold_what_their_edges_say(self) -> None:
        values = np.random.default_rng(3).lognormal(7, 2, 5_000)
        told = distribution_of_numbers(
            values, np.arange(5_000, dtype=np.uint64), np.zeros(5_000), 24, None
        )
        bins = told.by_factors
        edges = np.array(bins.bin_edges)
        codes = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
        exact = np.bincount(codes, minlength=len(bins.counts))
        assert len(bins.counts) <= 24
        assert exact.min() >= 10
        assert np.abs(exact - bins.counts).max() < 10
        factors = edges[2:-1] / edges[1:-2]
        assert factors.max() / factors.min() < 1.3
        assert set(bins.default_shares) <= {0.0, None}

    def test_even_bins_and_factors_part_no_few_clients(self) -> None:
        values = np.random.default_rng(4).lognormal(7, 2, 600)
        told = distribution_of_numbers(
            values, np.arange(600, dtype=np.uint64), np.full(600, np.nan), 24, None
        )
        inner = np.union1d(told.bin_edges, told.by_factors.bin_edges)[1:-1]
        between = np.diff([0, *np.searchsorted(np.sort(values), inner), 600])
        assert between[between > 0].min() >= 10

    @pytest.mark.parametrize(
        "values",
        [np.linspace(20, 70, 500), np.linspace(-1_000, 1_000, 500), np.zeros(500), np.arange(5.0)],
    )
    def test_there_are_none_where_values_do_not_differ_by_orders_of_magnitude(
        self, values: np.ndarray
    ) -> None:
        tickets = np.arange(len(values), dtype=np.uint64)
        told = distribution_of_numbers(values, tickets, np.full_like(values, np.nan), 24, None)
        assert told.by_factors is None

    def test_zeros_are_in_the_first_bin(self) -> None:
        values = np.append(np.zeros(200), np.geomspace(10, 100_000, 800))
        told = distribution_of_numbers(
            values, np.arange(1_000, dtype=np.uint64), np.full(1_000, np.nan), 24, None
        )
        assert told.by_factors.bin_edges[0] == 0
        assert told.by_factors.counts[0] >= 200
