"""HTML from values: everything that comes from data is escaped here."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from itertools import chain, repeat

from lib.dashboard.texts import Language, say
from lib.serving.api import ApiBusy, ApiFault, ApiUnreachable


class Html(str):
    """What is HTML already; any other string is words, and escaped where it gets into HTML."""

    def __add__(self, other: str) -> "Html":
        return Html(super().__add__(to_html(other)))


def to_html(words: str) -> Html:
    """Write words as HTML; what is HTML already stays as it is."""
    return words if isinstance(words, Html) else Html(escape(words))


def join(parts: Iterable[str]) -> Html:
    """Write one part after the other."""
    return Html("".join([one if isinstance(one, Html) else escape(one) for one in parts]))


def element(tag: str, *content: str, **attributes: str) -> Html:
    """Write an element around words or HTML.

    In the name of an attribute a trailing underscore is dropped and others become hyphens, as in
    ``class_`` or ``aria_label``.

    Examples
    --------
    >>> element("p", "1 < 2 ", element("b", "yes"), class_="hint")
    '<p class="hint">1 &lt; 2 <b>yes</b></p>'
    """
    written = "".join([_write_attribute(*pair) for pair in attributes.items()])
    return Html(f"<{tag}{written}>{join(content)}</{tag}>")


# A page has the same few styles hundreds of times.
@lru_cache(maxsize=1024)
def _write_attribute(name: str, value: str) -> str:
    return f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'


def heading(title: str, *paragraphs: str) -> Html:
    """Write the heading of a card, and what it is about."""
    return element("h2", title) + join(element("p", words) for words in paragraphs)


def table(
    caption: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    class_: str = "figures-table",
    row_classes: Iterable[str] = (),
) -> Html:
    """Write a table whose first column names the rows.

    Parameters
    ----------
    caption : str
        What it shows.
    headings : sequence of str
        One a column.
    rows : iterable of sequence of str
        Cells, words or HTML.
    class_ : str
        The table's style.
    row_classes : iterable of str, optional
        Each row's style.
    """
    head = (element("th", words, scope="col") for words in headings)
    body = (
        element(
            "tr",
            element("th", first, scope="row"),
            *(element("td", cell) for cell in others),
            **({"class_": row_class} if row_class else {}),
        )
        for (first, *others), row_class in zip(rows, chain(row_classes, repeat("")), strict=False)
    )
    return element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *head)),
        element("tbody", *body),
        class_=class_,
    )


def wide(shown: Html, label: str) -> Html:
    """Let a table of many columns scroll by itself, by keys too, where the window is narrow."""
    return element("div", shown, tabindex="0", role="region", aria_label=label, class_="wide-table")


def folded(shown: Html, language: Language) -> Html:
    """Fold the table of a chart's figures away until it is asked for."""
    return element("details", element("summary", say(language, "comparison.table")), shown)


def write_fault(fault: ApiFault | None, language: Language) -> Html:
    """Write what failed and what to do; nothing where nothing did."""
    if fault is None:
        return Html()
    if isinstance(fault, ApiBusy):
        title, hint = say(language, "fault.busy"), say(language, "fault.try_again")
    elif isinstance(fault, ApiUnreachable):
        title, hint = say(language, "fault.unreachable"), say(language, "fault.try_again")
    else:
        title = say(language, "fault.refused")
        hint = say(language, "fault.details", details=str(fault))
    return element(
        "div",
        element("strong", title),
        element("span", hint),
        role="alert",
        class_="in-place-fault",
    )
