"""Help for a first day: each step leads to a card, and each card explains its words."""

import re

import pytest

from lib.dashboard import Page
from lib.dashboard.guide import GLOSSARY, TOUR, explain_words, write_tour
from lib.dashboard.state import State
from lib.dashboard.texts import LANGUAGES, Language, say
from lib.serving.api import ScoringApi
from tests.dashboard.reading import read


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tour_has_a_step_for_each_card_and_every_word(language: Language) -> None:
    told = write_tour(language)
    assert told.count("data-leads=") == len(TOUR)
    for terms in GLOSSARY.values():
        for term, explanation in terms:
            assert read(told).count(read(say(language, explanation))) == 1
            assert read(say(language, term)) in read(told)


def test_each_step_leads_to_a_card_that_is_on_the_page() -> None:
    page = Page(ScoringApi("http://127.0.0.1:9"))
    classes, waiting = set(), [page.widget]
    while waiting:
        widget = waiting.pop()
        classes.update(widget._dom_classes)
        waiting.extend(getattr(widget, "children", ()))
    for place, _, _ in TOUR:
        assert set(re.findall(r"\.([\w-]+)", place)) <= classes


@pytest.mark.parametrize("card", GLOSSARY)
def test_the_button_of_a_card_opens_its_words(card: str) -> None:
    told = explain_words(card, "en")
    (place,) = re.findall(r'id="([^"]+)"', told)
    assert told.count(f'popovertarget="{place}"') == 2
    assert len(re.findall("<dt>", told)) == len(GLOSSARY[card])


def test_all_cards_with_words_of_their_own_explain_them(state: State) -> None:
    page = Page(ScoringApi("http://127.0.0.1:9"))
    page.state.card, page.state.client_id, page.state.file = state.card, 100_002, state.file
    shown = "".join(
        html.value
        for html in (
            page._title,
            page.reasons.heading,
            page.comparison.heading,
            page.information.heading,
            page.simulation.heading,
        )
    )
    for card in GLOSSARY:
        assert shown.count(f'id="glossary-{card}"') == 1
