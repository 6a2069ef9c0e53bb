"""What the portfolio page is about."""

from traitlets import Enum, Float, Instance, Int, Unicode

from lib.dashboard.formats import in_language
from lib.dashboard.state import State
from lib.decision import CostMatrix
from lib.serving.wire import ClientPage, PortfolioOverview

ORDERS = ("near", "riskiest", "safest")


class PortfolioState(State):
    """What was chosen on the portfolio page, beside language and card, and what came of it.

    Attributes
    ----------
    overview : PortfolioOverview or None
        The counts; None until they are there.
    segment : str or None
        Feature by whose categories the clients are parted.
    category : str or None
        One of them, to list clients of; None lists all.
    order : str
        In which order clients are listed, one of `ORDERS`.
    place : int
        Which edge between bins is the threshold that is tried.
    ratio : float
        How many times a missed default costs what a refused good client costs.
    clients : ClientPage or None
        The clients listed.
    """

    overview = Instance(PortfolioOverview, allow_none=True)
    segment = Unicode(None, allow_none=True)
    category = Unicode(None, allow_none=True)
    order = Enum(ORDERS, "near")
    place = Int(0)
    ratio = Float(10.0)
    clients = Instance(ClientPage, allow_none=True)

    @property
    def costs(self) -> CostMatrix:
        """What wrong decisions cost at the ratio that is tried."""
        return CostMatrix(missed_default=self.ratio, refused_good=1.0)

    @property
    def threshold(self) -> float:
        """The threshold that is tried."""
        return self.overview.bin_edges[self.place] if self.overview else 0.0

    @property
    def place_in_use(self) -> int:
        """Which edge is the threshold in use."""
        overview = self.overview
        return overview.bin_edges.index(overview.threshold) if overview else 0

    def name_category(self, category: str) -> str:
        """Write a category of the segment in the page's language."""
        info = self.feature_info(self.segment) if self.segment else None
        known = info.categories.get(category) if info else None
        return in_language(known, self.language) if known else category
