"""How tables and their figures are written in the report."""

from collections.abc import Callable, Sequence

import pandas as pd
from pandas.io.formats.style import Styler

MINUS = "−"
NO_BREAK = "; white-space: nowrap"


def styled(rows: pd.DataFrame, caption: str, words: Sequence[str]) -> Styler:
    """Style a table: columns of words to the left, figures to the right, headings alike."""
    sides = {name: "left" if name in words else "right" for name in rows.columns}
    # Figures are never broken over two lines; their headings may be.
    aligned = {
        name: [
            {"selector": "th", "props": f"text-align: {side}"},
            {"selector": "td", "props": f"text-align: {side}{'' if name in words else NO_BREAK}"},
        ]
        for name, side in sides.items()
    }
    return rows.style.hide(axis="index").set_caption(caption).set_table_styles(aligned)


def between(low: float, high: float, sign: str = "") -> str:
    """Write an interval.

    Examples
    --------
    >>> between(-0.1, 0.25, sign="+")
    '−0.100 to +0.250'
    """
    return f"{low:{sign}.3f} to {high:{sign}.3f}".replace("-", MINUS)


def signed(decimals: int) -> Callable[[float], str]:
    """Give what writes a number with its sign.

    Examples
    --------
    >>> signed(2)(-0.5), signed(2)(0.5)
    ('−0.50', '+0.50')
    """
    return lambda number: f"{number:+.{decimals}f}".replace("-", MINUS)
