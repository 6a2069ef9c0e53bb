"""The model card of a selection: its figures, and what a risk committee asks beside them."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import pandas as pd
from pydantic import ValidationError

from lib.decision import CostDifference
from lib.scoring.card import (
    CandidateFigures,
    ModelCard,
    RivalFigures,
    WithholdingFigures,
    unfit_card,
)
from lib.training.contest.study import versions
from lib.training.evidence.audit import gaps, group_figures
from lib.training.evidence.signs import Verdict
from lib.training.evidence.withholding import protected_attributes
from lib.training.selection import Selection

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


def model_card(selection: Selection, evidence: Evidence) -> ModelCard:
    """Write the model card of the winner.

    Raises
    ------
    InvalidInput
        If a figure is one that no card may hold, such as a share above 1.
    """
    data, price = selection.data, evidence.price
    candidates = selection.comparison[list(CandidateFigures.model_fields)].to_dict("records")
    try:
        return ModelCard(
            candidate=selection.scorer.card.candidate,
            label=selection.scorer.card.label,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            threshold=selection.threshold,
            costs=selection.costs,
            metrics=selection.metrics,
            intervals=selection.intervals,
            cross_fitted=selection.cross_fitted,
            candidates=tuple(map(CandidateFigures.model_validate, candidates)),
            rivals=tuple(map(RivalFigures.model_validate, evidence.rivals.to_dict("records"))),
            fairness=group_figures(evidence.audited),
            least_known=selection.scorer.card.least_known,
            protected_attributes=protected_attributes(data.catalogue),
            excluded_features=tuple(data.training.withheld.columns),
            price_of_withholding=WithholdingFigures(**asdict(price)) if price else None,
            clients_trained_on=len(data.training),
            clients_tested_on=len(data.test),
            base_rate=float(data.training.defaulted.mean()),
            period=evidence.period or NO_PERIOD,
            limits=tuple(limits(selection, evidence)),
            intended_use=INTENDED_USE,
            parameters=dict(selection.winner.parameters),
            seed=selection.seed,
            data_fingerprint=data.fingerprint,
            versions=versions(),
        )
    except ValidationError as error:
        raise unfit_card(error) from error


def limits(selection: Selection, evidence: Evidence) -> list[str]:
    """Say what the figures do not tell, a sentence each."""
    tested = len(selection.data.test)
    return [
        f"Judged on {tested:,} clients set aside at random: they are like those that the model "
        "learned from, not later ones. How it ages is not known.",
        "Only clients who were given a credit have an outcome: of those refused in the past "
        "nothing could be learned.",
        "A missed default costs the same whatever the amount of the credit.",
        *_limits_of_a_constant(selection),
        *_limits_of_rivals(evidence.rivals),
        *_limits_of_fairness(evidence.audited),
        *_limits_of_signs(evidence.signs),
    ]


def against_expectation(signs: pd.DataFrame) -> list[str]:
    """Name the weightiest features that push otherwise than one would expect."""
    weightiest = signs.head(WEIGHTIEST)
    return list(weightiest.loc[weightiest["verdict"] == Verdict.DISAGREES, "english"])


def _limits_of_a_constant(selection: Selection) -> list[str]:
    if selection.scorer.features:
        return []
    return ["It is a constant: it decides alike for all clients, and no feature is a reason."]


def _limits_of_rivals(rivals: pd.DataFrame) -> list[str]:
    unsure = rivals.loc[rivals["high"] >= 0, "english"]
    if unsure.empty:
        return []
    return [f"On these clients the model does not surely cost less than: {'; '.join(unsure)}."]


def _limits_of_fairness(audited: pd.DataFrame) -> list[str]:
    known = gaps(audited).dropna(subset=["grant_rate", "false_refusal_rate"])
    if known.empty:
        return ["The data know no protected attribute of the clients: groups were not compared."]
    return [
        f"{row['attribute_english']}: grant rates of groups differ by up to "
        f"{100 * row['grant_rate']:.0f} points, refusals of clients who repaid by up to "
        f"{100 * row['false_refusal_rate']:.0f} points."
        for row in known.to_dict("records")
    ]


def _limits_of_signs(signs: pd.DataFrame) -> list[str]:
    names = against_expectation(signs)
    if not names:
        return []
    return [f"These features push otherwise than one would expect: {'; '.join(names)}."]
