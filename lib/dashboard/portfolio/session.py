"""What the portfolio page is about, and how it is filled from the API."""

from collections.abc import Iterable
from functools import partial
from math import nextafter

from traitlets import Enum, Float, Instance, Int, Unicode

from lib.dashboard.calls import Calls
from lib.dashboard.formats import in_language, write_value
from lib.dashboard.state import PageState
from lib.dashboard.texts import Language, say
from lib.decision import CostMatrix, Decision, LenderTerms
from lib.features.description import BAND_MARK, BANDS
from lib.serving.api import ScoringApi
from lib.serving.wire import ClientPage, FeatureInfo, Filter, PortfolioOverview, ScorerCard

ORDERS = ("near", "riskiest", "safest")
LISTED = 10
# Long enough that a dragged slider asks once.
REST_SECONDS = 0.3


def _name_band(band: str, info: FeatureInfo, language: Language) -> str:
    low, _, high = band.partition(BAND_MARK)
    written = {
        end: write_value(float(number), info, language)
        for end, number in (("low", low), ("high", high))
        if number
    }
    if not low:
        return say(language, "comparison.up_to", **written)
    if not high:
        return say(language, "comparison.and_above", **written)
    return say(
        language, "portfolio.band", low=low, high=write_value(float(high) - 1, info, language)
    )


def _filter_band(feature: str, band: str) -> Filter:
    """Keep the clients of a band, whose upper end belongs to the next one."""
    low, _, high = band.partition(BAND_MARK)
    return Filter(
        feature=feature,
        minimum=float(low) if low else None,
        maximum=nextafter(float(high), 0.0) if high else None,
    )


class PortfolioState(PageState):
    """What was chosen on the portfolio page, beside language and card, and what came of it.

    Attributes
    ----------
    overview : PortfolioOverview or None
        The counts; None until they are there.
    segment : str or None
        Feature by whose categories the clients are to be parted.
    parted_by : str or None
        The one by which `overview` parts them: until the next one is there, that of before.
    category : str or None
        A category of `overview`, to list clients of; None lists all.
    order : str
        In which order clients are listed, one of `ORDERS`.
    place : int
        Which edge between bins is the threshold that is tried.
    ratio : float
        How many times a missed default costs what a refused good client costs.
    loss_given_default, margin : float
        What the lender assumes, as shares of the credit, see `LenderTerms`.
    clients : ClientPage or None
        The clients listed.
    """

    overview = Instance(PortfolioOverview, allow_none=True)
    segment = Unicode(None, allow_none=True)
    parted_by = Unicode(None, allow_none=True)
    category = Unicode(None, allow_none=True)
    order = Enum(ORDERS, "near")
    place = Int(0)
    ratio = Float(10.0)
    loss_given_default = Float(LenderTerms.loss_given_default)
    margin = Float(LenderTerms.margin)
    clients = Instance(ClientPage, allow_none=True)

    @property
    def costs(self) -> CostMatrix:
        """What wrong decisions cost at the ratio that is tried."""
        return CostMatrix(missed_default=self.ratio, refused_good=1.0)

    @property
    def terms(self) -> LenderTerms:
        """What the lender is assumed to lose and to earn."""
        return LenderTerms(self.loss_given_default, self.margin)

    @property
    def terms_in_use(self) -> LenderTerms:
        """Those of the scorer's card; where it tells none, those of `LenderTerms`."""
        money = self.card.money if self.card else None
        return money.terms if money else LenderTerms()

    @property
    def threshold(self) -> float:
        """The threshold that is tried."""
        return self.overview.bin_edges[self.place] if self.overview else 0.0

    @property
    def place_in_use(self) -> int:
        """Which edge is the threshold in use."""
        overview = self.overview
        return overview.bin_edges.index(overview.threshold) if overview else 0

    @property
    def ratio_in_use(self) -> float:
        """The ratio of the scorer's costs; until they are known, the one that is tried."""
        if self.card is None:
            return self.ratio
        return self.card.costs.missed_default / self.card.costs.refused_good

    def in_order(self, categories: Iterable[str]) -> list[str]:
        """Give categories as the API does, the largest first; bands from the lowest on."""
        if self.parted_by in BANDS:
            return sorted(categories, key=lambda band: float(band.partition(BAND_MARK)[0] or 0))
        return list(categories)

    def name_category(self, category: str) -> str:
        """Write a category or a band of the overview in the page's language."""
        info = self.feature_info(self.parted_by) if self.parted_by else None
        if info and info.name in BANDS:
            return _name_band(category, info, self.language)
        return in_language(info.words_of(category), self.language) if info else category


class PortfolioSession:
    """One visit of the portfolio page.

    Parameters
    ----------
    state : PortfolioState
        What to fill; a change of what was chosen starts the calls that follow from it.
    api : ScoringApi
        Where the answers come from.
    calls : Calls
        How the API is asked.
    """

    def __init__(self, state: PortfolioState, api: ScoringApi, calls: Calls) -> None:
        self.state, self._api, self._calls = state, api, calls

    def start(self) -> None:
        """Fetch everything, then follow what is chosen."""
        state = self.state
        state.when_changed(self._fetch_overview, "segment")
        state.when_changed(self._fetch_clients, "category", "order")
        state.when_changed(partial(self._fetch_clients, REST_SECONDS), "place")
        self._calls.run("card", self._api.scorer, self._take_card, retried=True)
        self._fetch_overview()

    def _take_card(self, card: ScorerCard) -> None:
        self.state.card = card
        self.state.ratio = self.state.ratio_in_use
        terms = self.state.terms_in_use
        self.state.loss_given_default, self.state.margin = terms.loss_given_default, terms.margin

    def _fetch_overview(self) -> None:
        segment = self.state.segment

        def done(overview: PortfolioOverview) -> None:
            state, is_first = self.state, self.state.overview is None
            # In this order: the categories of one segment mean nothing to another.
            if state.parted_by != segment:
                state.category = None
            state.parted_by = segment
            state.overview = overview
            if is_first:
                state.place = state.place_in_use

        call = partial(self._api.portfolio, segment=segment)
        self._calls.run("overview", call, done, retried=True)

    def _fetch_clients(self, wait: float = 0.0) -> None:
        search = partial(
            self._api.search,
            self._filters(),
            sort="default_probability",
            descending=self.state.order == "riskiest",
            page_size=LISTED,
        )
        keep = partial(setattr, self.state, "clients")
        self._calls.run("clients", search, keep, wait=wait, retried=True)

    def _filters(self) -> list[Filter]:
        """List those of a category; near the threshold, those just refused by it."""
        state = self.state
        filters = []
        if state.parted_by and state.category:
            filters.append(
                _filter_band(state.parted_by, state.category)
                if state.parted_by in BANDS
                else Filter(feature=state.parted_by, categories=[state.category])
            )
        if state.order == "near":
            filters.append(Filter(feature="default_probability", minimum=state.threshold))
        elif state.order == "riskiest":
            filters.append(Filter(feature="decision", categories=[str(Decision.REFUSE)]))
        return filters
