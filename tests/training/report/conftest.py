"""Every figure that a test makes is drawn, as a notebook would draw it."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from lib.training.report.style import Chart


@pytest.fixture(autouse=True)
def every_figure_can_be_drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Draw the figures after the test."""
    made: list[Chart] = []
    begin = Chart.__init__

    def begun(figure: Chart, *arguments: Any, **options: Any) -> None:
        begin(figure, *arguments, **options)
        made.append(figure)

    monkeypatch.setattr(Chart, "__init__", begun)
    yield
    for figure in made:
        figure.savefig(BytesIO(), format="svg")
