import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lib.portfolio.distribution import distribution_of_numbers, percentile_of

ANY_NUMBER = st.floats(-1e15, 1e15) | st.just(float("nan"))


@given(arrays(float, st.integers(0, 40), elements=ANY_NUMBER), st.integers(1, 100))
def test_every_value_falls_into_one_bin_whatever_the_values(values: np.ndarray, bins: int) -> None:
    told = distribution_of_numbers(values, bins, None)
    assert sum(told.counts) == np.count_nonzero(~np.isnan(values))
    assert 1 <= len(told.counts) <= bins
    assert len(told.bin_edges) == len(told.counts) + 1
    assert all(low < high for low, high in zip(told.bin_edges, told.bin_edges[1:], strict=False))


@pytest.mark.parametrize(("value", "share"), [(0.0, 0.0), (1.0, 0.125), (3.0, 0.625), (9.0, 1.0)])
def test_equal_values_count_by_half(value: float, share: float) -> None:
    assert percentile_of(value, np.array([1.0, 2.0, 3.0, 4.0])) == share


def test_the_whole_group_alike_is_in_the_middle() -> None:
    assert percentile_of(7.0, np.full(5, 7.0)) == 0.5


def test_a_single_value_gets_a_bin_around_it() -> None:
    told = distribution_of_numbers(np.full(3, 100.0), 20, None)
    assert sum(told.counts) == 3
    assert told.bin_edges[0] < 100 < told.bin_edges[-1]
