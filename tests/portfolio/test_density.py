import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.portfolio import Portfolio
from lib.portfolio.conditions import Kind
from lib.portfolio.density import axis_of, density_of

NUMBERS = st.none() | st.floats(-1e15, 1e15)
LETTERS = st.none() | st.sampled_from("abcd")


@given(st.lists(st.tuples(NUMBERS, LETTERS), max_size=30), st.integers(1, 50), st.integers(4, 50))
def test_every_client_with_both_values_is_in_one_cell(
    clients: list[tuple[float | None, str | None]], bins: int, categories: int
) -> None:
    numbers = pa.chunked_array([pa.array([one for one, _ in clients], pa.float64())])
    letters = pa.chunked_array([pa.array([one for _, one in clients], pa.string())])
    x = axis_of(numbers, Kind.NUMBER, bins)
    y = axis_of(letters, Kind.CATEGORY, categories)
    told = density_of(x, y, missing=0)
    assert np.shape(told.counts) in ((y.parts, x.parts), (0,))
    assert sum(map(sum, told.counts)) == sum(None not in pair for pair in clients)
    assert x.parts <= bins


def test_cells_hold_what_their_edges_say(portfolio: Portfolio, world: pa.Table) -> None:
    told = portfolio.compare_two("external_score", "age_years", bins_a_side=10)
    score, age = (
        world[name].to_numpy(zero_copy_only=False) for name in ("external_score", "age_years")
    )
    x, y = told.x.bin_edges, told.y.bin_edges
    assert len(told.counts) == len(told.counts[0]) == 10
    inside = (score >= x[3]) & (score < x[4]) & (age >= y[5]) & (age < y[6])
    assert told.counts[5][3] == np.count_nonzero(inside)
    # The outer ones hold what lies beyond them, too.
    outside = (score < x[1]) & (age < y[1])
    assert told.counts[0][0] == np.count_nonzero(outside)
    missing = np.isnan(score) | np.isnan(age)
    assert told.missing_share == pytest.approx(missing.mean())
    assert sum(map(sum, told.counts)) == 1200 - missing.sum()


def test_a_few_outliers_do_not_push_all_others_into_one_cell() -> None:
    values = np.append(np.linspace(0, 1, 1000), [1e9] * 5)
    axis = axis_of(pa.chunked_array([values]), Kind.NUMBER, 10)
    assert np.bincount(axis.codes).max() < 120


def test_beyond_the_most_frequent_categories_nobody_is_shown() -> None:
    letters = pa.chunked_array([["a", "b", "b", "c", "c", "c", None]])
    axis = axis_of(letters, Kind.CATEGORY, 2)
    assert axis.categories == ["c", "b"]
    assert axis.codes.tolist() == [-1, 1, 1, 0, 0, 0, -1]


def test_a_category_by_a_category(portfolio: Portfolio, world: pa.Table) -> None:
    told = portfolio.compare_two("contract", "housing")
    pairs = list(zip(world["contract"].to_pylist(), world["housing"].to_pylist(), strict=True))
    for row, housing in zip(told.counts, told.y.categories, strict=True):
        for count, contract in zip(row, told.x.categories, strict=True):
            assert count == pairs.count((contract, housing))
