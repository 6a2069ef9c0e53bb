"""What the handlers of requests work with."""

from collections.abc import Callable, Hashable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from lib.features.one_client import ClientFeatures, DerivedFeatures
from lib.portfolio import Portfolio
from lib.portfolio.file import State
from lib.scoring.scorer import Scorer
from lib.serving.journal import Journal
from lib.serving.shadow import Shadow

# What is made of the portfolio, kept for the next who asks, as long as the file stays the same.
ANSWERS_KEPT = 16

Answer = TypeVar("Answer")


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
        self._kept = lru_cache(maxsize=ANSWERS_KEPT)(self._make)

    def kept(self, make: Callable[..., Answer], *arguments: Hashable) -> Answer:
        """Give what a function makes of these resources, once for each file of the portfolio.

        Parameters
        ----------
        make : callable
            Takes the resources and the arguments; nobody may change what it returns.
        *arguments
        """
        made: Answer = self._kept(make, arguments, self.portfolio.file.state())
        return made

    def _make(self, make: Callable[..., Any], arguments: tuple[Hashable, ...], _: State) -> Any:
        return make(self, *arguments)
