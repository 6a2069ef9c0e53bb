import re
from collections import Counter
from dataclasses import replace

import ibis
import pytest

from lib.features.build import build_features
from lib.features.catalogue import CATALOGUE, DEFINITIONS, FACTS, called, described
from lib.features.definitions import (
    application,
    bureau,
    bureau_balance,
    combined,
    credit_card_balance,
    installments_payments,
    pos_cash_balance,
    previous_application,
)
from lib.features.definitions.feature import Fact, count
from lib.features.description import Effect, Family, Purpose, Unit
from lib.tables import TABLES

MODULES = [
    application,
    bureau,
    bureau_balance,
    combined,
    credit_card_balance,
    installments_payments,
    pos_cash_balance,
    previous_application,
]
ROWS = list(CATALOGUE.values())
OVER_LAST_MONTHS = re.compile(r"_last_\d+_months$")
AGE = Fact(Family.IDENTITY, "application_train", "age", Purpose.SITUATION)
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


def test_only_what_is_asked_for_income_and_time_in_the_job_may_be_changed():
    assert {row.name for row in ROWS if row.changeable} == {*BASICS, "employment_years"}


def test_nothing_but_a_cheaper_request_or_more_income_is_advised():
    # A dearer good makes the same credit look smaller, but serves nobody.
    assert {row.name for row in ROWS if row.advisable} == BASICS - {"goods_price"}


def test_what_is_protected_says_for_which_attribute():
    attributes = {row.name: row.attribute for row in ROWS if row.attribute}
    assert attributes.pop("gender") == "gender"
    assert set(attributes.values()) == {"family_status"}
    assert all(row.protected == (row.attribute is not None) for row in ROWS)


def test_facts_have_labels_of_their_own():
    assert set(FACTS) == {row.fact for row in ROWS}
    for name, label in FACTS.items():
        assert name.replace("_", "a").isalnum(), name
        for text in (label.fr, label.en):
            assert text[0].isupper(), name
            assert not text.endswith("."), name
    for language in ("fr", "en"):
        labels = Counter(getattr(label, language) for label in FACTS.values())
        assert [label for label, count in labels.items() if count > 1] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_fact_that_a_module_names_is_told(module):
    told = {one.fact for one in DEFINITIONS}
    named = {value for value in vars(module).values() if isinstance(value, Fact)}
    assert named <= told


def test_features_that_tell_the_same_share_a_fact():
    scores = {row.name for row in ROWS if row.fact == "external_scores"}
    assert scores == {row.name for row in ROWS if row.family is Family.EXTERNAL_SCORES}
    for row in ROWS:
        whole_history = CATALOGUE.get(OVER_LAST_MONTHS.sub("", row.name))
        assert whole_history is None or whole_history.fact == row.fact, row.name


def test_expected_directions():
    effects = Counter(row.direction.effect for row in ROWS if row.direction)
    assert effects == {Effect.RAISES: 149, Effect.LOWERS: 48}
    late = CATALOGUE["share_of_instalments_paid_late_last_3_months"].direction
    assert late.effect is Effect.RAISES
    assert late.reason == "Who paid late before pays late again"
    assert CATALOGUE["external_score_2"].direction.effect is Effect.LOWERS
    assert CATALOGUE["credit_to_income"].direction.effect is Effect.RAISES
    # Recent credits are a sign of need; credits as such say nothing.
    assert CATALOGUE["number_of_credits_elsewhere_last_12_months"].direction.effect is Effect.RAISES
    assert CATALOGUE["number_of_credits_elsewhere"].direction is None
    # What a client can move has a direction: more credit, less income never lowers the risk.
    assert CATALOGUE["credit_amount"].direction.effect is Effect.RAISES
    assert CATALOGUE["income_total"].direction.effect is Effect.LOWERS
    assert CATALOGUE["goods_price"].direction is None
    # More debt is a burden against an income; as an amount it says that much was lent.
    assert CATALOGUE["debt_elsewhere_to_income"].direction.effect is Effect.RAISES
    assert CATALOGUE["debt_elsewhere"].direction is None
    assert CATALOGUE["remaining_debt_with_us"].direction is None


def test_what_no_direction_can_hold_has_none():
    ambiguous = {row.name for row in ROWS if row.ambiguous}
    assert ambiguous == {
        "age_when_employed",
        "income_per_year_in_job",
    }
    assert not [name for name in ambiguous if CATALOGUE[name].direction]


def test_categories_have_no_direction():
    assert not [row.name for row in ROWS if row.direction and row.unit is Unit.CATEGORY]


@pytest.mark.parametrize(
    ("purpose", "names"),
    [
        (Purpose.OTHER_PEOPLE, {"acquaintances_observed", "share_of_acquaintances_30_days_late"}),
        (Purpose.CIRCUMSTANCE, {"application_weekday", "application_hour", "accompanied_by"}),
        (Purpose.CONTACT, {"gave_home_phone", "gave_email", "gave_work_phone"}),
        (Purpose.DOCUMENTS, {"number_of_documents_given", "gave_document_3"}),
        (
            Purpose.RESIDENCE,
            {"region_rating", "region_population_share", "income_to_region_rating"},
        ),
    ],
)
def test_what_a_lender_may_have_to_leave_out_can_be_told_by_its_purpose(purpose, names):
    assert names <= {row.name for row in ROWS if row.purpose is purpose}


def test_a_fact_has_one_family_one_source_and_one_purpose():
    for fact in FACTS:
        rows = [row for row in ROWS if row.fact == fact]
        assert len({(row.family, row.source, row.purpose) for row in rows}) == 1, fact


def test_a_feature_defined_twice_is_refused():
    definitions = AGE.told_by(count("age", "Âge", "Age", lambda client: client.age))
    with pytest.raises(ValueError, match="defined twice: age"):
        described([*definitions, *definitions])


def test_two_facts_of_one_name_are_refused():
    other = replace(AGE, purpose=Purpose.RESIDENCE)
    feature = count("age", "Âge", "Age", lambda client: client.age)
    with pytest.raises(ValueError, match="two facts of one name: age"):
        called([*AGE.told_by(feature), *other.told_by(feature)])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_no_label_is_a_formula_or_claims_a_year_that_the_tables_do_not_tell(row):
    said = " ".join(
        f"{text.fr} {text.en}" for text in (row.label, *row.categories.values())
    ).lower()
    for word in ("multipli", "divisé", "divided", "centième", "hundredth", ", type "):
        assert word not in said
    # Instalments are of no period that the tables tell: only their number is known.
    assert not re.search(r"coût annuel|taux annuel|yearly|revenus? (annuel|mensuel)", said)


def test_words_are_set_as_a_printer_would():
    texts = [text for row in ROWS for text in (row.label, *row.categories.values())]
    for text in [*texts, *FACTS.values()]:
        assert not re.search(r"\w'\w", text.fr + text.en), text
        # A colon never begins a line: the space before it does not break.
        assert not re.search(r"[^\u00a0\u202f][:;?!»%]", text.fr), text
