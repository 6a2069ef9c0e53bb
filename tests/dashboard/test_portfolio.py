"""The portfolio page: figures from bins, what sliders move, and what is asked of the API."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from lib.dashboard.portfolio import PortfolioPage
from lib.dashboard.portfolio.curves import (
    cheapest,
    expected_costs,
    expected_money,
    figures_at,
    grant_rates,
    known_costs,
    known_money,
)
from lib.dashboard.texts import Language
from lib.dashboard.visitor import Visit
from lib.decision import CostMatrix, LenderTerms, business_cost
from lib.scoring.card import MoneyFigures
from lib.serving.api import ApiFault, ApiUnreachable
from lib.serving.wire import (
    AmountBins,
    ClientPage,
    ClientSummary,
    Filter,
    PortfolioOverview,
    RefusalReason,
    RiskBins,
    ScorerCard,
    Text,
)
from tests.dashboard.reading import read
from tests.dashboard.test_texts import TEXTS, all_words, forms

COSTS = CostMatrix(10, 1)
TERMS = LenderTerms(loss_given_default=0.5, margin=0.05)
AMOUNTS = AmountBins(
    clients=100,
    known=90,
    asked=[600_000.0, 300_000.0, 100_000.0],
    expected_missed=[12_000.0, 36_000.0, 40_000.0],
    expected_spread=[1e8, 3e8, 2e8],
    defaulted=[10_000.0, 30_000.0, 40_000.0],
    repaid=[490_000.0, 270_000.0, 60_000.0],
    defaulted_squares=[1e8, 3e8, 4e8],
    repaid_squares=[49e8, 27e8, 6e8],
)
EVERYBODY = RiskBins(
    amounts=AMOUNTS,
    clients=[60, 30, 10],
    expected_defaults=[1.2, 3.6, 4.0],
    defaulted=[1, 3, 4],
    repaid=[49, 27, 6],
)
UNKNOWN = RiskBins(
    clients=[20, 5, 0], expected_defaults=[0.4, 0.6, 0.0], defaulted=[0] * 3, repaid=[0] * 3
)


class Api:
    """Answers as the API does, and keeps what it was asked."""

    def __init__(self, card: ScorerCard) -> None:
        self.card = card
        self.segments: list[str | None] = []
        self.searches: list[list[Filter]] = []
        self.fault: ApiFault | None = None

    def scorer(self) -> ScorerCard:
        return self.card

    def portfolio(self, *, segment: str | None) -> PortfolioOverview:
        if self.fault:
            raise self.fault
        self.segments.append(segment)
        named = {"Cash loans": EVERYBODY, "Revolving loans": UNKNOWN} if segment else {}
        if segment == "age_years":
            named = {"60..": EVERYBODY, "30..40": EVERYBODY, "..30": UNKNOWN}
        return PortfolioOverview(
            threshold=0.1,
            costs=CostMatrix(missed_default=10, refused_good=1),
            bin_edges=[0.0, 0.1, 0.2, 1.0],
            everybody=EVERYBODY,
            segments=named,
            refused=40,
            explained=40,
            reasons=[
                RefusalReason(
                    fact="late_share",
                    label=Text(fr="Part en retard", en="Share paid late"),
                    mean_contribution=0.5,
                    main_share=0.75,
                )
            ],
        )

    def search(self, filters: list[Filter], **_: object) -> ClientPage:
        self.searches.append(filters)
        one = ClientSummary(
            client_id=100_002, default_probability=0.11, decision="refuse", features={}
        )
        return ClientPage(total=40, page=1, page_size=10, clients=[one])


@pytest.fixture
def api(card: ScorerCard) -> Api:
    return Api(card)


@pytest.fixture
def page(api: Api) -> PortfolioPage:
    shown = PortfolioPage(api, "http://127.0.0.1:8866/")
    shown.open(Visit(""))
    return shown


class TestCurves:
    def test_from_the_lowest_edge_all_are_refused_from_the_last_none(self) -> None:
        assert grant_rates(EVERYBODY).tolist() == [0.0, 0.6, 0.9, 1.0]

    def test_expected_cost_adds_probabilities_and_their_complements(self) -> None:
        expected = [91.2, 10 * 1.2 + 32.4, 10 * 4.8 + 6, 10 * 8.8]
        assert expected_costs(EVERYBODY, COSTS) * 100 == pytest.approx(expected)

    def test_known_cost_counts_outcomes(self) -> None:
        expected = [82, 10 * 1 + 33, 10 * 4 + 6, 10 * 8]
        assert known_costs(EVERYBODY, COSTS) * 90 == pytest.approx(expected)
        assert known_costs(UNKNOWN, COSTS) is None

    def test_the_cheapest_threshold_moves_with_the_costs(self) -> None:
        assert cheapest(EVERYBODY, COSTS) == 1
        assert cheapest(EVERYBODY, CostMatrix(1, 1)) == 3
        assert cheapest(EVERYBODY, CostMatrix(1000, 1)) == 0

    def test_expected_money_is_lost_below_the_edge_and_not_earned_above(self) -> None:
        tried = expected_money(AMOUNTS, 1, TERMS)
        total = 0.5 * 12_000 + 0.05 * (264_000 + 60_000)
        # 0.5² × 1e8 of the granted, 0.05² × 5e8 of the refused.
        reach = 1.959964 * (25e6 + 1.25e6) ** 0.5
        assert tried == pytest.approx((100, total, total - reach, total + reach), rel=1e-6)
        assert tried.per_client == total / 100
        assert expected_money(AMOUNTS, 3, TERMS).total == 0.5 * 88_000
        assert expected_money(AMOUNTS, 0, TERMS).total == pytest.approx(0.05 * 912_000)

    def test_known_money_is_what_wrong_decisions_lost(self) -> None:
        found = known_money(AMOUNTS, 1, TERMS)
        assert found is not None
        total = 0.5 * 10_000 + 0.05 * 330_000
        # Squares less the square of the mean, over the 90 clients with an outcome.
        variance = 0.25 * 1e8 + 0.0025 * 33e8 - total**2 / 90
        assert found[:2] == pytest.approx((90, total))
        assert found.high - found.total == pytest.approx(1.959964 * variance**0.5, rel=1e-6)
        unknown = AMOUNTS.model_copy(update={"known": 0})
        assert known_money(unknown, 1, TERMS) is None

    def test_the_interval_of_expected_money_holds_95_of_100_outcomes(self) -> None:
        random = np.random.default_rng(0)
        p, credit = random.beta(1, 9, 3_000), random.lognormal(12, 0.6, 3_000)
        refused = p >= 0.1
        bins = [~refused, refused]
        sums = {
            "asked": credit,
            "expected_missed": p * credit,
            "expected_spread": p * (1 - p) * credit**2,
        }
        amounts = AmountBins(
            clients=3_000,
            known=0,
            **{name: [each[who].sum() for who in bins] for name, each in sums.items()},
            defaulted=[],
            repaid=[],
            defaulted_squares=[],
            repaid_squares=[],
        )
        told = expected_money(amounts, 1, TERMS)
        costs = TERMS.costs_of(credit)
        totals = [
            3_000 * business_cost(random.random(3_000) < p, refused, costs) for _ in range(2_000)
        ]
        assert np.mean(totals) == pytest.approx(told.total, rel=0.01)
        inside = np.mean([told.low <= total <= told.high for total in totals])
        assert inside == pytest.approx(0.95, abs=0.02)

    def test_figures_without_outcomes_say_none(self) -> None:
        figures = figures_at(UNKNOWN, 1, COSTS)
        assert (figures.clients, figures.granted) == (25, 0.8)
        assert figures.risk == pytest.approx(0.04)
        assert (figures.known_cost, figures.defaulted) == (None, None)


class TestPage:
    def test_it_begins_at_the_threshold_and_the_costs_in_use(self, page: PortfolioPage) -> None:
        assert (page.state.place, page.state.threshold, page.state.ratio) == (1, 0.1, 10)
        assert read(page.risk.sentence.value) == (
            "100 clients, risque moyen 8,8 %. Au seuil de 10,0 %, 40,0 % seraient refusés."
        )

    def test_bars_are_parted_by_the_threshold(self, page: PortfolioPage) -> None:
        assert page.risk.granted.y.tolist() == [60]
        assert page.risk.refused.y.tolist() == [30, 10]
        page.costs.place.value = 2
        assert page.risk.granted.y.tolist() == [60, 30]
        assert page.risk.threshold.x.tolist() == [0.2, 0.2]

    def test_the_last_bar_says_that_it_holds_all_above(self, page: PortfolioPage) -> None:
        axis = page.risk.widget.children[2].children[0].axes[0]
        (place,) = (tick for tick, words in axis.tick_labels.items() if "≥" in words)
        assert read(axis.tick_labels[place]) == "≥ 20,0 %"
        assert float(place) == pytest.approx(page.risk.refused.x[-1]) == pytest.approx(0.25)
        assert "20,0 % et plus 10 4 4" in read(page.risk.table.value)

    def test_sliders_ask_nothing_of_the_portfolio_again(
        self, page: PortfolioPage, api: Api
    ) -> None:
        page.costs.ratio.value = 20.0
        page.costs.place.value = 0
        assert api.segments == [None]
        assert "0,0 % des demandes accordées" in read(page.costs.sentence.value)
        assert page.costs.expected.y.tolist() == pytest.approx([0.912, 0.564, 1.02])

    def test_one_click_takes_the_cheapest_threshold_another_goes_back(
        self, page: PortfolioPage
    ) -> None:
        page.costs.ratio.value = 1.0
        page.costs.best.click()
        assert page.state.place == 2
        page.costs.in_use.click()
        assert (page.state.place, page.state.ratio) == (1, 10)

    def test_ages_are_told_in_bands_from_the_youngest_on(
        self, page: PortfolioPage, api: Api
    ) -> None:
        page.segments.segment.value = "age_years"
        names = re.findall(r'<th scope="row">(.*?)</th>', page.segments.table.value)
        assert [name.replace("\xa0", " ") for name in names] == [
            "Tous les clients",
            "Moins de 30 ans",
            "30 à 39 ans",
            "60 ans et plus",
        ]
        page.clients.order.value = "safest"
        page.clients.category.value = "30..40"
        (asked,) = api.searches[-1]
        assert (asked.feature, asked.minimum) == ("age_years", 30)
        assert 39.99 < asked.maximum < 40
        page.clients.category.value = "60.."
        (asked,) = api.searches[-1]
        assert (asked.minimum, asked.maximum) == (60, None)

    def test_a_category_of_one_segment_is_let_go_with_it(
        self, page: PortfolioPage, api: Api
    ) -> None:
        page.segments.segment.value = "contract_type"
        page.clients.category.value = "Cash loans"
        page.segments.segment.value = "age_years"
        assert page.state.category is None
        assert "30 à 39 ans" in read(page.segments.table.value)
        assert [value for _, value in page.clients.category.options][1:] == [
            "..30",
            "30..40",
            "60..",
        ]
        assert api.searches[-1] == [Filter(feature="default_probability", minimum=0.1)]

    def test_until_the_next_segment_is_there_the_last_one_is_shown_by_its_names(
        self, page: PortfolioPage, api: Api
    ) -> None:
        page.segments.segment.value = "contract_type"
        api.fault = ApiUnreachable("the API", "it is there", "start it")
        page.segments.segment.value = "age_years"
        page.clients.category.value = "Cash loans"
        assert api.searches[-1][0] == Filter(feature="contract_type", categories=["Cash loans"])
        page.state.language = "en"
        assert "Revolving" in read(page.segments.table.value)
        api.fault = None
        page.session._fetch_overview()
        assert page.state.category is None
        assert "30 to 39" in read(page.segments.table.value)

    def test_segments_have_the_same_figures_each(self, page: PortfolioPage, api: Api) -> None:
        page.segments.segment.value = "contract_type"
        assert api.segments == [None, "contract_type"]
        said = read(page.segments.table.value)
        assert "Tous les clients 100 8,8 % 8,9 % 60,0 % 0,444 0,478" in said
        assert "Crédit renouvelable 25 4,0 % – 80,0 % 0,336 –" in said

    def test_reasons_say_on_whom_they_rest(self, page: PortfolioPage) -> None:
        assert "40 clients sont refusés" in read(page.refusals.heading.value)
        assert "Part en retard 75 % 0,5" in read(page.refusals.table.value)

    def test_money_begins_with_the_terms_of_the_card_and_follows_the_sliders(
        self, api: Api
    ) -> None:
        money = MoneyFigures(
            terms=TERMS, currency="EUR", clients=270, mean_amount=10_000.0, ways=()
        )
        api.card = api.card.model_copy(update={"money": money})
        page = PortfolioPage(api)
        page.open(Visit("lang=en"))
        assert (page.state.loss_given_default, page.state.margin) == (0.5, 0.05)
        assert read(page.money.sentence.value) == (
            "At a threshold of 10.0%, the decisions on 100 clients cost €22,200 in all "
            "(95% interval: €12,158 to €32,242), which is €222 per client."
        )
        said = read(page.money.table.value)
        assert "Threshold of 10.0% €222 (€122 to €322) €22,200 (€12,158 to €32,242) €239" in said
        assert "Granting all €440" in said
        assert "Refusing all €456" in said
        page.money.loss.value = 1.0
        page.costs.place.value = 2
        expected = 1.0 * 48_000 + 0.05 * 60_000
        assert f"cost €{expected:,.0f} in all" in read(page.money.sentence.value)
        assert api.segments == [None]

    def test_without_terms_on_the_card_the_usual_ones_are_tried(self, page: PortfolioPage) -> None:
        assert page.state.terms == LenderTerms()
        assert "60,0\u202f% du crédit" in page.money.loss.description
        assert "6,0\u202f% du crédit" in page.money.margin.description

    def test_without_amounts_the_money_is_not_shown(self, page: PortfolioPage) -> None:
        overview = page.state.overview
        assert page.money.widget.layout.display == ""
        everybody = overview.everybody.model_copy(update={"amounts": None})
        page.state.overview = overview.model_copy(update={"everybody": everybody})
        assert page.money.widget.layout.display == "none"

    def test_each_client_is_a_link_to_the_client_page(self, page: PortfolioPage) -> None:
        assert 'href="http://127.0.0.1:8866/?client_id=100002"' in page.clients.list.value
        page.state.language = "en"
        assert "?client_id=100002&amp;lang=en" in page.clients.list.value

    def test_clients_are_those_of_the_category_in_the_order_chosen(
        self, page: PortfolioPage, api: Api
    ) -> None:
        assert api.searches[-1] == [Filter(feature="default_probability", minimum=0.1)]
        page.segments.segment.value = "contract_type"
        page.clients.category.value = "Cash loans"
        page.clients.order.value = "riskiest"
        assert api.searches[-1] == [
            Filter(feature="contract_type", categories=["Cash loans"]),
            Filter(feature="decision", categories=["refuse"]),
        ]

    def test_every_chart_has_its_figures_in_a_table(self, page: PortfolioPage) -> None:
        assert "0,0 % à 10,0 % 60 1,2 1" in read(page.risk.table.value)
        assert "10,0 % 60,0 % 0,444 0,478" in read(page.costs.table.value)

    @pytest.mark.parametrize(("language", "other"), [("fr", "en"), ("en", "fr")])
    def test_in_one_language_it_has_no_sentence_of_the_other(
        self, page: PortfolioPage, language: Language, other: Language
    ) -> None:
        page.state.language = language
        said = " ".join(all_words(page.widget))
        own = {form for message in TEXTS[language].values() for form in forms(message)}
        pieces = {
            piece
            for key, message in TEXTS[other].items()
            if str(key).startswith("portfolio.")
            for form in forms(message)
            if form not in own
            for piece in re.split(r"{\w+}", form)
            if len(piece.split()) >= 2
        }
        assert len(pieces) > 20
        assert not [piece for piece in pieces if piece in said]

    def test_a_fault_is_told_and_can_be_tried_again(self, api: Api) -> None:
        api.fault = ApiUnreachable("the API", "it is there", "start it")
        page = PortfolioPage(api)
        page.open(Visit("lang=en"))
        assert "The scoring service does not answer." in read(page._fault.value)
        api.fault = None
        page._retry.click()
        assert page._fault.value == ""
        assert "100 clients" in read(page.risk.sentence.value)


NOTEBOOKS = ("client", "monitoring", "portfolio")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_its_place_is_shown_before_it_is_made(name: str) -> None:
    # What is displayed behind the page's thousand messages, Voilà may not wait for.
    cells = read_cells(name)
    shows = [cell.splitlines()[-1] == "place" for cell in cells]
    fills = ["place.children" in cell for cell in cells]
    assert shows.index(True) < fills.index(True) < len(cells) - 1


def test_the_notebooks_differ_only_in_their_page() -> None:
    client, *others = ([cells[1], cells[3]] for cells in map(read_cells, NOTEBOOKS))
    assert all(other == client for other in others)
    assert all(len(cell.splitlines()) <= 5 for name in NOTEBOOKS for cell in read_cells(name))


def read_cells(name: str) -> list[str]:
    written = json.loads(Path(f"dashboards/{name}.ipynb").read_text())
    return ["".join(cell["source"]) for cell in written["cells"]]
