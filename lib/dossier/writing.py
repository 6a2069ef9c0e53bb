"""How the dossier is written: words and figures of one language, and the blocks they stand in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from babel.dates import format_date
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from lib.dossier.french import in_french
from lib.features.description import Text

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

MINUS, NOT_KNOWN = "−", "–"
LEAST_P_VALUE = 0.001  # smaller ones are written as below it
# French has a narrow space, at which no line is broken, before these signs and within quotes.
NARROW_SPACE = "\u202f"
NARROW = re.compile(r" (?=[:;!?%»])|(?<=«) ")


@dataclass(frozen=True)
class Pen:
    r"""Writes in one language.

    Parameters
    ----------
    language : {"fr", "en"}

    Examples
    --------
    >>> Pen("en").percent(0.1234), Pen("fr").percent(0.1234)
    ('12.3%', '12,3\u202f%')
    >>> Pen("en").number(-1234.5, 1), Pen("en").number(0.25, 2, signed=True)
    ('−1,234.5', '+0.25')
    """

    language: Language

    def __call__(self, fr: str, en: str) -> str:
        """Choose the words; French ones are spaced as in print."""
        return NARROW.sub(NARROW_SPACE, fr) if self.language == "fr" else en

    def text(self, text: Text) -> str:
        """Choose the words of a text."""
        return self(text.fr, text.en)

    def card(self, english: str) -> str:
        """Write words of the card, which has them in English; marked so where they stay English."""
        if self.language == "en":
            return english
        french = in_french(english)
        if french is None:
            return Markup('<span lang="en">{}</span>').format(english)
        return self(french, english)

    def number(self, value: float | None, decimals: int = 0, signed: bool = False) -> str:
        """Write a number; a dash where it is not known."""
        if value is None:
            return NOT_KNOWN
        written = format_decimal(
            round(value, decimals), format=f"#,##0.{'0' * decimals}", locale=self.language
        )
        plus = "+" if signed and value > 0 else ""
        return plus + written.replace("-", MINUS)

    def as_set(self, value: float) -> str:
        """Write a number that somebody has set, with the decimals that it has.

        Examples
        --------
        >>> Pen("fr").as_set(2.5), Pen("en").as_set(10.0)
        ('2,5', '10')
        """
        return format_decimal(value, format="#,##0.######", locale=self.language)

    def percent(self, share: float | None, decimals: int = 1) -> str:
        """Write a share in percent; a dash where it is not known."""
        if share is None:
            return NOT_KNOWN
        return self.number(100 * share, decimals) + self(" %", "%")

    def p_value(self, value: float | None) -> str:
        r"""Write how often chance alone would do so: none is 0.

        Examples
        --------
        >>> Pen("en").p_value(0.0002), Pen("en").p_value(0.034)
        ('<\xa00.001', '0.034')
        """
        if value is not None and value < LEAST_P_VALUE:
            return f"<\u00a0{self.number(LEAST_P_VALUE, 3)}"
        return self.number(value, 3)

    def between(self, low: float | None, high: float | None, decimals: int = 3) -> str:
        """Write an interval of numbers."""
        if low is None or high is None:
            return NOT_KNOWN
        return f"{self.number(low, decimals)} {self('à', 'to')} {self.number(high, decimals)}"

    def percents(self, low: float | None, high: float | None, decimals: int = 0) -> str:
        """Write an interval of shares."""
        if low is None or high is None:
            return NOT_KNOWN
        return f"{self.percent(low, decimals)} {self('à', 'to')} {self.percent(high, decimals)}"

    def day(self, moment: str) -> str:
        """Write the day of a moment in ISO 8601; a dash where it is empty."""
        if not moment:
            return NOT_KNOWN
        return format_date(date.fromisoformat(moment[:10]), format="long", locale=self.language)

    def listed(self, words: Sequence[str]) -> str:
        """Join words by semicolons, or say that there are none."""
        if not words:
            return self("aucun", "none")
        return escape(self(" ; ", "; ")).join(words)


@dataclass(frozen=True)
class Paragraph:
    """Running words."""

    words: str


@dataclass(frozen=True)
class Points:
    """A list of sentences or words."""

    points: Sequence[str]


@dataclass(frozen=True)
class Table:
    """Rows under headings.

    Parameters
    ----------
    caption : str
        What it shows.
    headings : sequence of str
        One a column.
    rows : sequence of sequences of str
        As long as the headings.
    words : int
        So many columns from the left hold words; those after them hold figures.
    """

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: int = 1


Block = Paragraph | Points | Table
