"""What the charts of the portfolio page share."""

from lib.dashboard.charts import LinearScale, Lines

LINE_COLOUR = "#1b2638"


def threshold_line(risks: LinearScale) -> Lines:
    """Make the upright line of the threshold; its `x` says where it stands."""
    return Lines(
        x=[],
        y=[0.0, 1.0],
        scales={"x": risks, "y": LinearScale(min=0.0, max=1.0)},
        colors=[LINE_COLOUR],
        stroke_width=2,
    )
