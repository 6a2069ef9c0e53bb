"""The form of a new client: what is read, what is sent, and where faults are told."""

import asyncio
import re
from collections.abc import Callable
from threading import Event

import pytest

from lib.dashboard import Page
from lib.dashboard.calls import Calls
from lib.dashboard.panels.application import (
    FIELDS,
    field_of,
    find_faults,
    write_record,
)
from lib.dashboard.panels.new_client import FormField, NewClientPanel
from lib.dashboard.state import State
from lib.decision import is_possible
from lib.features.catalogue import CATALOGUE
from lib.serving.api import ApiFault, ApiProblem, ApiUnreachable, ScoringApi
from lib.serving.wire import (
    ApplicationRequest,
    ClientFile,
    ClientPage,
    FeatureInfo,
    Filter,
    Problem,
    ScoredApplication,
    ScorerCard,
)
from lib.tables.schema import TABLES
from tests.dashboard.reading import read

COMPLETE = {
    "client_number": "900001",
    "contract_type": "Cash loans",
    "credit_amount": "450 000",
    "annuity_amount": "27000",
    "age_years": "34",
    "income_total": "135 000,50",
}
# What the form holds once that is typed in French.
ENTRIES = {
    "client_number": 900_001.0,
    "contract_type": "Cash loans",
    "credit_amount": 450_000.0,
    "annuity_amount": 27_000.0,
    "age_years": 34.0,
    "income_total": 135_000.5,
}


class Api:
    """Scores as the API does, and keeps what it was asked."""

    def __init__(self, file: ClientFile) -> None:
        self.file = file
        self.asked: list[ApplicationRequest] = []
        self.known = {100_002}
        self.fault: ApiFault | None = None
        self.search_fault: ApiFault | None = None
        self.may_answer = Event()
        self.may_answer.set()

    def search(self, filters: list[Filter], **_: object) -> ClientPage:
        self.may_answer.wait(10)
        if self.search_fault:
            raise self.search_fault
        known = [one for one in self.known if filters[0].minimum <= one <= filters[0].maximum]
        return ClientPage(total=len(known), page=1, page_size=1, clients=[])

    def score_application(self, application: ApplicationRequest) -> ScoredApplication:
        self.asked.append(application)
        if self.fault:
            raise self.fault
        number = application.application["SK_ID_CURR"]
        return ScoredApplication(
            client_id=number,
            features=self.file.features,
            explanation=self.file.explanation.model_copy(update={"client_id": number}),
        )


@pytest.fixture
def api(make_file: Callable[..., ClientFile]) -> Api:
    return Api(make_file())


@pytest.fixture
def panel(state: State, api: Api) -> NewClientPanel:
    shown = NewClientPanel(state, api, Calls(state))
    shown.toggle.click()
    return shown


def find(panel: NewClientPanel, name: str) -> FormField:
    return next(field for field in panel._all() if field.field.name == name)


def fill(panel: NewClientPanel, **typed: str) -> None:
    for name, value in {**COMPLETE, **typed}.items():
        find(panel, name).input.value = value


class TestFields:
    def test_each_is_a_column_of_the_application_and_a_feature_of_the_catalogue(self) -> None:
        for field in FIELDS:
            assert field.column in TABLES["application_test"].columns
            assert field.name in CATALOGUE or field.column == "SK_ID_CURR"

    def test_none_is_protected(self) -> None:
        assert not [
            field.name
            for field in FIELDS
            if field.name in CATALOGUE and CATALOGUE[field.name].protected
        ]

    def test_years_become_days_back_and_what_is_empty_is_left_out(self) -> None:
        record = write_record({**ENTRIES, "employment_years": 1.5, "education": ""})
        assert record == {
            "SK_ID_CURR": 900_001,
            "NAME_CONTRACT_TYPE": "Cash loans",
            "AMT_CREDIT": 450_000.0,
            "AMT_ANNUITY": 27_000.0,
            "DAYS_BIRTH": -12_418,
            "AMT_INCOME_TOTAL": 135_000.5,
            "DAYS_EMPLOYED": -548,
        }

    @pytest.mark.parametrize(
        ("name", "entry", "fault"),
        [
            ("credit_amount", "", "form.fault_needed"),
            ("credit_amount", "beaucoup", "form.fault_number"),
            ("credit_amount", 0.0, "form.fault_range"),
            ("credit_amount", -5.0, "form.fault_range"),
            ("credit_amount", 1.0, None),
            ("age_years", 17.9, "form.fault_range"),
            ("age_years", 18.0, None),
            ("age_years", 120.0, None),
            ("age_years", 120.1, "form.fault_range"),
            ("age_years", -33.0, "form.fault_range"),
            ("external_score_1", 1.01, "form.fault_range"),
            ("external_score_1", 7.0, "form.fault_range"),
            ("external_score_1", 0.0, None),
            ("client_number", 1.5, "form.fault_number"),
            ("employment_years", 34.0, "form.fault_job_before_birth"),
            ("employment_years", 33.0, None),
            ("employment_years", 60.1, "form.fault_range"),
            ("income_total", -1.0, "form.fault_range"),
            ("goods_price", "", None),
            ("contract_type", "", "form.fault_needed"),
        ],
    )
    def test_faults_are_found_before_anything_is_sent(
        self, name: str, entry: float | str, fault: str | None
    ) -> None:
        possible = {row.name: row.possible for row in CATALOGUE.values()}
        assert find_faults({**ENTRIES, name: entry}, possible).get(name) == fault

    def test_what_the_form_takes_the_raw_columns_take_too(self) -> None:
        # One declaration: the ends of what is possible of a feature, as days or as they are.
        for field in FIELDS:
            if field.name not in CATALOGUE or field.is_chosen:
                continue
            for end in field.range(CATALOGUE[field.name].possible):
                raw = write_record({**ENTRIES, field.name: end})[field.column]
                column = TABLES["application_test"].columns[field.column]
                assert is_possible(raw, column.possible), (field.name, end)

    def test_the_apis_offender_leads_to_its_field(self) -> None:
        for field in FIELDS:
            offender = f"application_test: column {field.column} of row 1"
            assert field_of(offender) == field
        assert field_of("feature salary") is None


class TestPanel:
    def test_it_is_closed_until_it_is_wanted(self, state: State, api: Api) -> None:
        panel = NewClientPanel(state, api, Calls(state))
        assert panel.form.layout.display == "none"
        panel.toggle.click()
        assert panel.form.layout.display == ""

    def test_labels_and_choices_come_from_the_card(
        self, panel: NewClientPanel, state: State
    ) -> None:
        contract = find(panel, "contract_type").input
        assert contract.description == "Type de crédit demandé *"
        assert [words for words, _ in contract.options] == [
            *("Non renseigné", "Crédit renouvelable", "Prêt personnel")
        ]
        contract.value = "Cash loans"
        state.language = "en"
        assert contract.description == "Kind of credit requested *"
        assert (contract.label, contract.value) == ("Cash loan", "Cash loans")

    def test_every_field_has_help(self, panel: NewClientPanel) -> None:
        assert all(read(field.below.value) for field in panel._all())

    def test_faults_stand_at_their_fields_and_nothing_is_sent(
        self, panel: NewClientPanel, api: Api
    ) -> None:
        fill(panel, credit_amount="", age_years="12")
        panel.score.click()
        assert api.asked == []
        assert read(find(panel, "credit_amount").below.value) == "Cette information est nécessaire."
        assert "entre 18 et 120" in read(find(panel, "age_years").below.value)
        assert read(panel.answer.value) == "2 champs à corriger."

    def test_what_is_typed_is_read_in_the_language_of_the_page(self, panel: NewClientPanel) -> None:
        fill(panel)
        entries = {field.field.name: field.read() for field in panel._all()}
        assert {name: entry for name, entry in entries.items() if entry != ""} == ENTRIES

    def test_another_language_changes_how_numbers_are_written_not_what_is_sent(
        self, panel: NewClientPanel, state: State, api: Api
    ) -> None:
        fill(panel)
        state.language = "en"
        assert find(panel, "income_total").input.value == "135,000.5"
        assert find(panel, "client_number").input.value == "900001"
        panel.score.click()
        assert api.asked[0].application["AMT_INCOME_TOTAL"] == 135_000.5

    @pytest.mark.parametrize("typed", ["-", "1,2,3", "1.234", "9" * 40])
    def test_what_is_no_number_or_may_be_several_is_told(
        self, panel: NewClientPanel, api: Api, typed: str
    ) -> None:
        fill(panel, credit_amount=typed)
        panel.score.click()
        assert api.asked == []
        assert read(find(panel, "credit_amount").below.value) == "Saisissez un nombre en chiffres."

    def test_who_is_assessed_is_the_client_on_the_page(
        self, panel: NewClientPanel, state: State, api: Api
    ) -> None:
        fill(panel)
        panel.score.click()
        assert api.asked[0].application["AMT_CREDIT"] == 450_000
        assert "900001" in read(panel.answer.value)
        assert state.client_id == 900_001
        assert state.assessed[900_001].explanation.client_id == 900_001
        assert state.own_features == api.file.features

    def test_another_client_is_the_api_s_to_tell_of(
        self, panel: NewClientPanel, state: State
    ) -> None:
        fill(panel)
        panel.score.click()
        state.client_id = 100_002
        assert state.own_features is None

    def test_assessed_again_the_page_follows_again(
        self, panel: NewClientPanel, state: State
    ) -> None:
        seen: list[int | None] = []
        state.observe(lambda change: seen.append(change.new), names="client_id")
        fill(panel)
        panel.score.click()
        panel.score.click()
        assert seen == [900_001, None, 900_001]

    def test_what_the_api_refuses_is_told_at_its_field(
        self, panel: NewClientPanel, api: Api
    ) -> None:
        api.fault = ApiProblem(
            400,
            Problem(
                offender="application_test: column AMT_CREDIT of row 1",
                rule="it is a number, or missing",
                remedy="correct it",
            ),
        )
        fill(panel)
        panel.score.click()
        assert read(find(panel, "credit_amount").below.value) == (
            "Le service n’accepte pas cette valeur : vérifiez-la avec le client."
        )

    def test_an_api_that_is_not_there_is_told_below_the_form(
        self, panel: NewClientPanel, api: Api
    ) -> None:
        api.fault = ApiUnreachable("the API", "it is there", "start it")
        fill(panel)
        panel.score.click()
        assert "Le service de calcul ne répond pas." in read(panel.answer.value)
        assert find(panel, "credit_amount").input.value == "450 000"

    def test_a_result_does_not_outlive_a_form_with_faults(self, panel: NewClientPanel) -> None:
        fill(panel)
        panel.score.click()
        fill(panel, credit_amount="")
        panel.score.click()
        assert "900001" not in read(panel.answer.value)

    def test_clearing_empties_everything(self, panel: NewClientPanel) -> None:
        fill(panel)
        panel.score.click()
        panel.clear.click()
        assert all(field.read() == "" for field in panel._all())
        assert "900001" not in read(panel.answer.value)


def test_a_number_that_a_client_has_is_told_before_it_is_sent(
    panel: NewClientPanel, api: Api
) -> None:
    number = find(panel, "client_number")
    number.input.value = "100002"
    assert "Un client porte déjà ce numéro" in read(number.below.value)
    number.input.value = "1000021"
    assert "Un client porte déjà ce numéro" not in read(number.below.value)
    fill(panel, client_number="100002")
    panel.score.click()
    assert api.asked == []
    assert "Un client porte déjà ce numéro" in read(number.below.value)
    number.input.value = "900001"
    panel.score.click()
    assert len(api.asked) == 1


class TestNoClientsNumberIsScored:
    """The guard is closed until the API has said that no client has the number."""

    AWAY = ApiUnreachable("the API", "it is there", "start it")

    def test_where_the_look_up_fails_nobody_is_scored_and_the_fault_is_told(
        self, panel: NewClientPanel, api: Api, state: State
    ) -> None:
        api.search_fault = self.AWAY
        fill(panel, client_number="100002")
        assert "Le service de calcul ne répond pas." in read(panel.answer.value)
        panel.score.click()
        assert api.asked == []
        assert state.assessed == {}
        assert "Le service de calcul ne répond pas." in read(panel.answer.value)

    def test_the_next_click_looks_it_up_again(self, panel: NewClientPanel, api: Api) -> None:
        api.search_fault = self.AWAY
        fill(panel, client_number="100002")
        api.search_fault = None
        panel.score.click()
        assert api.asked == []
        below = read(find(panel, "client_number").below.value)
        assert "Un client porte déjà ce numéro" in below
        assert read(panel.answer.value) == "1 champ à corriger."

    def test_a_refused_look_up_is_told_and_a_free_number_is_scored_once_it_is_looked_up(
        self, panel: NewClientPanel, api: Api
    ) -> None:
        told = Problem(offender="the portfolio", rule="it is there", remedy="make it")
        api.search_fault = ApiProblem(503, told)
        fill(panel)
        panel.score.click()
        assert api.asked == []
        assert "the portfolio" in read(panel.answer.value)
        api.search_fault = None
        panel.score.click()
        assert len(api.asked) == 1
        assert "900001" in read(panel.answer.value)

    def test_the_page_looks_it_up_again_by_itself_but_opens_no_file_that_nobody_waits_for(
        self, state: State, api: Api
    ) -> None:
        panel = NewClientPanel(state, api, calls := Calls(state))
        panel.toggle.click()
        api.search_fault = self.AWAY
        fill(panel)
        panel.score.click()
        api.search_fault = None
        calls.retry()
        assert "ne répond pas" not in read(panel.answer.value)
        assert api.asked == []
        assert state.client_id == 100_002

    @pytest.mark.parametrize(("number", "scored"), [("900001", 1), ("100002", 0)])
    def test_a_click_before_the_answer_waits_for_it_and_then_goes_on_by_itself(
        self, state: State, api: Api, number: str, scored: int
    ) -> None:
        async def visit() -> None:
            panel = NewClientPanel(state, api, calls := Calls(state))
            panel.toggle.click()
            api.may_answer.clear()
            fill(panel, client_number=number)
            panel.score.click()
            await asyncio.sleep(0.05)
            assert api.asked == []
            api.may_answer.set()
            while not (panel._scored or panel._faults):
                await asyncio.sleep(0.01)
            await calls.finish()

        asyncio.run(visit())
        assert len(api.asked) == scored
        assert list(state.assessed) == [900_001] * scored

    def test_who_types_another_number_or_closes_the_form_waits_no_more(
        self, state: State, api: Api
    ) -> None:
        async def visit(leave: Callable[[NewClientPanel], None]) -> None:
            panel = NewClientPanel(state, api, calls := Calls(state))
            panel.toggle.click()
            api.may_answer.clear()
            fill(panel)
            panel.score.click()
            leave(panel)
            api.may_answer.set()
            await calls.finish()

        def type_another(panel: NewClientPanel) -> None:
            find(panel, "client_number").input.value = "900002"

        asyncio.run(visit(type_another))
        asyncio.run(visit(lambda panel: panel.toggle.click()))
        assert api.asked == []

    def test_a_closed_form_asks_no_more(self, state: State, api: Api) -> None:
        panel = NewClientPanel(state, api, calls := Calls(state))
        panel.toggle.click()
        api.search_fault = self.AWAY
        fill(panel)
        panel.toggle.click()
        assert state.faults == {}
        calls.retry()
        assert state.faults == {}


def test_a_page_that_lost_its_session_says_that_a_new_client_must_be_entered_again(
    make_file: Callable[..., ClientFile],
) -> None:
    page = Page(ScoringApi("http://127.0.0.1:9"))

    def hint() -> str:
        """What the browser says once the page has no session."""
        return read(re.search('data-expired-hint="([^"]*)"', page._follower.value)[1])

    page.state.client_id, page.state.file = 100_002, make_file()
    assert "le client affiché sera retrouvé" in hint()
    page.state.assessed = {900_001: make_file(client_id=900_001)}
    page.state.client_id, page.state.file = 900_001, make_file(client_id=900_001)
    assert "est à saisir de nouveau ; ce qui a été décidé est conservé" in hint()
    kept = "conservé jusqu’à la fermeture ou au rechargement de la page"
    assert kept in read(page._title.value)


def test_choices_are_sorted_as_people_read_and_count(card: ScorerCard) -> None:
    described = CATALOGUE["organisation_type"]
    info = FeatureInfo(**dict(described), in_model=True, importance=0.1)
    state = State(card=card.model_copy(update={"features": [info]}))
    (field,) = [one for one in FIELDS if one.name == "organisation_type"]
    labels = [label for label, _ in FormField(field, state)._choices()][1:]
    industries = [label for label in labels if label.startswith("Industrie")]
    assert industries == [f"Industrie (notre code {number})" for number in range(1, 14)]
    places = [labels.index(one) for one in ("Culture", "École maternelle", "Enseignement")]
    assert places == sorted(places)
