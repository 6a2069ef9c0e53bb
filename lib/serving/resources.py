"""What the handlers of requests work with."""

from pathlib import Path

from lib.features.one_client import ClientFeatures, DerivedFeatures
from lib.portfolio import Portfolio
from lib.portfolio.file import State
from lib.scoring.scorer import Scorer
from lib.serving.journal import Journal
from lib.serving.shadow import Shadow


class Resources:
    """The scorer in place and what is known beside it; made once, used by many threads.

    Parameters
    ----------
    scorer : Scorer
        What is deployed.
    tag : str
        Its tag in the store.
    portfolio : Portfolio
        The known clients.
    journal : Journal
        The scores given, and the decisions of managers.
    monitoring : Path
        What the last run of the monitoring found; need not be there.
    shadow : Shadow or None
        A second scorer, which scores silently.
    """

    def __init__(
        self,
        scorer: Scorer,
        tag: str,
        portfolio: Portfolio,
        journal: Journal,
        monitoring: Path = Path("data/monitoring/report.json"),
        shadow: Shadow | None = None,
    ) -> None:
        self.scorer = scorer
        self.tag = tag
        self.portfolio = portfolio
        self.journal = journal
        self.monitoring = monitoring
        self.shadow = shadow
        self.card = scorer.describe(tag)
        self.client_features = ClientFeatures(scorer.feature_code)
        self.derived_features = DerivedFeatures(scorer.feature_code.derived)

    def state(self) -> State:
        """Give what is different for each file of the portfolio."""
        return self.portfolio.state()
