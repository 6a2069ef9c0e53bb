"""What went wrong, in place, with what to do about it."""

from collections.abc import Callable, Sequence

from ipywidgets import HTML, Button, HBox

from lib.dashboard.attempts import RETRY_SECONDS
from lib.dashboard.markup import element, text
from lib.dashboard.state import State
from lib.dashboard.texts import say
from lib.serving.api import ApiFault, ApiProblem, ApiUnreachable


class Notice:
    """A banner in the place of what failed, there only as long as it is missing.

    Parameters
    ----------
    state : State
        Whose faults it says.
    retry : callable
        Repeats what failed because the API was not there.
    errands : sequence of str
        The names of the errands that it speaks for.
    """

    def __init__(self, state: State, retry: Callable[[], None], errands: Sequence[str]) -> None:
        self._state = state
        self._errands = errands
        self.message = HTML()
        self.button = Button().add_class("retry")
        self.button.on_click(lambda _: retry())
        self.widget = HBox([self.message, self.button]).add_class("notice")
        state.follow(self._write, "faults", "language")

    def _write(self) -> None:
        state = self._state
        fault = _worst([state.faults[name] for name in self._errands if name in state.faults])
        self.widget.layout.display = "flex" if fault else "none"
        self.button.layout.display = "" if isinstance(fault, ApiUnreachable) else "none"
        self.button.description = say(state.language, "notice.retry")
        self.message.value = self._describe(fault) if fault else ""

    def _describe(self, fault: ApiFault) -> str:
        language = self._state.language
        if isinstance(fault, ApiUnreachable):
            title = say(language, "notice.unreachable")
            hint = say(language, "notice.unreachable_hint", seconds=f"{RETRY_SECONDS:.0f}")
        elif fault is self._state.faults.get("file") and _not_found(fault):
            title = say(language, "notice.unknown", number=self._state.client_id)
            hint = say(language, "notice.unknown_hint")
        else:
            title = say(language, "notice.problem")
            hint = say(language, "notice.details", details=str(fault))
        return element(
            "div",
            element("strong", text(title)),
            element("span", text(hint)),
            role="alert",
            class_="notice-text",
        )


def _not_found(fault: ApiFault) -> bool:
    return isinstance(fault, ApiProblem) and fault.status == 404


def _worst(faults: Sequence[ApiFault]) -> ApiFault | None:
    """Of several faults, name the one that explains the others."""
    ordered = sorted(faults, key=lambda fault: not isinstance(fault, ApiUnreachable))
    return ordered[0] if ordered else None
