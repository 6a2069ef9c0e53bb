"""The frame that all pages share: address, style, language switch, and what went wrong."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from importlib.resources import files
from urllib.parse import parse_qs, urlencode

from ipywidgets import Widget

from lib.dashboard.calls import RETRY_SECONDS, Calls
from lib.dashboard.formats import read_client_number
from lib.dashboard.markup import Html, element, write_fault
from lib.dashboard.state import PageState, State
from lib.dashboard.texts import LANGUAGES, Language, say, text_id
from lib.dashboard.visitor import Visit
from lib.dashboard.widgets import HTML, Bind, Button, HBox, ToggleButtons, VBox, show
from lib.serving.api import ApiBusy, ApiFault, ApiProblem, ApiUnreachable, ScoringApi
from lib.serving.people import PersonRole

NOT_FOUND = 404  # HTTP status
ROLES = {
    PersonRole.MANAGER: text_id("page.role_manager"),
    PersonRole.HEAD: text_id("page.role_head"),
    PersonRole.AUDITOR: text_id("page.role_auditor"),
}


def read_query(query: str) -> tuple[int | None, Language]:
    """Read client number and language from an address's query; what makes no sense is left out.

    Examples
    --------
    >>> read_query("client_id=100002&lang=en")
    (100002, 'en')
    >>> read_query("client_id=abc")
    (None, 'fr')
    """
    given = parse_qs(query)
    number = read_client_number(given.get("client_id", [""])[-1])
    wanted = given.get("lang", [""])[-1]
    return number, next((one for one in LANGUAGES if one == wanted), LANGUAGES[0])


def write_query(client_id: int | None, language: Language) -> str:
    """Write the query that opens this client in this language again.

    Examples
    --------
    >>> write_query(100002, "fr"), write_query(None, "fr")
    ('?client_id=100002', '')
    """
    given: dict[str, str | int] = {} if client_id is None else {"client_id": client_id}
    if language != LANGUAGES[0]:
        given["lang"] = language
    return f"?{urlencode(given)}" if given else ""


def welcome(state: PageState, api: ScoringApi, visit: Visit) -> int | None:
    """Let the page know who visits it, in which language, and have the API told so with each call.

    Returns
    -------
    int or None
        Number of the client whom the visit is about.
    """
    number, state.language = read_query(visit.query)
    state.person, state.sign_out = visit.person, visit.sign_out
    if visit.person:
        api.speak_for(visit.person)
    return number


def make_style(*names: str) -> HTML:
    """Make the unseen widget that gives the page its style sheets."""
    folder = files("lib.dashboard")
    sheets = (folder / f"{name}.css" for name in names)
    written = "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    return HTML(f"<style>{written}</style>").add_class("page-theme")


def make_arrival(calls: Calls) -> Button:
    """Make the unseen button that the page's script presses once the browser listens."""
    button = Button(layout={"display": "none"}).add_class("page-arrival")
    button.on_click(lambda _: calls.release())
    return button


def describe_page(title: str, client_id: int | None, language: Language, **more: str) -> Html:
    """Tell the page's script which title, language and address the document has."""
    return element(
        "span",
        class_="page-state",
        data_language=language,
        data_title=title,
        data_query=write_query(client_id, language),
        **more,
    )


class Header:
    """Brand, who is signed in, and language switch."""

    def __init__(self, state: PageState) -> None:
        self._state = state
        self.brand = HTML().add_class("brand")
        self.switch = ToggleButtons(options=[("Français", "fr"), ("English", "en")])
        self.switch.add_class("language-switch")
        self.person = HTML().add_class("page-person")
        self.widget = HBox([self.brand, self.person, self.switch]).add_class("page-header")
        Bind(state, "language", self.switch)
        state.follow(self._write, "language", "person", "sign_out")

    def _write(self) -> None:
        language = self._state.language
        self.switch.tooltips = [say(language, "page.language")] * 2
        self.brand.value = (
            element("span", class_="brand-mark", aria_hidden="true")
            + element("span", say(language, "page.brand"), class_="brand-name")
            + element("span", say(language, "page.subtitle"), class_="brand-subtitle")
        )
        self.person.value = self._write_person()

    def _write_person(self) -> Html:
        state, language = self._state, self._state.language
        person = state.person
        if person is None:
            return Html()
        role = say(language, ROLES[person.role])
        words = element("span", say(language, "page.person", name=person.name, role=role))
        if not state.sign_out:
            return words
        return words + element("a", say(language, "page.sign_out"), href=state.sign_out)


class Notice:
    """A banner in the place of what failed, there only as long as it is missing.

    Parameters
    ----------
    state : State
        Whose faults it says.
    calls : Calls
        Makes those calls again that could not reach the API.
    names : sequence of str
        The calls that it speaks for.
    """

    def __init__(self, state: State, calls: Calls, names: Sequence[str]) -> None:
        self._state = state
        self._names = names
        self.message = HTML()
        self.button = Button().add_class("retry")
        self.button.on_click(lambda _: calls.retry())
        self.widget = HBox([self.message, self.button]).add_class("notice")
        state.follow(self._write, "faults", "language")

    def _write(self) -> None:
        state = self._state
        fault = _worst([state.faults[name] for name in self._names if name in state.faults])
        show(self.widget, bool(fault))
        show(self.button, isinstance(fault, ApiUnreachable))
        self.button.description = say(state.language, "notice.retry")
        self.message.value = self._describe(fault) if fault else ""

    def _describe(self, fault: ApiFault) -> Html:
        language = self._state.language
        if isinstance(fault, ApiBusy):
            title = say(language, "notice.busy")
            hint = say(language, "notice.busy_hint", seconds=f"{RETRY_SECONDS:.0f}")
        elif isinstance(fault, ApiUnreachable):
            title = say(language, "notice.unreachable")
            hint = say(language, "notice.unreachable_hint", seconds=f"{RETRY_SECONDS:.0f}")
        elif fault is self._state.faults.get("file") and _not_found(fault):
            title = say(language, "notice.unknown", number=self._state.client_id)
            hint = say(language, "notice.unknown_hint")
        else:
            title = say(language, "notice.problem")
            hint = say(language, "notice.details", details=str(fault))
        words = (element("strong", title), element("span", hint))
        return element("div", *words, role="alert", class_="notice-text")


def _not_found(fault: ApiFault) -> bool:
    return isinstance(fault, ApiProblem) and fault.status == NOT_FOUND


def _worst(faults: Sequence[ApiFault]) -> ApiFault | None:
    """Of several faults, name the one that explains the others."""
    ordered = sorted(faults, key=lambda fault: not isinstance(fault, ApiUnreachable))
    return ordered[0] if ordered else None


class HeadPage(ABC):
    """A page of the head of the team: a title, what went wrong, and panels once there is content.

    Parameters
    ----------
    state : PageState
        What the page shows.
    api : ScoringApi
        Where it comes from; called only once the page is opened.
    calls : Calls
        How the API is asked.
    content : str
        Trait of the state without which there is nothing to show; None until it is there.
    title, document_title : str
        Ids of the texts for heading and browser.
    panels : sequence of Widget
        Shown below each other.
    styles : sequence of str
        Names of style sheets beside those of all pages.

    Attributes
    ----------
    widget : Widget
        What the notebook shows.
    """

    def __init__(
        self,
        state: PageState,
        api: ScoringApi,
        calls: Calls,
        *,
        content: str,
        title: str,
        document_title: str,
        panels: Sequence[Widget],
        styles: Sequence[str] = (),
    ) -> None:
        self._frame_state, self._api, self._calls = state, api, calls
        self._content, self._texts = content, (title, document_title)
        self._title = HTML().add_class("client-title")
        self._follower = HTML().add_class("page-follower")
        self._fault, self._retry = HTML(), Button().add_class("retry")
        self._retry.on_click(lambda _: calls.retry())
        self._notice = HBox([self._fault, self._retry]).add_class("portfolio-notice")
        self._panels = VBox(list(panels)).add_class("client-panels")
        self.widget = VBox(
            [
                make_style("theme", "tools", "portfolio", *styles),
                self._follower,
                make_arrival(calls),
                Header(state).widget,
                VBox([self._notice, self._title, self._panels]).add_class("portfolio-main"),
            ]
        ).add_class("page")
        state.follow(self._write_frame, content, "faults", "language")

    def open(self, visit: Visit) -> None:
        """Begin the visit: take the language from the address, then call the API."""
        welcome(self._frame_state, self._api, visit)
        self._calls.hold_until_browser()
        self.fetch()

    @abstractmethod
    def fetch(self) -> None:
        """Ask the API for the content."""

    def write_lead(self) -> Html:
        """Write what stands below the title once the content is there."""
        return Html()

    def _write_frame(self) -> None:
        state, (title, document_title) = self._frame_state, self._texts
        language = state.language
        fault = next(iter(state.faults.values()), None)
        has_content = getattr(state, self._content) is not None
        show(self._notice, fault is not None)
        self._fault.value = write_fault(fault, language)
        self._retry.description = say(language, "fault.retry")
        show(self._panels, has_content)
        words = element("h1", say(language, title))
        if has_content:
            words += self.write_lead()
        elif fault is None:
            words += element("p", say(language, "portfolio.loading"), class_="loading")
        self._title.value = words
        self._follower.value = describe_page(say(language, document_title), None, language)
