"""What is told of groups gives no client away: not by a few, an extreme, or two groups."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.portfolio import Bins, Condition, Distribution, Group, Portfolio
from lib.portfolio.comparison import QUANTILES
from lib.portfolio.disclosure import in_tens, joined, quantiles_around
from lib.portfolio.groups import Kind

# On both sides of it enough have defaulted and repaid to be told of.
THRESHOLD = 0.3
RENTS = Condition("housing", categories=("rents",))
GROUPS = {
    "everybody": Group(),
    "granted": Group([Condition("decision", categories=("grant",))]),
    "some": Group([RENTS, Condition("age_years", minimum=30)]),
    "few": Group(client_ids=range(100_001, 100_041)),
}


@pytest.fixture
def rows(portfolio: Portfolio) -> pa.Table:
    return pq.read_table(portfolio.file.path)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=50))
def test_no_part_is_small_unless_all_together_are(counts: list[int]) -> None:
    edges = joined(counts)
    assert (edges[0], edges[-1]) == (0, len(counts))
    parts = [sum(counts[low:high]) for low, high in pairwise(edges)]
    assert sum(parts) == sum(counts)
    assert all(part == 0 or part >= 10 for part in parts) or len(parts) == 1


@given(st.lists(st.integers(0, 5) | st.integers(0, 1000), max_size=80), st.data())
def test_quantiles_of_the_rest_are_those_without_who_is_left_out(
    values: list[int], data: st.DataObject
) -> None:
    numbers = np.array(values, dtype=float)
    left_out = data.draw(st.integers(0, min(len(values), 19)))
    places = np.random.default_rng(len(values)).permutation(len(values))
    rest = quantiles_around(np.sort(numbers[places[left_out:]]), QUANTILES)
    assert quantiles_around(np.sort(numbers), QUANTILES, numbers[places[:left_out]]) == rest


@given(st.lists(st.integers(0, 60), max_size=50), st.integers(0, 2**64 - 1))
def test_told_in_tens_no_sum_is_off_by_ten(counts: list[int], lot: int) -> None:
    told = in_tens(counts, lot)
    assert not any(count % 10 for count in told)
    assert all(abs(sum(told[:n]) - sum(counts[:n])) < 10 for n in range(len(counts) + 1))
    # What was not small is not told as small.
    assert all(count >= 10 for count, exact in zip(told, counts, strict=True) if exact >= 10)


def test_the_lot_is_fair() -> None:
    """On average over lots a count is told as it is."""
    told = [in_tens([13], lot)[0] for lot in range(1000)]
    assert np.mean(told) == pytest.approx(13, abs=0.1)


def counts_of(told: Distribution) -> list[int]:
    missing = round(told.missing_share * told.group_size)
    return [*told.counts, told.other_clients, missing, told.group_size]


@pytest.mark.parametrize("name", GROUPS)
@pytest.mark.parametrize("bins", [3, 20, 100])
def test_nothing_told_of_a_group_counts_a_few(
    portfolio: Portfolio, rows: pa.Table, name: str, bins: int
) -> None:
    for feature, kind in portfolio.file.kinds().items():
        told = portfolio.compare(feature, GROUPS[name], bins=bins)
        assert not any(count % 10 for count in counts_of(told)), feature
        assert sum(told.counts) + told.other_clients <= told.group_size
        # Also in truth nobody stands in a small bin.
        if kind is Kind.NUMBER and name == "everybody" and told.bin_edges:
            values = rows[feature].cast(pa.float64()).drop_null().to_numpy()
            beyond = np.clip(values, told.bin_edges[0], told.bin_edges[-1])
            exact, _ = np.histogram(beyond, told.bin_edges)
            assert all(count == 0 or count >= 10 for count in exact), feature
    two = portfolio.compare_two("age_years", "credit_amount", GROUPS[name], bins_a_side=25)
    assert not np.any(np.array(two.counts) % 10)


def pairs_that_differ_by_one(rows: pa.Table) -> Iterator[tuple[Group, Group]]:
    """Give groups for which someone might ask one after the other, to learn of one client."""
    for number in (100_003, 100_500, 100_777):
        others = [one for one in range(100_001, 101_201) if one != number]
        yield Group(), Group(client_ids=others)
    ages = np.sort(rows["age_years"].drop_null().to_numpy())
    for at in (200, 500):
        older, oldest = (
            Group([Condition("age_years", minimum=float(ages[at + more]))]) for more in (0, 1)
        )
        yield older, oldest


def test_the_difference_of_two_groups_shows_no_single_client(
    portfolio: Portfolio, rows: pa.Table
) -> None:
    for one, other in pairs_that_differ_by_one(rows):
        for feature in ("decision", "housing", "credit_amount", "external_score"):
            pair = [counts_of(portfolio.compare(feature, group)) for group in (one, other)]
            if len(pair[0]) == len(pair[1]):
                assert not np.any((np.array(pair[0]) - pair[1]) % 10)
        usual = [portfolio.overview(group)["credit_amount"].quantiles for group in (one, other)]
        assert usual[0] != usual[1]


def bins_of(told: Bins) -> list[list[int]]:
    return [told.clients, told.defaulted, told.repaid]


def test_the_difference_of_two_portfolios_shows_no_probability_outcome_or_amount(
    portfolio: Portfolio, rows: pa.Table
) -> None:
    for group in (group for pair in pairs_that_differ_by_one(rows) for group in pair):
        told = portfolio.risks(group, segment="housing", threshold=THRESHOLD)
        apart = [*told.segments.values(), *([] if group == Group() else [told.everybody])]
        for bins in apart:
            assert bins.amounts is None
            assert not any(count % 10 for counts in bins_of(bins) for count in counts)
            assert all(expected == int(expected) for expected in bins.expected_defaults)


@pytest.mark.parametrize("bins", [2, 7, 20, 60, 61, 100])
def test_of_everybody_no_bin_holds_a_few_or_few_of_one_outcome(
    portfolio: Portfolio, bins: int
) -> None:
    told = portfolio.risks(threshold=THRESHOLD, bins=bins)
    assert 2 <= len(told.bin_edges) - 1 <= bins
    assert sum(told.everybody.clients) == 1200
    for counts in bins_of(told.everybody):
        assert all(count == 0 or count >= 10 for count in counts)


def test_two_ways_to_cut_everybody_differ_by_no_few_clients(portfolio: Portfolio) -> None:
    below: dict[float, int] = {}
    for bins in range(2, 101, 7):
        told = portfolio.risks(threshold=THRESHOLD, bins=bins)
        sums = np.cumsum(told.everybody.clients).tolist()
        below |= dict(zip(told.bin_edges[1:], sums, strict=True))
    counts = [below[edge] for edge in sorted(below)]
    steps = np.diff([0, *counts])
    assert all(step == 0 or step >= 10 for step in steps)


def test_no_extreme_is_told(portfolio_file: Path, tmp_path: Path) -> None:
    clients = pq.read_table(portfolio_file)
    amounts = clients["credit_amount"].to_numpy().copy()
    amounts[[4, 5]] = 77_777_777.0, 3.25
    place = clients.column_names.index("credit_amount")
    pq.write_table(clients.set_column(place, "credit_amount", pa.array(amounts)), tmp_path / "p")
    told = Portfolio(tmp_path / "p").compare("credit_amount", bins=100)
    assert told.bin_edges[-1] < 5_000_000
    # Round numbers, nobody's own.
    assert not set(told.bin_edges) & set(amounts.tolist())
    assert not any(edge % 500 for edge in told.bin_edges)
    assert not set(told.quantiles.values()) & set(amounts.tolist())


@pytest.mark.parametrize("clients", [22, 27, 120, 199])
def test_in_a_small_group_no_extreme_is_told_either(
    portfolio_file: Path, tmp_path: Path, clients: int
) -> None:
    some = pq.read_table(portfolio_file).slice(0, clients)
    edges = []
    for extreme in (3_000_000.0, 77_777_777.0):
        amounts = some["credit_amount"].to_numpy().copy()
        amounts[4] = extreme
        place = some.column_names.index("credit_amount")
        path = tmp_path / f"{extreme:.0f}"
        pq.write_table(some.set_column(place, "credit_amount", pa.array(amounts)), path)
        edges.append(Portfolio(path).compare("credit_amount", bins=100).bin_edges)
    # Whatever the highest is: nobody knows it from the axis.
    assert edges[0] == edges[1]


def test_who_asks_again_elsewhere_gets_the_same(portfolio: Portfolio) -> None:
    elsewhere = Portfolio(portfolio.file.path)
    for group in GROUPS.values():
        for feature in ("credit_amount", "housing"):
            one, other = (asked.compare(feature, group) for asked in (portfolio, elsewhere))
            assert json.dumps(asdict(one)) == json.dumps(asdict(other))


def test_a_category_of_a_few_is_counted_with_others(portfolio_file: Path, tmp_path: Path) -> None:
    clients = pq.read_table(portfolio_file)
    contracts = clients["contract"].to_pylist()
    contracts[:9], contracts[9:19] = ["boat"] * 9, ["car"] * 10
    place = clients.column_names.index("contract")
    pq.write_table(clients.set_column(place, "contract", pa.array(contracts)), tmp_path / "p")
    rare = Portfolio(tmp_path / "p")
    told = rare.compare("contract")
    assert set(told.categories) == {"cash", "revolving", "car"}
    assert told.other_clients in (0, 10)
    assert "boat" not in rare.overview()["contract"].shares
    assert "boat" not in rare.search(facets=["contract"]).facets["contract"]
    assert "boat" not in rare.compare_two("contract", "housing").x.categories
