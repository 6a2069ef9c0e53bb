"""The manager's page: panels around one state."""

from lib.dashboard.calls import Calls
from lib.dashboard.formats import read_client_number, write_number
from lib.dashboard.frame import Header, Notice, describe_page, make_arrival, make_style, welcome
from lib.dashboard.guide import explain_words, write_tour
from lib.dashboard.markup import Html, element, join
from lib.dashboard.panels.comparison import ComparisonPanel
from lib.dashboard.panels.decision import DecisionPanel
from lib.dashboard.panels.finder import Finder
from lib.dashboard.panels.information import InformationPanel
from lib.dashboard.panels.letter import LetterPanel
from lib.dashboard.panels.new_client import NewClientPanel
from lib.dashboard.panels.reasons import ReasonsPanel
from lib.dashboard.panels.record import RecordPanel
from lib.dashboard.panels.simulation import SimulationPanel, Simulator
from lib.dashboard.session import Session
from lib.dashboard.state import State
from lib.dashboard.texts import say, text_id
from lib.dashboard.visitor import Visit
from lib.dashboard.widgets import HTML, Box, Text, VBox, set_class, show
from lib.serving.api import ScoringApi
from lib.serving.wire import ClientFile

# Of the very credit that is asked for: whose outcome is known asked for it long ago.
OUTCOMES = {True: text_id("client.outcome_defaulted"), False: text_id("client.outcome_repaid")}
# Of whether the client on the page is a new one, whom the visit takes with it.
EXPIRED_HINTS = {True: text_id("page.expired_hint_assessed"), False: text_id("page.expired_hint")}


class Page:
    """The manager's page.

    Parameters
    ----------
    api : ScoringApi
        Where everything shown comes from; called only once the page is opened.

    Attributes
    ----------
    widget : Widget
        What the notebook shows.
    """

    def __init__(self, api: ScoringApi) -> None:
        self._api = api
        state = self.state = State()
        calls = self._calls = Calls(state)
        self.session = Session(state, api, calls)
        self.finder = Finder(state)
        self.decision = DecisionPanel(state)
        self.reasons = ReasonsPanel(state)
        self.information = InformationPanel(state)
        self.comparison = ComparisonPanel(state)
        simulator = Simulator(state, api, calls)
        self.simulation = SimulationPanel(state, simulator)
        self.record = RecordPanel(state, api, calls)
        self.letter = LetterPanel(state, simulator, calls)
        self.new_client = NewClientPanel(state, api, calls)
        self.notice = Notice(state, calls, ("file", "card"))
        self._title = HTML().add_class("client-title")
        self._follower = HTML().add_class("page-follower")
        self._skip = HTML().add_class("page-skip")
        self._visited = Text(layout={"display": "none"}).add_class("page-visited")
        self._asked = 0
        self._lay_out()
        self._visited.observe(lambda _: self._visit(), names="value")
        state.follow(self._write, "client_id", "file", "card", "faults", "language")
        state.follow(self._write_tour, "language")

    def _lay_out(self) -> None:
        state, calls = self.state, self._calls
        list_notice = Notice(state, calls, ("found", "completions"))
        comparison_notice = Notice(state, calls, ("comparison", "overview"))
        closing = [make_style("tools"), self.record.widget, self.letter.widget]
        self._client = VBox(
            [
                self.decision.widget,
                self.reasons.widget,
                self.comparison.widget,
                comparison_notice.widget,
                self.information.widget,
                self.simulation.widget,
                Box(closing).add_class("closing-panels"),
            ]
        ).add_class("client-panels")
        aside = VBox([self.finder.widget, list_notice.widget]).add_class("page-aside")
        self._tour = HTML().add_class("page-tour")
        tools = [self._client, self.new_client.widget]
        # Above the client, so that it is seen on whichever client is shown, and where none is.
        unrecorded = self.record.unrecorded
        main = [self._tour, self.notice.widget, unrecorded, self._title, *tools]
        columns = [aside, VBox(main).add_class("page-main")]
        self.widget = VBox(
            [
                make_style("theme"),
                self._skip,
                self._follower,
                self._visited,
                make_arrival(calls),
                Header(state).widget,
                Box(columns).add_class("page-columns"),
            ]
        ).add_class("page")

    def open(self, visit: Visit) -> None:
        """Begin the visit: take client and language from the address, then call the API.

        Parameters
        ----------
        visit : Visit
            Who comes, and with which address.
        """
        self.state.client_id = welcome(self.state, self._api, visit)
        self._calls.hold_until_browser()
        self.session.start()

    def _visit(self) -> None:
        """Go where the browser went in its history: it tells a number and how often it asked."""
        number, _, asked = self._visited.value.partition(" ")
        if not asked.isdecimal():
            return
        self._asked = int(asked)
        self.state.client_id = read_client_number(number)
        # Also where the client is the one already shown: the browser waits for an answer.
        self._write()

    def _write_tour(self) -> None:
        self._tour.value = write_tour(self.state.language)

    def _write(self) -> None:
        state, language = self.state, self.state.language
        is_coming = state.client_id is not None and "file" not in state.faults
        show(self._client, bool(state.file) or is_coming)
        # Until the file is there they are away and not gone: the browser keeps how they look, and
        # has not to work it out again for thousands of elements.
        set_class(self._client, "away", state.file is None)
        self._title.value = self._write_title()
        self._skip.value = element(
            "a", say(language, "page.skip"), href="#decision", class_="skip-link"
        )
        number = state.client_id
        title = (
            say(language, "page.title")
            if number is None
            else say(language, "page.title_client", number=number)
        )
        self._follower.value = describe_page(
            title,
            number,
            language,
            data_client="" if number is None else str(number),
            data_asked=str(self._asked),
            data_expired=say(language, "page.expired"),
            data_expired_hint=say(language, EXPIRED_HINTS[state.is_assessed]),
            data_reload=say(language, "page.reload"),
            data_lowest=say(language, "page.lowest"),
            data_highest=say(language, "page.highest"),
        )

    def _write_title(self) -> Html:
        state, language = self.state, self.state.language
        if state.client_id is None:
            return element(
                "div",
                element("h1", say(language, "page.welcome")),
                element("p", say(language, "page.welcome_hint")),
                class_="welcome",
            )
        if state.file is None:
            loading = say(language, "page.loading", number=state.client_id)
            return Html() if "file" in state.faults else element("p", loading, class_="loading")
        file = state.file
        facts = _say_coverage(file, state)
        if state.is_assessed:
            facts.append(say(language, "client.assessed"))
        if file.defaulted is not None:
            facts.append(say(language, OUTCOMES[file.defaulted]))
        title = element(
            "h1",
            say(language, "client.title", number=file.client_id),
            data_opened=str(file.client_id),
        )
        told = element("p", join(element("span", fact, class_="fact") for fact in facts))
        return title + told + explain_words("decision", language)


def _say_coverage(file: ClientFile, state: State) -> list[str]:
    """Say how many of the details that the calculation reads are given; nothing without a card."""
    read = [info.name for info in state.features if info.in_model]
    if not read:
        return []
    given = sum(file.features.get(name) is not None for name in read)
    given_written, total = (write_number(one, state.language) for one in (given, len(read)))
    return [say(state.language, "client.coverage", given=given_written, total=total)]
