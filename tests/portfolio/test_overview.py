"""What is usual in a group, for every feature at once, is what each comparison alone says."""

import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from lib.decision import InvalidInput
from lib.portfolio import Condition, Group, Portfolio
from lib.portfolio.conditions import Kind


@pytest.mark.parametrize(
    "group", [Group(), Group([Condition("decision", categories=("grant",))])], ids=["all", "some"]
)
def test_each_feature_is_described_as_alone(portfolio: Portfolio, group: Group) -> None:
    told = portfolio.overview(group)
    kinds = portfolio.file.kinds()
    assert told.keys() == kinds.keys() - {"client_id", "default_probability", "decision"}
    for name, usual in told.items():
        alone = portfolio.compare(name, group)
        if kinds[name] is Kind.CATEGORY:
            shares = dict(zip(alone.categories, alone.counts, strict=True))
            given = sum(shares.values())
            assert usual.shares == pytest.approx({key: n / given for key, n in shares.items()})
        elif alone.quantiles is None:
            assert usual.quantiles is None
        else:
            expected = {at: alone.quantiles[at] for at in (0.05, 0.5, 0.95)}
            assert usual.quantiles == pytest.approx(expected)


def test_a_group_so_small_that_it_shows_someone_has_no_overview(portfolio: Portfolio) -> None:
    ids = [row["client_id"] for row in portfolio.search(page_size=10).rows]
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
