"""The figures behind a chart, folded away until they are asked for."""

from collections.abc import Iterable, Sequence

from lib.dashboard.languages import Language
from lib.dashboard.markup import element, table, text
from lib.dashboard.texts import say


def folded_table(
    caption: str, headings: Sequence[str], rows: Iterable[Sequence[str]], language: Language
) -> str:
    """Write a table that opens at a click; cells are words, not HTML."""
    return element(
        "details",
        element("summary", text(say(language, "comparison.table"))),
        table(caption, headings, rows, class_="figures-table"),
    )
