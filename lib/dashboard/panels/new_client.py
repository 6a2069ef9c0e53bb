"""A new client: a form for the application, scored by the API, shown like any client."""

from ipywidgets import HTML, Box, Button, VBox
from traitlets import dlink

from lib.dashboard.application import field_of, find_faults, write_record
from lib.dashboard.application_fields import GROUPS
from lib.dashboard.errands import Errands
from lib.dashboard.fault_words import write_fault
from lib.dashboard.formats import write_percent
from lib.dashboard.markup import element, text
from lib.dashboard.panels.decision import DecisionPanel
from lib.dashboard.panels.form_field import FormField
from lib.dashboard.panels.reasons import ReasonsPanel
from lib.dashboard.state import State
from lib.dashboard.texts import say, say_count, text_id
from lib.serving.api import ApiFault, ApiProblem, ScoringApi
from lib.serving.wire import ApplicationRequest, ClientFile, ScoredApplication

REFUSED = text_id("form.fault_refused")


class NewClientPanel:
    """A card that opens at a click; what it shows is kept apart from the client on the page."""

    def __init__(self, state: State, api: ScoringApi, errands: Errands) -> None:
        self._api, self._errands = api, errands
        self.state = State()
        dlink((state, "language"), (self.state, "language"))
        dlink((state, "card"), (self.state, "card"))
        self._faults: dict[str, str] = {}
        self._fault: ApiFault | None = None
        self.heading = HTML().add_class("card-heading")
        self.toggle = Button().add_class("form-toggle")
        self.fields = [[FormField(field) for field in group.fields] for group in GROUPS]
        self.titles = [HTML().add_class("form-title") for _ in GROUPS]
        self.score = Button().add_class("form-score").add_class("primary")
        self.clear = Button().add_class("form-clear")
        self.answer = HTML().add_class("form-answer")
        self.decision = DecisionPanel(self.state)
        self.reasons = ReasonsPanel(self.state, compared=False)
        self.result = VBox([self.decision.widget, self.reasons.widget]).add_class("form-result")
        groups = [
            VBox([title, Box([field.widget for field in fields]).add_class("form-fields")])
            for title, fields in zip(self.titles, self.fields, strict=True)
        ]
        buttons = Box([self.score, self.clear]).add_class("form-buttons")
        self.form = VBox([*groups, buttons, self.answer]).add_class("form")
        card = VBox([Box([self.heading, self.toggle]).add_class("card-head"), self.form])
        self.widget = VBox([card.add_class("card"), self.result]).add_class("new-client")
        self._listen()
        self._open(False)

    def _listen(self) -> None:
        self.toggle.on_click(lambda _: self._open(self.form.layout.display == "none"))
        self.score.on_click(lambda _: self._ask())
        self.clear.on_click(lambda _: self._clear())
        self.state.follow(self._write, "language", "card")

    def _open(self, is_open: bool) -> None:
        self.form.layout.display = "" if is_open else "none"
        if not is_open:
            self._forget()
        self._write()

    def _forget(self) -> None:
        """Drop the result: it is not of what the form holds now."""
        self._errands.drop("new client")
        self.state.file = None
        self._faults, self._fault = {}, None

    def _clear(self) -> None:
        for field in self._all():
            field.input.value = ""
        self._forget()
        self._write()

    def _all(self) -> list[FormField]:
        return [field for fields in self.fields for field in fields]

    def _ask(self) -> None:
        language = self.state.language
        typed = {field.field.name: field.read() for field in self._all()}
        self._forget()
        self._faults = find_faults(typed, language)
        if not self._faults:
            request = ApplicationRequest(application=write_record(typed, language))
            self._errands.run(
                "new client",
                lambda: self._api.score_application(request),
                self._succeed,
                self._fail,
            )
        self._write()

    def _succeed(self, scored: ScoredApplication) -> None:
        self.state.client_id = scored.client_id
        self.state.file = ClientFile(
            client_id=scored.client_id,
            defaulted=None,
            features=scored.features,
            explanation=scored.explanation,
        )
        self._write()

    def _fail(self, fault: ApiFault) -> None:
        field = field_of(fault.offender) if isinstance(fault, ApiProblem) else None
        self._fault = fault
        self._faults = {field.name: REFUSED} if field else {}
        self._write()

    def _write(self) -> None:
        state, language = self.state, self.state.language
        is_open = self.form.layout.display != "none"
        self.heading.value = element("h2", text(say(language, "form.title"))) + element(
            "p", text(say(language, "form.intro"))
        )
        self.toggle.description = (
            say(language, "form.close") if is_open else say(language, "form.open")
        )
        self.score.description = say(language, "form.score")
        self.clear.description = say(language, "form.clear")
        for group, title in zip(GROUPS, self.titles, strict=True):
            title.value = element("h3", text(say(language, group.title)))
        for field in self._all():
            field.write(state, self._faults.get(field.field.name))
        self.result.layout.display = "" if state.file else "none"
        self.answer.value = self._write_answer()

    def _write_answer(self) -> str:
        language, file = self.state.language, self.state.file
        if self._faults:
            several = len(self._faults)
            words = say_count(language, "form.fault", "form.faults", several, count=several)
            return element("p", text(words), role="alert", class_="field-fault")
        if self._fault:
            return write_fault(self._fault, language)
        if file is None:
            return element("p", text(say(language, "form.needed")), class_="field-help")
        share = write_percent(file.explanation.coverage, language, digits=0)
        words = say(language, "form.result", number=file.client_id, share=share)
        return element("p", text(words), role="status", class_="record-done")
