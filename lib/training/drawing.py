"""What all figures of the report share: colours, size, and a sentence that says what they show."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

BLUE, ORANGE, GREY = "#1f5a91", "#b34700", "#5f6b76"
WIDTH, HEIGHT = 8.0, 4.2


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
    plain(axes)
    return chart, axes


def plain(axes: Axes) -> None:
    """Take away the lines that frame nothing."""
    axes.spines[["top", "right"]].set_visible(False)
