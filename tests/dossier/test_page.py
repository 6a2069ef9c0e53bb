"""The dossier as it is read: whole, in both languages, with the card's own figures."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lib.decision import CostMatrix
from lib.dossier.facts import PURPOSES, Evidence
from lib.dossier.items import ITEMS, questions
from lib.dossier.law import ACTS
from lib.dossier.page import dossier_page, write_dossier
from lib.dossier.recorded import Watched
from lib.dossier.writing import LANGUAGES, NARROW_SPACE, Language, Pen
from lib.features.description import Purpose, Text

FEWEST_LETTERS = 20  # less than that under a heading says nothing
LONG_SENTENCE = 8  # words: shorter ones, such as headings of columns, may well come again


class Page(HTMLParser):
    """Keeps what is read in each item, where it points, and what is named and loaded."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.items: dict[str, str] = {}
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.fields: dict[str, str] = {}
        self.pointing: dict[str, str] = {}
        self._item = ""
        self._into = self.items
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids += [given["id"]] if "id" in given else []
        self._item = given["id"] if given.get("class") == "item" else self._item
        if tag in ("p", "section"):
            self._into = self.pointing if given.get("class") == "see" else self.items
        if given.get("id", "").startswith("field-"):
            self.fields[given["id"].removeprefix("field-")] = given["class"]
        self.links += [given["href"]] if tag == "a" else []
        self.loaded += [given["href"]] if tag == "link" else []
        self.loaded += [given["src"]] if "src" in given else []

    def handle_data(self, data: str) -> None:
        self._into[self._item] = self._into.get(self._item, "") + data


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    return request.param


@pytest.fixture(scope="module")
def text(evidence: Evidence, language: Language) -> str:
    return dossier_page(evidence, {}, language)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_the_page_needs_nothing_else(text: str, page: Page) -> None:
    assert page.loaded == []
    assert not re.search(r"url\(|@import|<script", text)


def test_every_link_leads_somewhere(page: Page) -> None:
    within = {link.removeprefix("#") for link in page.links if link.startswith("#")}
    assert within <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert {link for link in page.links if not link.startswith("#")} == {act.where for act in ACTS}


def test_every_item_is_filled_or_a_marked_field(page: Page, language: Language) -> None:
    """The list of the law against what is on the page: a heading alone is no answer."""
    pen = Pen(language)
    for item in ITEMS.values():
        bare = len("".join((pen.text(item.place) + pen.text(item.heading)).split()))
        told = page.items[item.name] + page.pointing.get(item.name, "")
        assert len("".join(told.split())) > bare + FEWEST_LETTERS, item.name
    assert set(page.fields) == {question.name for _, question in questions()}
    assert set(page.fields.values()) == {"field open"}


def test_nothing_is_said_twice(page: Page) -> None:
    sentences = [
        sentence
        for told in page.items.values()
        for sentence in re.split(r"(?<=[.!?])\s+|\n", told)
        if len(sentence.split()) > LONG_SENTENCE
    ]
    assert len(sentences) > len(ITEMS) / 2
    assert {one for one in sentences if sentences.count(one) > 1} == set()


def test_the_page_says_that_it_is_no_legal_advice(page: Page, language: Language) -> None:
    words = {"fr": "Ceci n’est pas un conseil juridique.", "en": "This is no legal advice."}
    assert words[language] in page.items[""]


@pytest.mark.parametrize(
    ("place", "french", "english"),
    [
        ("annex_2_b", "15,00 %", "15.00%"),  # the threshold
        ("annex_2_b", "un défaut manqué coûte 10, un bon", "a missed default costs 10, a good"),
        ("annex_2_b", "9 000", "9,000"),  # cost per client in EUR
        ("annex_2_g", "0,750", "0.750"),  # AUC
        ("annex_2_g", "0,700 à 0,800", "0.700 to 0.800"),
        ("annex_2_g", "−1,450", "−1.450"),  # against granting every credit
        ("annex_2_g", "1,23 %", "1.23%"),  # distance of the calibration
        ("annex_2_g", "0,93 (0,81 à 1,05)", "0.93 (0.81 to 1.05)"),
        ("art_10_2_e", "1 080", "1,080"),  # clients trained on
        ("art_10_2_e", "20,00 %", "20.00%"),  # of whom defaulted
        ("art_10_2_g", "+0,010 (−0,010 à 0,030)", "+0.010 (−0.010 to 0.030)"),
        ("art_13_3_b_iii", "moins de 65 %", "less than 65%"),
        ("art_12_2", "1 234", "1,234"),
        ("art_12_2", "1 686 inscriptions, 0 en faute", "1,686 entries, 0 at fault"),
        ("art_14_4_d", "40 décisions de personnes, dont 7", "40 decisions of people, 7 of them"),
        ("art_14_4_d", "(17,5 %)", "(17.5%)"),
        ("art_26_6", "1 827 jours", "1,827 days"),
    ],
)
def test_figures_are_those_of_card_and_journal(
    page: Page, language: Language, place: str, french: str, english: str
) -> None:
    written = page.items[place].replace(NARROW_SPACE, " ")
    assert (french if language == "fr" else english) in written


def test_costs_are_written_as_they_were_set_and_said_to_follow_amounts(
    evidence: Evidence, language: Language
) -> None:
    def told(**others: object) -> str:
        costs = CostMatrix(missed_default=2.5, refused_good=0.25)
        card = evidence.card.model_copy(update={"costs": costs, **others})
        scorer = replace(evidence.scorer, card=card)
        return dossier_page(replace(evidence, scorer=scorer), {}, language)

    pen = Pen(language)
    assert pen("un défaut manqué coûte 2,5", "a missed default costs 2.5") in told()
    assert pen("refusé 0,25", "refused 0.25") in told()
    by_amount = pen("chaque crédit pèse par son montant", "each credit weighs by its amount")
    assert by_amount not in told()
    assert by_amount in told(costs_by_amount=True)


def test_of_each_candidate_is_told_on_how_many_clients_it_was_judged(
    evidence: Evidence, language: Language
) -> None:
    (one,) = evidence.card.candidates
    older = one.model_copy(update={"candidate": "older", "clients": None, "chosen": False})
    candidates = (one.model_copy(update={"clients": 245_678}), older)
    card = evidence.card.model_copy(update={"candidates": candidates})
    scorer = replace(evidence.scorer, card=card)
    told = dossier_page(replace(evidence, scorer=scorer), {}, language)
    assert Pen(language).number(245_678) in told


def test_an_empty_journal_is_told(evidence: Evidence, language: Language) -> None:
    page = Page(dossier_page(replace(evidence, recorded=None), {}, language))
    words = {"fr": "Le journal est encore vide", "en": "The journal is still empty"}
    assert words[language] in page.items["art_12_2"]


def test_monitoring_is_told_the_worst_first(evidence: Evidence, language: Language) -> None:
    watched = [
        Watched(Text("Coût", "Cost"), Text("Tout va bien.", "All is well."), "green"),
        Watched(Text("Âge", "Age"), Text("Il a changé.", "It has moved."), "red"),
    ]
    told = Page(dossier_page(replace(evidence, watched=watched), {}, language)).items["annex_9"]
    words = {
        "fr": ("■ rouge", "Il a changé.", "● vert"),
        "en": ("■ red", "It has moved.", "● green"),
    }
    places = [told.index(one) for one in words[language]]
    assert places == sorted(places)


def test_where_monitoring_has_not_run_the_page_says_how(page: Page) -> None:
    assert "notebooks/04_monitor.ipynb" in page.items["annex_9"]


def test_the_register_has_every_feature(page: Page, evidence: Evidence, language: Language) -> None:
    for row in evidence.scorer.catalogue.values():
        assert Pen(language).text(row.label) in page.items["register"]
    uses = {"fr": f"écartée{NARROW_SPACE}: protégée", "en": "left out: protected"}
    assert page.items["register"].count(uses[language]) == 1  # gender


def test_every_purpose_has_words() -> None:
    assert set(PURPOSES) == set(Purpose)


def test_an_answer_takes_the_place_of_the_field(evidence: Evidence, language: Language) -> None:
    answers = {"provider": Text("Le <prêteur>\n\nde Paris", ""), "misuse": Text("Rien", "Nothing")}
    text = dossier_page(evidence, answers, language)
    page = Page(text)
    assert page.fields["provider"] == page.fields["misuse"] == "field"
    assert page.fields["metrics"] == "field open"
    assert "Le &lt;prêteur&gt;</p>" in text
    assert {"fr": "Rien", "en": "Nothing"}[language] in page.items["art_13_3_b_iii"]
    in_french_alone = '<p lang="fr">Le &lt;prêteur' in text
    asks_for_english = "Still to be translated." in page.items["annex_1_a"]
    assert in_french_alone is asks_for_english is (language == "en")


def test_what_the_card_says_is_escaped(text: str) -> None:
    assert "<every>" not in text
    assert "&lt;every&gt;" in text


def test_there_is_a_page_a_language(evidence: Evidence, tmp_path: Path) -> None:
    french, english = write_dossier(evidence, {}, tmp_path / "dossier")
    assert (french.name, english.name) == ("dossier_fr.html", "dossier_en.html")
    assert '<html lang="fr">' in french.read_text()
    assert '<html lang="en">' in english.read_text()
