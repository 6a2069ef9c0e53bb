"""The model card: what may be said of a scorer, told once.

Training fills it, the store keeps it, `/scorer` gives it and the page shows it: all of them are
these models, so what one of them refuses the others never see.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lib.decision import CostMatrix, InvalidInput
from lib.features.description import FeatureDescription, Text

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Against = Literal["runner_up", "baseline", "half", "granting_all", "refusing_all"]
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
    """

    candidate: str
    english: str
    business_cost: float
    standard_error: float
    auc: Share
    chosen: bool


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
    """Decisions about one group of test clients; a rate of nobody is None.

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


class WithholdingFigures(_Part):
    """What leaving the protected features out costs, on the training clients.

    Attributes
    ----------
    cost, other_cost : float
        Business cost per client without them, and with them.
    difference, low, high : float
        The first less the second, with the ends of the paired 95 % interval: above 0 the lender
        pays for leaving them out.
    """

    cost: float
    other_cost: float
    difference: float
    low: float
    high: float


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
        What the selection weighed.
    metrics : dict of str to float
        Measured on the test clients.
    intervals : dict of str to (float, float)
        Their 95 % bootstrap intervals.
    cross_fitted : dict of str to float
        The same metrics on the training clients, out-of-fold.
    candidates : tuple of CandidateFigures
        All who competed, the cheapest first.
    rivals : tuple of RivalFigures
        Other ways to decide, judged on the test clients.
    fairness : tuple of GroupFigures
        Decisions by group of clients, on the test clients.
    least_known : float
        Share, weighed by importance, of what nearly every client is known by, in [0, 1]: where less
        of it is given, probabilities are no longer calibrated, and a person must look.
    protected_attributes : tuple of str
        What decisions must not depend on, such as ``gender``.
    excluded_features : tuple of str
        Features that the model may not use, the protected ones among them.
    price_of_withholding : WithholdingFigures or None
        What leaving the protected ones out costs.
    clients_trained_on, clients_tested_on : int
        Their numbers.
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
    metrics: dict[str, float] = {}
    intervals: dict[str, Interval] = {}
    cross_fitted: dict[str, float] = {}
    candidates: tuple[CandidateFigures, ...] = ()
    rivals: tuple[RivalFigures, ...] = ()
    fairness: tuple[GroupFigures, ...] = ()
    least_known: Share = 0.0
    protected_attributes: tuple[str, ...] = ()
    excluded_features: tuple[str, ...] = ()
    price_of_withholding: WithholdingFigures | None = None
    clients_trained_on: Count = 0
    clients_tested_on: Count = 0
    base_rate: Share = 0.0
    period: str = ""
    limits: tuple[str, ...] = ()
    intended_use: tuple[str, ...] = ()
    parameters: dict[str, bool | int | float | str] = {}
    seed: Count = 0
    data_fingerprint: str = ""
    versions: dict[str, str] = {}


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


class ScorerCard(ModelCard):
    """The card of a scorer in place, with its features: what `/scorer` answers.

    Attributes
    ----------
    tag : str
        Of the scorer in the store.
    base_probability : float
        Default probability of the average client, in [0, 1].
    features : list of FeatureInfo
        Every feature of the catalogue.
    """

    tag: str
    base_probability: Share
    features: list[FeatureInfo]


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
