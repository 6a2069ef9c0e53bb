"""The client's letter: what it says, on the page and as PDF."""

import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from importlib.resources import files
from typing import Any

import pytest
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont

from lib.dashboard.calls import Calls
from lib.dashboard.panels.decision import DecisionPanel
from lib.dashboard.panels.letter import (
    Letter,
    LetterPanel,
    main_reasons,
    telling_feature,
    write_letter,
    write_page,
)
from lib.dashboard.panels.simulation import Simulator
from lib.dashboard.pdf import write_pdf
from lib.dashboard.state import State
from lib.dashboard.texts import LANGUAGES, Language
from lib.decision import Decision
from lib.features.catalogue import CATALOGUE
from lib.serving.api import ApiFault, ApiProblem, ApiUnreachable
from lib.serving.people import Person, PersonRole
from lib.serving.wire import (
    ClientFile,
    Decided,
    DecisionsPage,
    Problem,
    Reason,
    Recourse,
    RecourseOption,
    ScorerCard,
    Text,
)
from tests.dashboard.conftest import looked_at, reason_of
from tests.dashboard.reading import read

MakeFile = Callable[..., ClientFile]
DAY = date(2026, 11, 24)
UNREACHABLE = ApiUnreachable("the API", "it is there", "start it")


def written(state: State) -> str:
    letter = write_letter(state, DAY)
    assert letter is not None
    return read(write_page(letter))


def told_reasons(state: State) -> list[Reason]:
    score = state.file.explanation
    return main_reasons(score, score.decision)


def decided(state: State, decision: Decision) -> Decided:
    """Give what the journal answers to a decision on the client on the page."""
    score = state.file.explanation
    return Decided(
        decision_id="1" * 32,
        client_id=state.file.client_id,
        score_id=score.score_id,
        decision=decision,
        reason=None,
        comment="",
        is_override=decision is not score.decision,
        person=None,
        caller="",
        decided_at="2026-11-24T12:00:00+00:00",
        model_decision=score.decision,
        default_probability=score.default_probability,
        threshold=score.threshold,
        scorer=score.scorer,
    )


@pytest.fixture
def letter(state: State) -> Letter:
    told = write_letter(state, DAY)
    assert told is not None
    return told


class TestLetter:
    def test_it_names_file_and_day(self, state: State) -> None:
        assert "Client n° 100002 · 24 novembre 2026" in written(state)
        state.language = "en"
        assert "Client no. 100002 · 24 November 2026" in written(state)

    def test_it_names_the_adviser_where_one_is_signed_in(self, state: State) -> None:
        said = written(state)
        assert "Dossier suivi par" not in said
        assert "adressez-vous à la personne qui suit votre dossier" in said
        state.person = Person("camille.martin", PersonRole.MANAGER)
        said = written(state)
        assert "24 novembre 2026 · Dossier suivi par camille.martin" in said
        assert "adressez-vous à camille.martin, avec votre numéro de client" in said

    def test_an_auditor_is_nobodys_adviser(self, state: State) -> None:
        state.person = Person("zoe.audit", PersonRole.AUDITOR)
        said = written(state)
        assert "zoe.audit" not in said
        assert "Dossier suivi par" not in said
        assert "adressez-vous à la personne qui suit votre dossier" in said

    def test_it_says_where_a_person_must_look_and_why(
        self, state: State, make_file: MakeFile
    ) -> None:
        assert "moins sûre" not in written(state)
        state.file = looked_at(make_file())
        said = written(state)
        assert "Cette estimation est moins sûre que d’ordinaire" in said
        assert "Vos revenus : 1, compte comme 27 000." in said
        assert "Une personne doit l’examiner avant que la décision soit définitive." in said
        state.language = "en"
        assert "A person must look at it before the decision is final." in written(state)
        # Once a person has, the client reads why the estimate is unsure and no more.
        state.recorded = decided(state, Decision.REFUSE)
        said = written(state)
        assert "This estimate is less sure than usual" in said
        assert "A person must look" not in said

    @pytest.mark.parametrize(
        ("probability", "words"),
        [
            (0.12, "D’après le calcul, votre demande de crédit ne pourrait pas être acceptée"),
            (1 / 11, "D’après le calcul, votre demande de crédit ne pourrait pas être acceptée"),
            (0.05, "D’après le calcul, votre demande de crédit pourrait être acceptée."),
        ],
    )
    def test_until_a_person_decides_it_says_what_the_calculation_says(
        self, state: State, make_file: MakeFile, probability: float, words: str
    ) -> None:
        state.file = make_file(probability=probability)
        said = written(state)
        assert words in said
        assert "une personne examinera votre dossier et décidera" in said
        assert "est acceptée" not in said
        assert "n’est pas acceptée" not in said

    @pytest.mark.parametrize("probability", [0.05, 0.12])
    @pytest.mark.parametrize("decision", Decision)
    def test_it_follows_the_decision_recorded(
        self, state: State, make_file: MakeFile, probability: float, decision: Decision
    ) -> None:
        state.file = make_file(probability=probability)
        state.recorded = decided(state, decision)
        said = written(state)
        is_granted = decision is Decision.GRANT
        assert ("Votre demande de crédit est acceptée." in said) is is_granted
        assert ("Votre demande de crédit n’est pas acceptée" in said) is not is_granted
        assert ("en votre faveur dans le calcul" in said) is is_granted
        assert ("contre votre demande dans le calcul" in said) is not is_granted
        assert "pourrait" not in said
        assert "Cette décision a été prise par une personne, le 24 novembre 2026." in said
        is_apart = decision is not state.file.explanation.decision
        assert ("en a jugé autrement" in said) is is_apart

    @pytest.mark.parametrize("is_override", [True, False])
    def test_whether_the_person_judged_otherwise_is_as_the_journal_has_it(
        self, state: State, is_override: bool
    ) -> None:
        then = {"is_override": is_override}
        state.recorded = decided(state, Decision.REFUSE).model_copy(update=then)
        assert ("en a jugé autrement" in written(state)) is is_override

    def test_a_decision_about_other_figures_is_not_the_answer_to_these(
        self, state: State, make_file: MakeFile
    ) -> None:
        before = decided(state, Decision.REFUSE)
        scored_anew = make_file(probability=0.05)
        own = scored_anew.explanation.model_copy(update={"score_id": "9" * 32})
        state.file = scored_anew.model_copy(update={"explanation": own})
        undecided = written(state)
        state.recorded = before
        assert written(state) == undecided
        assert "Ce n’est pas encore une décision" in undecided

    def test_a_page_that_is_loaded_again_shows_the_same_decision(self, state: State) -> None:
        # The client is scored anew with each page, under another number.
        earlier = {"score_id": "8" * 32}
        state.recorded = decided(state, Decision.REFUSE).model_copy(update=earlier)
        assert "Votre demande de crédit n’est pas acceptée" in written(state)

    def test_it_says_by_whom_and_when_it_was_decided(self, state: State) -> None:
        state.person = Person("zoe.petit", PersonRole.MANAGER)
        by = {"person": "camille.martin"}
        state.recorded = decided(state, Decision.GRANT).model_copy(update=by)
        assert "a été prise par camille.martin, le 24 novembre 2026." in written(state)

    def test_what_was_decided_on_another_client_is_not_said(
        self, state: State, make_file: MakeFile
    ) -> None:
        state.recorded = decided(state, Decision.GRANT)
        state.file = make_file(client_id=100_003)
        assert "ne pourrait pas être acceptée" in written(state)

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("probability", [0.0, 0.0049, 0.0051, 0.05, 0.12, 0.0905])
    def test_it_counts_people_as_the_page_does(
        self, state: State, make_file: MakeFile, language: Language, probability: float
    ) -> None:
        state.language, state.file = language, make_file(probability=probability or 1e-9)
        said, page = written(state), read(DecisionPanel(state).widget.value)
        counts = r"\d+ ne rembourse|moins d’une? ne|\d+ do(?:es)? not|fewer than one"
        (in_letter,), (on_page,) = re.findall(counts, said), re.findall(counts, page)
        assert in_letter.replace("une", "un") == on_page.replace("une", "un")

    def test_the_probability_is_told_as_people(self, state: State) -> None:
        said = written(state)
        assert (
            "Sur 100 personnes pour qui le calcul donne le même risque, 12 ne remboursent" in said
        )
        assert "reste inférieur à 9 sur 100" in said
        # Nobody was looked for who is like this client.
        assert "ressemble" not in said

    def test_the_reasons_of_a_refusal_are_those_against_the_client(self, state: State) -> None:
        reasons = [reason.fact for reason in told_reasons(state)]
        assert reasons == ["late_share", "contract_type", "owns_car"]
        said = written(state)
        assert (
            "Part en retard : information non fournie. Cela a fortement pesé contre votre demande "
            "(+7,7 points)." in said
        )
        assert (
            "Type de crédit demandé : Prêt personnel. Cela a pesé contre votre demande "
            "(+1,7 point)." in said
        )

    def test_the_reasons_of_a_grant_are_those_in_favour(
        self, state: State, make_file: MakeFile
    ) -> None:
        state.file = make_file(probability=0.05)
        reasons = [reason.fact for reason in told_reasons(state)]
        assert reasons == ["income_total", "age_years"]
        assert (
            "Vos revenus : 135 000 €. Cela a fortement compté en votre faveur (−1,9 point)."
            in written(state)
        )

    def test_there_are_at_most_four_and_none_twice(self, state: State) -> None:
        score = state.file.explanation
        first = score.reasons[0]
        others = [replace(first, fact=f"other_{number}") for number in range(9)]
        many = score.model_copy(update={"reasons": [first, first, *others]})
        facts = [one.fact for one in main_reasons(many, Decision.REFUSE)]
        assert facts == [first.fact, "other_0", "other_1", "other_2"]

    @pytest.mark.parametrize("probability", [0.05, 0.12])
    def test_no_information_is_told_twice(
        self, state: State, make_file: MakeFile, probability: float
    ) -> None:
        state.file = make_file(probability=probability)
        letter = write_letter(state, DAY)
        rows = [row[0] for section in letter.sections for row in section.rows]
        points = [point for section in letter.sections for point in section.points]
        assert rows
        assert len(rows) == len(set(rows))
        assert not [row for row in rows for point in points if point.startswith(row)]

    def test_it_says_from_whom_an_information_came(self, state: State, card: ScorerCard) -> None:
        sources = {
            "contract_type": {"family": "credit_elsewhere", "source": "bureau"},
            "age_years": {"family": "external_scores"},
            "owns_car": {"source": "installments_payments"},
        }
        state.card = card.model_copy(
            update={
                "features": [
                    info.model_copy(update=sources.get(info.name, {})) for info in card.features
                ]
            }
        )
        state.file = state.file.model_copy(
            update={"features": state.file.features, "explanation": state.file.explanation}
        )
        said = written(state)
        assert "contre votre demande (+1,7 point). Source : fichiers de crédit." in said
        assert "Source : votre historique chez nous." in said
        assert "Vos revenus 135 000 € votre demande" in said
        assert "Votre âge 34 ans organismes de notation" in said
        assert "Un score externe est une note entre 0 et 1" in said

    def test_what_would_lead_to_a_grant_is_said_of_a_refusal_only(self, state: State) -> None:
        option = RecourseOption(
            changes={"income_total": 162_000.0},
            relative_changes={"income_total": 0.2},
            default_probability=0.08,
        )
        found = Recourse(
            client_id=100_002,
            before=state.file.explanation,
            bounds={},
            options=[option],
            complete=True,
        )
        letter = write_letter(state, DAY, found)
        (way,) = next(one.points for one in letter.sections if "permettrait" in one.title)
        assert read(way) == "Vos revenus à 162 000 € au lieu de 135 000 € (+20 %)."
        nothing = found.model_copy(update={"options": []})
        assert write_letter(state, DAY, nothing) == write_letter(state, DAY)
        state.recorded = decided(state, Decision.GRANT)
        assert write_letter(state, DAY, found) == write_letter(state, DAY)

    def test_of_several_values_behind_a_fact_the_one_that_pushes_its_way_is_told(
        self, state: State
    ) -> None:
        names = [Text(fr=name, en=name) for name in ("Moyenne", "Premier", "Second")]
        weights = {"mean": (names[0], None, 1.0), "one": (names[1], 0.9, -0.4)}
        weights["two"] = (names[2], 0.1, 0.3)
        scores = Text(fr="Vos scores externes", en="Your external scores")
        told = reason_of("external_scores", scores, weights, points=10.0)
        assert telling_feature(told).feature == "two"
        score = state.file.explanation
        state.file = state.file.model_copy(
            update={"explanation": score.model_copy(update={"reasons": [told]})}
        )
        assert "Vos scores externes – Second : 0.1. Cela a fortement pesé" in written(state)

    def test_a_value_that_begins_as_its_fact_does_not_say_it_again(self, state: State) -> None:
        score = state.file.explanation
        fact, lifts = Text(fr="Votre immeuble", en=""), CATALOGUE["building_lifts"].label
        told = reason_of("building", fact, {"lifts": (lifts, 0.25, 0.5)}, points=10.0)
        state.file = state.file.model_copy(
            update={"explanation": score.model_copy(update={"reasons": [told]})}
        )
        assert "Votre immeuble – ascenseurs (note de 0 à 1) : 0.25. Cela" in written(state)

    def test_a_value_called_as_its_fact_is_not_named_twice(self, state: State) -> None:
        score = state.file.explanation
        first = score.reasons[0]
        label = first.label
        features = {"late": (label, 0.3, 0.5), "other": (Text(fr="Autre", en="Other"), 1.0, 0.2)}
        told = reason_of(first.fact, label, features, points=10.0)
        state.file = state.file.model_copy(
            update={"explanation": score.model_copy(update={"reasons": [told]})}
        )
        assert "Part en retard : 0.3. Cela a fortement pesé" in written(state)

    def test_where_none_pushes_its_way_the_strongest_given_is_told(self) -> None:
        name = Text(fr="Un", en="One")
        told = reason_of(
            "any", name, {"lost": (name, None, 1.0), "one": (name, 0.9, -0.4)}, points=10.0
        )
        assert telling_feature(told).feature == "one"
        nothing = reason_of("any", name, {"lost": (name, None, 1.0)}, points=10.0)
        assert telling_feature(nothing) is None

    def test_a_reason_of_no_weight_is_none(self, state: State) -> None:
        score = state.file.explanation
        idle = [replace(one, contribution=0.0) for one in score.reasons]
        idle_score = score.model_copy(update={"reasons": idle})
        assert main_reasons(idle_score, Decision.GRANT) == []
        state.file = state.file.model_copy(update={"explanation": idle_score})
        assert "Ce qui a le plus" not in written(state)

    def test_a_reason_that_comes_to_no_points_as_they_are_shown_is_none(self, state: State) -> None:
        score = state.file.explanation
        *others, owns_car = score.reasons
        slight = replace(owns_car, contribution=0.001, points=0.01)
        score = score.model_copy(update={"reasons": [*others, slight]})
        state.file = state.file.model_copy(update={"explanation": score})
        assert [one.fact for one in told_reasons(state)] == ["late_share", "contract_type"]
        assert "(0 point)" not in written(state)

    @pytest.mark.parametrize(
        ("language", "decision", "words"),
        [
            ("fr", Decision.REFUSE, "Aucune information, prise séparément, n’a nettement pesé"),
            ("en", Decision.REFUSE, "taken by itself, weighed noticeably against your"),
            ("fr", Decision.GRANT, "Aucune information, prise séparément, n’a nettement compté"),
            ("en", Decision.GRANT, "taken by itself, counted noticeably in your favour"),
        ],
    )
    def test_where_no_reason_is_left_it_says_so_and_lists_what_was_used(
        self, state: State, language: Language, decision: Decision, words: str
    ) -> None:
        score, state.language = state.file.explanation, language
        reasons = [replace(one, points=0.0) for one in score.reasons]
        flat = {"reasons": reasons, "base_probability": score.default_probability}
        flat_score = score.model_copy(update=flat)
        state.file = state.file.model_copy(update={"explanation": flat_score})
        state.recorded = decided(state, decision)
        said = written(state)
        assert words in said
        assert {"fr": "Les informations utilisées", "en": "The information used"}[language] in said
        for after_others in ("ensuite", "after that", "Les autres informations", "The other"):
            assert after_others not in said

    def test_it_lists_what_else_is_known_of_the_client(self, letter: Letter) -> None:
        rows = letter.sections[-1].rows
        assert [label for label, _, _ in rows] == ["Vos revenus", "Votre âge"]
        assert read(rows[0][1]) == "135 000 €"

    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("fr", ["qu’une personne réexamine", "corriger une information", "liste complète"]),
            ("en", ["a person to review", "wrong information corrected", "the full list"]),
            (
                "fr",
                ["contester", "médiateur", "la CNIL", "points conseil budget", "surendettement"],
            ),
            ("en", ["contest", "mediator", "CNIL", "point conseil budget", "over-indebtedness"]),
        ],
    )
    def test_it_says_the_clients_rights(
        self, state: State, language: Language, words: list[str]
    ) -> None:
        state.language = language
        said = written(state)
        assert all(one in said for one in words)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_of_equal_risk_it_does_not_speak_as_of_likeness(
        self, state: State, language: Language
    ) -> None:
        state.language = language
        said = written(state).lower()
        assert {"fr": "même risque", "en": "same risk"}[language] in said
        for word in ("semblable", "similaire", "comme vous", "similar", "alike", "like you"):
            assert word not in said

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_has_no_jargon(self, state: State, language: Language) -> None:
        state.language = language
        said = written(state).lower()
        for word in ("score de", "log", "shap", "model", "modèle", "target", "late_share", "%"):
            assert word not in said

    def test_without_a_client_there_is_none(self) -> None:
        assert write_letter(State(), DAY) is None


class TestPdf:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("decision", [None, *Decision])
    def test_it_is_one_page_in_its_language(
        self, state: State, language: Language, decision: Decision | None
    ) -> None:
        state.language = language
        state.recorded = decided(state, decision) if decision else None
        told = write_letter(state, DAY)
        assert told is not None
        document = write_pdf(told)
        assert document.startswith(b"%PDF-")
        assert len(re.findall(rb"/Type /Page\b", document)) == 1
        assert f"/Lang ({language})".encode() in document

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("font", ["DejaVuSans", "DejaVuSans-Bold"])
    def test_its_fonts_hold_all_that_the_catalogues_say(
        self, language: Language, font: str
    ) -> None:
        folder = files("lib.dashboard")
        path = folder / "locale" / language / "LC_MESSAGES" / "dashboard.po"
        with path.open("rb") as catalogue:
            messages = [message for message in read_po(catalogue) if message.id]
        said = {
            letter
            for message in messages
            if str(message.id).startswith("letter.")
            for letter in "".join(message.string)
        }
        needed = said | set("•€\u202f\xa0−éèêëàâçîïôûùüœŒÉÀÇ’«»0123456789")
        with TTFont(str(folder / "fonts" / f"{font}.ttf")) as read_font:
            assert {ord(letter) for letter in needed} <= read_font.getBestCmap().keys()


class Api:
    """Tells of a client what would lead to a grant, and what was decided."""

    def __init__(self) -> None:
        self.fault: ApiFault | None = None
        self.decided: list[Decided] = []
        self.file: ClientFile | None = None

    def recourse(self, client_id: int, **_: object) -> Recourse:
        self.give()
        option = RecourseOption(
            changes={"income_total": 162_000.0},
            relative_changes={"income_total": 0.2},
            default_probability=0.08,
        )
        return Recourse(
            client_id=client_id,
            before=self.file.explanation,
            bounds={},
            options=[option],
            complete=True,
        )

    def decisions(self) -> DecisionsPage:
        self.give()
        return DecisionsPage(total=len(self.decided), page=1, page_size=20, decisions=self.decided)

    def give(self) -> None:
        if self.fault:
            raise self.fault


class LateCalls(Calls):
    """Answers what would lead to a grant when it is told to."""

    def run(self, name: str, call: Callable, done: Callable, **others: Any) -> None:
        run = partial(super().run, name, call, done, **others)
        if name == "recourse":
            self.answer = run
        else:
            run()


class TestPanel:
    @pytest.fixture
    def api(self, state: State) -> Api:
        api = Api()
        api.file = state.file
        return api

    @pytest.fixture
    def calls(self, state: State) -> Calls:
        return Calls(state)

    @pytest.fixture
    def simulator(self, state: State, api: Api, calls: Calls) -> Simulator:
        return Simulator(state, api, calls)

    @pytest.fixture
    def panel(self, state: State, simulator: Simulator, calls: Calls) -> LetterPanel:
        return LetterPanel(state, simulator, calls)

    def test_nothing_is_prepared_until_it_is_wanted(self, panel: LetterPanel) -> None:
        assert (panel.letter.value, panel.actions.value) == ("", "")

    def test_it_shows_the_letter_and_offers_printer_and_pdf(self, panel: LetterPanel) -> None:
        panel.prepare.click()
        assert "Votre demande de crédit" in read(panel.letter.value)
        assert "window.print()" in panel.actions.value
        assert 'download="client-100002.pdf"' in panel.actions.value
        coded = re.search(r"base64,([^\"]+)", panel.actions.value)[1]
        assert b64decode(coded).startswith(b"%PDF-")

    def test_it_follows_the_language(self, panel: LetterPanel, state: State) -> None:
        panel.prepare.click()
        state.language = "en"
        assert "Your credit application" in panel.letter.value
        assert 'lang="en"' in panel.letter.value

    def test_another_client_puts_it_away(
        self, panel: LetterPanel, state: State, make_file: MakeFile
    ) -> None:
        panel.prepare.click()
        state.file = make_file(client_id=100_003)
        assert (panel.letter.value, panel.actions.value) == ("", "")

    def test_what_would_lead_to_a_grant_is_asked_for_a_refusal_only(
        self, panel: LetterPanel, state: State, simulator: Simulator, make_file: MakeFile
    ) -> None:
        state.file = make_file(probability=0.05)
        panel.prepare.click()
        assert simulator.recourse is None
        assert "en votre faveur" in panel.letter.value
        state.file = make_file(probability=0.12)
        panel.prepare.click()
        assert "Ce qui permettrait un accord" in panel.letter.value
        assert panel.notes.layout.display == "none"

    def test_it_waits_for_what_would_lead_to_a_grant(self, state: State, api: Api) -> None:
        calls = LateCalls(state)
        panel = LetterPanel(state, Simulator(state, api, calls), calls)
        panel.prepare.click()
        assert (panel.letter.value, panel.actions.value) == ("", "")
        assert "Recherche de ce qui permettrait un accord" in panel.notes.value
        calls.answer()
        assert "Ce qui permettrait un accord" in panel.letter.value
        assert "window.print()" in panel.actions.value
        assert panel.notes.value == ""

    @pytest.mark.parametrize(
        "fault",
        [UNREACHABLE, ApiProblem(400, Problem(offender="it", rule="it is so", remedy="ask"))],
    )
    def test_where_the_ways_cannot_be_had_it_says_so_and_asks_again(
        self, panel: LetterPanel, state: State, api: Api, fault: ApiFault
    ) -> None:
        api.fault = fault
        panel.prepare.click()
        assert (panel.letter.value, panel.actions.value) == ("", "")
        assert "ce qui permettrait un accord doit y figurer" in read(panel.notes.value)
        assert panel.retry.layout.display == ""
        state.language = "en"
        assert "what would lead to acceptance could not be found out" in panel.notes.value
        assert panel.retry.description == "Try again"
        api.fault = None
        panel.retry.click()
        assert "What would lead to acceptance" in panel.letter.value
        assert "window.print()" in panel.actions.value
        assert panel.retry.layout.display == "none"

    def test_whom_a_person_grants_needs_no_ways(
        self, panel: LetterPanel, state: State, api: Api
    ) -> None:
        api.fault = UNREACHABLE
        state.recorded = decided(state, Decision.GRANT)
        panel.prepare.click()
        assert "Votre demande de crédit est acceptée." in panel.letter.value

    @pytest.mark.parametrize("probability", [0.05, 0.12])
    def test_while_decisions_cannot_be_read_nothing_is_said_of_them(
        self,
        panel: LetterPanel,
        state: State,
        api: Api,
        calls: Calls,
        make_file: MakeFile,
        probability: float,
    ) -> None:
        api.file = state.file = make_file(probability=probability)
        api.decided, api.fault = [decided(state, Decision.GRANT)], UNREACHABLE

        def show(found: DecisionsPage) -> None:
            state.recorded = found.decisions[-1]

        calls.run("decisions", api.decisions, show, retried=True)
        panel.prepare.click()
        assert (panel.letter.value, panel.actions.value) == ("", "")
        assert "si quelqu’un a déjà décidé pour ce client" in panel.notes.value
        assert panel.retry.layout.display == ""
        api.fault = None
        panel.retry.click()
        assert "Votre demande de crédit est acceptée." in panel.letter.value

    def test_what_the_api_refuses_for_good_is_not_offered_again(
        self, panel: LetterPanel, state: State
    ) -> None:
        problem = Problem(offender="the key", rule="it may ask", remedy="give another")
        panel.prepare.click()
        state.faults = {"decisions": ApiProblem(403, problem)}
        assert panel.letter.value == ""
        assert "the key: it may ask; give another." in read(panel.notes.value)
        assert panel.retry.layout.display == "none"

    def test_a_fault_of_something_else_leaves_the_letter_as_it_is(
        self, panel: LetterPanel, state: State
    ) -> None:
        panel.prepare.click()
        made: list[str] = []
        panel.actions.observe(lambda change: made.append(change.new), names="value")
        state.faults = {"comparison": UNREACHABLE}
        assert panel.letter.value
        # The PDF is not made once more.
        assert made == []

    def test_it_says_that_the_decision_of_a_day_was_about_other_figures(
        self, panel: LetterPanel, state: State
    ) -> None:
        figures = {"score_id": "8" * 32, "default_probability": 0.05}
        state.recorded = decided(state, Decision.GRANT).model_copy(update=figures)
        panel.prepare.click()
        assert "La décision du 24 novembre 2026 portait sur un autre calcul" in panel.notes.value
        assert panel.notes.layout.display == ""
        assert "Ce n’est pas encore une décision" in read(panel.letter.value)
        state.language = "en"
        assert "The decision of 24 November 2026 was about another" in panel.notes.value

    def test_it_is_written_again_once_a_decision_is_recorded(
        self, panel: LetterPanel, state: State
    ) -> None:
        panel.prepare.click()
        assert "ne pourrait pas être acceptée" in panel.letter.value
        state.recorded = decided(state, Decision.GRANT)
        assert "Votre demande de crédit est acceptée." in panel.letter.value
        assert "ne pourrait pas" not in panel.letter.value
