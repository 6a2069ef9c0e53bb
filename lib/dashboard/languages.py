"""The languages of the page, and the locale that numbers and dates follow in each."""

from typing import Literal, get_args

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
LOCALES: dict[Language, str] = {"fr": "fr_FR", "en": "en_GB"}
