from collections.abc import Callable
from pathlib import Path
from tempfile import gettempdir

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from lib.decision import InvalidInput
from lib.portfolio import (
    Condition,
    Group,
    NotFound,
    Portfolio,
    PortfolioUnavailable,
    ScoredBy,
    build_portfolio,
)
from lib.portfolio.file import PortfolioFile, _connect
from lib.scoring.scorer import Scorer
from tests.portfolio.conftest import TAG


def test_a_client_is_all_its_columns(portfolio: Portfolio, world: pa.Table) -> None:
    row = portfolio.client(100_005)
    assert row["age_years"] == world.column("age_years")[4].as_py()
    assert row["gender"] == world.column("gender")[4].as_py()
    assert row["decision"] in ("grant", "refuse")


def test_some_values_of_a_client_are_those_of_all_its_columns(portfolio: Portfolio) -> None:
    row = portfolio.client(100_005)
    asked = ["housing", "age_years"]
    assert portfolio.values(100_005, asked) == {name: row[name] for name in asked}
    with pytest.raises(InvalidInput, match="shoe_size"):
        portfolio.values(100_005, ["shoe_size"])


def test_what_is_done_to_a_row_is_not_done_to_the_next_one_given(portfolio: Portfolio) -> None:
    portfolio.client(100_005)["age_years"] = -1.0
    assert portfolio.client(100_005)["age_years"] > 0


def test_what_is_done_to_a_page_is_not_done_to_the_next_one_given(portfolio: Portfolio) -> None:
    page = portfolio.search(facets=["housing"])
    page.rows[0]["client_id"] = -1
    page.facets["housing"].clear()
    again = portfolio.search(facets=["housing"])
    assert again.rows[0]["client_id"] == 100_001
    assert again.facets["housing"]


@pytest.mark.parametrize("number", [0, 100_000, 101_201, 2**62])
def test_a_number_that_nobody_has_is_not_found(portfolio: Portfolio, number: int) -> None:
    with pytest.raises(NotFound, match=f"client {number}"):
        portfolio.client(number)
    with pytest.raises(NotFound, match=f"client {number}"):
        portfolio.values(number, ["age_years"])


def test_a_range_holds_both_its_ends(portfolio: Portfolio) -> None:
    found = portfolio.search([Condition("client_id", minimum=100_003, maximum=100_005)])
    assert [row["client_id"] for row in found.rows] == [100_003, 100_004, 100_005]
    assert found.total == 3


def test_all_conditions_must_hold(portfolio: Portfolio, world: pa.Table) -> None:
    conditions = [Condition("housing", categories=("rents",)), Condition("age_years", minimum=40)]
    expected = pc.sum(
        pc.and_(pc.equal(world["housing"], "rents"), pc.greater_equal(world["age_years"], 40))
    ).as_py()
    assert portfolio.search(conditions).total == expected


def test_no_category_is_nobody(portfolio: Portfolio) -> None:
    assert portfolio.search([Condition("housing", categories=())]).total == 0


@pytest.mark.parametrize("descending", [False, True])
def test_pages_in_a_sorted_list_join_without_gap_or_repeat(
    portfolio: Portfolio, descending: bool
) -> None:
    pages = [
        portfolio.search(
            sort="housing", descending=descending, page=n, page_size=100, features=["housing"]
        )
        for n in range(1, 13)
    ]
    rows = [row for page in pages for row in page.rows]
    assert len({row["client_id"] for row in rows}) == 1200
    values = [row["housing"] for row in rows]
    given = [value for value in values if value is not None]
    assert given == sorted(given, reverse=descending)
    assert set(values[len(given) :]) == {None}


def test_a_page_after_the_last_is_empty_and_knows_the_total(portfolio: Portfolio) -> None:
    page = portfolio.search(page=10**9, page_size=100)
    assert (page.total, page.rows) == (1200, [])


@pytest.mark.parametrize(
    ("condition", "named"),
    [
        (Condition("salary", minimum=0), "feature salary"),
        (Condition("housing", minimum=0), "filter on housing"),
        (Condition("age_years", categories=("40",)), "filter on age_years"),
        (Condition("age_years"), "filter on age_years"),
        (Condition("age_years", minimum=1, categories=("a",)), "filter on age_years"),
        (Condition("age_years", minimum=2, maximum=1), "filter on age_years"),
        (Condition('age_years" >= 0 OR "owns_car', minimum=2), "feature age_years"),
    ],
)
def test_a_condition_that_makes_no_sense_is_named(
    portfolio: Portfolio, condition: Condition, named: str
) -> None:
    with pytest.raises(InvalidInput, match=named):
        portfolio.search([condition])


@pytest.mark.parametrize("what", [{"sort": "defaulted"}, {"features": ["; DROP TABLE x"]}])
def test_an_unknown_column_is_named(portfolio: Portfolio, what: dict) -> None:
    with pytest.raises(InvalidInput, match="the portfolio has it"):
        portfolio.search(**what)


def test_a_value_is_never_read_as_sql(portfolio: Portfolio) -> None:
    assert portfolio.search([Condition("housing", categories=("' OR true --",))]).total == 0


def test_numbers_are_counted_in_bins_against_a_group(portfolio: Portfolio, world: pa.Table) -> None:
    described = portfolio.compare("age_years", bins=8, value=45.0)
    given = world.column("age_years").drop_null().to_numpy()
    assert described.group_size == 1200
    assert abs(sum(described.counts) - len(given)) < 10
    assert described.missing_share == pytest.approx(1 - len(given) / 1200, abs=10 / 1200)
    # Means around a quantile, without 10 to 19 clients.
    assert described.quantiles[0.5] == pytest.approx(np.median(given), abs=1.0)
    assert described.percentile == pytest.approx((given < 45).mean(), abs=10 / len(given))


def test_categories_are_counted_the_most_frequent_first(portfolio: Portfolio) -> None:
    described = portfolio.compare("housing", Group([Condition("decision", categories=("grant",))]))
    assert described.categories == ["owns", "rents", "with parents"]
    assert described.counts == sorted(described.counts, reverse=True)
    assert described.missing_share > 0


def test_how_many_have_a_category_is_what_is_told_of_all(portfolio: Portfolio) -> None:
    described = portfolio.compare("housing", value="rents")
    given = sum(described.counts) + described.other_clients
    told = described.counts[described.categories.index("rents")]
    assert described.equal_share == told / given > 0
    assert portfolio.compare("housing", value="castle").equal_share == 0
    assert portfolio.compare("housing").equal_share is None


@pytest.mark.parametrize("clients", [0, 1, 9])
@pytest.mark.parametrize("feature", ["age_years", "housing"])
def test_a_group_so_small_that_it_shows_someone_is_not_described(
    portfolio: Portfolio, feature: str, clients: int
) -> None:
    few = Group([Condition("client_id", maximum=100_000 + clients)])
    with pytest.raises(InvalidInput, match="the group: it has at least 10"):
        portfolio.compare(feature, few)
    with pytest.raises(InvalidInput, match="the group: it has at least 10"):
        portfolio.compare_two("age_years", feature, few)


def test_nineteen_clients_are_a_group_however_the_lot_falls(portfolio: Portfolio) -> None:
    for first in range(100_001, 100_100):
        some = Group([Condition("client_id", minimum=first, maximum=first + 18)])
        assert portfolio.compare("contract", some).group_size in (10, 20)


def test_a_group_may_be_limited_to_clients_by_number(portfolio: Portfolio) -> None:
    chosen = Group(client_ids=range(100_001, 100_021))
    assert portfolio.compare("age_years", chosen).group_size == 20
    old = Group([Condition("age_years", minimum=100)], client_ids=chosen.client_ids)
    with pytest.raises(InvalidInput, match="the group"):
        portfolio.compare("age_years", old)


def test_a_feature_that_nobody_has_is_all_missing(portfolio: Portfolio) -> None:
    described = portfolio.compare("never_given")
    assert (described.missing_share, sum(described.counts)) == (1.0, 0)


def test_a_replaced_file_is_seen_at_once(portfolio_file: Path, tmp_path: Path) -> None:
    clients = pq.read_table(portfolio_file)
    portfolio = Portfolio(tmp_path / "portfolio.parquet")
    for kept in (5, 9):
        part = tmp_path / "part"
        pq.write_table(clients.slice(0, kept), part)
        part.replace(portfolio.file.path)
        assert portfolio.search().total == kept
    pq.write_table(clients.slice(0, 3).drop_columns("housing"), part)
    part.replace(portfolio.file.path)
    with pytest.raises(InvalidInput, match="feature housing"):
        portfolio.compare("housing")


def test_a_client_is_read_anew_from_a_file_that_takes_the_place(
    portfolio_file: Path, tmp_path: Path
) -> None:
    clients = pq.read_table(portfolio_file).slice(0, 5)
    portfolio = Portfolio(tmp_path / "portfolio.parquet")
    at = clients.column_names.index("age_years")
    for age in (30.0, 31.0):
        ages = pa.array([age] * len(clients))
        pq.write_table(clients.set_column(at, "age_years", ages), tmp_path / "part")
        (tmp_path / "part").replace(portfolio.file.path)
        assert portfolio.client(100_001)["age_years"] == age


def test_who_asks_again_has_the_same_answer_without_a_query(
    portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Group([Condition("decision", categories=("refuse",))])
    questions = [
        lambda: portfolio.search(refused.conditions, sort="age_years", facets=["housing"]),
        lambda: portfolio.compare("age_years", refused, value=40.0),
        lambda: portfolio.compare_two("age_years", "housing", refused).counts,
        lambda: portfolio.risks(refused, segment="housing", threshold=0.3),
        lambda: portfolio.sample(refused, columns=["age_years"], count=20),
    ]
    answers = [ask() for ask in questions]
    monkeypatch.setattr(PortfolioFile, "query", lambda *_, **__: pytest.fail("asked the file"))
    assert [ask() for ask in questions] == answers


@pytest.mark.parametrize("value", [-5.0, 0.0, 1.5, 2.0, 90.0])
def test_a_percentile_of_the_file_is_that_of_its_values(
    portfolio_file: Path, tmp_path: Path, value: float
) -> None:
    clients = pq.read_table(portfolio_file)
    values = np.random.default_rng(1).integers(0, 4, len(clients)).astype(float)
    values[:50] = np.nan
    column = pa.array(values).to_pylist()
    column[50:90] = [None] * 40
    place = clients.column_names.index("age_years")
    messy = clients.set_column(place, "age_years", pa.array(column, from_pandas=False))
    pq.write_table(messy, tmp_path / "messy.parquet")
    told = Portfolio(tmp_path / "messy.parquet").compare("age_years", value=value)
    exact = ((values[90:] < value).sum() + (values[90:] == value).sum() / 2) / len(values[90:])
    assert told.percentile == pytest.approx(exact, abs=20 / len(values[90:]))
    share = np.count_nonzero(values == value) / len(values[90:])
    # Counts are told in tens: both are off by less.
    assert told.equal_share == pytest.approx(share, abs=20 / len(values[90:]))
    assert (told.equal_share == 0) == (share == 0)


def test_a_missing_file_is_named_and_may_come_later(portfolio_file: Path, tmp_path: Path) -> None:
    portfolio = Portfolio(tmp_path / "later.parquet")
    with pytest.raises(PortfolioUnavailable, match=r"later\.parquet: the file is there"):
        portfolio.client(1)
    portfolio.file.path.write_bytes(portfolio_file.read_bytes())
    assert portfolio.search().total == 1200


@pytest.mark.parametrize("kept", [0, 100, 20_000])
def test_a_corrupt_file_is_unavailable(
    portfolio_file: Path, tmp_path: Path, kept: int, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "broken.parquet"
    path.write_bytes(portfolio_file.read_bytes()[:kept])
    with pytest.raises(PortfolioUnavailable):
        Portfolio(path).search()
    assert "broken.parquet cannot be read: " in caplog.text


@pytest.mark.parametrize(
    "ask",
    [
        lambda broken: broken.search(sort="age_years"),
        lambda broken: broken.compare("age_years"),
        lambda broken: broken.compare("housing"),
        lambda broken: broken.compare_two("age_years", "housing"),
        lambda broken: broken.risks(threshold=0.1),
        lambda broken: broken.overview(),
    ],
    ids=["a list", "a number", "a category", "two features", "risks", "all features"],
)
def test_a_file_with_corrupt_values_is_unavailable(
    portfolio_file: Path, tmp_path: Path, ask: Callable[[Portfolio], object]
) -> None:
    path = tmp_path / "broken.parquet"
    written = portfolio_file.read_bytes()
    footer = 8 + int.from_bytes(written[-8:-4], "little")
    path.write_bytes(written[:4] + b"?" * (len(written) - 4 - footer) + written[-footer:])
    with pytest.raises(PortfolioUnavailable):
        ask(Portfolio(path))


def test_a_question_that_takes_too_much_memory_is_not_blamed_on_the_file(
    portfolio_file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("lib.portfolio.file.MEMORY_LIMIT", "1MB")
    with pytest.raises(PortfolioUnavailable, match=r"it takes at most 1MB of memory; narrow it"):
        Portfolio(portfolio_file).search(sort="age_years")
    assert "took too much memory: Out of Memory Error" in caplog.text


def test_what_does_not_fit_into_memory_is_not_put_into_the_folder_one_works_in() -> None:
    """That folder may be read-only, and several workers would share it."""
    places = []
    for _ in range(2):
        with _connect() as connection:
            ((place,),) = connection.execute("SELECT current_setting('temp_directory')").fetchall()
        places.append(Path(place))
    assert {place.parent for place in places} == {Path(gettempdir())}
    assert places[0] != places[1]


def test_facets_count_what_else_may_be_chosen(portfolio: Portfolio, world: pa.Table) -> None:
    conditions = [
        Condition("housing", categories=("rents",)),
        Condition("contract", categories=("cash",)),
    ]
    facets = portfolio.search(conditions, facets=["housing", "contract", "decision"]).facets
    housing, contract = world["housing"].to_pylist(), world["contract"].to_pylist()
    pairs = list(zip(housing, contract, strict=True))
    assert facets["housing"].keys() == {"owns", "rents", "with parents"}
    assert facets["contract"].keys() == {"cash", "revolving"}
    for one, told in facets["housing"].items():
        assert abs(told - pairs.count((one, "cash"))) < 10
    for one, told in facets["contract"].items():
        assert abs(told - pairs.count(("rents", one))) < 10
    assert abs(sum(facets["decision"].values()) - pairs.count(("rents", "cash"))) < 20
    assert not any(told % 10 for counts in facets.values() for told in counts.values())
    for counts in facets.values():
        assert list(counts.values()) == sorted(counts.values(), reverse=True)


@pytest.mark.parametrize("cells", [1, 7, 10**6])
@pytest.mark.parametrize("group", [[], [Condition("age_years", 30)]], ids=["everybody", "some"])
def test_facets_are_the_same_counted_at_once_or_one_by_one(
    portfolio_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    cells: int,
    group: list[Condition],
) -> None:
    monkeypatch.setattr("lib.portfolio.portfolio.MOST_CELLS", cells)
    names = ["housing", "contract", "decision"]
    page = Portfolio(portfolio_file).search(group, facets=[*names, "housing"])
    alone = Portfolio(portfolio_file).search(group)
    assert page.total == alone.total > 100
    assert list(page.facets) == names
    for name in names:
        one = Portfolio(portfolio_file).search(group, facets=[name]).facets
        assert list(page.facets[name].items()) == list(one[name].items()) != []


def test_what_else_may_be_chosen_is_told_beside_one_decision(portfolio: Portfolio) -> None:
    refused = [Condition("decision", categories=("refuse",))]
    page = portfolio.search(refused, facets=["decision", "housing"])
    assert page.facets["decision"] == portfolio.search(facets=["decision"]).facets["decision"]
    assert sum(page.facets["housing"].values()) < sum(page.facets["decision"].values())


def test_numbers_have_no_facets(portfolio: Portfolio) -> None:
    with pytest.raises(InvalidInput, match="facet age_years: it holds categories"):
        portfolio.search(facets=["age_years"])


def test_an_answer_never_mixes_two_files(
    portfolio_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the first question runs, another file takes the place."""
    clients = pq.read_table(portfolio_file)
    portfolio = Portfolio(tmp_path / "portfolio.parquet")
    pq.write_table(clients, portfolio.file.path)
    query, left = PortfolioFile.query, [clients.slice(0, 40).drop_columns("owns_car")]

    def query_and_replace(self: PortfolioFile, *args: object) -> pa.Table:
        answer = query(self, *args)
        if left:
            pq.write_table(left.pop(), tmp_path / "part")
            (tmp_path / "part").replace(self.path)
        return answer

    monkeypatch.setattr(PortfolioFile, "query", query_and_replace)
    page = portfolio.search(page_size=100)
    assert (page.total, len(page.rows)) == (40, 40)


def test_a_file_that_never_stays_the_same_is_unavailable(
    portfolio_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    portfolio = Portfolio(tmp_path / "portfolio.parquet")
    portfolio.file.path.write_bytes(portfolio_file.read_bytes())
    query = PortfolioFile.query

    def query_and_touch(self: PortfolioFile, *args: object, **options: Path | None) -> pa.Table:
        answer = query(self, *args, **options)
        (tmp_path / "part").write_bytes(portfolio_file.read_bytes())
        (tmp_path / "part").replace(self.path)
        return answer

    monkeypatch.setattr(PortfolioFile, "query", query_and_touch)
    with pytest.raises(PortfolioUnavailable, match="the file stays the same"):
        portfolio.client(100_001)


def test_the_scorers_own_file_is_read(portfolio_file: Path, scorers: dict[str, Scorer]) -> None:
    own = ScoredBy(TAG, scorers["lightgbm"].threshold)
    assert Portfolio(portfolio_file, own).search().total == 1200


@pytest.mark.parametrize("scorer", [TAG, "credit_scorer:other"])
def test_another_scorers_file_is_refused_and_both_are_named(
    portfolio_file: Path, scorers: dict[str, Scorer], scorer: str
) -> None:
    # Of the one tag another threshold is another scorer, too.
    wanted = ScoredBy(scorer, scorers["lightgbm"].threshold / 2)
    portfolio = Portfolio(portfolio_file, wanted)
    with pytest.raises(PortfolioUnavailable) as told:
        portfolio.search()
    assert scorer in told.value.rule
    assert TAG in told.value.rule
    with pytest.raises(PortfolioUnavailable):
        portfolio.client(100_001)
    with pytest.raises(PortfolioUnavailable):
        portfolio.compare("age_years")


def test_a_file_that_names_no_scorer_is_refused(portfolio_file: Path, tmp_path: Path) -> None:
    clients = pq.read_table(portfolio_file).replace_schema_metadata(None)
    pq.write_table(clients, tmp_path / "unnamed.parquet")
    with pytest.raises(PortfolioUnavailable, match="a scorer that it does not name"):
        Portfolio(tmp_path / "unnamed.parquet", ScoredBy(TAG, 0.1)).search()


def test_when_another_scorers_file_takes_the_place_nothing_kept_is_told(
    portfolio_file: Path, features_file: Path, scorers: dict[str, Scorer], tmp_path: Path
) -> None:
    path = tmp_path / "portfolio.parquet"
    path.write_bytes(portfolio_file.read_bytes())
    portfolio = Portfolio(path, ScoredBy(TAG, scorers["lightgbm"].threshold))
    assert portfolio.overview()
    assert portfolio.client(100_001)
    build_portfolio(features_file, scorers["logistic"], "credit_scorer:other", path)
    for ask in (portfolio.overview, lambda: portfolio.client(100_001)):
        with pytest.raises(PortfolioUnavailable, match="credit_scorer:other"):
            ask()
