"""The client's letter: what it says, on the page and as PDF."""

import re
from base64 import b64decode
from collections.abc import Callable
from datetime import date
from importlib.resources import files

import pytest
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont

from lib.dashboard.calls import Calls
from lib.dashboard.panels.letter import (
    Letter,
    LetterPanel,
    main_reasons,
    telling_feature,
    write_letter,
    write_page,
)
from lib.dashboard.pdf import write_pdf
from lib.dashboard.state import State
from lib.dashboard.texts import LANGUAGES, Language
from lib.serving.wire import ClientFile, Text
from tests.dashboard.conftest import looked_at, reason_of
from tests.dashboard.reading import read

MakeFile = Callable[..., ClientFile]
DAY = date(2026, 11, 24)


def written(state: State) -> str:
    letter = write_letter(state, DAY)
    assert letter is not None
    return read(write_page(letter))


@pytest.fixture
def letter(state: State) -> Letter:
    told = write_letter(state, DAY)
    assert told is not None
    return told


class TestLetter:
    def test_it_names_file_and_day(self, state: State) -> None:
        assert "Dossier n° 100002 · 24 novembre 2026" in written(state)
        state.language = "en"
        assert "File no. 100002 · 24 November 2026" in written(state)

    def test_it_says_where_a_person_must_look(self, state: State, make_file: MakeFile) -> None:
        assert "une personne doit l’examiner" not in written(state)
        state.file = looked_at(make_file())
        assert "une personne doit l’examiner avant que la décision" in written(state)
        state.language = "en"
        assert "a person must look at it before the decision is final" in written(state)

    @pytest.mark.parametrize(
        ("probability", "words"),
        [
            (0.12, "Votre demande de crédit ne peut pas être acceptée en l’état."),
            (1 / 11, "Votre demande de crédit ne peut pas être acceptée en l’état."),
            (0.05, "Votre demande de crédit peut être acceptée."),
        ],
    )
    def test_it_says_the_decision(
        self, state: State, make_file: MakeFile, probability: float, words: str
    ) -> None:
        state.file = make_file(probability=probability)
        assert words in written(state)

    def test_the_probability_is_told_as_people(self, state: State) -> None:
        said = written(state)
        assert "Sur 100 personnes dont le dossier ressemble au vôtre, 12 ne remboursent" in said
        assert "reste en dessous de 9 sur 100" in said

    def test_the_reasons_of_a_refusal_are_those_against_the_client(self, state: State) -> None:
        reasons = [reason.fact for reason in main_reasons(state.file.explanation)]
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
        reasons = [reason.fact for reason in main_reasons(state.file.explanation)]
        assert reasons == ["income_total", "age_years"]
        assert (
            "Vos revenus : 135 000 €. Cela a fortement compté en votre faveur (−1,9 point)."
            in written(state)
        )

    def test_there_are_at_most_four(self, state: State) -> None:
        score = state.file.explanation
        many = score.model_copy(update={"reasons": [score.reasons[0]] * 9})
        assert len(main_reasons(many)) == 4

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
        assert "Vos scores externes (Second : 0.1). Cela a fortement pesé" in written(state)

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
        idle = [one.model_copy(update={"contribution": 0.0}) for one in score.reasons]
        assert main_reasons(score.model_copy(update={"reasons": idle})) == []

    def test_it_lists_the_data_that_the_client_gave(self, letter: Letter) -> None:
        rows = dict(letter.sections[-1].rows)
        assert list(rows) == [
            "Vos revenus",
            "Type de crédit demandé",
            "Votre âge",
            "Vous avez une voiture",
        ]
        assert read(rows["Vos revenus"]) == "135 000 €"

    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("fr", ["qu’une personne réexamine", "corriger une information", "liste complète"]),
            ("en", ["a person to review", "wrong information corrected", "the full list"]),
        ],
    )
    def test_it_says_the_clients_rights(
        self, state: State, language: Language, words: list[str]
    ) -> None:
        state.language = language
        said = written(state)
        assert all(one in said for one in words)

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
    def test_it_is_one_page_in_its_language(self, state: State, language: Language) -> None:
        state.language = language
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


class TestPanel:
    @pytest.fixture
    def panel(self, state: State) -> LetterPanel:
        return LetterPanel(state, Calls(state))

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
