"""Currency and period of amounts are the lender's to tell: no text claims them."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.dashboard.amounts import AmountSettings, Period, amount_settings, amount_words
from lib.dashboard.formats import read_decimal, write_amount
from lib.dashboard.texts import LANGUAGES, Language, read_catalogue
from lib.decision import InvalidInput
from lib.features.catalogue import CATALOGUE
from lib.features.description import Unit
from lib.tables.schema import TABLES

ROOT = Path(__file__).parents[2]
VARIABLES = ("SCORING_CURRENCY", "SCORING_INCOME_PERIOD", "SCORING_INSTALMENT_PERIOD")


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    amount_settings.cache_clear()
    yield
    amount_settings.cache_clear()


def test_by_default_amounts_are_in_euros_of_no_period() -> None:
    assert amount_settings() == AmountSettings("EUR", None, None)
    assert amount_words("fr") == {
        "currency": "euros",
        "income_period": "",
        "instalment_period": "",
    }


@pytest.mark.parametrize(
    ("language", "written", "words"),
    [
        ("fr", "1\u202f234\u00a0CHF", "francs suisses"),
        ("en", "CHF1,234", "Swiss francs"),
    ],
)
def test_another_currency_is_written_and_named(
    monkeypatch: pytest.MonkeyPatch, language: Language, written: str, words: str
) -> None:
    monkeypatch.setenv("SCORING_CURRENCY", "CHF")
    assert write_amount(1234.0, language) == written
    assert amount_words(language)["currency"] == words
    assert read_decimal("CHF 1234", language) == 1234.0
    assert read_decimal("€ 1234", language) is None


def test_a_period_that_is_told_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORING_INCOME_PERIOD", "year")
    monkeypatch.setenv("SCORING_INSTALMENT_PERIOD", "month")
    assert amount_settings() == AmountSettings("EUR", Period.YEAR, Period.MONTH)
    assert amount_words("fr")["income_period"] == " (par an)"
    assert amount_words("en")["instalment_period"] == " (a month)"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SCORING_CURRENCY", "euro"),
        ("SCORING_CURRENCY", "XYZ"),
        ("SCORING_INCOME_PERIOD", "yearly"),
        ("SCORING_INSTALMENT_PERIOD", "MONTH"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidInput, match=f"{name} {value}"):
        amount_settings()


def test_empty_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.setenv(name, "")
    assert amount_settings() == AmountSettings()


MONEY = re.compile(
    r"income|instalment|euro|revenu|échéance|mensualité|annuity|salary|salaire", re.IGNORECASE
)
CLAIM = re.compile(
    r"\b(monthly|yearly|annual|a month|a year|per month|per year|in months|by the month"
    r"|mensuel\w*|mensualités?|annuel\w*|par mois|par an)\b",
    re.IGNORECASE,
)


def claims(texts: dict[str, str]) -> dict[str, str]:
    """Give the texts that name money and a period in one breath."""
    return {
        name: words for name, words in texts.items() if MONEY.search(words) and CLAIM.search(words)
    }


def test_a_claim_is_found() -> None:
    found = {"a": "Your yearly income", "b": "Mensualité", "c": "Your income", "d": "Par an"}
    assert claims(found).keys() == {"a", "b"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_the_page_claims_a_period_of_amounts(language: Language) -> None:
    catalogue = read_catalogue(language)._catalog  # type: ignore[attr-defined]
    texts = {str(key): words for key, words in catalogue.items() if key}
    assert "form.help_income" in texts
    assert not claims(texts)


def test_no_word_of_the_catalogue_claims_a_period_of_incomes_or_instalments() -> None:
    texts = {}
    for name, row in CATALOGUE.items():
        reason = row.direction.reason if row.direction else ""
        texts[name] = f"{row.label.fr} | {row.label.en} | {reason}"
    assert not claims(texts)
    of_income = [row for name, row in CATALOGUE.items() if "income" in name or "annuit" in name]
    assert of_income
    assert all(row.unit not in (Unit.MONTHS, Unit.YEARS) for row in of_income)
    assert CATALOGUE["implied_duration_months"].unit is Unit.COUNT


def test_no_column_of_an_application_claims_a_period_of_incomes_or_instalments() -> None:
    texts = {
        f"{table}.{column.name}": column.meaning
        for table, schema in TABLES.items()
        for column in schema.columns.values()
    }
    assert "application_train.AMT_INCOME_TOTAL" in texts
    assert not claims(texts)


def words_of(path: Path) -> Iterator[str]:
    """Give what a file may say to a person: strings of code, cells of a notebook, lines of text."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        nodes = ast.walk(ast.parse(text))
        yield from (
            node.value
            for node in nodes
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
    elif path.suffix == ".ipynb":
        for cell in json.loads(text)["cells"]:
            yield from cell["source"]
    else:
        yield from text.splitlines()


@pytest.mark.parametrize(
    "pattern", ["lib/**/*.py", "lib/**/*.j2", "notebooks/*.ipynb", "README.md"]
)
def test_no_report_card_notebook_or_dossier_claims_a_period_of_amounts(pattern: str) -> None:
    texts = {
        f"{path.relative_to(ROOT)} {place}": words
        for path in ROOT.glob(pattern)
        for place, words in enumerate(words_of(path))
    }
    assert texts
    assert not claims(texts)
