"""The decision, its figure, and how it was reached."""

from collections.abc import Callable
from datetime import date

import pytest

from lib.dashboard.panels.decision import DecisionPanel
from lib.dashboard.panels.letter import write_letter, write_page
from lib.dashboard.state import State
from lib.scoring.card import CalibrationFigures
from lib.serving.wire import ClientFile, ScorerCard
from tests.dashboard.conftest import looked_at
from tests.dashboard.reading import read

MakeFile = Callable[..., ClientFile]


@pytest.mark.parametrize(
    ("probability", "words", "figure"),
    [(0.12, "Crédit refusé", "12,0 %"), (0.05, "Crédit accordé", "5,0 %")],
)
def test_it_says_the_decision_and_the_probability(
    state: State, make_file: MakeFile, probability: float, words: str, figure: str
) -> None:
    state.file = make_file(probability=probability)
    said = read(DecisionPanel(state).widget.value)
    assert words in said
    assert figure in said
    assert "Seuil de refus : 9,1 %" in said


def test_at_the_threshold_it_refuses_and_says_so(state: State, make_file: MakeFile) -> None:
    state.file = make_file(probability=1 / 11)
    said = read(DecisionPanel(state).widget.value)
    assert "Crédit refusé" in said
    assert "Exactement au seuil" in said


def test_it_says_how_the_decision_was_reached(state: State) -> None:
    said = read(DecisionPanel(state).widget.value)
    assert "lit 5 informations, dont 80 % sont renseignées" in said
    assert "part de 7,2 %, un point de départ commun à tous les clients" in said
    assert "coûte 10 fois plus" in said
    assert "12,0 % atteint ou dépasse 9,1 % : le crédit est refusé." in said


def test_the_scale_is_also_a_table(state: State) -> None:
    said = read(DecisionPanel(state).widget.value)
    assert "Ce client 12,0 % Seuil de refus 9,1 % Point de départ du calcul 7,2 %" in said


def test_without_a_client_it_says_nothing(state: State) -> None:
    panel = DecisionPanel(state)
    state.file = None
    assert panel.widget.value == ""


def test_it_says_that_a_person_must_look_and_why(state: State, make_file: MakeFile) -> None:
    panel = DecisionPanel(state)
    assert "Une personne doit examiner" not in read(panel.widget.value)
    state.file = looked_at(make_file())
    said = read(panel.widget.value)
    assert "⚑ Une personne doit examiner ce score. Vos revenus : 1, compte comme 27 000." in said
    state.language = "en"
    assert "⚑ A person must look at this score. Your income: 1" in read(panel.widget.value)


def test_dots_and_words_agree_where_fewer_than_one_does_not_repay(
    state: State, make_file: MakeFile
) -> None:
    state.file = make_file(probability=0.004)
    panel = DecisionPanel(state)
    assert "moins d’un ne rembourse pas" in read(panel.widget.value)
    assert "dot-full" not in panel.widget.value
    assert (
        "Aucun point plein sur 100\u00a0: moins d’un client ne rembourse pas." in panel.widget.value
    )


@pytest.fixture
def tried(card: ScorerCard) -> ScorerCard:
    """A card whose probabilities were tried on 1,000 clients, and held."""
    return card.model_copy(
        update={
            "clients_tested_on": 1000,
            "calibration": CalibrationFigures(
                slope=1.0,
                slope_low=0.8,
                slope_high=1.2,
                mean_distance=0.01,
                mean_distance_by_chance=0.01,
                mean_probability=0.08,
                default_rate=0.08,
            ),
        }
    )


def test_it_says_between_which_counts_the_risk_lies(
    state: State, tried: ScorerCard, make_file: MakeFile
) -> None:
    panel = DecisionPanel(state)
    assert "intervalle à 95 %" not in read(panel.widget.value)
    state.card = tried
    # In log-odds 0.45 above the mean: 1.96 / sqrt(1000 · 0.08 · 0.92) and 0.2 · 0.45 make 0.246,
    # so that 0.12 lies between 0.096 and 0.148.
    said = read(panel.widget.value)
    assert "entre 9 et 15 clients sur 100 à ce niveau de risque ne remboursent pas" in said
    assert "l’écart peut être plus grand" not in said
    state.file = looked_at(make_file())
    said = read(panel.widget.value)
    assert "Ce dossier sort de ce que les essais couvrent : l’écart peut être plus grand." in said
    state.language = "en"
    assert "between 9 and 15 of 100 clients at this level of risk" in read(panel.widget.value)


def test_the_letter_says_the_same_range(state: State, tried: ScorerCard) -> None:
    state.card = tried
    told = read(write_page(write_letter(state, date(2026, 11, 24))))
    assert "ce nombre se situe entre 9 et 15 sur 100" in told
