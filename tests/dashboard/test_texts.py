"""Nothing is left unsaid in either language."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from ipywidgets import Widget

from lib.dashboard import Page
from lib.dashboard.state import State
from lib.dashboard.texts import LANGUAGES, Language, say, say_count
from lib.serving.api import ApiUnreachable, ScoringApi
from lib.serving.wire import Comparison

DASHBOARD = Path("lib/dashboard")
# As `pybabel extract` is called; lib/dashboard/__init__.py has the command.
KEYWORDS: dict[str, Any] = {"say": (2,), "say_count": (2, 3), "text_id": None}


def read_words(language: Language) -> Catalog:
    path = DASHBOARD / "locale" / language / "LC_MESSAGES" / "dashboard.po"
    with path.open("rb") as written:
        return read_po(written, locale=language)


CATALOGUES = {language: read_words(language) for language in LANGUAGES}
TEXTS = {
    language: {message.id: message for message in catalogue if message.id}
    for language, catalogue in CATALOGUES.items()
}


def forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def blanks(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}


@pytest.fixture(scope="module")
def asked() -> set[str | tuple[str, str]]:
    """The ids that the code says, as `pybabel extract` finds them."""
    found = extract_from_dir(DASHBOARD, method_map=[("**.py", "python")], keywords=KEYWORDS)
    return {key for _, _, key, _, _ in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_what_the_code_says_and_nothing_else(
    language: Language, asked: set[str | tuple[str, str]]
) -> None:
    assert TEXTS[language].keys() == asked
    assert not CATALOGUES[language].obsolete


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_its_words(language: Language) -> None:
    for key, message in TEXTS[language].items():
        assert not message.fuzzy, key
        assert all(form.strip() for form in forms(message)), key


def test_both_languages_fill_the_same_blanks() -> None:
    for key, message in TEXTS["fr"].items():
        assert {frozenset(blanks(form)) for form in forms(message)} == {
            frozenset(blanks(form)) for form in forms(TEXTS["en"][key])
        }, key


# Words that are the same in both languages.
SHARED = {
    "page.brand",
    "page.title",
    "page.title_client",
    "finder.list",
    "client.title",
    ("decision.point", "decision.points"),
    "reasons.feature",
    "reasons.points",
    "comparison.clients",
    "letter.information",
    "simulation.after",
    "simulation.badge",
}


def test_every_text_is_translated() -> None:
    same = {key for key in TEXTS["fr"] if forms(TEXTS["fr"][key]) == forms(TEXTS["en"][key])}
    with_words = {
        key
        for key in same
        if re.search("[A-Za-z]{3}", re.sub(r"{\w+}", "", forms(TEXTS["fr"][key])[0]))
    }
    assert with_words == SHARED


def test_catalogues_are_in_order_so_that_additions_rarely_meet() -> None:
    for texts in TEXTS.values():
        ids = [key if isinstance(key, str) else key[0] for key in texts]
        assert ids == sorted(ids)


def test_french_puts_a_space_that_does_not_break_around_its_signs() -> None:
    for key, message in TEXTS["fr"].items():
        for form in forms(message):
            assert not re.search(r"[^\u00a0\u202f(][:;?!»%]", form), key
            assert not re.search(r"«[^\u00a0\u202f]", form), key


def test_an_unknown_text_is_an_error() -> None:
    with pytest.raises(KeyError, match="no\\.such"):
        say("fr", "no." + "such")


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [
        ("fr", 1.9, "1.9 point"),
        ("fr", 2, "2 points"),
        ("en", 1, "1 point"),
        ("en", 0.5, "0.5 points"),
    ],
)
def test_the_form_follows_the_number(language: Language, number: float, words: str) -> None:
    said = say_count(language, "decision.point", "decision.points", number, points=number)
    assert said == words


@pytest.fixture
def written(state: State, ages: Comparison) -> dict[Language, str]:
    """What a page with a client, a comparison and a fault writes in each language."""
    page = Page(ScoringApi("http://127.0.0.1:9"))
    for name in ("client_id", "card", "file"):
        setattr(page.state, name, getattr(state, name))
    page.state.feature, page.state.comparison = "age_years", ages
    page.state.faults = {"found": ApiUnreachable("the API", "it is there", "start it")}

    def write(language: Language) -> str:
        page.state.language = language
        return " ".join(all_words(page.widget))

    return {language: write(language) for language in LANGUAGES}


def all_words(shown: object) -> Iterator[str]:
    """Give every string that a widget and those within it send to the browser."""
    if isinstance(shown, str):
        yield unescape(shown)
    elif isinstance(shown, (tuple, list)):
        for one in shown:
            yield from all_words(one)
    elif isinstance(shown, Widget) and "page-theme" not in getattr(shown, "_dom_classes", ()):
        names = [name for name in shown.keys if not name.startswith("_")]
        yield from all_words([getattr(shown, name) for name in names])


@pytest.mark.parametrize(("language", "other"), [("fr", "en"), ("en", "fr")])
def test_a_page_in_one_language_has_no_sentence_of_the_other(
    language: Language, other: Language, written: dict[Language, str]
) -> None:
    own = {form for message in TEXTS[language].values() for form in forms(message)}
    foreign = {
        piece
        for key, message in TEXTS[other].items()
        if key not in SHARED
        for form in forms(message)
        if form not in own
        for piece in re.split(r"{\w+}", form)
        if len(piece.split()) >= 2
    }
    assert len(foreign) > 80
    assert not [piece for piece in foreign if piece in written[language]]
    assert sum(piece in written[other] for piece in foreign) > 30
