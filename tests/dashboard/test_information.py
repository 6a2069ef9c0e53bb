"""The client's values beside what is usual."""

import re

import pytest

from lib.dashboard.panels.information import InformationPanel, find_unusual, matches
from lib.dashboard.state import State
from lib.features.catalogue import CATALOGUE
from lib.serving.wire import FeatureInfo, ScorerCard, Usual
from tests.dashboard.reading import read


def test_values_are_under_their_family(state: State) -> None:
    said = read(InformationPanel(state).values.value)
    assert re.search(r"Identité 1 renseignées? sur 1 Votre âge 34 ans", said)
    assert "Part en retard non renseigné" in said


@pytest.mark.parametrize("words", ["age", "ÂGE", "identite", "  votre   âge "])
def test_search_forgives_accents_case_and_spaces(card: ScorerCard, words: str) -> None:
    assert [info.name for info in matches(card.features, words, "fr")] == ["age_years"]


@pytest.mark.parametrize("words", ["d'études", "d’études", "D’ETUDES"])
def test_search_takes_either_apostrophe(words: str) -> None:
    rows = [CATALOGUE[name] for name in ("age_years", "education")]
    known = [FeatureInfo(**dict(row), in_model=True, importance=0.1) for row in rows]
    assert [info.name for info in matches(known, words, "fr")] == ["education"]


def test_search_that_finds_nothing_says_so(state: State) -> None:
    panel = InformationPanel(state)
    panel.search.value = "<b>lune</b>"
    assert "Aucune information ne contient « <b>lune</b> »." in read(panel.values.value)
    assert "<b>" not in panel.values.value


def usual_number(low: float, median: float, high: float, given: int | None = 1000) -> Usual:
    quantiles = {"0.05": low, "0.5": median, "0.95": high}
    return Usual(quantiles=quantiles, shares=None, given=given)


def usual_category(given: int | None = 1000, **shares: float) -> Usual:
    return Usual(quantiles=None, shares=shares, given=given)


@pytest.mark.parametrize(
    ("name", "value", "usual", "expected"),
    [
        ("age_years", 25.0, usual_number(25, 40, 60), None),
        ("age_years", 24.9, usual_number(25, 40, 60), "low"),
        ("age_years", 60.0, usual_number(25, 40, 60), None),
        ("age_years", 60.1, usual_number(25, 40, 60), "high"),
        ("owns_car", 1.0, usual_number(0, 0, 0), "rare"),
        ("contract_type", "a", usual_category(b=0.95, a=0.05), None),
        ("contract_type", "a", usual_category(b=0.96, a=0.04), "rare"),
        ("contract_type", "new", usual_category(b=1.0), "rare"),
        ("age_years", None, usual_number(25, 40, 60), None),
        ("age_years", 34.0, Usual(quantiles=None, shares=None), None),
        ("age_years", 34.0, None, None),
    ],
)
def test_unusual_is_beyond_the_outer_twentieths(
    state: State, name: str, value: object, usual: Usual | None, expected: str | None
) -> None:
    assert find_unusual(value, usual, state.feature_info(name)) == expected


@pytest.mark.parametrize(
    ("name", "value", "usual", "expected"),
    [
        # Of 200 clients those who are not told are fewer than ten, which is less than 5 of 100.
        ("contract_type", "new", usual_category(200, b=1.0), "rare"),
        ("contract_type", "new", usual_category(190, b=1.0), None),
        ("contract_type", "new", usual_category(None, b=1.0), None),
        ("contract_type", "new", usual_category(), None),
        ("owns_car", 1.0, usual_number(0, 0, 0, given=200), "rare"),
        ("owns_car", 1.0, usual_number(0.3, 0.3, 0.3, given=10), None),
        # Each quantile of ten clients is the mean of all.
        ("age_years", 24.9, usual_number(25, 25, 25, given=10), None),
        ("age_years", 24.9, usual_number(25, 40, 60, given=80), "low"),
        ("age_years", 24.9, usual_number(25, 40, 60, given=None), "low"),
    ],
)
def test_of_too_few_clients_nothing_is_unusual(
    state: State, name: str, value: object, usual: Usual, expected: str | None
) -> None:
    assert find_unusual(value, usual, state.feature_info(name)) == expected


def test_what_is_usual_in_the_group_is_beside_each_value(state: State) -> None:
    panel = InformationPanel(state)
    assert "médiane" not in read(panel.values.value)
    state.group = "refused"
    state.overview = {
        "age_years": usual_number(36, 45, 60),
        "owns_car": usual_number(0, 0, 1),
        "contract_type": Usual(quantiles=None, shares={"Cash loans": 0.9}),
    }
    said = read(panel.values.value)
    assert "Votre âge 34 ans ▼ inhabituellement bas médiane : 45 ans" in said
    assert "Vous avez une voiture oui le plus souvent : non" in said
    assert "Prêt personnel le plus courant : Prêt personnel (90 %)" in said
    assert "1 valeur inhabituelle dans le groupe « Crédits refusés »" in read(panel.heading.value)


def test_only_what_is_unusual_is_shown_where_that_is_chosen(state: State) -> None:
    panel = InformationPanel(state)
    assert panel.only_unusual.disabled
    state.overview = {
        "age_years": usual_number(40, 50, 60),
        "income_total": usual_number(100_000, 135_000, 200_000),
        "late_share": usual_number(0.0, 0.1, 0.2),
    }
    assert not panel.only_unusual.disabled
    panel.only_unusual.value = True
    assert re.findall("<dt>(.*?)</dt>", panel.values.value) == ["Votre âge"]
    panel.search.value = "revenus"
    assert read(panel.values.value) == "Rien d’inhabituel dans ce groupe."
    panel.only_unusual.value = False
    assert re.findall("<dt>(.*?)</dt>", panel.values.value) == ["Vos revenus"]
