"""HTML from values: everything that comes from data is escaped here."""

from collections.abc import Iterable, Sequence
from html import escape

Cell = str


def element(tag: str, *content: str, **attributes: str) -> str:
    """Write an element around content that is HTML already; attributes are escaped.

    A trailing underscore is dropped and others become hyphens, as in ``class_`` or ``aria_label``.

    Examples
    --------
    >>> element("p", text("1 < 2"), class_="hint")
    '<p class="hint">1 &lt; 2</p>'
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for name, value in attributes.items()
    )
    return f"<{tag}{written}>{''.join(content)}</{tag}>"


def text(words: str) -> str:
    """Write words as HTML."""
    return escape(words)


def table(
    caption: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], class_: str = ""
) -> str:
    """Write a table whose first column names the rows; cells are words, not HTML."""
    head = "".join(element("th", text(heading), scope="col") for heading in headings)
    body = "".join(
        element(
            "tr",
            element("th", text(row[0]), scope="row"),
            *(element("td", text(cell)) for cell in row[1:]),
        )
        for row in rows
    )
    return element(
        "table",
        element("caption", text(caption)),
        element("thead", element("tr", head)),
        element("tbody", body),
        class_=class_,
    )
