"""What was answered ahead is what would be answered now, and of no other file."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from lib.decision import InvalidInput
from lib.portfolio import Condition, Group, Portfolio, PortfolioUnavailable
from lib.portfolio.ahead import GROUPS, SAMPLE_AHEAD
from lib.portfolio.beside import AHEAD, place_beside
from lib.portfolio.building import write_beside
from lib.portfolio.file import PortfolioFile
from lib.portfolio.groups import Kind

Ask = Callable[[Portfolio, Group], object]


def each_feature(portfolio: Portfolio, group: Group) -> list[object]:
    return [portfolio.compare(name, group, bins=7) for name in portfolio.file.kinds()]


def by_segment(portfolio: Portfolio, group: Group) -> list[object]:
    kinds = portfolio.file.kinds()
    threshold = portfolio.file.told_by().threshold
    segments = [None, "age_years", *(name for name in kinds if kinds[name] is Kind.CATEGORY)]
    return [portfolio.risks(group, segment=one, threshold=threshold, bins=9) for one in segments]


def facets(portfolio: Portfolio, group: Group) -> object:
    page = portfolio.search(group.conditions, facets=["housing", "contract", "decision"])
    return page.total, page.facets


QUESTIONS: dict[str, Ask] = {
    "each feature": each_feature,
    "two features": lambda portfolio, group: portfolio.compare_two(
        "external_score", "housing", group
    ),
    "overview": lambda portfolio, group: portfolio.overview(group),
    "risks": by_segment,
    "facets": facets,
    "sample": lambda portfolio, group: portfolio.sample(
        group, columns=["client_id", "age_years"], count=SAMPLE_AHEAD
    ),
}


@pytest.fixture
def alone(portfolio_file: Path, tmp_path: Path) -> Portfolio:
    """The same clients with nothing beside them."""
    shutil.copy(portfolio_file, tmp_path / "portfolio.parquet")
    return Portfolio(tmp_path / "portfolio.parquet")


@pytest.mark.parametrize("group", GROUPS, ids=GROUPS.values())
@pytest.mark.parametrize("asked", QUESTIONS)
def test_an_answer_made_ahead_is_the_one_that_is_made_now(
    portfolio: Portfolio, alone: Portfolio, asked: str, group: Group
) -> None:
    assert portfolio.answers_ahead()
    assert not alone.answers_ahead()
    assert QUESTIONS[asked](portfolio, group) == QUESTIONS[asked](alone, group)


@pytest.mark.parametrize("group", GROUPS, ids=GROUPS.values())
def test_what_was_answered_ahead_reads_no_client(
    portfolio: Portfolio, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PortfolioFile, "query", lambda *_, **__: pytest.fail("asked the file"))
    for asked in ("each feature", "overview", "risks"):
        assert QUESTIONS[asked](portfolio, group)


def test_answers_about_another_file_are_not_read(portfolio_file: Path, alone: Portfolio) -> None:
    shutil.copy(place_beside(portfolio_file, AHEAD), place_beside(alone.file.path, AHEAD))
    assert alone.answers_ahead()
    clients = pq.read_table(portfolio_file)
    pq.write_table(clients.slice(0, 600), alone.file.path)
    assert not alone.answers_ahead()
    assert alone.compare("housing").group_size == 600


def test_one_outcome_more_is_another_file(portfolio_file: Path, alone: Portfolio) -> None:
    shutil.copy(place_beside(portfolio_file, AHEAD), place_beside(alone.file.path, AHEAD))
    clients = pq.read_table(portfolio_file)
    place = clients.column_names.index("defaulted")
    outcomes = clients["defaulted"].to_pylist()
    outcomes[9] = True
    pq.write_table(clients.set_column(place, "defaulted", [outcomes]), alone.file.path)
    assert not alone.answers_ahead()


@pytest.mark.parametrize("kept", [0, 20, 3000])
def test_answers_that_cannot_be_read_are_made_anew(
    portfolio_file: Path, alone: Portfolio, kept: int
) -> None:
    written = place_beside(portfolio_file, AHEAD).read_bytes()[:kept]
    place_beside(alone.file.path, AHEAD).write_bytes(written)
    assert alone.compare("housing") == Portfolio(portfolio_file).compare("housing")


def test_answers_may_be_written_later(portfolio: Portfolio, alone: Portfolio) -> None:
    assert alone.compare("housing") == portfolio.compare("housing")
    write_beside(alone.file.path, {}, features=["age_years"])
    assert '["_numbers", "age_years", "refused"]' in alone.answers_ahead()
    assert '["_numbers", "credit_amount", "refused"]' not in alone.answers_ahead()
    assert portfolio.answers_ahead().items() >= alone.answers_ahead().items()


def test_a_file_that_names_no_scorer_has_no_answers(portfolio_file: Path, tmp_path: Path) -> None:
    clients = pq.read_table(portfolio_file).replace_schema_metadata(None)
    pq.write_table(clients, tmp_path / "unnamed.parquet")
    with pytest.raises(PortfolioUnavailable, match="names the scorer"):
        write_beside(tmp_path / "unnamed.parquet", {})


def test_too_small_a_group_is_refused_as_before(alone: Portfolio) -> None:
    clients = pq.read_table(alone.file.path)
    pq.write_table(clients.slice(0, 9), alone.file.path)
    write_beside(alone.file.path, {})
    assert set(Portfolio(alone.file.path).answers_ahead()) == set()
    with pytest.raises(InvalidInput, match="at least 10"):
        alone.compare("housing")


def test_other_groups_are_answered_from_the_clients(portfolio: Portfolio, alone: Portfolio) -> None:
    rents = Group([Condition("housing", categories=("rents",))])
    for asked in QUESTIONS.values():
        assert asked(portfolio, rents) == asked(alone, rents)
