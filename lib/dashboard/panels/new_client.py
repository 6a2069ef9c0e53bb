"""A new client: a form for the application, scored by the API, shown like any client."""

from functools import partial

from traitlets import dlink

from lib.dashboard.amounts import amount_words
from lib.dashboard.calls import Calls
from lib.dashboard.formats import in_language, reading_order, write_number, write_percent
from lib.dashboard.markup import Html, element, heading, write_fault
from lib.dashboard.panels.application import (
    GROUPS,
    NO,
    NUMBER,
    YES,
    Entry,
    Field,
    Kind,
    field_of,
    find_faults,
    write_record,
)
from lib.dashboard.state import State
from lib.dashboard.texts import Language, say, say_count, text_id
from lib.dashboard.widgets import (
    HTML,
    NOTHING,
    Box,
    Button,
    Dropdown,
    NumberText,
    VBox,
    make_card,
    offer,
    set_class,
    show,
    unfold,
)
from lib.decision import ANYTHING
from lib.serving.api import ApiFault, ApiProblem, ScoringApi
from lib.serving.wire import (
    ApplicationRequest,
    ClientFile,
    ClientPage,
    Filter,
    ScoredApplication,
)

REFUSED = text_id("form.fault_refused")
KNOWN = text_id("form.fault_known")
CALL, NUMBER_CALL = "new client", "new client's number"
# Long enough that a number is asked once, when it is typed.
REST_SECONDS = 0.3


class FormField:
    """A labelled widget with help below it; a fault takes the place of the help.

    Parameters
    ----------
    field : Field
        What it is for.
    state : State
        With the language, and the card that names features and categories.
    """

    def __init__(self, field: Field, state: State) -> None:
        self.field = field
        self._state = state
        if field.is_chosen:
            self.input = Dropdown(options=[("", NOTHING)], value=NOTHING)
        else:
            self.input = NumberText(is_identifier=field.name == NUMBER)
            dlink((state, "language"), (self.input, "language"))
        self.below = HTML().add_class("field-below")
        self.widget = VBox([self.input, self.below]).add_class("form-field")

    def read(self) -> Entry:
        """Give the number, or the words that were typed or chosen; empty where nothing was."""
        number = None if self.field.is_chosen else self.input.number
        return number if number is not None else (self.input.value or NOTHING).strip()

    def write(self, fault: str | None) -> None:
        """Write label, choices and help in the page's language, and what is wrong.

        Parameters
        ----------
        fault : str or None
            What is wrong, as the id of its text; None where nothing is.
        """
        language, field = self._state.language, self.field
        info = self._state.feature_info(field.name)
        label = in_language(info.label, language) if info else field.name
        if field.name == NUMBER:
            label = say(language, "form.client_number")
        self.input.description = f"{label} *" if field.needed else label
        if field.is_chosen:
            offer(self.input, self._choices())
        words = (
            self._say_fault(fault, language)
            if fault
            else say(language, field.help, **amount_words(language))
        )
        set_class(self.widget, "has-fault", fault is not None)
        self.below.value = (
            element("p", words, role="alert", class_="field-fault")
            if fault
            else element("p", words, class_="field-help")
        )

    def _choices(self) -> list[tuple[str, str]]:
        language = self._state.language
        info = self._state.feature_info(self.field.name)
        categories = info.categories.items() if info else ()
        named = sorted(
            ((in_language(words, language), name) for name, words in categories),
            key=lambda one: reading_order(one[0]),
        )
        if self.field.kind is Kind.YES_NO:
            named = [(say(language, "value.yes"), YES), (say(language, "value.no"), NO)]
        return [(say(language, "form.choose"), NOTHING), *named]

    def _say_fault(self, fault: str, language: Language) -> str:
        info = self._state.feature_info(self.field.name)
        span = self.field.range(info.possible if info else ANYTHING)
        low, high = (write_number(end, language) for end in span)
        return say(language, fault, low=low, high=high)


class NewClientPanel:
    """A card that opens at a click; whom it assesses becomes the client on the page."""

    def __init__(self, state: State, api: ScoringApi, calls: Calls) -> None:
        self.state, self._api, self._calls = state, api, calls
        self._scored: ScoredApplication | None = None
        self._faults: dict[str, str] = {}
        self._fault: ApiFault | None = None
        # Whether a client has the number that is typed; None until the API has said so.
        self._is_known: bool | None = None
        self._waiting: ApplicationRequest | None = None
        self.heading = HTML().add_class("card-heading")
        self.toggle = Button().add_class("form-toggle")
        self.fields = [[FormField(field, self.state) for field in one.fields] for one in GROUPS]
        self.titles = [HTML().add_class("form-title") for _ in GROUPS]
        self.score = Button().add_class("form-score").add_class("primary")
        self.clear = Button().add_class("form-clear")
        self.answer = HTML().add_class("form-answer")
        groups = [
            VBox([title, Box([field.widget for field in fields]).add_class("form-fields")])
            for title, fields in zip(self.titles, self.fields, strict=True)
        ]
        buttons = Box([self.score, self.clear]).add_class("form-buttons")
        self._parts = [*groups, buttons, self.answer]
        self.form = VBox().add_class("form")
        head = Box([self.heading, self.toggle]).add_class("card-head")
        self.widget = make_card([head, self.form], "new-client")
        self._listen()
        self._open(False)

    def _listen(self) -> None:
        self.toggle.on_click(lambda _: self._open(not self._is_open))
        self.score.on_click(lambda _: self._ask())
        self.clear.on_click(lambda _: self._clear())
        self._field(NUMBER).input.observe(lambda _: self._follow_number(), names="number")
        self.state.follow(self._write, "language", "card")
        self.state.when_changed(self._show_answer, "faults")

    def _field(self, name: str) -> FormField:
        return next(one for one in self._all() if one.field.name == name)

    def _follow_number(self) -> None:
        """Ask whether a client has the number that is typed, and warn before all else is."""
        self._is_known = self._waiting = None
        self._calls.drop(NUMBER_CALL)
        self._write_number()
        number = self._field(NUMBER).input.number
        if number is not None and number == int(number) and number >= 0:
            self._look_up(number, wait=REST_SECONDS)

    def _look_up(self, number: float, wait: float = 0.0) -> None:
        """Ask whether a client has a number; what waits for the answer then goes on by itself."""

        def done(found: ClientPage) -> None:
            self._is_known = found.total > 0
            self._write_number()
            self._score()

        own = Filter(feature="client_id", minimum=number, maximum=number)
        call = partial(self._api.search, [own], page_size=1)
        self._calls.run(
            NUMBER_CALL, call, done, failed=lambda _: self._stop_waiting(), wait=wait, retried=True
        )

    def _stop_waiting(self) -> None:
        """Leave it to the manager to ask again: once the API is back they may be elsewhere."""
        self._waiting = None

    def _write_number(self) -> None:
        field = self._field(NUMBER)
        field.write(self._faults.get(NUMBER) or (KNOWN if self._is_known else None))

    @property
    def _is_open(self) -> bool:
        return bool(self.form.children)

    def _open(self, is_open: bool) -> None:
        show(self.form, is_open)
        unfold(self.form, self._parts, is_open)
        if not is_open:
            self._forget()
            self._calls.drop(NUMBER_CALL)
        self._write()

    def _forget(self) -> None:
        """Say no more of a result: it is not of what the form holds now."""
        self._calls.drop(CALL)
        self._calls.forget_fault(NUMBER_CALL)
        self._scored = self._waiting = None
        self._faults, self._fault = {}, None

    def _clear(self) -> None:
        for field in self._all():
            field.input.value = ""
        self._forget()
        self._write()

    def _all(self) -> list[FormField]:
        return [field for fields in self.fields for field in fields]

    def _ask(self) -> None:
        entries = {field.field.name: field.read() for field in self._all()}
        self._forget()
        self._faults = find_faults(
            entries, {info.name: info.possible for info in self.state.features}
        )
        if not self._faults:
            self._waiting = ApplicationRequest(application=write_record(entries))
            if self._is_known is None:
                self._look_up(self._field(NUMBER).input.number)
            else:
                self._score()
        elif self._is_known:
            self._faults.setdefault(NUMBER, KNOWN)
        self._write()

    def _score(self) -> None:
        """Score what waits, once the API has said whether a client has its number.

        Under a number that a client has, the new file would take the place of that client's own
        for the rest of the visit, and decisions would be recorded under the wrong person's number.
        """
        request, self._waiting = self._waiting, None
        if request is None:
            return
        if self._is_known:
            self._faults = {NUMBER: KNOWN}
            self._write()
            return
        self._calls.run(
            CALL, lambda: self._api.score_application(request), self._succeed, failed=self._fail
        )

    def _succeed(self, scored: ScoredApplication) -> None:
        """Show whom was assessed as any client."""
        self._scored = scored
        file = ClientFile(
            client_id=scored.client_id,
            defaulted=None,
            features=scored.features,
            explanation=scored.explanation,
        )
        state = self.state
        state.assessed = {**state.assessed, scored.client_id: file}
        if state.client_id == scored.client_id:
            # The same request, assessed again: there is no change of number to follow.
            state.client_id = None
        state.client_id = scored.client_id
        self._write()

    def _fail(self, fault: ApiFault) -> None:
        field = field_of(fault.offender) if isinstance(fault, ApiProblem) else None
        self._fault = fault
        self._faults = {field.name: REFUSED} if field else {}
        self._write()

    def _write(self) -> None:
        language = self.state.language
        self.heading.value = heading(say(language, "form.title"), say(language, "form.intro"))
        self.toggle.description = (
            say(language, "form.close") if self._is_open else say(language, "form.open")
        )
        self.score.description = say(language, "form.score")
        self.clear.description = say(language, "form.clear")
        for group, title in zip(GROUPS, self.titles, strict=True):
            title.value = element("h3", say(language, group.title))
        for field in self._all():
            field.write(self._faults.get(field.field.name))
        self._write_number()
        self._show_answer()

    def _show_answer(self) -> None:
        self.answer.value = self._write_answer()

    def _write_answer(self) -> Html:
        language, scored = self.state.language, self._scored
        if self._faults:
            several = len(self._faults)
            words = say_count(language, "form.fault", "form.faults", several, count=several)
            return element("p", words, role="alert", class_="field-fault")
        fault = self._fault or self.state.faults.get(NUMBER_CALL)
        if fault:
            return write_fault(fault, language)
        if scored is None:
            return element("p", say(language, "form.needed"), class_="field-help")
        share = write_percent(scored.explanation.coverage, language, digits=0)
        words = say(language, "form.result", number=scored.client_id, share=share)
        return element("p", words, role="status", class_="record-done")
