"""Numbers in several runs are looked up as in one sorted array."""

import numpy as np
import pytest

from lib.portfolio import ranked as module
from lib.portfolio.ranked import Ranked

RANDOM = np.random.default_rng(0)
RUNS = {
    "one run": [RANDOM.random(50)],
    "one number": [np.array([3.0])],
    "many runs": [RANDOM.random(size) for size in (1, 400, 7, 0, 64)],
    "nearly all are one number": [np.repeat([0.0, 1.0], [300, 3]), np.repeat([0.0, 2.0], [90, 1])],
    "all are one number": [np.full(120, 5.0), np.full(3, 5.0)],
    "few numbers, each often": [RANDOM.integers(0, 4, 300).astype(float) for _ in range(3)],
    "beyond all bounds": [np.array([-np.inf, 0.0, np.inf, np.inf]), np.array([np.inf, 1e300])],
    "some missing": [np.where(RANDOM.random(200) < 0.3, np.nan, RANDOM.random(200))],
    "all missing": [np.full(5, np.nan)],
    "nobody": [],
}


@pytest.fixture(autouse=True, params=[1, 20, 10_000])
def marks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MARKS", request.param)


@pytest.fixture(params=RUNS.values(), ids=RUNS)
def runs(request: pytest.FixtureRequest) -> list[np.ndarray]:
    return request.param


def sorted_of(runs: list[np.ndarray]) -> np.ndarray:
    numbers = np.concatenate([np.empty(0), *runs])
    return np.sort(numbers[~np.isnan(numbers)])


def test_each_number_stands_where_it_does_in_a_sorted_array(runs) -> None:
    expected, found = sorted_of(runs), Ranked.of(*runs)
    assert len(found) == len(expected)
    assert found[:].tolist() == expected.tolist()
    assert [found[at : at + 1].tolist() for at in range(len(expected))] == [
        [one] for one in expected.tolist()
    ]


@pytest.mark.parametrize("count", [0, 2, 20, 1000])
def test_several_places_are_given_at_once_and_none_beyond_the_last(runs, count: int) -> None:
    expected, found = sorted_of(runs), Ranked.of(*runs)
    for first in {0, 1, len(expected) // 2, max(len(expected) - 3, 0), len(expected)}:
        places = slice(first, first + count)
        assert found[places].tolist() == expected[places].tolist()
    assert found[-1:].tolist() == expected[-1:].tolist()


@pytest.mark.parametrize("side", ["left", "right"])
def test_as_many_lie_below_an_edge_as_a_search_says(runs, side) -> None:
    expected, found = sorted_of(runs), Ranked.of(*runs)
    edges = np.concatenate([expected, expected + 0.01, [-np.inf, 0.0, 0.5, np.inf]])
    assert found.below(edges, side).tolist() == np.searchsorted(expected, edges, side).tolist()
    assert found.below(0.5, side) == np.searchsorted(expected, 0.5, side)


def test_numbers_are_whole_if_all_of_them_are() -> None:
    assert Ranked.of(np.arange(5.0), np.array([-3.0, np.nan])).are_whole()
    assert not Ranked.of(np.arange(5.0), np.array([-3.0, 0.5])).are_whole()
    assert Ranked([]).are_whole()
