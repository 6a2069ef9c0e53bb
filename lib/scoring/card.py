"""The model card: what may be said of a scorer, told once.

Training fills it, the store keeps it, `/scorer` gives it and the page shows it: all of them are
these models, so what one of them refuses the others never see.
"""

from math import exp, hypot, log, sqrt
from typing import Annotated, Literal

import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lib.decision import Z95, CostMatrix, Costs, InvalidInput, LenderTerms
from lib.features.description import CREDIT_AMOUNT, Family, FeatureDescription, Purpose, Text

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Ratio = Annotated[float, Field(ge=0)]
Against = Literal["runner_up", "baseline", "half", "granting_all", "refusing_all"]
Way = Literal["scorer", "granting_all", "refusing_all"]
Interval = Annotated[tuple[float, float], Field(description="ends of a 95% interval")]


class _Part(BaseModel):
    """A part of the card: it has the fields named and no others, and its numbers are finite."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class CandidateFigures(_Part):
    """One candidate of the selection, on the training clients, out-of-fold.

    Attributes
    ----------
    candidate, english : str
        Its name, and how people name it.
    business_cost, standard_error : float
        Cost per client with cross-fitted thresholds.
    auc : float
        In [0, 1].
    chosen : bool
        Whether it was selected.
    clients : int or None
        On how many it was judged: those who did best in a search among fewer are on all; None where
        an older card does not tell.
    """

    candidate: str
    english: str
    business_cost: float
    standard_error: float
    auc: Share
    chosen: bool
    clients: Count | None = None


class RivalFigures(_Part):
    """Another way to decide about the test clients.

    Attributes
    ----------
    against : str
        The second-best candidate, the baseline (logistic regression with under-sampling), the same
        model refusing from one half, granting or refusing every credit.
    english : str
        How people name it.
    cost : float
        Its business cost per client.
    difference, low, high : float
        What the scorer costs less that, with the ends of the paired 95 % interval: below 0 the
        scorer costs less.
    """

    against: Against
    english: str
    cost: float
    difference: float
    low: float
    high: float


class GroupFigures(_Part):
    """Decisions about one group of test clients, by one attribute or two; a rate of nobody is None.

    Attributes
    ----------
    attribute, attribute_english, group : str
        By what clients were grouped, in words, and which group this is.
    clients : int
        How many.
    grant_rate, false_refusal_rate, missed_default_rate, default_rate : float or None
        Shares granted; refused of those who repaid; granted of those who defaulted; defaulted.
        Each with the ends of its 95 % interval.
    mean_probability, calibration_error : float
        Mean default probability, and how far it is off on average.
    impact_ratio : float or None
        Adverse-impact ratio: the share granted over the highest one among groups of the same
        attribute, with the ends of its 95 % interval. None where too few clients are compared.
    impact_p_value : float or None
        How often chance alone would make so large a difference, in [0, 1], adjusted for all groups
        of the attribute. None also for the group with the highest share.
    """

    attribute: str
    attribute_english: str
    group: str
    clients: Count
    grant_rate: Share | None
    grant_rate_low: Share | None
    grant_rate_high: Share | None
    false_refusal_rate: Share | None
    false_refusal_rate_low: Share | None
    false_refusal_rate_high: Share | None
    missed_default_rate: Share | None
    missed_default_rate_low: Share | None
    missed_default_rate_high: Share | None
    default_rate: Share | None
    default_rate_low: Share | None
    default_rate_high: Share | None
    mean_probability: Share
    calibration_error: Share
    impact_ratio: Ratio | None = None
    impact_ratio_low: Ratio | None = None
    impact_ratio_high: Ratio | None = None
    impact_p_value: Share | None = None


class AlternativeFigures(_Part):
    """A candidate whose cost is within one standard error of the lowest, and how it treats groups.

    Attributes
    ----------
    candidate, english : str
        Its name, and how people name it.
    chosen : bool
        Whether it was selected.
    business_cost : float
        Out-of-fold, on the training clients.
    impact_ratio, attribute_english, group : float, str, str
        Its lowest adverse-impact ratio, and the group that has it.
    """

    candidate: str
    english: str
    chosen: bool
    business_cost: float
    impact_ratio: Ratio
    attribute_english: str
    group: str


class CalibrationFigures(_Part):
    """Whether the scorer's probabilities hold on the test clients.

    Attributes
    ----------
    slope, slope_low, slope_high : float or None
        Of the outcomes on the log-odds of the probabilities (Cox, 1958), with the ends of its 95 %
        interval: 1 where the probabilities hold, below 1 where they are too extreme. None where all
        are equal.
    mean_distance : float
        Between a client's probability and the smoothed default rate of clients like it, in [0, 1]:
        the integrated calibration index (Austin and Steyerberg, 2019).
    mean_distance_by_chance : float or None
        What it would be on average if every probability were exactly right.
    mean_probability, default_rate : float
        In [0, 1].
    """

    slope: float | None = None
    slope_low: float | None = None
    slope_high: float | None = None
    mean_distance: Share
    mean_distance_by_chance: Share | None
    mean_probability: Share
    default_rate: Share


class WithholdingFigures(_Part):
    """What leaving features out, or holding them to a direction, costs on the training clients.

    Attributes
    ----------
    cost, other_cost : float
        Business cost per client as the model is, and with the features given back or set free.
    difference, low, high : float
        The first less the second, with the ends of the paired 95 % interval: above 0 the lender
        pays for it.
    """

    cost: float
    other_cost: float
    difference: float
    low: float
    high: float


class WayFigures(_Part):
    """What one way to decide about the test clients costs in the lender's currency.

    Attributes
    ----------
    way, english : str
        By the scorer, or every credit granted or refused; and how people name it.
    per_client, low, high : float
        Mean cost of a client, with the ends of its 95 % interval.
    difference, difference_low, difference_high : float
        What the scorer costs a client less that, with the ends of the paired 95 % interval: below 0
        the scorer costs less. 0 of the scorer itself.
    """

    way: Way
    english: str
    per_client: float
    low: float
    high: float
    difference: float
    difference_low: float
    difference_high: float


class MoneyFigures(_Part):
    """What decisions about the test clients cost, by the amounts of their credits.

    Attributes
    ----------
    terms : LenderTerms
        What the lender assumes: the data do not tell it.
    currency : str
        Code of the currency of the amounts, ISO 4217.
    clients : int
        Test clients whose amount is known: all figures are of them.
    mean_amount : float
        Their mean credit.
    ways : tuple of WayFigures
        The scorer's decisions, granting all, refusing all.
    """

    terms: LenderTerms
    currency: str
    clients: Count
    mean_amount: float
    ways: tuple[WayFigures, ...]


class Distribution(_Part):
    """How the values of a feature, or the default probabilities, are spread over some clients.

    Attributes
    ----------
    name : str
        Of the feature, or ``default_probability``.
    edges : tuple of float
        Of a number, rising: a value counts in the first bin whose edge it does not exceed, or in
        the last one, beyond all edges.
    categories : tuple of str
        Of a category, those that the model knows.
    counts : tuple of int
        How many clients are in each bin or category.
    missing : int
        How many clients have no value.
    unseen : int
        How many have a category that the model does not know.
    """

    name: str
    edges: tuple[float, ...] = ()
    categories: tuple[str, ...] = ()
    counts: tuple[Count, ...]
    missing: Count = 0
    unseen: Count = 0


class CalibrationLine(_Part):
    """The line of Cox (1958): log-odds of default on the log-odds of the probabilities.

    Attributes
    ----------
    intercept, slope : float
        0 and 1 where the probabilities hold.
    intercept_variance, slope_variance, covariance : float
        Of both, from the information of the fit.
    variance_of_kinds : float
        Of what the line is off, in log-odds, for clients who are unlike those of the reference in
        what the model looks at: see `lib.training.evidence.reference`.
    """

    intercept: float
    slope: float
    intercept_variance: Ratio
    slope_variance: Ratio
    covariance: float
    variance_of_kinds: Ratio = 0.0


class ReferenceFigures(_Part):
    """Clients whom the model has not learned from, as they were on the day of its judgement.

    Attributes
    ----------
    clients : int
        How many.
    features : tuple of Distribution
        Of each feature of the model.
    probabilities : Distribution
        Of the default probabilities: its bins are the grades.
    review_share : float
        Share of the clients whose score a person must look at, in [0, 1].
    calibration : CalibrationLine or None
        None where all probabilities are equal, or all outcomes.
    """

    clients: Count
    features: tuple[Distribution, ...]
    probabilities: Distribution
    review_share: Share
    calibration: CalibrationLine | None = None


class ModelCard(_Part):
    """What is known of a scorer: how it was chosen, judged and audited, and how it decides.

    Attributes
    ----------
    candidate : str
        Name of the candidate that was selected.
    label : Text
        How people name it.
    created : str
        Time of the selection, ISO 8601.
    threshold : float
        Clients from this default probability on are refused; in [0, 1].
    costs : CostMatrix
        What the selection weighed; where it went by amounts, at the mean credit.
    costs_by_amount : bool
        Whether the amounts of the credits, by the terms of `money`, chose model and threshold.
    metrics : dict of str to float
        Measured on the test clients.
    intervals : dict of str to (float, float)
        Their 95 % bootstrap intervals.
    cross_fitted : dict of str to float
        The same metrics on the training clients, out-of-fold.
    calibration : CalibrationFigures or None
        Whether its probabilities hold on the test clients.
    candidates : tuple of CandidateFigures
        All who competed: those who were judged on all clients, then the others, each the cheapest
        first.
    rivals : tuple of RivalFigures
        Other ways to decide, judged on the test clients.
    fairness : tuple of GroupFigures
        Decisions by group of clients, on the test clients.
    least_known : float
        Share, weighed by importance, of what nearly every client is known by, in [0, 1]: where less
        of it is given, probabilities are no longer calibrated, and a person must look.
    alternatives : tuple of AlternativeFigures
        Candidates as cheap for all one can tell, the one that treats groups most alike first.
    protected_attributes : tuple of str
        What decisions must not depend on, such as ``gender``.
    excluded_features : tuple of str
        Features that the model may not use, the protected ones among them.
    price_of_withholding : WithholdingFigures or None
        What leaving the protected ones out costs.
    withheld_purposes : tuple of Purpose
        What is no ground for a credit decision: features of these purposes are left out too.
    price_of_purposes : WithholdingFigures or None
        What leaving those out costs.
    money : MoneyFigures or None
        What decisions cost in the lender's currency; None where the amounts are not known.
    price_of_signs : WithholdingFigures or None
        What holding the model to the directions of features costs; None where it is not held.
    clients_trained_on, clients_tested_on : int
        Their numbers.
    split, test_share : str, float
        Which clients were set aside to test on: those whose draw under this name is below the
        share, see `lib.scoring.split`. Empty and 0 where that is not known.
    base_rate : float
        Share of the training clients who defaulted, in [0, 1].
    period : str
        When the clients applied, in words.
    limits, intended_use : tuple of str
        What the figures do not tell, and what the scorer is for, a sentence each.
    parameters : dict of str to float, int, bool or str
        Hyper-parameters of the candidate.
    seed : int
        Fixed the search.
    data_fingerprint : str
        Of the features that it was trained on.
    versions : dict of str to str
        Of the libraries that trained the model.
    reference : ReferenceFigures or None
        What later clients are held against by `lib.monitoring`; None of scorers that were made
        before it was kept, and of what `/scorer` tells: who asks there may be anybody.

    Examples
    --------
    >>> card = ModelCard(candidate="dummy", threshold=0.1, costs=CostMatrix())
    >>> ModelCard.model_validate_json(card.model_dump_json()) == card
    True
    """

    candidate: str
    label: Text = Text(fr="", en="")
    created: str = ""
    threshold: Share
    costs: CostMatrix
    costs_by_amount: bool = False
    metrics: dict[str, float] = {}
    intervals: dict[str, Interval] = {}
    cross_fitted: dict[str, float] = {}
    calibration: CalibrationFigures | None = None
    candidates: tuple[CandidateFigures, ...] = ()
    rivals: tuple[RivalFigures, ...] = ()
    fairness: tuple[GroupFigures, ...] = ()
    least_known: Share = 0.0
    alternatives: tuple[AlternativeFigures, ...] = ()
    protected_attributes: tuple[str, ...] = ()
    excluded_features: tuple[str, ...] = ()
    price_of_withholding: WithholdingFigures | None = None
    withheld_purposes: tuple[Purpose, ...] = ()
    price_of_purposes: WithholdingFigures | None = None
    money: MoneyFigures | None = None
    price_of_signs: WithholdingFigures | None = None
    clients_trained_on: Count = 0
    clients_tested_on: Count = 0
    split: str = ""
    test_share: Share = 0.0
    base_rate: Share = 0.0
    period: str = ""
    limits: tuple[str, ...] = ()
    intended_use: tuple[str, ...] = ()
    parameters: dict[str, bool | int | float | str] = {}
    seed: Count = 0
    data_fingerprint: str = ""
    versions: dict[str, str] = {}
    reference: ReferenceFigures | None = None

    def likely_range(self, default_probability: float) -> tuple[float, float] | None:
        """Give the default rate that clients with a probability have, as a 95 % interval.

        It is what the test clients support: the line of Cox (1958) through their mean, where the
        errors of its level and of its slope are nearly independent, with both of them. The
        probability itself is always within. None where the card has no slope, or no test clients.

        Parameters
        ----------
        default_probability : float
            In [0, 1].
        """
        found = self.calibration
        if found is None or found.slope is None or not 0 < default_probability < 1:
            return None
        level, mean = found.default_rate, found.mean_probability
        if found.slope_high is None or not self.clients_tested_on or {level, mean} & {0.0, 1.0}:
            return None
        beyond = _log_odds(default_probability) - _log_odds(mean)
        of_level = Z95 / sqrt(self.clients_tested_on * level * (1 - level))
        half = hypot(of_level, (found.slope_high - found.slope) * beyond)
        centre = _log_odds(level) + found.slope * beyond
        low, high = (1 / (1 + exp(-end)) for end in (centre - half, centre + half))
        return min(low, default_probability), max(high, default_probability)

    def costs_of(self, amounts: npt.ArrayLike | None) -> Costs:
        """Give what wrong decisions about clients cost: what this scorer was chosen by.

        Parameters
        ----------
        amounts : array_like of float, shape (n,), or None
            The credit of each client; None where they are not known.

        Raises
        ------
        InvalidInput
            If an amount is needed and not known.
        """
        if not (self.costs_by_amount and self.money):
            return self.costs
        if amounts is None:
            raise InvalidInput(
                CREDIT_AMOUNT,
                "costs by amount need the amount of every credit",
                "give the features with it",
            )
        return self.money.terms.relative_costs_of(amounts)


class FeatureInfo(FeatureDescription):
    """A feature as a person reads it, and what the model makes of it.

    Attributes
    ----------
    in_model : bool
        Whether the model uses it.
    importance : float
        Mean absolute contribution in log-odds; 0 outside the model.
    """

    in_model: bool
    importance: float = Field(
        ge=0,
        allow_inf_nan=False,
        description="mean absolute contribution in log-odds, 0 outside the model",
    )


class FactInfo(_Part):
    """A fact as a person reads it, and what it weighs.

    Attributes
    ----------
    name : str
        In snake_case.
    label : Text
        How it is called.
    family : Family
        What it is about.
    importance : float
        Mean absolute contribution in log-odds, that of its features together.
    """

    name: str
    label: Text
    family: Family
    importance: float = Field(
        ge=0, description="mean absolute contribution of its features together, in log-odds"
    )


class ScorerCard(ModelCard):
    """The card of a scorer in place, with its features: what `/scorer` answers.

    Attributes
    ----------
    tag : str
        Of the scorer in the store.
    base_probability : float
        Default probability at the starting point of contributions, in [0, 1].
    features : list of FeatureInfo
        Every feature of the catalogue.
    facts : list of FactInfo
        Every fact that the model knows.
    families : dict of str to float
        Mean absolute contribution in log-odds of each family, that of its features together.
    """

    tag: str
    base_probability: Share
    features: list[FeatureInfo]
    facts: list[FactInfo]
    families: dict[str, float]


# How people name the figures by which decisions are judged.
METRIC_NAMES = {
    "business_cost": "Business cost per client",
    "business_cost_at_half": "Business cost, refusing from 50%",
    "business_cost_granting_all": "Business cost of granting all",
    "business_cost_refusing_all": "Business cost of refusing all",
    "auc": "AUC",
    "average_precision": "Average precision",
    "ks": "KS, largest distance between both outcomes",
    "brier": "Brier score",
    "accuracy": "Accuracy, right decisions",
    "recall": "Recall, defaults that were refused",
    "precision": "Precision, refused clients who default",
    "f2": "F2, recall counting twice",
    "grant_rate": "Clients granted",
}


def _log_odds(probability: float) -> float:
    return log(probability / (1 - probability))


def unfit_card(error: ValidationError) -> InvalidInput:
    """Say what is wrong with a card that was refused: the first thing, by its place.

    Examples
    --------
    >>> try:
    ...     ModelCard(candidate="dummy", threshold=1.5, costs=CostMatrix())
    ... except ValidationError as error:
    ...     print(unfit_card(error))
    model card, threshold: input should be less than or equal to 1; select the model again.
    """
    first = error.errors(include_url=False)[0]
    place = ".".join(map(str, first["loc"]))
    rule = first["msg"]
    return InvalidInput(
        f"model card, {place}", rule[:1].lower() + rule[1:], "select the model again"
    )
