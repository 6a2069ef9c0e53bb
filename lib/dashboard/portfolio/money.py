"""What decisions cost in the lender's currency, by the amounts of the credits."""

from collections.abc import Callable

from lib.dashboard.formats import write_amount, write_number, write_percent
from lib.dashboard.markup import Html, element, heading, join, table, wide
from lib.dashboard.portfolio.curves import MoneyCost, expected_money, known_money
from lib.dashboard.portfolio.session import PortfolioState
from lib.dashboard.texts import Language, say, text_id
from lib.dashboard.widgets import HTML, Bind, Box, FloatSlider, make_card, show
from lib.serving.wire import AmountBins, PortfolioOverview

# Shares of the credit that may be tried: from, to, step.
LOSSES, MARGINS = (0.05, 1.0, 0.05), (0.005, 0.3, 0.005)
TRIED, GRANTING_ALL, REFUSING_ALL = (
    text_id("portfolio.money_tried"),
    text_id("portfolio.money_granting_all"),
    text_id("portfolio.money_refusing_all"),
)


class MoneyPanel:
    """Two assumptions of the lender, and what they make of the threshold that is tried."""

    def __init__(self, state: PortfolioState) -> None:
        self._state = state
        self.heading = HTML().add_class("card-heading")
        self.loss, self.margin = (
            FloatSlider(min=low, max=high, step=step, readout=False)
            for low, high, step in (LOSSES, MARGINS)
        )
        self.sentence = HTML().add_class("portfolio-sentence")
        self.table = HTML().add_class("portfolio-money")
        controls = Box([self.loss, self.margin]).add_class("portfolio-controls")
        self.widget = make_card([self.heading, controls, self.sentence, self.table])
        # Shares in use may lie beyond the sliders: they stay what they are until one is moved.
        for name, slider in (("loss_given_default", self.loss), ("margin", self.margin)):
            Bind(state, name, slider, show=_within(slider))
        state.follow(
            self._write, "overview", "card", "place", "loss_given_default", "margin", "language"
        )

    def _write(self) -> None:
        state, language = self._state, self._state.language
        amounts = state.overview.everybody.amounts if state.overview else None
        show(self.widget, amounts is not None)
        title, intro = say(language, "portfolio.money"), say(language, "portfolio.money_intro")
        self.heading.value = heading(title, intro)
        loss, margin = (
            write_percent(share, language) for share in (state.loss_given_default, state.margin)
        )
        self.loss.description = say(language, "portfolio.money_loss", share=loss)
        self.margin.description = say(language, "portfolio.money_margin", share=margin)
        if state.overview and amounts:
            self.sentence.value = self._write_sentence(amounts)
            self.table.value = self._write_table(state.overview, amounts)

    def _write_sentence(self, amounts: AmountBins) -> Html:
        state, language = self._state, self._state.language
        tried = expected_money(amounts, state.place, state.terms)
        words = say(
            language,
            "portfolio.money_sentence",
            threshold=write_percent(state.threshold, language),
            cost=write_amount(tried.per_client, language),
            total=write_amount(tried.total, language),
            clients=write_number(tried.clients, language),
            low=write_amount(tried.low, language),
            high=write_amount(tried.high, language),
        )
        return element("p", words)

    def _write_table(self, overview: PortfolioOverview, amounts: AmountBins) -> Html:
        state, language = self._state, self._state.language
        # The first edge refuses everybody, the last one nobody.
        ways = {
            TRIED: state.place,
            GRANTING_ALL: len(overview.bin_edges) - 1,
            REFUSING_ALL: 0,
        }
        rows = [
            (
                say(language, way, threshold=write_percent(state.threshold, language)),
                *_cells(expected_money(amounts, place, state.terms), language),
                *_cells(known_money(amounts, place, state.terms), language),
            )
            for way, place in ways.items()
        ]
        headings = [
            say(language, "portfolio.money_way_column"),
            say(language, "portfolio.money_expected_column"),
            say(language, "portfolio.money_expected_all_column"),
            say(language, "portfolio.money_known_column"),
            say(language, "portfolio.money_known_all_column"),
        ]
        title = say(language, "portfolio.money")
        return wide(table(title, headings, rows), title)


def _within(slider: FloatSlider) -> Callable[[float], float]:
    return lambda share: min(max(share, slider.min), slider.max)


def _cells(cost: MoneyCost | None, language: Language) -> tuple[str, str]:
    """Write the cost of a client and of all, each with its interval."""
    if cost is None:
        return "–", "–"
    return (
        _write(cost.per_client, cost.low / cost.clients, cost.high / cost.clients, language),
        _write(cost.total, cost.low, cost.high, language),
    )


def _write(cost: float, low: float, high: float, language: Language) -> Html:
    ends = {"low": write_amount(low, language), "high": write_amount(high, language)}
    interval = say(language, "portfolio.money_interval", **ends)
    return join([write_amount(cost, language), " ", element("small", interval)])
