"""Nothing is left unsaid in either language."""

import re
from pathlib import Path
from string import Formatter

import pytest

from lib.dashboard.texts import CATALOGUES
from lib.features.catalogue.description import Family

FRENCH, ENGLISH = CATALOGUES["fr"], CATALOGUES["en"]
SOURCES = [path.read_text() for path in Path("lib/dashboard").rglob("*.py")]


def blanks(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}


def test_both_languages_have_the_same_texts() -> None:
    assert FRENCH.keys() == ENGLISH.keys()


@pytest.mark.parametrize("key", FRENCH)
def test_a_text_has_words_and_the_same_blanks(key: str) -> None:
    assert FRENCH[key].strip()
    assert ENGLISH[key].strip()
    assert blanks(FRENCH[key]) == blanks(ENGLISH[key])


# Words that are the same in both languages.
SHARED = {
    "page.brand",
    "page.title",
    "page.title_client",
    "finder.list",
    "client.title",
    "decision.point",
    "decision.points",
    "reasons.feature",
    "comparison.clients",
}


def test_every_text_is_translated() -> None:
    same = {key for key in FRENCH if FRENCH[key] == ENGLISH[key]}
    with_words = {
        key for key in same if re.search("[A-Za-z]{3}", re.sub(r"{\w+}", "", FRENCH[key]))
    }
    assert with_words == SHARED


def test_every_family_has_a_name() -> None:
    assert {f"family.{family}" for family in Family} <= FRENCH.keys()


def test_every_text_asked_for_is_there() -> None:
    asked = {
        key
        for source in SOURCES
        for key in re.findall(r'say\(\s*(?:language|\w+\.language),\s*"([\w.]+)"', source)
    }
    assert asked
    assert asked <= FRENCH.keys()


def test_french_puts_a_space_before_double_punctuation() -> None:
    for key, words in FRENCH.items():
        assert not re.search(r"\w[?!;»]", words), key
