"""Values are written as people of each language write them."""

import pytest

from lib.dashboard.formats import (
    read_decimal,
    write_compact,
    write_edge,
    write_percent,
    write_tick,
    write_value,
)
from lib.dashboard.texts import Language
from lib.features.description import Purpose
from lib.serving.wire import FeatureInfo, Text, Value


def feature(unit: str, name: str = "any") -> FeatureInfo:
    return FeatureInfo(
        name=name,
        label=Text(fr="", en=""),
        unit=unit,
        family="identity",
        source="",
        fact="any",
        purpose=Purpose.SITUATION,
        protected=False,
        changeable=False,
        in_model=False,
        importance=0.0,
        categories={"a": Text(fr="Prêt", en="Loan")},
    )


@pytest.mark.parametrize(
    ("unit", "value", "french", "english"),
    [
        ("amount", 135_000.4, "135 000 €", "€135,000"),
        ("amount", -12.0, "−12 €", "−€12"),
        ("share", 0.2345, "23,4 %", "23.4%"),
        ("share", 1.0, "100 %", "100%"),
        ("ratio", 2.5, "2,5", "2.5"),
        ("count", 3.0, "3", "3"),
        ("count", 1234.5, "1 234,5", "1,234.5"),
        ("years", 34.2, "34 ans", "34 years"),
        ("years", 1.0, "1 an", "1 year"),
        ("years", 2.54, "2,5 ans", "2.5 years"),
        ("years", 1.96, "2 ans", "2 years"),
        ("count", -0.001, "0", "0"),
        ("months", 7.0, "7 mois", "7 months"),
        ("days", 12.4, "12 jours", "12 days"),
        ("hour", 14.0, "14 h", "14:00"),
        ("score", 0.53111, "0,53", "0.53"),
        ("score", 0.3, "0,30", "0.30"),
        ("score", -0.001, "0,00", "0.00"),
        ("yes_no", 1.0, "oui", "yes"),
        ("yes_no", 0.0, "non", "no"),
        ("category", "a", "Prêt", "Loan"),
        ("category", "never seen", "never seen", "never seen"),
        ("amount", None, "non renseigné", "not given"),
        ("category", None, "non renseigné", "not given"),
    ],
)
def test_a_value_in_its_unit(unit: str, value: Value, french: str, english: str) -> None:
    written = write_value(value, feature(unit), "fr").replace("\u202f", " ").replace("\xa0", " ")
    assert written == french
    assert write_value(value, feature(unit), "en") == english


@pytest.mark.parametrize(
    ("age", "written"), [(34.0, "34 years"), (34.6, "34 years"), (34.999, "34 years")]
)
def test_an_age_is_told_in_completed_years(age: float, written: str) -> None:
    assert write_value(age, feature("years", "age_years"), "en") == written


def test_other_durations_are_rounded() -> None:
    assert write_value(34.6, feature("years", "employment_years"), "en") == "35 years"


@pytest.mark.parametrize(("language", "written"), [("fr", "9,09\u202f%"), ("en", "9.09%")])
def test_a_percentage(language: Language, written: str) -> None:
    assert write_percent(1 / 11, language, digits=2) == written


def test_a_minus_is_no_hyphen() -> None:
    assert write_percent(-0.5, "en") == "−50.0%"
    assert write_compact(-20_000, "amount", "en") == "−20K"


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (0.5, "share", "50%"),
        (200_000, "amount", "200K"),
        (40, "years", "40"),
        (0.25, "score", "0.25"),
        (0.3, "score", "0.30"),
    ],
)
def test_an_axis_is_short(value: float, unit: str, written: str) -> None:
    assert write_compact(value, unit, "en") == written


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (0.0, "share", "0%"),
        (0.5, "share", "50%"),
        (0.0025, "share", "0.25%"),
        (200_000, "amount", "200K"),
        (1_050_000, "amount", "1.05M"),
        (-10_500, "amount", "−10.5K"),
        (102.5, "years", "102.5"),
        (0.001, "ratio", "0.001"),
        (0.3, "score", "0.30"),
        (0.305, "score", "0.305"),
    ],
)
def test_a_tick_has_all_its_decimals(value: float, unit: str, written: str) -> None:
    assert write_tick(value, unit, "en") == written


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (0.00015, "share", "0.015%"),
        (0.05, "share", "5.0%"),
        (22.5, "years", "22.5 years"),
        (20.0, "years", "20 years"),
        (0.125, "score", "0.125"),
        (2.25, "count", "2.25"),
        (0.0625, "ratio", "0.0625"),
    ],
)
def test_an_edge_has_all_its_decimals(value: float, unit: str, written: str) -> None:
    assert write_edge(value, feature(unit), "en") == written
    assert write_edge(value, feature(unit, "age_years"), "en") == written


@pytest.mark.parametrize(
    ("typed", "in_french", "in_english"),
    [
        ("135 000,50", 135_000.5, 135_000.5),
        ("135\u202f000,50", 135_000.5, 135_000.5),
        ("135\xa0000", 135_000, 135_000),
        ("135,000.50", None, 135_000.5),
        ("135.000,50", None, None),
        ("1,000", 1, 1000),
        ("1.000", None, 1),
        ("1 000,000", 1000, None),
        ("1 000.000", None, 1000),
        ("12.5", 12.5, 12.5),
        ("12,5", 12.5, 12.5),
        ("0.250", 0.25, 0.25),
        ("0,250", 0.25, 0.25),
        ("1 200 €", 1200, 1200),
        ("€1,200.5", None, 1200.5),
        ("-5", -5, -5),
        ("\u22125", -5, -5),
        ("\u2212 1\u202f234,5", -1234.5, -1234.5),
        (" 7 ", 7, 7),
        ("13 50", None, None),
        ("1,2,3", None, None),
        ("1.2.3", None, None),
        ("12,34,567", None, None),
        ("", None, None),
        ("  ", None, None),
        ("-", None, None),
        ("\u2212", None, None),
        ("5-", None, None),
        ("--5", None, None),
        (",", None, None),
        (".5", None, None),
        ("1e9", None, None),
        ("1_000", None, None),
        ("NaN", None, None),
        ("Infinity", None, None),
        ("٣", None, None),
        ("²", None, None),
        ("lots", None, None),
        ("9" * 15, 999_999_999_999_999, 999_999_999_999_999),
        ("9" * 16, None, None),
        ("9" * 10_000, None, None),
    ],
)
def test_a_number_is_read_as_the_language_writes_it(
    typed: str, in_french: float | None, in_english: float | None
) -> None:
    assert (read_decimal(typed, "fr"), read_decimal(typed, "en")) == (in_french, in_english)
