"""One field of a form: what is typed or chosen, a text that helps, and what is wrong with it."""

from ipywidgets import HTML, Dropdown, Text, VBox

from lib.dashboard.application_fields import NO, NUMBER, YES, Field, Kind
from lib.dashboard.formats import in_language, write_number
from lib.dashboard.languages import Language
from lib.dashboard.markup import element, text
from lib.dashboard.state import State
from lib.dashboard.texts import say

# A dropdown shows nothing chosen for None, so an empty choice has a value of its own.
EMPTY = ""


class FormField:
    """A labelled widget with help below it; a fault takes the place of the help."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self._chosen = field.kind in (Kind.CHOICE, Kind.YES_NO)
        self.input = (
            Dropdown(options=[("", EMPTY)], value=EMPTY) if self._chosen else Text(value="")
        )
        self.below = HTML().add_class("field-below")
        self.widget = VBox([self.input, self.below]).add_class("form-field")

    def read(self) -> str:
        """Give what was typed or chosen, empty where nothing was."""
        return self.input.value or EMPTY

    def write(self, state: State, fault: str | None) -> None:
        """Write label, choices and help in the page's language, and what is wrong.

        Parameters
        ----------
        state : State
            With the card that names features and categories.
        fault : str or None
            What is wrong, as the id of its text; None where nothing is.
        """
        language, field = state.language, self.field
        info = state.feature_info(field.name)
        label = (
            say(language, "form.client_number")
            if field.name == NUMBER
            else in_language(info.label, language)
            if info
            else field.name
        )
        self.input.description = f"{label} *" if field.needed else label
        if self._chosen:
            self._write_choices(state)
        words = self._say_fault(fault, language) if fault else say(language, field.help)
        (self.widget.add_class if fault else self.widget.remove_class)("has-fault")
        self.below.value = (
            element("p", text(words), role="alert", class_="field-fault")
            if fault
            else element("p", text(words), class_="field-help")
        )

    def _write_choices(self, state: State) -> None:
        language, chosen = state.language, self.read()
        info = state.feature_info(self.field.name)
        if self.field.kind is Kind.YES_NO:
            named = [(say(language, "value.yes"), YES), (say(language, "value.no"), NO)]
        else:
            categories = info.categories.items() if info else ()
            named = sorted((in_language(words, language), name) for name, words in categories)
        self.input.options = [(say(language, "form.choose"), EMPTY), *named]
        self.input.value = chosen if chosen in {name for _, name in named} else EMPTY

    def _say_fault(self, fault: str, language: Language) -> str:
        return say(
            language,
            fault,
            low=write_number(self.field.low, language),
            high=write_number(self.field.high, language),
        )
