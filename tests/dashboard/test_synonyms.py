"""Other words for what the labels name."""

import unicodedata

import pytest

from lib.dashboard.formats import in_language
from lib.dashboard.panels.information import matches
from lib.dashboard.synonyms import SYNONYMS
from lib.dashboard.texts import LANGUAGES, Language
from lib.features.catalogue import CATALOGUE
from lib.serving.wire import ScorerCard


def plain(words: str) -> str:
    decomposed = unicodedata.normalize("NFKD", words.casefold().replace("œ", "oe"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("salaire", "fr"),
        ("Salaires", "fr"),
        ("salai", "fr"),
        ("rémunération", "fr"),
        ("salary", "en"),
        ("wages", "en"),
    ],
)
def test_a_synonym_finds_the_income(card: ScorerCard, words: str, language: Language) -> None:
    assert [info.name for info in matches(card.features, words, language)] == ["income_total"]


def test_it_is_no_way_back(card: ScorerCard) -> None:
    assert matches(card.features, "salaire retard", "fr") == []
    assert [info.name for info in matches(card.features, "car", "en")] == ["owns_car"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_meant_is_in_a_label_and_every_word_is_plain(language: Language) -> None:
    labels = plain(" ".join(in_language(row.label, language) for row in CATALOGUE.values()))
    for typed, meant in SYNONYMS[language].items():
        assert typed == plain(typed)
        assert [word for word in meant if word not in labels] == []
