"""The model card of a selection: its figures, and what a risk committee asks beside them."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import pandas as pd
from pydantic import ValidationError

from lib.decision import CostDifference
from lib.scoring.card import (
    AlternativeFigures,
    CalibrationFigures,
    CandidateFigures,
    ModelCard,
    MoneyFigures,
    RivalFigures,
    WithholdingFigures,
    unfit_card,
)
from lib.scoring.split import SPLIT
from lib.training.contest.study import versions
from lib.training.evidence.audit import BY, EVERYONE, gaps, group_figures
from lib.training.evidence.impact import RATIO, adverse
from lib.training.evidence.reference import reference_of
from lib.training.evidence.signs import Verdict
from lib.training.evidence.withholding import protected_attributes, withheld_purposes
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
    purposes : CostDifference or None
        From `price_of_purposes`.
    money : MoneyFigures or None
        From `money`.
    calibration : CalibrationFigures or None
        From `calibration_of`, on the test clients.
    alternatives : DataFrame or None
        From `alternatives`.
    signs_price : CostDifference, optional
        From `price_of_signs`.
    """

    rivals: pd.DataFrame
    audited: pd.DataFrame
    price: CostDifference | None
    signs: pd.DataFrame
    period: str = ""
    purposes: CostDifference | None = None
    money: MoneyFigures | None = None
    calibration: CalibrationFigures | None = None
    alternatives: pd.DataFrame | None = None
    signs_price: CostDifference | None = None


def model_card(selection: Selection, evidence: Evidence) -> ModelCard:
    """Write the model card of the winner.

    Raises
    ------
    InvalidInput
        If a figure is one that no card may hold, such as a share above 1.
    """
    data = selection.data
    others = [] if evidence.alternatives is None else evidence.alternatives.to_dict("records")
    candidates = selection.candidates[list(CandidateFigures.model_fields)].to_dict("records")
    try:
        return ModelCard(
            candidate=selection.scorer.card.candidate,
            label=selection.scorer.card.label,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            threshold=selection.threshold,
            costs=selection.costs,
            costs_by_amount=selection.costs_by_amount,
            metrics=selection.metrics,
            intervals=selection.intervals,
            cross_fitted=selection.cross_fitted,
            candidates=tuple(map(CandidateFigures.model_validate, candidates)),
            rivals=tuple(map(RivalFigures.model_validate, evidence.rivals.to_dict("records"))),
            calibration=evidence.calibration,
            fairness=group_figures(evidence.audited),
            least_known=selection.scorer.card.least_known,
            alternatives=tuple(map(AlternativeFigures.model_validate, others)),
            protected_attributes=protected_attributes(data.catalogue),
            excluded_features=tuple(data.training.withheld.columns),
            withheld_purposes=withheld_purposes(data.catalogue),
            price_of_withholding=_figures(evidence.price),
            price_of_purposes=_figures(evidence.purposes),
            price_of_signs=_figures(evidence.signs_price),
            money=evidence.money,
            clients_trained_on=len(data.training),
            clients_tested_on=len(data.test),
            split=SPLIT,
            test_share=data.test_share,
            base_rate=float(data.training.defaulted.mean()),
            period=evidence.period or NO_PERIOD,
            limits=tuple(limits(selection, evidence)),
            intended_use=INTENDED_USE,
            parameters=dict(selection.winner.parameters),
            seed=selection.seed,
            data_fingerprint=data.fingerprint,
            versions=versions(),
            reference=reference_of(
                selection.scorer,
                data.test,
                data.training.defaulted,
                selection.winner.evidence.default_probability,
            ),
        )
    except ValidationError as error:
        raise unfit_card(error) from error


def _figures(price: CostDifference | None) -> WithholdingFigures | None:
    return WithholdingFigures(**asdict(price)) if price else None


def limits(selection: Selection, evidence: Evidence) -> list[str]:
    """Say what the figures do not tell, a sentence each."""
    tested = len(selection.data.test)
    return [
        f"Judged on {tested:,} clients set aside at random: they are like those that the model "
        "learned from, not later ones. How it ages is not known.",
        "Only clients who were given a credit have an outcome: of those refused in the past "
        "nothing could be learned.",
        "The figures of the candidates come from the clients who chose the hyper-parameters, and "
        "are a little too kind; those of the test set come from clients with no say in model and "
        "threshold. They also tell below how much information a person must look.",
        *_limits_of_money(selection.costs_by_amount, evidence.money),
        *_limits_of_a_constant(selection),
        *_limits_of_rivals(evidence.rivals),
        *_limits_of_fairness(evidence.audited),
        *_limits_of_calibration(evidence.calibration),
        *_limits_of_signs(evidence.signs),
    ]


def against_expectation(signs: pd.DataFrame) -> list[str]:
    """Name the weightiest features that push otherwise than one would expect."""
    weightiest = signs.head(WEIGHTIEST)
    return list(weightiest.loc[weightiest["verdict"] == Verdict.DISAGREES, "english"])


def _limits_of_money(by_amount: bool, money: MoneyFigures | None) -> list[str]:
    alike = "In the business cost a missed default costs the same whatever the amount of the credit"
    if money is None:
        return [f"{alike}, and the amounts are not known."]
    return [
        "Costs follow the amounts of the credits, but the threshold is one for all clients: where "
        "risks of large and small credits are not equally right, one for each amount would do "
        "better."
        if by_amount
        else f"{alike}.",
        f"Costs in {money.currency} rest on what the lender assumes: "
        f"{money.terms.loss_given_default:.1%} of a credit is lost where it is not repaid, "
        f"{money.terms.margin:.1%} is earned where it is. The data tell neither.",
    ]


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
        reason = (
            "The data know no protected attribute of the clients"
            if set(audited["attribute"]) <= {EVERYONE}
            else "Too few clients are in each group"
        )
        return [f"{reason}: groups were not compared."]
    alone = known[~known["attribute_english"].str.contains(BY, regex=False)]
    differences = [
        f"{row['attribute_english']}: grant rates of groups differ by up to "
        f"{100 * row['grant_rate']:.0f} points, refusals of clients who repaid by up to "
        f"{100 * row['false_refusal_rate']:.0f} points."
        for row in alone.to_dict("records")
    ]
    return differences + [
        f"{row['attribute_english']}: {row['group']} are granted {row[RATIO]:.2f} times as often "
        "as the group granted most often, below four fifths by more than chance."
        for row in adverse(audited).to_dict("records")
    ]


def _limits_of_calibration(figures: CalibrationFigures | None) -> list[str]:
    if figures is None or figures.slope_low is None or figures.slope_high is None:
        return []
    if figures.slope_low <= 1 <= figures.slope_high:
        return []
    way = "extreme" if figures.slope_high < 1 else "timid"
    return [
        f"Its probabilities are too {way}: on the test clients their slope is {figures.slope:.2f}, "
        f"95% interval {figures.slope_low:.2f} to {figures.slope_high:.2f}."
    ]


def _limits_of_signs(signs: pd.DataFrame) -> list[str]:
    names = against_expectation(signs)
    if not names:
        return []
    return [f"These features push otherwise than one would expect: {'; '.join(names)}."]
