"""What the environment says about how to serve."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Settings:
    """How the service runs.

    Parameters
    ----------
    model : str
        Tag of the scorer in the store.
    portfolio : Path
        The known clients; need not be there.
    api_key : str or None
        Key that requests must carry; None asks for none.

    Examples
    --------
    >>> Settings.from_environment({"SCORING_API_KEY": ""}).api_key is None
    True
    """

    model: str = "credit_scorer:latest"
    portfolio: Path = Path("data/portfolio.parquet")
    api_key: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read ``SCORING_MODEL``, ``SCORING_PORTFOLIO`` and ``SCORING_API_KEY``; empty is unset."""
        return cls(
            model=environment.get("SCORING_MODEL") or cls.model,
            portfolio=Path(environment.get("SCORING_PORTFOLIO") or cls.portfolio),
            api_key=environment.get("SCORING_API_KEY") or None,
        )
