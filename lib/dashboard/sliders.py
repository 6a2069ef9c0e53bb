"""Sliders whose bounds move together with their value."""

from collections.abc import Iterable
from typing import Any

from ipywidgets import FloatSlider, IntSlider


class _BoundsFirst:
    """Sends bounds and step before the value.

    The browser takes up what it is sent one by one. A value that came before its bounds would be
    fitted into the old ones, and come back as if somebody had moved the slider; ipywidgets sends
    in no order.
    """

    def get_state(self, key: str | Iterable[str] | None = None, drop_defaults: bool = False) -> Any:
        """Give what is sent, as ipywidgets asks for it: max, min, step, value."""
        ordered = key if key is None or isinstance(key, str) else sorted(key)
        return super().get_state(ordered, drop_defaults)  # type: ignore[misc]


class BoundedFloatSlider(_BoundsFirst, FloatSlider):
    """A slider of numbers.

    Examples
    --------
    >>> list(BoundedFloatSlider().get_state(["value", "step", "min", "max"]))
    ['max', 'min', 'step', 'value']
    """


class BoundedIntSlider(_BoundsFirst, IntSlider):
    """A slider of whole numbers."""
