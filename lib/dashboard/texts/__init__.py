"""All that the page says: one catalogue a language, French and English, with the same keys."""

from lib.dashboard.formats import Language
from lib.dashboard.texts.english import ENGLISH
from lib.dashboard.texts.french import FRENCH

CATALOGUES: dict[Language, dict[str, str]] = {"fr": FRENCH, "en": ENGLISH}


def say(language: Language, key: str, **values: object) -> str:
    """Give one text in one language, with its blanks filled.

    Examples
    --------
    >>> say("en", "client.title", number="100002")
    'Client 100002'
    """
    return CATALOGUES[language][key].format(**values)


__all__ = ["CATALOGUES", "say"]
