import subprocess
import sys
from collections import Counter

import ibis
import pytest

from lib.features.build import build_features
from lib.features.catalogue import CATALOGUE, Family, FeatureDescription, Text, Unit
from lib.features.catalogue.assembly import assemble
from lib.tables import TABLES

ROWS = list(CATALOGUE.values())
BASICS = {"credit_amount", "annuity_amount", "goods_price", "income_total"}


@pytest.fixture(scope="module")
def built() -> ibis.Schema:
    tables = {
        name: ibis.table({c.name: str(c.type) for c in schema.columns.values()}, name=name)
        for name, schema in TABLES.items()
    }
    return build_features(tables).schema()


def test_every_column_of_the_features_has_its_row_and_every_row_its_column(built):
    assert set(CATALOGUE) == set(built.names) - {"client_id", "target"}


def test_categories_are_strings_and_all_else_is_float64(built):
    for name, row in CATALOGUE.items():
        expected = "string" if row.unit is Unit.CATEGORY else "float64"
        assert str(built[name]).removeprefix("!") == expected, name


def test_there_are_250_to_450_features_from_all_eight_tables():
    assert 250 <= len(CATALOGUE) <= 450
    # The two application tables are one: application_train stands for both.
    assert {row.source for row in ROWS} == set(TABLES) - {"application_test"}


def test_every_family_has_features_and_families_follow_each_other_in_reading_order():
    assert list(dict.fromkeys(row.family for row in ROWS)) == list(Family)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_two_features_have_the_same_label(language):
    labels = Counter(getattr(row.label, language) for row in ROWS)
    assert [label for label, count in labels.items() if count > 1] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_is_complete(row):
    assert row.name == row.name.lower()
    assert row.name.replace("_", "a").isalnum()
    for label in (row.label.fr, row.label.en):
        assert label == label.strip()
        assert label[0].isupper()
        assert not label.endswith(".")
        assert "_" not in label
        assert len(label) <= 90
    assert isinstance(row.unit, Unit)
    assert isinstance(row.family, Family)


def test_categories_are_worded_for_categories_only():
    for row in ROWS:
        assert bool(row.categories) == (row.unit is Unit.CATEGORY), row.name
        assert all(text.fr and text.en for text in row.categories.values()), row.name
        told = row.categories.values()
        for wordings in ([text.fr for text in told], [text.en for text in told]):
            assert len(set(wordings)) == len(wordings), f"{row.name} has two values of one wording"


@pytest.mark.parametrize(
    ("feature", "column", "left_out"),
    [
        ("gender", "CODE_GENDER", set()),
        ("education", "NAME_EDUCATION_TYPE", set()),
        ("family_status", "NAME_FAMILY_STATUS", set()),
        ("income_type", "NAME_INCOME_TYPE", {"Maternity leave"}),
        ("occupation", "OCCUPATION_TYPE", set()),
        ("organisation_type", "ORGANIZATION_TYPE", set()),
        ("housing_type", "NAME_HOUSING_TYPE", set()),
        ("contract_type", "NAME_CONTRACT_TYPE", set()),
        ("accompanied_by", "NAME_TYPE_SUITE", set()),
        ("application_weekday", "WEEKDAY_APPR_PROCESS_START", set()),
        ("building_kind", "HOUSETYPE_MODE", set()),
        ("building_walls", "WALLSMATERIAL_MODE", set()),
    ],
)
def test_every_value_that_the_tables_allow_is_worded(feature, column, left_out):
    allowed = set(TABLES["application_train"].columns[column].values) - left_out
    assert allowed == set(CATALOGUE[feature].categories)


def test_gender_family_status_and_what_stands_in_for_them_are_protected():
    assert {row.name for row in ROWS if row.protected} == {
        "gender",
        "accompanied_by",
        "family_status",
        "children",
        "family_members",
        "income_per_family_member",
    }


def test_only_what_is_asked_for_and_income_may_be_changed():
    assert {row.name for row in ROWS if row.changeable} == BASICS


def test_a_feature_described_twice_is_refused():
    row = FeatureDescription(
        name="age",
        label=Text("Âge", "Age"),
        unit=Unit.YEARS,
        family=Family.IDENTITY,
        source="bureau",
    )
    with pytest.raises(ValueError, match="described twice: age"):
        assemble([[row], [row]])


def test_the_catalogue_needs_no_engine():
    code = (
        "import sys, lib.features.catalogue; "
        "print({'ibis', 'duckdb', 'pandas', 'polars'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
