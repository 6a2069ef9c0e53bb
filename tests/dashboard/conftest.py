"""Messages as the API sends them, made by hand, and a state that holds them."""

import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from lib.dashboard.state import State
from lib.decision import CostMatrix, decide
from lib.features.catalogue import CATALOGUE
from lib.features.description import Purpose
from lib.scoring.models import sigmoid
from lib.scoring.points import points_per_log_odds
from lib.serving.api import ScoringApi
from lib.serving.wire import (
    ClientFile,
    Comparison,
    Explanation,
    FactInfo,
    FeatureInfo,
    FeatureReason,
    Reason,
    ReviewNote,
    ScorerCard,
    Text,
    Value,
)
from tests.dashboard.browsing import CHROMIUM_OPTIONS, PATIENCE

THRESHOLD = 1 / 11
FEATURES = [
    # name, French label, English label, unit, family, categories
    ("age_years", "Votre âge", "Your age", "years", "identity", {}),
    ("income_total", "Vos revenus", "Your income", "amount", "employment", {}),
    (
        "contract_type",
        "Type de crédit demandé",
        "Kind of credit requested",
        "category",
        "credit_requested",
        {
            "Cash loans": Text(fr="Prêt personnel", en="Cash loan"),
            "Revolving loans": Text(fr="Crédit renouvelable", en="Revolving credit"),
        },
    ),
    ("owns_car", "Vous avez une voiture", "You have a car", "yes_no", "household", {}),
    ("late_share", "Part en retard", "Share paid late", "share", "repayment_behaviour", {}),
]
VALUES = {
    "age_years": 34.0,
    "income_total": 135_000.0,
    "contract_type": "Cash loans",
    "owns_car": 1.0,
    "late_share": None,
}
WEIGHTS = {
    "late_share": 0.9,
    "income_total": -0.5,
    "contract_type": 0.2,
    "age_years": -0.05,
    "owns_car": 0.01,
}
BASE = 0.08


NOTE = ReviewNote(
    kind="outside_seen",
    feature="income_total",
    value=1.0,
    nearest_seen=27_000.0,
    text=Text(fr="Vos revenus : 1, compte comme 27 000.", en="Your income: 1, counts as 27,000."),
)


def looked_at(file: ClientFile) -> ClientFile:
    """Give the file of a client with an unusual income."""
    score = file.explanation.model_copy(update={"review": [NOTE]})
    return file.model_copy(update={"explanation": score})


@pytest.fixture
def card() -> ScorerCard:
    return ScorerCard(
        tag="credit_scorer:test",
        candidate="lightgbm",
        created="2026-11-24T00:00:00",
        threshold=THRESHOLD,
        costs=CostMatrix(missed_default=10, refused_good=1),
        base_probability=BASE,
        metrics={},
        data_fingerprint="",
        clients_trained_on=1,
        versions={},
        features=[
            FeatureInfo(
                name=name,
                label=Text(fr=fr, en=en),
                unit=unit,
                family=family,
                source="application_train",
                fact=name,
                purpose=Purpose.SITUATION,
                protected=False,
                changeable=False,
                in_model=True,
                importance=0.1,
                categories=categories,
                **({"possible": CATALOGUE[name].possible} if name in CATALOGUE else {}),
            )
            for name, fr, en, unit, family, categories in FEATURES
        ],
        facts=[
            FactInfo(name=name, label=Text(fr=fr, en=en), family=family, importance=0.1)
            for name, fr, en, _, family, _ in FEATURES
        ],
        families={family: 0.1 for _, _, _, _, family, _ in FEATURES},
    )


def reason_of(
    fact: str, label: Text, features: dict[str, tuple[Text, Value, float]], points: float
) -> Reason:
    """Give a reason as the API does, of features with label, value and weight.

    Parameters
    ----------
    points : float
        Percentage points per unit of log-odds.
    """
    weight = sum(own for _, _, own in features.values())
    return Reason(
        fact=fact,
        label=label,
        contribution=weight,
        points=weight * points,
        features=[
            FeatureReason(
                feature=name, label=own, value=value, contribution=add, points=add * points
            )
            for name, (own, value, add) in features.items()
        ],
    )


@pytest.fixture
def make_file(card: ScorerCard) -> Callable[..., ClientFile]:
    """Make a client's file whose probability is what a test needs."""
    labels = {info.name: info.label for info in card.features}

    def make(client_id: int = 100_002, probability: float = 0.12) -> ClientFile:
        log_odds = math.log(probability / (1 - probability))
        base_log_odds = log_odds - sum(WEIGHTS.values())
        points = points_per_log_odds(base_log_odds, np.array([log_odds]))[0]
        return ClientFile(
            client_id=client_id,
            defaulted=None,
            features=VALUES,
            explanation=Explanation(
                score_id="0" * 32,
                client_id=client_id,
                default_probability=probability,
                decision=decide(probability, THRESHOLD),
                threshold=THRESHOLD,
                coverage=0.8,
                scorer=card.tag,
                base_probability=sigmoid(np.array(base_log_odds)),
                base_log_odds=base_log_odds,
                log_odds=log_odds,
                reasons=[
                    reason_of(
                        name, labels[name], {name: (labels[name], VALUES[name], weight)}, points
                    )
                    for name, weight in WEIGHTS.items()
                ],
            ),
        )

    return make


@pytest.fixture
def state(card: ScorerCard, make_file: Callable[..., ClientFile]) -> State:
    """A page on which client 100002 is open."""
    return State(client_id=100_002, card=card, file=make_file())


@pytest.fixture
def ages() -> Comparison:
    """The ages of ten clients, one of them unknown; the client is 34."""
    return Comparison(
        feature="age_years",
        group_size=10,
        missing_share=0.1,
        value=34.0,
        percentile=0.4,
        counts=[2, 4, 3],
        bin_edges=[20.0, 30.0, 40.0, 50.0],
        categories=None,
        quantiles={"0.05": 20.0, "0.25": 28.0, "0.5": 35.0, "0.75": 41.0, "0.95": 50.0},
    )


@pytest.fixture
def contracts() -> Comparison:
    """The contract types of four clients; the client has the first."""
    return Comparison(
        feature="contract_type",
        group_size=4,
        missing_share=0.0,
        value="Cash loans",
        percentile=None,
        counts=[3, 1],
        bin_edges=None,
        categories=["Cash loans", "Revolving loans"],
        quantiles=None,
    )


# Its loop runs until it is closed: tests without a browser must not meet it.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def known(api_url: str) -> list[ClientFile]:
    """Two clients of the portfolio: the safest and the riskiest."""
    with ScoringApi(api_url) as api:
        ends = [
            api.search(sort="default_probability", descending=descending, page_size=1)
            for descending in (False, True)
        ]
        return [api.client(end.clients[0].client_id) for end in ends]


@pytest.fixture
def asked() -> list[str]:
    """Addresses that the page asked for."""
    return []


@pytest.fixture
def page(browser: Browser, asked: list[str]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    yield page
    context.close()
