"""What a risk committee asks beside the figures of a selection, gathered for the model card."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from lib.decision import CostDifference
from lib.training.audit import gaps
from lib.training.selection import Selection
from lib.training.signs import Verdict

WEIGHTIEST = 20

NO_PERIOD = "Not known: the tables tell time before each application, no calendar date."

INTENDED_USE = (
    "Helps a manager of the lender decide about a private client's application for a consumer "
    "credit, and tell the client the reasons.",
    "The manager decides: a refusal is looked at by a person before the client is told.",
    "Not for other lenders, other credits, companies, or any purpose beside granting credit.",
)


@dataclass(frozen=True)
class Evidence:
    """What notebook 02 finds out about the winner.

    Attributes
    ----------
    rivals : DataFrame
        From `judge`.
    audited : DataFrame
        From `audit`.
    price : CostDifference or None
        From `price_of_withholding`.
    signs : DataFrame
        From `check_signs`.
    period : str
        When the clients applied, in words; empty where it is not known.
    """

    rivals: pd.DataFrame
    audited: pd.DataFrame
    price: CostDifference | None
    signs: pd.DataFrame
    period: str = ""


def card_facts(selection: Selection, evidence: Evidence) -> Mapping[str, Any]:
    """Give the evidence as plain values, for the model card."""
    return {
        "period": evidence.period or NO_PERIOD,
        "rivals": evidence.rivals.to_dict("records"),
        "fairness": _without_nan(evidence.audited).to_dict("records"),
        "price_of_withholding": asdict(evidence.price) if evidence.price else None,
        "limits": limits(selection, evidence),
        "intended_use": list(INTENDED_USE),
    }


def limits(selection: Selection, evidence: Evidence) -> list[str]:
    """Say what the figures do not tell, a sentence each."""
    tested = len(selection.data.test)
    return [
        f"Judged on {tested:,} clients set aside at random: they are like those that the model "
        "learned from, not later ones. How it ages is not known.",
        "Only clients who were given a credit have an outcome: of those refused in the past "
        "nothing could be learned.",
        "A missed default costs the same whatever the amount of the credit.",
        *_limits_of_rivals(evidence.rivals),
        *_limits_of_fairness(evidence.audited),
        *_limits_of_signs(evidence.signs),
    ]


def against_expectation(signs: pd.DataFrame) -> list[str]:
    """Name the weightiest features that push otherwise than one would expect."""
    weightiest = signs.head(WEIGHTIEST)
    return list(weightiest.loc[weightiest["verdict"] == Verdict.DISAGREES, "english"])


def _limits_of_rivals(rivals: pd.DataFrame) -> list[str]:
    unsure = rivals.loc[rivals["high"] >= 0, "english"]
    if unsure.empty:
        return []
    return [f"On these clients the model does not surely cost less than: {'; '.join(unsure)}."]


def _limits_of_fairness(audited: pd.DataFrame) -> list[str]:
    told = gaps(audited).dropna(subset=["grant_rate", "false_refusal_rate"])
    if told.empty:
        return ["The data know no protected attribute of the clients: groups were not compared."]
    return [
        f"{row.attribute_english}: grant rates of groups differ by up to "
        f"{100 * row.grant_rate:.0f} points, refusals of clients who repaid by up to "
        f"{100 * row.false_refusal_rate:.0f} points."
        for row in told.itertuples()
    ]


def _limits_of_signs(signs: pd.DataFrame) -> list[str]:
    names = against_expectation(signs)
    if not names:
        return []
    return [f"These features push otherwise than one would expect: {'; '.join(names)}."]


def _without_nan(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype(object).replace({np.nan: None})
