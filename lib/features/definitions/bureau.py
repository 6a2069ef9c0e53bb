"""Credits at other lenders, as the credit bureau reports them: table ``bureau``."""

from collections.abc import Mapping
from functools import partial

import ibis.expr.types as ir

from lib.features.definitions.directions import (
    HEAVIER_BURDEN,
    IN_NEED,
    LEFT_UNPAID,
    PAID_EARLY,
    SETTLED_LIFE,
)
from lib.features.definitions.feature import (
    Fact,
    Feature,
    amount,
    by_client,
    count,
    days,
    months,
    over_windows,
    quotient,
    share,
    years,
)
from lib.features.description import Family, Purpose, Text
from lib.features.expressions import (
    ago,
    at_least_zero,
    at_most,
    different,
    exact,
    flag,
    how_many,
    known_flag,
    number,
    only,
    ratio,
    ratio_of_sums,
    share_of,
    sum_of,
    within_days,
)
from lib.features.windows import (
    DAYS_PER_MONTH,
    DAYS_PER_YEAR,
    LAST_6_MONTHS,
    LAST_12_MONTHS,
    LAST_24_MONTHS,
    LAST_36_MONTHS,
    WHOLE_HISTORY,
    Window,
)

# The bureau writes "no end" as an end tens of years away, and has a few ends before 1950.
MOST_PLAUSIBLE_DAYS = 14_610

# Name, value of CREDIT_TYPE, French, English.
KINDS_OF_CREDIT = [
    ("consumer_credits", "Consumer credit", "Crédits à la consommation", "Consumer credits"),
    ("credit_cards", "Credit card", "Crédits par carte", "Credit cards"),
    ("car_loans", "Car loan", "Crédits automobiles", "Car loans"),
    ("mortgages", "Mortgage", "Crédits immobiliers", "Mortgages"),
]
MICROLOANS = ("microloans", "Microloan", "Microcrédits", "Microloans")
RECENT = (LAST_6_MONTHS, LAST_12_MONTHS, LAST_24_MONTHS, LAST_36_MONTHS)

elsewhere = partial(Fact, Family.CREDIT_ELSEWHERE, "bureau")
TAKEN = elsewhere("credits_taken_elsewhere", Purpose.USE_OF_CREDIT)
KINDS = elsewhere(
    "kinds_of_credit_elsewhere",
    Purpose.USE_OF_CREDIT,
    Text("Types de vos crédits ailleurs", "Kinds of your credits elsewhere"),
)
RUNNING = elsewhere(
    "running_credits_elsewhere",
    Purpose.USE_OF_CREDIT,
    Text("Vos crédits en cours ailleurs", "Your running credits elsewhere"),
)
CLOSED = elsewhere(
    "closed_credits_elsewhere",
    Purpose.REPAYMENT_RECORD,
    Text("Vos crédits terminés ailleurs", "Your credits elsewhere that have ended"),
)
TIME_WITH_CREDIT = elsewhere(
    "age_of_credits_elsewhere",
    Purpose.USE_OF_CREDIT,
    Text("Ancienneté de vos crédits ailleurs", "Age of your credits elsewhere"),
)
LATEST = elsewhere("latest_credit_elsewhere", Purpose.USE_OF_CREDIT)
AMOUNTS = elsewhere(
    "amounts_borrowed_elsewhere",
    Purpose.USE_OF_CREDIT,
    Text("Montants de vos crédits ailleurs", "Amounts of your credits elsewhere"),
)
DEBT = elsewhere("debt_elsewhere", Purpose.ABILITY_TO_REPAY)
CARD_USE = elsewhere(
    "card_use_elsewhere",
    Purpose.USE_OF_CREDIT,
    Text("Utilisation de vos cartes de crédit ailleurs", "Use of your credit cards elsewhere"),
)
OVERDUE = elsewhere(
    "overdue_elsewhere",
    Purpose.REPAYMENT_RECORD,
    Text("Vos retards actuels ailleurs", "Your current delays elsewhere"),
)
PAST_THEIR_END = elsewhere(
    "past_their_end_elsewhere",
    Purpose.REPAYMENT_RECORD,
    Text(
        "Crédits ailleurs non remboursés à leur date de fin",
        "Credits elsewhere not repaid by their end date",
    ),
)


def bureau_features(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Describe each client's credits at other lenders."""
    return by_client(FEATURES, credit=with_terms(tables["bureau"]))


def with_terms(bureau: ir.Table) -> ir.Table:
    """Add to each credit whether it runs, its amounts, and its ends where they are plausible."""
    runs, is_card = bureau.CREDIT_ACTIVE == "Active", bureau.CREDIT_TYPE == "Credit card"
    planned_end = plausible(bureau.DAYS_CREDIT_ENDDATE)
    end = plausible(bureau.DAYS_ENDDATE_FACT)
    return bureau.mutate(
        runs=runs,
        is_card=is_card,
        running_card=runs & is_card,
        is_consumer=bureau.CREDIT_TYPE == "Consumer credit",
        was_overdue=(bureau.AMT_CREDIT_MAX_OVERDUE > 0) | (bureau.CREDIT_DAY_OVERDUE > 0),
        age=ago(bureau.DAYS_CREDIT),
        planned_end=planned_end,
        end=end,
        days_left=only(runs & (planned_end > 0), planned_end),
        days_early=planned_end - end,
        planned_days=planned_end - number(bureau.DAYS_CREDIT),
        amount=exact(bureau.AMT_CREDIT_SUM),
        debt=at_least_zero(exact(bureau.AMT_CREDIT_SUM_DEBT)),
        # What the bureau calls the limit is what of it is not used: with the debt it makes it up.
        spare_limit=at_least_zero(exact(bureau.AMT_CREDIT_SUM_LIMIT)),
        overdue=exact(bureau.AMT_CREDIT_SUM_OVERDUE),
    )


def plausible(day: ir.Value) -> ir.Value:
    """Keep a day that is not too far away to be true."""
    return only(number(day).abs() <= MOST_PLAUSIBLE_DAYS, day)


def credits_of_kind(name: str, credit_type: str, fr: str, en: str) -> Feature:
    """Count the credits of one kind."""
    return count(
        f"number_of_{name}_elsewhere",
        f"{fr} ailleurs, en cours ou terminés",
        f"{en} elsewhere, running or closed",
        lambda credit: how_many(credit_type == credit.CREDIT_TYPE),
    )


def amount_of_kind(name: str, credit_type: str, fr: str, en: str) -> Feature:
    """Add up the credits of one kind."""
    return amount(
        f"amount_of_{name}_elsewhere",
        f"{fr} ailleurs : montant total",
        f"{en} elsewhere: total amount",
        lambda credit: sum_of(credit_type == credit.CREDIT_TYPE, credit.amount),
    )


def overdue_of_kind(name: str, credit_type: str, fr: str, en: str) -> Feature:
    """Add up what is overdue on the credits of one kind."""
    return amount(
        f"amount_overdue_on_{name}_elsewhere",
        f"{fr} ailleurs : montant en retard",
        f"{en} elsewhere: amount overdue",
        lambda credit: sum_of(credit_type == credit.CREDIT_TYPE, credit.overdue),
    )


def taken_inside(credit: ir.Table, window: Window) -> ir.Value:
    """Say which credits were taken in a window."""
    return within_days(window, credit.DAYS_CREDIT)


NUMBER_TAKEN = count(
    "number_of_credits_elsewhere",
    "Crédits pris ailleurs",
    "Credits taken elsewhere",
    lambda credit, inside: how_many(inside),
)

FEATURES = (
    *over_windows([WHOLE_HISTORY], taken_inside, *TAKEN.told_by(NUMBER_TAKEN)),
    *over_windows([LAST_12_MONTHS], taken_inside, *TAKEN.told_by(NUMBER_TAKEN, direction=IN_NEED)),
    *over_windows([LAST_24_MONTHS], taken_inside, *TAKEN.told_by(NUMBER_TAKEN)),
    *KINDS.told_by(
        *(credits_of_kind(*kind) for kind in KINDS_OF_CREDIT),
    ),
    *KINDS.told_by(
        credits_of_kind(*MICROLOANS),
        direction=IN_NEED,
    ),
    *RUNNING.told_by(
        count(
            "number_of_running_credits_elsewhere",
            "Crédits en cours ailleurs",
            "Running credits elsewhere",
            lambda credit: how_many(credit.runs),
        ),
    ),
    *CLOSED.told_by(
        count(
            "number_of_closed_credits_elsewhere",
            "Crédits terminés ailleurs",
            "Closed credits elsewhere",
            lambda credit: how_many(credit.CREDIT_ACTIVE == "Closed"),
        ),
    ),
    *elsewhere(
        "sold_credits_elsewhere",
        Purpose.REPAYMENT_RECORD,
        Text(
            "Crédits ailleurs que le prêteur a vendus ou tenus pour perdus",
            "Credits elsewhere that the lender sold or gave up as lost",
        ),
    ).told_by(
        count(
            "number_of_sold_credits_elsewhere",
            "Crédits ailleurs cédés ou passés en perte",
            "Credits elsewhere that were sold or written off",
            lambda credit: how_many(credit.CREDIT_ACTIVE.isin(["Sold", "Bad debt"])),
        ),
        direction=LEFT_UNPAID,
    ),
    *RUNNING.told_by(
        count(
            "number_of_running_cards_elsewhere",
            "Cartes de crédit en cours ailleurs",
            "Running credit cards elsewhere",
            lambda credit: how_many(credit.runs & credit.is_card),
        ),
    ),
    *KINDS.told_by(
        count(
            "number_of_kinds_of_credit_elsewhere",
            "Types de crédit différents pris ailleurs",
            "Different kinds of credit taken elsewhere",
            lambda credit: different(credit.CREDIT_TYPE),
        ),
    ),
    *RUNNING.told_by(
        share(
            "share_of_credits_elsewhere_running",
            "Part de vos crédits ailleurs encore en cours",
            "Share of your credits elsewhere that still run",
            lambda credit: flag(credit.runs).mean(),
        ),
    ),
    *KINDS.told_by(
        share(
            "share_of_consumer_credits_elsewhere",
            "Part des crédits à la consommation parmi vos crédits ailleurs",
            "Share of consumer credits among your credits elsewhere",
            lambda credit: flag(credit.is_consumer).mean(),
        ),
    ),
    *TAKEN.told_by(
        share(
            "share_of_credits_elsewhere_taken_last_12_months",
            "Part de vos crédits ailleurs pris ces 12 derniers mois",
            "Share of your credits elsewhere taken in the last 12 months",
            lambda client: ratio(
                client.number_of_credits_elsewhere_last_12_months,
                client.number_of_credits_elsewhere,
            ),
        ),
        direction=IN_NEED,
    ),
    *TIME_WITH_CREDIT.told_by(
        months(
            "months_since_first_credit_elsewhere",
            "Temps depuis votre premier crédit ailleurs",
            "Time since your first credit elsewhere",
            lambda credit: credit.age.max() / DAYS_PER_MONTH,
        ),
        direction=SETTLED_LIFE,
    ),
    *LATEST.told_by(
        months(
            "months_since_last_credit_elsewhere",
            "Temps depuis votre dernier crédit ailleurs",
            "Time since your last credit elsewhere",
            lambda credit: credit.age.min() / DAYS_PER_MONTH,
        ),
    ),
    *TIME_WITH_CREDIT.told_by(
        years(
            "mean_age_of_credits_elsewhere",
            "Ancienneté moyenne de vos crédits ailleurs",
            "Mean age of your credits elsewhere",
            lambda credit: credit.age.mean() / DAYS_PER_YEAR,
        ),
        direction=SETTLED_LIFE,
    ),
    *TIME_WITH_CREDIT.told_by(
        years(
            "mean_age_of_running_credits_elsewhere",
            "Ancienneté moyenne de vos crédits en cours ailleurs",
            "Mean age of your running credits elsewhere",
            lambda credit: only(credit.runs, credit.age).mean() / DAYS_PER_YEAR,
        ),
    ),
    *LATEST.told_by(
        months(
            "months_since_last_consumer_credit_elsewhere",
            "Temps depuis votre dernier crédit à la consommation ailleurs",
            "Time since your last consumer credit elsewhere",
            lambda credit: only(credit.is_consumer, credit.age).min() / DAYS_PER_MONTH,
        ),
        months(
            "months_since_last_card_elsewhere",
            "Temps depuis votre dernière carte de crédit ailleurs",
            "Time since your last credit card elsewhere",
            lambda credit: only(credit.is_card, credit.age).min() / DAYS_PER_MONTH,
        ),
        months(
            "months_since_last_running_credit_elsewhere",
            "Ancienneté de votre crédit en cours le plus récent ailleurs",
            "Age of your latest running credit elsewhere",
            lambda credit: only(credit.runs, credit.age).min() / DAYS_PER_MONTH,
        ),
    ),
    *elsewhere(
        "news_elsewhere",
        Purpose.USE_OF_CREDIT,
        Text(
            "Date des dernières nouvelles de vos crédits ailleurs",
            "How recent the news about your credits elsewhere is",
        ),
    ).told_by(
        months(
            "months_since_last_news_elsewhere",
            "Temps depuis la dernière mise à jour de vos crédits ailleurs",
            "Time since the last news about your credits elsewhere",
            lambda credit: ago(credit.DAYS_CREDIT_UPDATE).min() / DAYS_PER_MONTH,
        ),
    ),
    *TAKEN.told_by(
        months(
            "mean_months_between_credits_elsewhere",
            "Temps moyen entre deux crédits ailleurs",
            "Mean time between two credits elsewhere",
            lambda client: ratio(
                client.months_since_first_credit_elsewhere
                - client.months_since_last_credit_elsewhere,
                client.number_of_credits_elsewhere - 1,
            ),
        ),
    ),
    *CLOSED.told_by(
        months(
            "months_since_last_closed_credit_elsewhere",
            "Temps depuis la fin de votre dernier crédit terminé ailleurs",
            "Time since your last closed credit elsewhere ended",
            lambda credit: ago(credit.end).min() / DAYS_PER_MONTH,
        ),
    ),
    *DEBT.told_by(
        amount(
            "debt_elsewhere",
            "Ce que vous devez encore ailleurs",
            "What you still owe elsewhere",
            lambda credit: sum_of(credit.runs, credit.debt),
        ),
        amount(
            "largest_debt_elsewhere",
            "Votre plus grosse dette ailleurs",
            "Your largest debt elsewhere",
            lambda credit: only(credit.runs, credit.debt).max(),
        ),
        amount(
            "debt_on_consumer_credits_elsewhere",
            "Ce que vous devez ailleurs sur des crédits à la consommation",
            "What you owe elsewhere on consumer credits",
            lambda credit: sum_of(credit.runs & credit.is_consumer, credit.debt),
        ),
        amount(
            "debt_on_cards_elsewhere",
            "Ce que vous devez ailleurs sur des cartes de crédit",
            "What you owe elsewhere on credit cards",
            lambda credit: sum_of(credit.runs & credit.is_card, credit.debt),
        ),
    ),
    *AMOUNTS.told_by(
        amount(
            "amount_of_running_credits_elsewhere",
            "Montant de vos crédits en cours ailleurs",
            "Amount of your running credits elsewhere",
            lambda credit: sum_of(credit.runs, credit.amount),
        ),
        amount(
            "amount_of_running_cards_elsewhere",
            "Montant de vos cartes de crédit en cours ailleurs",
            "Amount of your running credit cards elsewhere",
            lambda credit: sum_of(credit.runs & credit.is_card, credit.amount),
        ),
    ),
    *CARD_USE.told_by(
        amount(
            "unused_limit_elsewhere",
            "Crédit encore disponible sur vos cartes ailleurs",
            "Credit still available on your cards elsewhere",
            lambda credit: sum_of(credit.runs & credit.is_card, credit.spare_limit),
        ),
    ),
    *AMOUNTS.told_by(
        amount(
            "mean_amount_of_credits_elsewhere",
            "Montant moyen de vos crédits ailleurs",
            "Mean amount of your credits elsewhere",
            lambda credit: credit.amount.mean(),
        ),
        amount(
            "largest_credit_elsewhere",
            "Votre plus gros crédit ailleurs",
            "Your largest credit elsewhere",
            lambda credit: credit.amount.max(),
        ),
        *(amount_of_kind(*kind) for kind in (*KINDS_OF_CREDIT, MICROLOANS)),
    ),
    *over_windows(
        RECENT,
        taken_inside,
        *AMOUNTS.told_by(
            amount(
                "amount_of_credits_elsewhere",
                "Montant des crédits pris ailleurs",
                "Amount of the credits taken elsewhere",
                lambda credit, inside: sum_of(inside, credit.amount),
            ),
        ),
        *OVERDUE.told_by(
            amount(
                "amount_overdue_elsewhere",
                "Montant en retard sur les crédits pris ailleurs",
                "Amount overdue on the credits taken elsewhere",
                lambda credit, inside: sum_of(inside, credit.overdue),
            ),
            direction=LEFT_UNPAID,
        ),
    ),
    *elsewhere("instalments_elsewhere", Purpose.ABILITY_TO_REPAY).told_by(
        amount(
            "annuities_elsewhere",
            "Échéances de vos crédits en cours ailleurs",
            "Instalments of your running credits elsewhere",
            lambda credit: sum_of(credit.runs, exact(credit.AMT_ANNUITY)),
        ),
    ),
    *DEBT.told_by(
        share(
            "debt_to_credit_elsewhere",
            "Part de vos crédits en cours ailleurs qui reste à payer",
            "Share of your running credits elsewhere still to be paid",
            lambda credit: ratio_of_sums(
                credit.runs, at_most(credit.debt, credit.amount), credit.amount
            ),
        ),
        share(
            "debt_to_all_credits_elsewhere",
            "Part de tous vos crédits ailleurs, même terminés, qui reste à payer",
            "Share of all your credits elsewhere, even closed, still to be paid",
            lambda credit: ratio_of_sums(
                credit.amount.notnull(), at_most(credit.debt, credit.amount), credit.amount
            ),
        ),
        direction=HEAVIER_BURDEN,
    ),
    *CARD_USE.told_by(
        quotient(
            "card_debt_to_card_amount_elsewhere",
            "Dettes de vos cartes ailleurs rapportées au montant accordé",
            "Debts on your credit cards elsewhere compared with the amount granted",
            lambda credit: ratio_of_sums(credit.running_card, credit.debt, credit.amount),
        ),
        direction=HEAVIER_BURDEN,
    ),
    *CARD_USE.told_by(
        share(
            "card_debt_to_card_limit_elsewhere",
            "Part utilisée du plafond de vos cartes de crédit ailleurs",
            "Share used of the limit of your credit cards elsewhere",
            lambda credit: ratio_of_sums(
                credit.running_card, credit.debt, credit.debt + credit.spare_limit
            ),
        ),
    ),
    *OVERDUE.told_by(
        count(
            "number_of_credits_overdue_elsewhere",
            "Crédits ailleurs en retard aujourd’hui",
            "Credits elsewhere that are overdue today",
            lambda credit: how_many(credit.CREDIT_DAY_OVERDUE > 0),
        ),
        amount(
            "amount_overdue_elsewhere",
            "Montant en retard ailleurs",
            "Amount overdue elsewhere",
            lambda credit: credit.overdue.sum(),
        ),
        days(
            "longest_overdue_elsewhere",
            "Plus long retard actuel ailleurs",
            "Longest current delay elsewhere",
            lambda credit: number(credit.CREDIT_DAY_OVERDUE).max(),
        ),
        *(overdue_of_kind(*kind) for kind in (*KINDS_OF_CREDIT, MICROLOANS)),
        direction=LEFT_UNPAID,
    ),
    *elsewhere(
        "ever_overdue_elsewhere",
        Purpose.REPAYMENT_RECORD,
        Text(
            "Vos crédits ailleurs qui ont déjà été en retard",
            "Your credits elsewhere that were ever late",
        ),
    ).told_by(
        amount(
            "largest_overdue_ever_elsewhere",
            "Plus gros montant jamais en retard ailleurs",
            "Largest amount ever overdue elsewhere",
            lambda credit: number(credit.AMT_CREDIT_MAX_OVERDUE).max(),
        ),
        amount(
            "largest_overdue_ever_elsewhere_last_24_months",
            "Plus gros montant jamais en retard sur un crédit pris ailleurs ces 24 derniers mois",
            "Largest amount ever overdue on a credit taken elsewhere in the last 24 months",
            lambda credit: only(
                within_days(LAST_24_MONTHS, credit.DAYS_CREDIT), credit.AMT_CREDIT_MAX_OVERDUE
            ).max(),
        ),
        share(
            "share_of_credits_ever_overdue_elsewhere",
            "Part de vos crédits ailleurs qui ont connu un retard",
            "Share of your credits elsewhere that were ever overdue",
            lambda credit: flag(credit.was_overdue).mean(),
        ),
        share(
            "share_of_credits_ever_overdue_elsewhere_last_24_months",
            "Part de vos crédits pris ailleurs ces 24 derniers mois qui ont connu un retard",
            "Share of the credits you took elsewhere in the last 24 months ever overdue",
            lambda credit: share_of(
                credit.was_overdue, within_days(LAST_24_MONTHS, credit.DAYS_CREDIT)
            ),
        ),
        direction=LEFT_UNPAID,
    ),
    *elsewhere("prolonged_elsewhere", Purpose.REPAYMENT_RECORD).told_by(
        count(
            "number_of_prolongations_elsewhere",
            "Prolongations de vos crédits ailleurs",
            "Prolongations of your credits elsewhere",
            lambda credit: number(credit.CNT_CREDIT_PROLONG).sum(),
        ),
    ),
    *OVERDUE.told_by(
        share(
            "overdue_to_debt_elsewhere",
            "Part de vos dettes en cours ailleurs qui est en retard",
            "Share of your running debts elsewhere that is overdue",
            lambda credit: ratio_of_sums(
                credit.runs, at_most(credit.overdue, credit.debt), credit.debt
            ),
        ),
        direction=LEFT_UNPAID,
    ),
    *elsewhere(
        "durations_elsewhere",
        Purpose.ABILITY_TO_REPAY,
        Text("Durées de vos crédits ailleurs", "Durations of your credits elsewhere"),
    ).told_by(
        months(
            "longest_remaining_duration_elsewhere",
            "Plus longue durée restante de vos crédits ailleurs",
            "Longest time left on your credits elsewhere",
            lambda credit: credit.days_left.max() / DAYS_PER_MONTH,
        ),
        months(
            "mean_remaining_duration_elsewhere",
            "Durée moyenne restante de vos crédits ailleurs",
            "Mean time left on your credits elsewhere",
            lambda credit: credit.days_left.mean() / DAYS_PER_MONTH,
        ),
        years(
            "mean_planned_duration_elsewhere",
            "Durée moyenne prévue de vos crédits ailleurs",
            "Mean planned duration of your credits elsewhere",
            lambda credit: (
                only(credit.planned_days >= 0, credit.planned_days).mean() / DAYS_PER_YEAR
            ),
        ),
    ),
    *PAST_THEIR_END.told_by(
        share(
            "share_of_running_credits_past_their_end_elsewhere",
            "Part de vos crédits en cours ailleurs, au terme connu, qui l’ont dépassé",
            "Share of your running credits elsewhere with a known end that are past it",
            lambda credit: only(credit.runs, known_flag(credit.planned_end < 0)).mean(),
        ),
        direction=LEFT_UNPAID,
    ),
    *elsewhere(
        "repaid_early_elsewhere",
        Purpose.REPAYMENT_RECORD,
        Text("Vos crédits ailleurs remboursés en avance", "Your credits elsewhere repaid early"),
    ).told_by(
        months(
            "mean_months_repaid_early_elsewhere",
            "Avance moyenne sur le terme de vos crédits ailleurs",
            "How long before their end your credits elsewhere were repaid, on average",
            lambda credit: credit.days_early.mean() / DAYS_PER_MONTH,
        ),
        share(
            "share_of_credits_repaid_early_elsewhere",
            "Part de vos crédits ailleurs remboursés avant leur terme",
            "Share of your credits elsewhere repaid before their end",
            lambda credit: known_flag(credit.days_early >= DAYS_PER_MONTH).mean(),
        ),
        direction=PAID_EARLY,
    ),
    *PAST_THEIR_END.told_by(
        share(
            "share_of_credits_repaid_after_their_end_elsewhere",
            "Part de vos crédits ailleurs remboursés après leur terme",
            "Share of your credits elsewhere repaid after their end",
            lambda credit: known_flag(credit.days_early <= -DAYS_PER_MONTH).mean(),
        ),
        direction=LEFT_UNPAID,
    ),
)
