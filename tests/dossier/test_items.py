"""Whatever the law asks is answered by a fact, by another item, or by a person; nothing twice."""

from collections import Counter

import pytest

from lib.dossier.items import CHAPTERS, ITEMS, Item, questions
from lib.dossier.law import ACTS

# Each place that the dossier has to answer, as it was looked up in the acts.
ANNEX_IV = [
    *(f"Annex IV, point 1({letter})" for letter in "abcdefgh"),
    *(f"Annex IV, point 2({letter})" for letter in "abcdefgh"),
    *(f"Annex IV, point {number}" for number in range(3, 10)),
]
INSTRUCTIONS = [
    "Art. 13(3), point (a)",
    *(f"Art. 13(3), point (b)({at})" for at in ("i", "ii", "iii", "iv", "v", "vi", "vii")),
    *(f"Art. 13(3), point ({letter})" for letter in "cdef"),
]
DATA = [*(f"Art. 10(2), point ({letter})" for letter in "abcdefgh"), "Art. 10(3)", "Art. 10(4)"]
RIGHTS = [f"Art. 27(1), point ({letter})" for letter in "abcdef"]
OVERSIGHT = [
    "Art. 12(1)",
    "Art. 12(2)",
    "Art. 14(3), point (a)",
    "Art. 14(3), point (b)",
    *(f"Art. 14(4), point ({letter})" for letter in "abcde"),
    "Art. 19(1)",
    *(f"Art. 26({paragraph})" for paragraph in (1, 2, 4, 5, 6, 7, 9, 11)),
]
CREDIT = [
    *(f"Art. 18({paragraph})" for paragraph in (1, 3, 4, 9, 11)),
    *(f"Art. 18(8), point ({letter})" for letter in "abc"),
    "operative part, point 1",
    "operative part, point 2",
]


@pytest.mark.parametrize("place", [*ANNEX_IV, *INSTRUCTIONS, *DATA, *RIGHTS, *OVERSIGHT, *CREDIT])
def test_each_place_of_the_law_is_one_item(place: str) -> None:
    assert [item.place.en for item in ITEMS.values()].count(place) == 1


def test_items_have_names_of_their_own() -> None:
    names = [item.name for chapter in CHAPTERS for item in chapter.items]
    assert len(names) == len(set(names)) == len(ITEMS)


@pytest.mark.parametrize("item", ITEMS.values(), ids=lambda item: item.name)
def test_an_item_is_answered_by_a_fact_or_by_a_person(item: Item) -> None:
    """What it points to counts if that is itself answered."""
    answering = [item, *(ITEMS[name] for name in item.see)]
    assert any(one.told or one.asked for one in answering)
    assert item.name not in item.see


def test_a_fact_is_told_once() -> None:
    told = Counter(fact.__name__ for item in ITEMS.values() for fact in item.told)
    assert set(told.values()) == {1}


def test_a_question_is_asked_once() -> None:
    names = [question.name for _, question in questions()]
    assert len(names) == len(set(names))


def test_every_text_is_there_in_both_languages() -> None:
    texts = [
        *(text for item in ITEMS.values() for text in (item.place, item.heading)),
        *(chapter.title for chapter in CHAPTERS),
        *(question.words for _, question in questions()),
        *(text for act in ACTS for text in (act.name, act.applies)),
    ]
    assert all(text.fr and text.en for text in texts)
