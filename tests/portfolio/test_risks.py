"""The portfolio as a whole: counts by probability and segment, never a row."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.decision import InvalidInput
from lib.portfolio import Condition, Group, Portfolio, Risks
from lib.portfolio.risks import (
    Clients,
    edges_with_threshold,
    finest_edges,
    risk_counts,
    risks_of,
    upper_quantile,
)
from lib.training.evidence.audit import AGE_EDGES

# On both sides of it enough have defaulted and repaid to be told of.
TELLING = 0.3


@pytest.fixture
def rows(portfolio: Portfolio) -> pa.Table:
    return pq.read_table(portfolio.file.path)


def test_each_client_is_in_one_bin_with_probability_and_outcome(
    portfolio: Portfolio, rows: pa.Table
) -> None:
    counted = portfolio.risks(threshold=TELLING, bins=30)
    everybody = counted.everybody
    assert sum(everybody.clients) == rows.num_rows
    assert sum(everybody.expected_defaults) == pytest.approx(
        rows["default_probability"].to_numpy().sum()
    )
    known = rows["defaulted"].drop_null().to_pylist()
    assert sum(everybody.defaulted) == sum(known)
    assert sum(everybody.repaid) == len(known) - sum(known)


def test_the_amounts_of_each_bin_are_those_of_its_clients(
    portfolio: Portfolio, rows: pa.Table
) -> None:
    counted = portfolio.risks(segment="housing", threshold=TELLING, bins=30)
    amounts, place = counted.everybody.amounts, counted.bin_edges.index(TELLING)
    assert amounts is not None
    p, d, a = (
        rows[name].cast(pa.float64()).to_numpy()
        for name in ("default_probability", "defaulted", "credit_amount")
    )
    told, low = ~np.isnan(a), p < TELLING
    assert amounts.clients == told.sum()
    assert amounts.known == (told & ~np.isnan(d)).sum()

    def below(values: np.ndarray, who: np.ndarray) -> float:
        return pytest.approx(values[told & low & who].sum())

    everyone = np.ones(len(a), dtype=bool)
    assert sum(amounts.asked[:place]) == below(a, everyone)
    assert sum(amounts.expected_missed[:place]) == below(p * a, everyone)
    assert sum(amounts.expected_spread[:place]) == below(p * (1 - p) * a**2, everyone)
    assert sum(amounts.defaulted[:place]) == below(a, d == 1)
    assert sum(amounts.repaid[:place]) == below(a, d == 0)
    assert sum(amounts.defaulted_squares[:place]) == below(a**2, d == 1)
    assert sum(amounts.repaid_squares[:place]) == below(a**2, d == 0)
    assert all(bins.amounts is None for bins in counted.segments.values())


def test_clients_without_an_amount_are_left_out_of_the_amounts_alone() -> None:
    p, d, a = (
        np.repeat(values, 10)
        for values in ([0.05, 0.3, 0.4], [0.0, 1.0, np.nan], [100.0, np.nan, 50.0])
    )

    def told_of(clients: Clients) -> Risks:
        edges = finest_edges(p, threshold=0.1)
        counts = risk_counts([clients], edges, lot=7, with_amounts=True)
        return risks_of(counts, threshold=0.1, bins=10, is_everybody=True)

    everybody = Clients(p, d, a)
    counted = told_of(everybody)
    told = counted.everybody.amounts
    assert sum(counted.everybody.clients) == 30
    assert told is not None
    assert (told.clients, told.known, sum(told.asked), sum(told.defaulted)) == (20, 10, 1500, 0)
    unknown = replace(everybody, amounts=np.full(30, np.nan))
    counted = told_of(unknown)
    assert counted.everybody.amounts is None


def test_bins_below_the_threshold_hold_those_who_are_granted(
    portfolio: Portfolio, rows: pa.Table
) -> None:
    threshold = float(np.sort(rows["default_probability"].to_numpy())[700])
    counted = portfolio.risks(threshold=threshold, bins=40)
    place = counted.bin_edges.index(threshold)
    assert sum(counted.everybody.clients[:place]) == 700


def test_segments_are_the_categories_the_largest_first(
    portfolio: Portfolio, rows: pa.Table
) -> None:
    counted = portfolio.risks(segment="housing", threshold=0.15)
    housing = rows["housing"].to_pylist()
    sizes = {name: sum(bins.clients) for name, bins in counted.segments.items()}
    assert sizes.keys() == {"owns", "rents", "with parents"}
    for name, told in sizes.items():
        assert told % 10 == 0
        assert abs(told - housing.count(name)) < 10
    assert list(sizes.values()) == sorted(sizes.values(), reverse=True)


@pytest.mark.parametrize(("clients", "shown"), [(9, False), (19, True)])
def test_a_segment_so_small_that_it_shows_someone_is_left_out(
    portfolio: Portfolio, rows: pa.Table, clients: int, shown: bool
) -> None:
    housing = np.array([str(name) for name in rows["housing"].to_pylist()])
    ids = rows["client_id"].to_numpy()
    few, many = ids[housing == "rents"][:clients], ids[housing == "owns"][:20]
    group = Group(client_ids=[*few.tolist(), *many.tolist()])
    counted = portfolio.risks(group, segment="housing", threshold=0.15)
    assert ("rents" in counted.segments) is shown
    assert "owns" in counted.segments


def test_a_group_of_nine_is_not_counted(portfolio: Portfolio) -> None:
    few = Group([Condition("client_id", maximum=100_019)])
    with pytest.raises(InvalidInput, match="the group"):
        portfolio.risks(Group(client_ids=list(range(100_002, 100_011))), threshold=0.1)
    assert sum(portfolio.risks(few, threshold=0.1).everybody.clients) in (10, 20)


def test_ages_are_parted_in_the_bands_of_the_audit(portfolio: Portfolio, rows: pa.Table) -> None:
    told = portfolio.risks(segment="age_years", threshold=0.15).segments
    ages = np.array(rows["age_years"].to_pylist(), dtype=float)
    edges = [-np.inf, *AGE_EDGES, np.inf]
    exact = {
        name: np.count_nonzero((ages >= low) & (ages < high))
        for name, (low, high) in zip(
            ["..30", "30..40", "40..50", "50..60", "60.."], pairwise(edges), strict=True
        )
    }
    large = {name for name, clients in exact.items() if clients >= 20}
    assert large <= told.keys() <= exact.keys()
    for name, bins in told.items():
        assert abs(sum(bins.clients) - exact[name]) < 10


@pytest.mark.parametrize("segment", ["credit_amount", "client_id", "salary"])
def test_a_segment_has_categories(portfolio: Portfolio, segment: str) -> None:
    with pytest.raises(InvalidInput, match=segment):
        portfolio.risks(segment=segment, threshold=0.1)


@pytest.mark.parametrize("bins", [2, 3, 60, 100])
@pytest.mark.parametrize("threshold", [0.0, 1e-4, 1 / 11, 0.15, 0.5, 0.97, 1.0])
@pytest.mark.parametrize("reach", [0.0, 0.2, 1.0])
def test_edges_rise_from_0_to_1_with_the_threshold_among_them(
    bins: int, threshold: float, reach: float
) -> None:
    edges = edges_with_threshold(threshold, reach, bins)
    assert (edges[0], edges[-1]) == (0.0, 1.0)
    assert (np.diff(edges) > 0).all()
    assert 2 <= len(edges) <= bins + 1
    assert threshold in edges


def test_a_sample_is_drawn_by_lot_and_the_same_each_time(portfolio: Portfolio) -> None:
    total, sample = portfolio.sample(columns=["client_id"], count=100)
    drawn = sample["client_id"].to_pylist()
    assert (total, len(set(drawn))) == (1200, 100)
    assert 100_400 < np.mean(drawn) < 100_800
    again = Portfolio(portfolio.file.path).sample(columns=["client_id"], count=100)[1]
    assert again["client_id"].to_pylist() == drawn
    everybody_else = Group([Condition("client_id", minimum=100_002)])
    _, other = portfolio.sample(everybody_else, columns=["client_id"], count=100)
    assert len(set(other["client_id"].to_pylist()) & set(drawn)) < 50


def test_some_have_no_part_in_a_sample(portfolio: Portfolio) -> None:
    total, sample = portfolio.sample(columns=["client_id"], count=5000)
    assert 10 <= total - len(sample) <= 19


def test_where_hardly_anybody_granted_defaulted_no_outcome_is_exact(
    portfolio: Portfolio, rows: pa.Table
) -> None:
    p, d = (
        rows[name].cast(pa.float64()).to_numpy() for name in ("default_probability", "defaulted")
    )
    threshold = float(np.sort(p[d == 1])[5])
    told = portfolio.risks(threshold=threshold).everybody
    assert sum(told.clients) == 1200
    assert not any(count % 10 for count in [*told.defaulted, *told.repaid])
    assert told.amounts is not None
    assert sum(told.amounts.asked) == pytest.approx(rows["credit_amount"].to_numpy().sum())
    assert (told.amounts.known, sum(told.amounts.defaulted), sum(told.amounts.repaid)) == (0, 0, 0)


@pytest.mark.parametrize("threshold", [0.03, 1 / 11, 0.5, 0.97])
def test_who_lies_on_an_edge_is_above_it(threshold: float) -> None:
    edges = edges_with_threshold(threshold, 0.4, 100)
    near = [np.nextafter(edges, 0.0), edges, np.nextafter(edges, 1.0)]
    p = np.concatenate([*near, np.linspace(0.0, 1.0, 5_000)])
    unknown = Clients(p, np.full(len(p), -1), np.full(len(p), np.nan))
    counts = risk_counts([unknown], finest_edges(p, threshold), lot=7, with_amounts=False)
    # All at once; the outer bins are closed.
    expected, _ = np.histogram(p, counts.edges)
    assert counts.bins.clients == expected.tolist()


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99, 1.0])
@pytest.mark.parametrize(
    "values",
    [
        [0.5],
        [0.1, 0.2],
        np.random.default_rng(0).beta(1, 11, 50_000),
        np.repeat([0.0, 1.0], [49_000, 1_000]),
        # Every so many, of which the guess is made, are the highest.
        np.where(np.arange(40_000) % 4 == 0, 0.9, np.linspace(0.0, 0.5, 40_000)),
    ],
    ids=["one", "two", "many", "two values", "a guess that is too high"],
)
def test_an_upper_quantile_is_the_quantile(values, share: float) -> None:
    exact = float(np.quantile(values, share))
    assert upper_quantile(np.array(values), share) == pytest.approx(exact, abs=1e-12)
