"""All that the page says, from gettext catalogues: French by default, English at a click.

A text has an id, such as ``decision.title``, and its words in each language's catalogue,
``locale/<language>/LC_MESSAGES/dashboard.po``. The catalogues are compiled when they are first
needed: a clean checkout and a wheel hold nothing but the words themselves.
"""

from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO
from typing import Literal, get_args

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
LOCALES: dict[Language, Locale] = {"fr": Locale("fr", "FR"), "en": Locale("en", "GB")}


def say(language: Language, key: str, **values: object) -> str:
    """Give one text in one language, with its blanks filled.

    Parameters
    ----------
    language : "fr" or "en"
        In which language.
    key : str
        The text's id: written out here, or marked by `text_id` where it is chosen.
    **values
        What fills the blanks.

    Raises
    ------
    KeyError
        Where the catalogue has no such text, or a blank is not filled.

    Examples
    --------
    >>> say("en", "client.title", number="100002")
    'Client 100002'
    """
    return _look_up(language, key, 1).format(**values)


def say_count(language: Language, one: str, several: str, number: float, **values: object) -> str:
    """Give a text whose wording depends on a number, in the form that the language wants.

    Parameters
    ----------
    language : "fr" or "en"
        In which language.
    one, several : str
        The ids of the text's two forms, as gettext pairs them.
    number : float
        What is counted, as it is written: French says "1,5 point" and English "1.5 points".
    **values
        What fills the blanks.

    Examples
    --------
    >>> say_count("en", "decision.point", "decision.points", 1.5, points="1.5")
    '1.5 points'
    >>> say_count("fr", "decision.point", "decision.points", 1.5, points="1,5")
    '1,5 point'
    """
    # Gettext chooses by whole numbers only; Babel's rules know fractions too.
    is_one = LOCALES[language].plural_form(number) == "one"
    return _look_up(language, one, 1 if is_one else 2, several).format(**values)


def text_id(key: str) -> str:
    """Mark a text's id where it is not said at once, so that the extraction finds it."""
    return key


@cache
def read_catalogue(language: Language) -> GNUTranslations:
    """Read and compile one language's catalogue."""
    path = files("lib.dashboard") / "locale" / language / "LC_MESSAGES" / "dashboard.po"
    with path.open("rb") as written, BytesIO() as compiled:
        write_mo(compiled, read_po(written, locale=language))
        compiled.seek(0)
        return GNUTranslations(compiled)


def _look_up(language: Language, key: str, number: int, several: str | None = None) -> str:
    catalogue = read_catalogue(language)
    words = catalogue.ngettext(key, several, number) if several else catalogue.gettext(key)
    if words in (key, several):
        raise KeyError(key)
    return words
