"""What features are about, and how they are defined, in words."""

from lib.dashboard.languages import Language
from lib.dashboard.texts import say, text_id
from lib.features.description import Family, Unit
from lib.serving.wire import FeatureInfo

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
UNITS = {
    Unit.AMOUNT: text_id("unit.amount"),
    Unit.SHARE: text_id("unit.share"),
    Unit.RATIO: text_id("unit.ratio"),
    Unit.COUNT: text_id("unit.count"),
    Unit.YEARS: text_id("unit.years"),
    Unit.MONTHS: text_id("unit.months"),
    Unit.DAYS: text_id("unit.days"),
    Unit.HOUR: text_id("unit.hour"),
    Unit.SCORE: text_id("unit.score"),
    Unit.YES_NO: text_id("unit.yes_no"),
    Unit.CATEGORY: text_id("unit.category"),
}


def name_family(family: str, language: Language) -> str:
    """Name what features are about; a family that came later keeps the API's name."""
    return say(language, FAMILY_NAMES[Family(family)]) if family in FAMILIES else family


def place_of_family(family: str) -> tuple[int, str]:
    """Say where a family stands in the order in which a manager reads."""
    return (FAMILIES.index(family) if family in FAMILIES else len(FAMILIES), family)


def say_definition(info: FeatureInfo, language: Language) -> str:
    """Say what a feature is about, where it comes from and how it is measured."""
    source = SOURCES.get(info.source)
    return " ".join(
        [
            say(language, "definition.family", family=name_family(info.family, language)),
            say(language, source) if source else "",
            say(language, UNITS[Unit(info.unit)]),
        ]
    )
