"""The top of the page: whose it is, and in which language."""

from ipywidgets import HTML, HBox, ToggleButtons

from lib.dashboard.markup import element, text
from lib.dashboard.state import State
from lib.dashboard.texts import say


class Header:
    """Brand and language switch."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.brand = HTML().add_class("brand")
        self.switch = ToggleButtons(
            options=[("Français", "fr"), ("English", "en")], value=state.language
        ).add_class("language-switch")
        self.widget = HBox([self.brand, self.switch]).add_class("page-header")
        self.switch.observe(self._choose, names="value")
        state.follow(self._write, "language")

    def _choose(self, _: object) -> None:
        self._state.language = self.switch.value

    def _write(self) -> None:
        language = self._state.language
        self.switch.value = language
        self.switch.tooltips = [say(language, "page.language")] * 2
        self.brand.value = (
            element("span", class_="brand-mark", aria_hidden="true")
            + element("span", text(say(language, "page.brand")), class_="brand-name")
            + element("span", text(say(language, "page.subtitle")), class_="brand-subtitle")
        )
