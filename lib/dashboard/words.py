"""What figures and features mean, in words that need no mathematics."""

from enum import StrEnum
from math import inf, log
from typing import NamedTuple

from lib.dashboard.texts import Language, say, text_id
from lib.decision import Decision
from lib.features.description import Effect, Family, Purpose
from lib.serving.wire import FeatureInfo

REVIEW_SIGN = "⚑"  # a person must look
SCALES = (100, 1_000, 10_000, 100_000)
MOST_DIGITS = 10  # decimals of a percentage: where they still agree, the floats do
# Differences in log-odds: up to the first a probability is near the threshold, from the second far.
NEAR, FAR = 0.2, 1.0
# Contributions in log-odds.
MODERATE, STRONG = 0.12, 0.4
FAMILIES = [str(family) for family in Family]
FAMILY_NAMES = {
    Family.IDENTITY: text_id("family.identity"),
    Family.EMPLOYMENT: text_id("family.employment"),
    Family.HOUSEHOLD: text_id("family.household"),
    Family.CREDIT_REQUESTED: text_id("family.credit_requested"),
    Family.EXTERNAL_SCORES: text_id("family.external_scores"),
    Family.CREDIT_ELSEWHERE: text_id("family.credit_elsewhere"),
    Family.HISTORY_WITH_US: text_id("family.history_with_us"),
    Family.REPAYMENT_BEHAVIOUR: text_id("family.repayment_behaviour"),
}
SOURCES = {
    "application_train": text_id("source.application"),
    "bureau": text_id("source.bureau"),
    "bureau_balance": text_id("source.bureau_balance"),
    "previous_application": text_id("source.previous_application"),
    "POS_CASH_balance": text_id("source.pos_cash"),
    "installments_payments": text_id("source.installments"),
    "credit_card_balance": text_id("source.credit_card"),
}
ORIGINS = {
    "application_train": text_id("origin.applicant"),
    "bureau": text_id("origin.registers"),
    "bureau_balance": text_id("origin.registers"),
}
# The client's application also holds what others say of the client.
ORIGINS_IN_APPLICATION = {
    Family.EXTERNAL_SCORES: text_id("origin.scores"),
    Family.CREDIT_ELSEWHERE: text_id("origin.registers"),
}
PURPOSES = {
    Purpose.ABILITY_TO_REPAY: text_id("purpose.ability_to_repay"),
    Purpose.CREDIT_ASKED_FOR: text_id("purpose.credit_asked_for"),
    Purpose.CREDIT_RATING: text_id("purpose.credit_rating"),
    Purpose.REPAYMENT_RECORD: text_id("purpose.repayment_record"),
    Purpose.USE_OF_CREDIT: text_id("purpose.use_of_credit"),
    Purpose.SITUATION: text_id("purpose.situation"),
    Purpose.RESIDENCE: text_id("purpose.residence"),
    Purpose.CONTACT: text_id("purpose.contact"),
    Purpose.DOCUMENTS: text_id("purpose.documents"),
    Purpose.CIRCUMSTANCE: text_id("purpose.circumstance"),
    Purpose.OTHER_PEOPLE: text_id("purpose.other_people"),
}
USUAL_EFFECTS = {
    Effect.RAISES: text_id("definition.raises"),
    Effect.LOWERS: text_id("definition.lowers"),
}


class Frequency(NamedTuple):
    """So many clients out of so many."""

    clients: int
    out_of: int


class Distance(StrEnum):
    """How far a probability lies from the threshold."""

    NEAR = "near"
    CLEAR = "clear"
    FAR = "far"


class Strength(StrEnum):
    """How much a reason weighs."""

    SLIGHT = "slight"
    MODERATE = "moderate"
    STRONG = "strong"


def frequencies(probability: float, threshold: float) -> tuple[Frequency, Frequency]:
    """Give probability and threshold as counts of clients that tell the same story.

    Out of 100 where that is enough; out of more where rounding would put a granted client on the
    threshold, from which we refuse.

    Examples
    --------
    >>> frequencies(0.12, 0.0909)
    (Frequency(clients=12, out_of=100), Frequency(clients=9, out_of=100))
    >>> frequencies(0.0880, 0.0909)
    (Frequency(clients=88, out_of=1000), Frequency(clients=91, out_of=1000))
    """
    for scale in SCALES:
        clients, limit = round(probability * scale), round(threshold * scale)
        if clients != limit or probability >= threshold:
            break
    return Frequency(clients, scale), Frequency(limit, scale)


def digits_apart(probability: float, threshold: float) -> int:
    """Give how many decimals show a percentage as different from the threshold's, 1 to 10.

    Examples
    --------
    >>> digits_apart(0.12, 0.09), digits_apart(0.09061, 0.09064)
    (1, 3)
    """
    if probability == threshold:
        return 1
    apart = (
        digits
        for digits in range(1, MOST_DIGITS + 1)
        if round(probability * 100, digits) != round(threshold * 100, digits)
    )
    return next(apart, MOST_DIGITS)


def distance(probability: float, threshold: float) -> Distance:
    """Say how far the probability lies from the threshold, by the odds of default.

    Examples
    --------
    >>> distance(0.095, 0.09).value, distance(0.13, 0.09).value, distance(0.4, 0.09).value
    ('near', 'clear', 'far')
    """
    gap = abs(_log_odds(probability) - _log_odds(threshold)) if probability != threshold else 0.0
    if gap < NEAR:
        return Distance.NEAR
    return Distance.CLEAR if gap < FAR else Distance.FAR


def strength(contribution: float) -> Strength:
    """Say how much a reason weighs, by its contribution in log-odds.

    Examples
    --------
    >>> strength(-0.8).value, strength(0.2).value, strength(0.01).value
    ('strong', 'moderate', 'slight')
    """
    if abs(contribution) >= STRONG:
        return Strength.STRONG
    return Strength.MODERATE if abs(contribution) >= MODERATE else Strength.SLIGHT


def direction(contribution: float) -> Decision:
    """Say which decision a reason speaks for."""
    return Decision.REFUSE if contribution > 0 else Decision.GRANT


def _log_odds(probability: float) -> float:
    if probability in (0, 1):
        return inf if probability else -inf
    return log(probability / (1 - probability))


def name_family(family: str, language: Language) -> str:
    """Name what features are about; a family that came later keeps the API's name."""
    return say(language, FAMILY_NAMES[Family(family)]) if family in FAMILIES else family


def place_of_family(family: str) -> tuple[int, str]:
    """Say where a family stands in the order in which a manager reads."""
    return (FAMILIES.index(family) if family in FAMILIES else len(FAMILIES), family)


def say_origin(info: FeatureInfo, language: Language) -> str:
    """Say from whom a feature's value came, to the client: what is no one else's is ours."""
    origin = ORIGINS.get(info.source, text_id("origin.with_us"))
    if origin == ORIGINS["application_train"]:
        origin = ORIGINS_IN_APPLICATION.get(Family(info.family), origin)
    return say(language, origin)


def say_definition(info: FeatureInfo, language: Language) -> str:
    """Say what a feature tells a lender, which way it is expected to push, and its source."""
    source = SOURCES.get(info.source)
    sentences = [
        say(language, PURPOSES[info.purpose]),
        say(language, USUAL_EFFECTS[info.direction.effect]) if info.direction else "",
        say(language, source) if source else "",
    ]
    return " ".join(filter(None, sentences))
