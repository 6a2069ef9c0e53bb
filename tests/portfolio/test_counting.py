"""Bins and codes of many clients are those that a search for each of them gives."""

import numpy as np
import pyarrow as pa
import pytest

from lib.portfolio.counting import bins_of, codes_of

EDGES = {
    "one bin": [0.0, 1.0],
    "even": np.linspace(-5.0, 5.0, 101),
    "tenths, which no float is": np.arange(40) / 10,
    "by factors": np.geomspace(1e-3, 1e6, 40),
    "all but one in one cell": [0.0, 1.0, 1.5, 1.75, 1.8, 1e9],
    "next to each other": [0.0, 1.0, np.nextafter(1.0, 2.0), 2.0],
    "far from zero": np.arange(30) + 1e12,
}


def searched(numbers: np.ndarray, edges: np.ndarray) -> list[int]:
    found = np.searchsorted(edges[1:-1], numbers, side="right")
    return np.where(np.isnan(numbers), -1, found).tolist()


@pytest.mark.parametrize("edges", EDGES.values(), ids=EDGES)
def test_a_bin_holds_its_lower_edge_and_what_is_next_to_the_upper(edges) -> None:
    edges = np.array(edges)
    numbers = np.concatenate([edges, np.nextafter(edges, -np.inf), np.nextafter(edges, np.inf)])
    assert bins_of(numbers, edges).tolist() == searched(numbers, edges)


@pytest.mark.parametrize("edges", EDGES.values(), ids=EDGES)
def test_many_numbers_are_in_the_bins_where_a_search_finds_them(edges) -> None:
    edges = np.array(edges)
    width = edges[-1] - edges[0]
    random = np.random.default_rng(0)
    numbers = random.uniform(edges[0] - width, edges[-1] + width, 100_000)
    assert bins_of(numbers, edges).tolist() == searched(numbers, edges)


def test_the_outer_bins_hold_what_lies_beyond_and_nothing_is_in_none() -> None:
    beyond = np.array([-np.inf, -1e300, 1e300, np.inf, np.nan])
    assert bins_of(beyond, np.array([0.0, 1.0, 2.0])).tolist() == [0, 0, 1, 1, -1]
    assert not len(bins_of(np.empty(0), np.array([0.0, 1.0])))


@pytest.mark.parametrize("of", [pa.string(), pa.dictionary(pa.uint8(), pa.string())], ids=str)
def test_texts_and_places_of_texts_have_the_same_codes(of: pa.DataType) -> None:
    values = pa.array(["b", None, "other", "a", "b"], pa.string()).cast(of)
    assert codes_of(values, ["a", "b"]).tolist() == [1, 3, 2, 0, 1]
    assert codes_of(values, []).tolist() == [0, 1, 0, 0, 0]


def test_as_many_categories_as_a_byte_tells_apart_and_nothing_beside() -> None:
    names = [str(number) for number in range(256)]
    values = pa.array([*names, None]).cast(pa.dictionary(pa.int32(), pa.string()))
    assert codes_of(values, names).tolist() == [*range(256), 257]
