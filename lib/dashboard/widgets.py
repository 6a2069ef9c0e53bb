"""Widgets of ipywidgets as the pages need them: bound to a state, and made in their look."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import ipywidgets
from ipywidgets import DOMWidget, Layout, Widget
from traitlets import Enum, Float, HasTraits, default

from lib.dashboard.formats import read_decimal, write_decimal
from lib.dashboard.texts import LANGUAGES

# A list of choices shows nothing chosen for None: no choice has a value of its own.
NOTHING = ""


def _same(value: Any) -> Any:
    return value


@cache
def the_one(kind: type[Widget], **traits: str) -> Widget:
    """Give the one layout or style that has these traits.

    Examples
    --------
    >>> the_one(Layout, display="none") is the_one(Layout, display="none")
    True
    """
    return kind(**traits)


class InOneLook(DOMWidget):
    """A widget whose look is told by the pages' style sheets alone.

    Of itself each widget has a layout and a style of its own. Both are widgets too, which the
    kernel tells the browser one by one: two thirds of what a page needed to be there. These share
    them. So never change a layout: give the widget another one, as `show` does.

    Examples
    --------
    >>> HTML().layout is Button().layout, HTML().style is HTML().style
    (True, True)
    """

    @default("layout")
    def _the_one_layout(self) -> Widget:
        return the_one(Layout, display="")

    @default("style")
    def _the_one_style(self) -> Widget:
        return the_one(self.traits()["style"].klass)


class Accordion(InOneLook, ipywidgets.Accordion):
    """As ipywidgets has it, in the one look."""


class Box(InOneLook, ipywidgets.Box):
    """As ipywidgets has it, in the one look."""


class Button(InOneLook, ipywidgets.Button):
    """As ipywidgets has it, in the one look."""


class Combobox(InOneLook, ipywidgets.Combobox):
    """As ipywidgets has it, in the one look."""


class Dropdown(InOneLook, ipywidgets.Dropdown):
    """As ipywidgets has it, in the one look."""


class FloatRangeSlider(InOneLook, ipywidgets.FloatRangeSlider):
    """As ipywidgets has it, in the one look."""


class FloatSlider(InOneLook, ipywidgets.FloatSlider):
    """As ipywidgets has it, in the one look."""


class HBox(InOneLook, ipywidgets.HBox):
    """As ipywidgets has it, in the one look."""


class HTML(InOneLook, ipywidgets.HTML):
    """As ipywidgets has it, in the one look."""


class IntSlider(InOneLook, ipywidgets.IntSlider):
    """As ipywidgets has it, in the one look."""


class Text(InOneLook, ipywidgets.Text):
    """As ipywidgets has it, in the one look."""


class Textarea(InOneLook, ipywidgets.Textarea):
    """As ipywidgets has it, in the one look."""


class ToggleButton(InOneLook, ipywidgets.ToggleButton):
    """As ipywidgets has it, in the one look."""


class ToggleButtons(InOneLook, ipywidgets.ToggleButtons):
    """As ipywidgets has it, in the one look."""


class VBox(InOneLook, ipywidgets.VBox):
    """As ipywidgets has it, in the one look."""


class Bind:
    """Keeps a trait of a state and a trait of a widget equal, both ways.

    What a person changes goes to the state, and what changes in the state is shown. Showing is not
    a person's change: it never comes back to the state, also where the widget cannot show the
    state's value as it is.

    Parameters
    ----------
    state : HasTraits
        Where the value is kept.
    name : str
        The state's trait.
    widget : Widget
        What shows it, and lets a person change it.
    show : callable, optional
        Gives the widget's value for the state's.
    take : callable, optional
        Gives the state's value for the widget's.
    trait : str
        The widget's trait.

    Examples
    --------
    >>> slider, state = IntSlider(max=10), IntSlider(value=7, max=100)
    >>> bind = Bind(state, "value", slider)
    >>> slider.value
    7
    >>> state.value = 50
    >>> slider.value, state.value
    (10, 50)
    >>> slider.value = 3
    >>> state.value
    3
    """

    def __init__(
        self,
        state: HasTraits,
        name: str,
        widget: Widget,
        *,
        show: Callable[[Any], Any] = _same,
        take: Callable[[Any], Any] = _same,
        trait: str = "value",
    ) -> None:
        self._state, self._name, self._show, self._take = state, name, show, take
        self._widget, self._trait = widget, trait
        self._is_showing = False
        state.observe(self._on_state, names=name)
        widget.observe(self._on_widget, names=trait)
        self.show()

    def show(self) -> None:
        """Show the state's value."""
        with self.changing():
            pass

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Change what the widget offers (options, bounds), then show the state's value again."""
        was_showing, self._is_showing = self._is_showing, True
        try:
            yield
            setattr(self._widget, self._trait, self._show(getattr(self._state, self._name)))
        finally:
            self._is_showing = was_showing

    def offer(self, options: Sequence[tuple[str, Any]]) -> None:
        """Offer other choices, and show the state's among them."""
        if self._widget.options != tuple(options):
            with self.changing():
                self._widget.options = options

    def _on_state(self, _: object) -> None:
        self.show()

    def _on_widget(self, _: object) -> None:
        if not self._is_showing:
            setattr(self._state, self._name, self._take(getattr(self._widget, self._trait)))


def offer(widget: Any, options: Sequence[tuple[str, Any]]) -> None:
    """Offer other choices in a widget of its own, but keep what was chosen where it is there."""
    if widget.options != tuple(options):
        chosen = widget.value
        widget.options = options
        if chosen in {value for _, value in options}:
            widget.value = chosen


class NumberText(Text):
    """A box for a number, read as it is typed in the language of the page at that time.

    In another language it shows the same number as that language writes it; what was no number
    stays as it was typed.

    Attributes
    ----------
    number : float or None
        None where nothing was typed, or no number.
    language : "fr" or "en"
        The language of the page.
    is_identifier : bool
        The number only names something: it is written without signs between its digits.

    Examples
    --------
    >>> box = NumberText(value="135 000,50")
    >>> box.number
    135000.5
    >>> box.language = "en"
    >>> box.value, box.number
    ('135,000.5', 135000.5)
    """

    number = Float(None, allow_none=True)
    language = Enum(LANGUAGES, LANGUAGES[0])

    def __init__(self, is_identifier: bool = False, **settings: Any) -> None:
        self._is_identifier = is_identifier
        super().__init__(**settings)
        self._read()
        self.observe(lambda _: self._read(), names="value")
        self.observe(lambda _: self._write(), names="language")
        self.observe(lambda _: self._write_other(), names="number")

    @property
    def is_wrong(self) -> bool:
        """Whether something was typed that is no number."""
        return self.number is None and bool(self.value.strip())

    def _read(self) -> None:
        self.number = read_decimal(self.value, self.language)

    def _write(self) -> None:
        if self.number is not None:
            self.value = write_decimal(self.number, self.language, grouped=not self._is_identifier)

    def _write_other(self) -> None:
        """Write a number that was set, not typed."""
        if self.number is None and read_decimal(self.value, self.language) is not None:
            self.value = ""
        elif self.number != read_decimal(self.value, self.language):
            self._write()


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
    """A slider of numbers whose bounds move together with its value.

    Examples
    --------
    >>> list(BoundedFloatSlider().get_state(["value", "step", "min", "max"]))
    ['max', 'min', 'step', 'value']
    """


class BoundedIntSlider(_BoundsFirst, IntSlider):
    """A slider of whole numbers whose bounds move together with its value."""


def make_card(parts: Sequence[Widget], *classes: str) -> VBox:
    """Make a card of widgets, one below the other."""
    card = VBox(list(parts)).add_class("card")
    for name in classes:
        card.add_class(name)
    return card


def unfold(box: ipywidgets.Box, parts: Sequence[Widget], is_open: bool) -> None:
    """Put widgets into a box when it is opened, and take them out when it is closed.

    To fill forms in for a person the browser reads all fields of a page, also those out of sight,
    whenever one changes. So it has only those that can be used.
    """
    box.children = parts if is_open else ()


def set_class(widget: DOMWidget, name: str, wanted: bool) -> None:
    """Give a widget a class of the style sheets, or take it away."""
    if wanted:
        widget.add_class(name)
    else:
        widget.remove_class(name)


def show(widget: DOMWidget, visible: bool, *, keeps_room: bool = False) -> None:
    """Show a widget or hide it; hidden it takes no room, unless it keeps it."""
    hidden = {"visibility": "hidden"} if keeps_room else {"display": "none"}
    wanted = {"display": ""} | ({} if visible else hidden)
    if isinstance(widget, InOneLook):
        widget.layout = the_one(Layout, **wanted)
    else:
        # A figure is bqplot's, and has a layout of its own.
        widget.layout.display = wanted["display"]
