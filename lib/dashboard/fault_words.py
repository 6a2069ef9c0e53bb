"""What a failed call means to the manager, in the place where its answer was wanted."""

from lib.dashboard.languages import Language
from lib.dashboard.markup import element, text
from lib.dashboard.texts import say
from lib.serving.api import ApiFault, ApiUnreachable


def write_fault(fault: ApiFault | None, language: Language) -> str:
    """Write what failed and what to do; nothing where nothing did."""
    if fault is None:
        return ""
    if isinstance(fault, ApiUnreachable):
        title, hint = say(language, "fault.unreachable"), say(language, "fault.try_again")
    else:
        title = say(language, "fault.refused")
        hint = say(language, "fault.details", details=str(fault))
    return element(
        "div",
        element("strong", text(title)),
        element("span", text(hint)),
        role="alert",
        class_="in-place-fault",
    )
