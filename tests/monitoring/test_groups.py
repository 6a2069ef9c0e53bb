"""Groups of clients come from the portfolio, and are those of the audit."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.features.description import FeatureDescription, Text
from lib.monitoring.groups import name_group, name_segment, read_groups
from lib.monitoring.realised import segments_of
from lib.portfolio import build_portfolio
from lib.portfolio.file import PortfolioUnavailable
from lib.training.evidence.audit import age_band
from tests.scoring.world import CATALOGUE, clients, make_scorer


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return clients(300, seed=4)


@pytest.fixture(scope="module")
def portfolio(table: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("portfolio")
    pq.write_table(table, folder / "features.parquet")
    path = folder / "portfolio.parquet"
    build_portfolio(folder / "features.parquet", make_scorer("dummy", table), "one:a", path)
    return path


def test_each_client_is_in_the_groups_of_the_audit(portfolio: Path, table: pa.Table) -> None:
    asked = [*table["client_id"].to_pylist()[:200], 7]
    groups = read_groups(portfolio, asked, CATALOGUE)
    assert groups.columns.tolist() == ["gender", "age_years"]
    # Client 7 is in no portfolio.
    assert sorted(groups.index) == asked[:200]
    known = table.to_pandas().set_index("client_id").loc[asked[:200]]
    groups = groups.loc[asked[:200]]
    assert groups["gender"].tolist() == known["gender"].tolist()
    bands = (
        groups["age_years"].dropna().map(lambda band: name_group(CATALOGUE["age_years"], band).en)
    )
    audited = age_band(known["age_years"])
    assert bands.to_dict() == audited[audited != "Not known"].to_dict()
    assert np.array_equal(groups["age_years"].isna(), known["age_years"].isna())


def test_groups_have_names_for_people() -> None:
    assert name_group(CATALOGUE["age_years"], "30..40") == Text("30 à 39 ans", "30 to 39")
    assert name_group(CATALOGUE["contract"], "cash") == Text("prêt", "cash loan")
    assert name_group(CATALOGUE["gender"], "F") == Text("F", "F")


def test_a_file_that_is_no_portfolio_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.parquet").write_text("no")
    with pytest.raises(PortfolioUnavailable, match="portfolio mine"):
        read_groups(tmp_path / "mine.parquet", [1], CATALOGUE)


@pytest.mark.parametrize(
    ("feature", "segment", "french", "english"),
    [
        ("credit_amount", "..135000", "au plus 135\u202f000", "at most 135,000"),
        ("credit_amount", "135000..", "plus de 135\u202f000", "above 135,000"),
        ("age_years", "30..40.5", "plus de 30 ans, au plus 40,5 ans", None),
        ("owns_car", "..0", "non", "no"),
        ("owns_car", "0..", "oui", "yes"),
        ("owns_car", "..", "tous", "all"),
        ("owns_car", "", "non renseigné", "not given"),
    ],
)
def test_kinds_of_clients_are_written_as_values_are(
    feature: str, segment: str, french: str, english: str | None
) -> None:
    named = name_segment(CATALOGUE[feature], segment)
    assert named.fr == french
    assert english in (None, named.en)


def test_a_category_is_written_by_its_words_and_any_other_as_it_is() -> None:
    row: FeatureDescription = CATALOGUE["contract"]
    (value, words), *_ = row.categories.items()
    assert name_segment(row, value) == words
    assert name_segment(row, "Pawn") == Text("Pawn", "Pawn")


def test_every_part_of_numbers_can_be_named() -> None:
    for values in ([1.5] * 3, [0.0, 1.0] * 9, np.geomspace(1, 1e7, 50), [*range(9), None]):
        for segment in set(segments_of(values)):
            name_segment(CATALOGUE["credit_amount"], segment or "")
