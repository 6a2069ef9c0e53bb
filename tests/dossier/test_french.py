"""The French page has no English words of the card."""

import pytest

from lib.dossier.french import PHRASES, in_french
from lib.features.catalogue import CATALOGUE
from lib.training.contest.candidates import CANDIDATES
from lib.training.evidence.audit import AGE_BANDS, FEW, NOT_KNOWN
from lib.training.evidence.card import INTENDED_USE, NO_PERIOD

REASONS = {row.direction.reason for row in CATALOGUE.values() if row.direction}


@pytest.mark.parametrize(
    "words",
    [*INTENDED_USE, NO_PERIOD, *AGE_BANDS, FEW, NOT_KNOWN, *sorted(REASONS)],
)
def test_what_every_card_says_is_known_in_french(words: str) -> None:
    assert in_french(words) not in (None, words)


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda one: one.name)
def test_candidates_are_called_as_they_call_themselves(candidate) -> None:
    assert in_french(candidate.english) == candidate.french


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("Runner-up: LightGBM, class weights", "Deuxième : LightGBM, poids de classe"),
        ("Family status × Age", "Situation familiale × Âge"),
        ("Civil union or cohabiting, 30 to 39", "Pacsé ou en concubinage, 30 à 39 ans"),
        (
            "Costs in EUR rest on what the lender assumes: 60.0% of a credit is lost where it is "
            "not repaid, 6.0% is earned where it is. The data tell neither.",
            "Les coûts en EUR reposent sur ce que le prêteur suppose : 60,0 % d’un crédit sont "
            "perdus s’il n’est pas remboursé, 6,0 % gagnés s’il l’est. Les données ne disent ni "
            "l’un ni l’autre.",
        ),
        ("Runner-up: a boat", None),
    ],
)
def test_words_are_put_together(english: str, french: str | None) -> None:
    assert in_french(english) == french


def test_no_phrase_is_left_empty() -> None:
    assert all(PHRASES.values())
