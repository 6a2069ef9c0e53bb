"""What tables and figures of the report share: colours, sizes, alignment and how numbers look."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from pandas.io.formats.style import Styler

BLUE, ORANGE, GREY = "#1f5a91", "#b34700", "#5f6b76"
WIDTH, HEIGHT = 8.0, 4.2  # inches

MINUS, NOT_KNOWN = "−", "–"


class Chart(Figure):
    """A figure whose text form says what it shows: caption, and words for who cannot see it.

    Parameters
    ----------
    says : str
        One or two plain sentences.
    size : (float, float)
        Width and height in inches.
    """

    def __init__(self, says: str, size: tuple[float, float], **options: Any) -> None:
        # Figure without pyplot: nothing global to close, and a notebook shows what a cell returns.
        super().__init__(figsize=size, layout="constrained", **options)
        self.says = says

    def __repr__(self) -> str:
        return self.says


def single_axes(title: str, says: str, height: float = HEIGHT) -> tuple[Chart, Axes]:
    """Give a chart that has one plot, and its axes."""
    chart = Chart(says, (WIDTH, height))
    # Over the whole figure: beside long labels there is no room for a title.
    chart.suptitle(title, x=0.01, ha="left", fontsize=12)
    axes = chart.subplots()
    without_frame(axes)
    return chart, axes


def without_frame(axes: Axes) -> None:
    """Take away the lines that frame nothing."""
    axes.spines[["top", "right"]].set_visible(False)


def in_percent(*axis: Axis) -> None:
    """Write an axis of shares in percent."""
    for one in axis:
        one.set_major_formatter(PercentFormatter(1, decimals=0))


def bars_to(rows: pd.DataFrame, middle: str, low: str, high: str) -> npt.NDArray[np.float64]:
    """Give the lengths of error bars from columns: down to `low` and up to `high`."""
    ends = rows[[low, high]].to_numpy(dtype=float).T
    return np.abs(ends - rows[middle].to_numpy(dtype=float))


def table(rows: pd.DataFrame, caption: str, columns: Mapping[str, str | tuple[str, str]]) -> Styler:
    """Style a table; words stand to the left, figures to the right, headings alike.

    Parameters
    ----------
    rows : DataFrame
        What it shows.
    caption : str
        What stands above it.
    columns : mapping of str to str or (str, str)
        Columns of `rows` in their order, each with its heading; figures also with their format,
        which is ``s`` where they are written already.
    """
    shown: dict[str, list[Any]] = {}
    styles: dict[Any, Any] = {}
    for name, column in columns.items():
        heading, form = (column, "") if isinstance(column, str) else column
        shown[heading] = [number(value, form) if form else value for value in rows[name]]
        side = "text-align: right" if form else "text-align: left"
        # Figures are never broken over two lines; their headings may be.
        unbroken = f"{side}; white-space: nowrap" if form else side
        styles[heading] = [{"selector": "th", "props": side}, {"selector": "td", "props": unbroken}]
    styled = pd.DataFrame(shown).style.hide(axis="index").set_caption(caption)
    return styled.set_table_styles(styles)


def in_bold(table: Styler, chosen: pd.Series) -> Styler:
    """Set the chosen rows of a table in bold."""
    weights = ["font-weight: bold" if one else "" for one in chosen]
    return table.apply(lambda _: weights, axis=0)


def number(value: Any, form: str) -> str:
    """Write a number in Python's format, with a true minus, and a dash where it is not known.

    Examples
    --------
    >>> number(-0.5, "+.2f"), number(0.25, ".0%"), number(float("nan"), ".2f")
    ('−0.50', '25%', '–')
    """
    return NOT_KNOWN if pd.isna(value) else format(value, form).replace("-", MINUS)


def between(low: float, high: float, form: str = ".3f") -> str:
    """Write an interval.

    Examples
    --------
    >>> between(-0.1, 0.25, "+.3f")
    '−0.100 to +0.250'
    """
    return f"{number(low, form)} to {number(high, form)}"
