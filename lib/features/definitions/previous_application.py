"""What the client asked of us before: table ``previous_application``."""

from collections.abc import Mapping
from functools import partial

import ibis.expr.types as ir

from lib.decision import ANYTHING
from lib.features.definitions.directions import (
    DEAR_CREDIT,
    HAS_SAVINGS,
    LONG_AGO,
    PAID_EARLY,
    REPAID,
    WAS_APPROVED,
    WAS_REFUSED,
)
from lib.features.definitions.feature import (
    Fact,
    Feature,
    amount,
    by_client,
    count,
    months,
    over_windows,
    quotient,
    share,
    yes_no,
)
from lib.features.description import Family, Purpose, Text
from lib.features.expressions import (
    CLIENT,
    ago,
    at_least_zero,
    at_most,
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
    LAST_6_MONTHS,
    LAST_12_MONTHS,
    LAST_24_MONTHS,
    WHOLE_HISTORY,
    Window,
)

WINDOWS = (WHOLE_HISTORY, LAST_12_MONTHS)

with_us = partial(Fact, Family.HISTORY_WITH_US, "previous_application")
APPLICATIONS = with_us("previous_applications", Purpose.USE_OF_CREDIT)
OUTCOMES = with_us(
    "outcomes_of_applications",
    Purpose.USE_OF_CREDIT,
    Text("Nos réponses à vos demandes précédentes", "Our answers to your previous applications"),
)
PRICE = with_us(
    "price_of_credits_before",
    Purpose.USE_OF_CREDIT,
    Text("Coût des crédits que nous vous avons accordés", "Cost of the credits we granted you"),
)
PRODUCTS = with_us(
    "products_before",
    Purpose.USE_OF_CREDIT,
    Text(
        "Types de crédit que vous avez déjà demandés", "Kinds of credit that you asked for before"
    ),
)
RUNNING = with_us(
    "running_credits_with_us",
    Purpose.ABILITY_TO_REPAY,
    Text("Vos crédits en cours chez nous", "Your running credits with us"),
)
LAST = with_us(
    "last_previous_application",
    Purpose.USE_OF_CREDIT,
    Text("Votre dernière demande chez nous", "Your last application to us"),
)
# Name, value of NAME_CONTRACT_TYPE, French, English.
LOANS = [
    ("cash_loans", "Cash loans", "prêts personnels", "cash loans"),
    ("purchase_loans", "Consumer loans", "crédits pour un achat", "purchase loans"),
]


def previous_application_features(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Describe each client's previous applications to us."""
    previous = with_outcome(tables["previous_application"])
    return by_client(FEATURES, previous=previous, latest=placed(previous))


def with_outcome(applications: ir.Table) -> ir.Table:
    """Add the outcome, the amounts and the implied interest."""
    t, status = applications, applications.NAME_CONTRACT_STATUS
    approved = status == "Approved"
    payments = only(t.CNT_PAYMENT > 0, t.CNT_PAYMENT)
    ends_in = number(t.DAYS_LAST_DUE_1ST_VERSION)
    # By the schedule: an instalment a month until its end.
    payments_left = at_most(at_least_zero(ends_in) / DAYS_PER_MONTH, payments)
    interest = ratio(number(t.AMT_ANNUITY) * payments, t.AMT_CREDIT) - 1
    asked = only(t.AMT_APPLICATION > 0, exact(t.AMT_APPLICATION))
    return applications.mutate(
        approved=approved,
        refused=status == "Refused",
        days_ago=ago(t.DAYS_DECISION),
        payments=payments,
        yearly_interest=only(t.AMT_CREDIT > 0, interest / payments * 12),
        asked=asked,
        credit=exact(t.AMT_CREDIT),
        granted=only(approved, exact(t.AMT_CREDIT)),
        granted_to_asked=only(approved, ratio(t.AMT_CREDIT, asked)),
        annuity=exact(t.AMT_ANNUITY),
        granted_annuity=only(approved, exact(t.AMT_ANNUITY)),
        runs=approved & t.DAYS_FIRST_DUE.notnull() & t.DAYS_TERMINATION.isnull(),
        ends_in=ends_in,
        to_pay=exact(number(t.AMT_ANNUITY) * payments),
        left_to_pay=exact(number(t.AMT_ANNUITY) * only(payments.notnull(), payments_left)),
        for_cash=known_flag(t.NAME_CONTRACT_TYPE == "Cash loans"),
        for_purchase=known_flag(t.NAME_CONTRACT_TYPE == "Consumer loans"),
        for_card=known_flag(t.NAME_CONTRACT_TYPE == "Revolving loans"),
    )


def placed(t: ir.Table) -> ir.Table:
    """Give each application its place, from the latest on, with its outcome.

    The place of an application is the number of the client's applications from it on: a join with
    itself, because not every engine has window functions. Two of one day follow by their number.
    """
    told = ("asked", "payments", "for_cash", "for_purchase", "for_card")
    own = t.select(CLIENT, "approved", "refused", *told, day=t.DAYS_DECISION, number=t.SK_ID_PREV)
    other = t.select(client=t[CLIENT], other_day=t.DAYS_DECISION, other_number=t.SK_ID_PREV)
    pairs = own.inner_join(other, own[CLIENT] == other.client)
    same_day_on = (pairs.other_day == pairs.day) & (pairs.other_number >= pairs.number)
    pairs = pairs.filter((pairs.other_day > pairs.day) | same_day_on)
    return pairs.group_by([CLIENT, "day", "number"]).aggregate(
        place=how_many(pairs.other_day.notnull()),
        approved=flag(pairs.approved).max(),
        refused=flag(pairs.refused).max(),
        **{name: pairs[name].max() for name in told},
    )


def decided_inside(previous: ir.Table, window: Window) -> ir.Value:
    """Say which applications were decided on in a window."""
    return within_days(window, previous.DAYS_DECISION)


def mean_interest_of(name: str, contract_type: str, fr: str, en: str) -> Feature:
    """Average the implied interest of one product."""
    return share(
        f"mean_yearly_interest_of_{name}_before",
        f"Coût moyen pour 12 échéances de vos {fr} accordés",
        f"Mean cost over 12 instalments of the {en} granted to you",
        lambda previous: only(
            previous.approved & (contract_type == previous.NAME_CONTRACT_TYPE),
            previous.yearly_interest,
        ).mean(),
    )


FEATURES = (
    *over_windows(
        WINDOWS,
        decided_inside,
        *APPLICATIONS.told_by(
            count(
                "number_of_previous_applications",
                "Vos demandes précédentes chez nous",
                "Your previous applications to us",
                lambda previous, inside: how_many(inside),
            ),
        ),
        *OUTCOMES.told_by(
            count(
                "number_of_approved_applications",
                "Demandes que nous avons acceptées",
                "Applications that we approved",
                lambda previous, inside: how_many(inside & previous.approved),
            ),
        ),
        *OUTCOMES.told_by(
            count(
                "number_of_refused_applications",
                "Demandes que nous avons refusées",
                "Applications that we refused",
                lambda previous, inside: how_many(inside & previous.refused),
            ),
            direction=WAS_REFUSED,
        ),
        *OUTCOMES.told_by(
            share(
                "share_of_approved_applications",
                "Part de vos demandes acceptées",
                "Share of your applications approved",
                lambda previous, inside: share_of(previous.approved, inside),
            ),
            direction=WAS_APPROVED,
        ),
        *OUTCOMES.told_by(
            share(
                "share_of_refused_applications",
                "Part de vos demandes refusées",
                "Share of your applications refused",
                lambda previous, inside: share_of(previous.refused, inside),
            ),
            direction=WAS_REFUSED,
        ),
    ),
    *OUTCOMES.told_by(
        yes_no(
            "last_application_was_approved",
            "Votre dernière demande a été acceptée",
            "Your last application was approved",
            lambda latest: only(latest.place <= 1, latest.approved).mean(),
        ),
        direction=WAS_APPROVED,
    ),
    *OUTCOMES.told_by(
        yes_no(
            "last_application_was_refused",
            "Votre dernière demande a été refusée",
            "Your last application was refused",
            lambda latest: only(latest.place <= 1, latest.refused).mean(),
        ),
        direction=WAS_REFUSED,
    ),
    *OUTCOMES.told_by(
        share(
            "share_of_approved_applications_last_3",
            "Part de vos 3 dernières demandes acceptées",
            "Share of your last 3 applications approved",
            lambda latest: only(latest.place <= 3, latest.approved).mean(),
        ),
        direction=WAS_APPROVED,
    ),
    *OUTCOMES.told_by(
        share(
            "share_of_refused_applications_last_3",
            "Part de vos 3 dernières demandes refusées",
            "Share of your last 3 applications refused",
            lambda latest: only(latest.place <= 3, latest.refused).mean(),
        ),
        direction=WAS_REFUSED,
    ),
    *OUTCOMES.told_by(
        share(
            "share_of_approved_applications_last_5",
            "Part de vos 5 dernières demandes acceptées",
            "Share of your last 5 applications approved",
            lambda latest: only(latest.place <= 5, latest.approved).mean(),
        ),
        direction=WAS_APPROVED,
    ),
    *OUTCOMES.told_by(
        share(
            "share_of_refused_applications_last_5",
            "Part de vos 5 dernières demandes refusées",
            "Share of your last 5 applications refused",
            lambda latest: only(latest.place <= 5, latest.refused).mean(),
        ),
        direction=WAS_REFUSED,
    ),
    *LAST.told_by(
        yes_no(
            "last_application_was_for_cash",
            "Votre dernière demande était un prêt personnel",
            "Your last application was for a cash loan",
            lambda latest: only(latest.place <= 1, latest.for_cash).max(),
        ),
        yes_no(
            "last_application_was_for_a_purchase",
            "Votre dernière demande était un crédit pour un achat",
            "Your last application was for a purchase loan",
            lambda latest: only(latest.place <= 1, latest.for_purchase).max(),
        ),
        yes_no(
            "last_application_was_for_a_card",
            "Votre dernière demande était une carte de crédit",
            "Your last application was for a credit card",
            lambda latest: only(latest.place <= 1, latest.for_card).max(),
        ),
        amount(
            "amount_of_last_application",
            "Montant de votre dernière demande",
            "Amount of your last application",
            lambda latest: only(latest.place <= 1, latest.asked).max(),
        ),
        months(
            "duration_of_last_application",
            "Durée de votre dernière demande",
            "Duration of your last application",
            lambda latest: only(latest.place <= 1, latest.payments).max(),
        ),
    ),
    *with_us(
        "offers_not_taken",
        Purpose.USE_OF_CREDIT,
        Text(
            "Demandes et offres auxquelles vous avez renoncé", "Applications and offers you gave up"
        ),
    ).told_by(
        count(
            "number_of_cancelled_applications",
            "Demandes que vous avez annulées",
            "Applications that you cancelled",
            lambda previous: how_many(previous.NAME_CONTRACT_STATUS == "Canceled"),
        ),
        count(
            "number_of_unused_offers",
            "Offres que vous n’avez pas utilisées",
            "Offers that you did not use",
            lambda previous: how_many(previous.NAME_CONTRACT_STATUS == "Unused offer"),
        ),
    ),
    *OUTCOMES.told_by(
        count(
            "number_of_refusals_by_rule",
            "Refus par nos règles internes",
            "Refusals by our internal rules",
            lambda previous: how_many(previous.CODE_REJECT_REASON.isin(["HC"])),
        ),
        count(
            "number_of_refusals_by_limit",
            "Refus pour dépassement de limite",
            "Refusals because a limit was exceeded",
            lambda previous: how_many(previous.CODE_REJECT_REASON.isin(["LIMIT"])),
        ),
        count(
            "number_of_refusals_by_score",
            "Refus par le score",
            "Refusals by the score",
            lambda previous: how_many(previous.CODE_REJECT_REASON.isin(["SCO", "SCOFR"])),
        ),
        count(
            "number_of_refusals_by_verification",
            "Refus après vérification",
            "Refusals after verification",
            lambda previous: how_many(previous.CODE_REJECT_REASON.isin(["VERIF"])),
        ),
        direction=WAS_REFUSED,
    ),
    *APPLICATIONS.told_by(
        months(
            "months_since_last_previous_application",
            "Temps depuis votre dernière demande chez nous",
            "Time since your last application to us",
            lambda previous: previous.days_ago.min() / DAYS_PER_MONTH,
        ),
        months(
            "months_since_first_previous_application",
            "Temps depuis votre première demande chez nous",
            "Time since your first application to us",
            lambda previous: previous.days_ago.max() / DAYS_PER_MONTH,
        ),
        months(
            "mean_months_since_previous_applications",
            "Ancienneté moyenne de vos demandes chez nous",
            "Mean age of your applications to us",
            lambda previous: previous.days_ago.mean() / DAYS_PER_MONTH,
        ),
    ),
    *OUTCOMES.told_by(
        months(
            "months_since_last_approval",
            "Temps depuis votre dernière demande acceptée",
            "Time since your last approved application",
            lambda previous: only(previous.approved, previous.days_ago).min() / DAYS_PER_MONTH,
        ),
    ),
    *OUTCOMES.told_by(
        months(
            "months_since_last_refusal",
            "Temps depuis votre dernière demande refusée",
            "Time since your last refused application",
            lambda previous: only(previous.refused, previous.days_ago).min() / DAYS_PER_MONTH,
        ),
        direction=LONG_AGO,
    ),
    *with_us(
        "amounts_before",
        Purpose.USE_OF_CREDIT,
        Text("Montants de vos demandes précédentes", "Amounts of your previous applications"),
    ).told_by(
        amount(
            "mean_amount_asked_before",
            "Montant moyen de vos demandes précédentes",
            "Mean amount of your previous applications",
            lambda previous: previous.asked.mean(),
        ),
        amount(
            "largest_amount_asked_before",
            "Plus gros montant demandé auparavant",
            "Largest amount you asked for before",
            lambda previous: previous.asked.max(),
        ),
        amount(
            "mean_amount_granted_before",
            "Montant moyen de vos crédits accordés",
            "Mean amount granted to you before",
            lambda previous: previous.granted.mean(),
        ),
        amount(
            "largest_amount_granted_before",
            "Plus gros crédit que nous vous avons accordé",
            "Largest amount we granted you before",
            lambda previous: previous.granted.max(),
        ),
        amount(
            "mean_amount_refused_before",
            "Montant moyen de vos demandes refusées",
            "Mean amount of your refused applications",
            lambda previous: only(previous.refused, previous.asked).mean(),
        ),
    ),
    *with_us(
        "instalments_before",
        Purpose.USE_OF_CREDIT,
        Text(
            "Échéances des crédits que nous vous avons accordés",
            "Instalments of the credits we granted you",
        ),
    ).told_by(
        amount(
            "mean_previous_annuity",
            "Échéance moyenne de vos crédits accordés",
            "Mean instalment of the credits granted to you",
            lambda previous: previous.granted_annuity.mean(),
        ),
        amount(
            "largest_previous_annuity",
            "Plus grosse échéance de vos crédits accordés",
            "Largest instalment of the credits granted to you",
            lambda previous: previous.granted_annuity.max(),
        ),
    ),
    *with_us(
        "granted_against_asked",
        Purpose.USE_OF_CREDIT,
        Text(
            "Montants accordés par rapport aux montants demandés",
            "Amounts granted compared with those asked for",
        ),
    ).told_by(
        quotient(
            "mean_granted_to_asked",
            "Montant accordé rapporté au montant demandé, en moyenne",
            "Amount granted compared with the amount asked for, on average",
            lambda previous: exact(previous.granted_to_asked).mean(),
        ),
        quotient(
            "lowest_granted_to_asked",
            "Montant accordé rapporté au montant demandé, au plus bas",
            "Amount granted compared with the amount asked for, at its lowest",
            lambda previous: previous.granted_to_asked.min(),
        ),
        direction=WAS_APPROVED,
    ),
    *with_us(
        "down_payments_before",
        Purpose.ABILITY_TO_REPAY,
        Text(
            "Vos apports pour vos achats à crédit précédents",
            "What you paid up front for earlier purchases on credit",
        ),
    ).told_by(
        share(
            "mean_down_payment_share",
            "Part moyenne payée comptant sur vos crédits accordés",
            "Mean share that you paid up front on the credits granted to you",
            lambda previous: exact(only(previous.approved, previous.RATE_DOWN_PAYMENT)).mean(),
        ),
        share(
            "largest_down_payment_share",
            "Plus grande part payée comptant sur un crédit accordé",
            "Largest share that you paid up front on a credit granted to you",
            lambda previous: only(previous.approved, previous.RATE_DOWN_PAYMENT).max(),
        ),
        amount(
            "mean_down_payment",
            "Montant moyen payé comptant sur vos crédits accordés",
            "Mean amount you paid up front on the credits granted to you",
            lambda previous: only(previous.approved, exact(previous.AMT_DOWN_PAYMENT)).mean(),
            possible=ANYTHING,
        ),
        direction=HAS_SAVINGS,
    ),
    *PRICE.told_by(
        share(
            "mean_yearly_interest_before",
            "Coût moyen pour 12 échéances de vos crédits accordés",
            "Mean cost over 12 instalments of the credits granted to you",
            lambda previous: exact(only(previous.approved, previous.yearly_interest)).mean(),
        ),
        share(
            "highest_yearly_interest_before",
            "Coût le plus élevé pour 12 échéances de vos crédits accordés",
            "Highest cost over 12 instalments of the credits granted to you",
            lambda previous: only(previous.approved, previous.yearly_interest).max(),
        ),
        share(
            "lowest_yearly_interest_before",
            "Coût le plus bas pour 12 échéances de vos crédits accordés",
            "Lowest cost over 12 instalments of the credits granted to you",
            lambda previous: only(previous.approved, previous.yearly_interest).min(),
        ),
        *(mean_interest_of(*loan) for loan in LOANS),
        direction=DEAR_CREDIT,
    ),
    *with_us(
        "durations_before",
        Purpose.USE_OF_CREDIT,
        Text(
            "Durées des crédits que nous vous avons accordés",
            "Durations of the credits we granted you",
        ),
    ).told_by(
        months(
            "mean_previous_duration",
            "Durée moyenne de vos crédits accordés",
            "Mean duration of the credits granted to you",
            lambda previous: only(previous.approved, previous.payments).mean(),
        ),
        months(
            "longest_previous_duration",
            "Plus longue durée de vos crédits accordés",
            "Longest duration of the credits granted to you",
            lambda previous: only(previous.approved, previous.payments).max(),
        ),
    ),
    *PRICE.told_by(
        share(
            "share_of_previous_credits_at_high_rate",
            "Part de vos crédits accordés à taux élevé",
            "Share of the credits granted to you at a high rate",
            lambda previous: only(
                previous.approved, known_flag(previous.NAME_YIELD_GROUP == "high")
            ).mean(),
        ),
        direction=DEAR_CREDIT,
    ),
    *PRICE.told_by(
        share(
            "share_of_previous_credits_at_low_rate",
            "Part de vos crédits accordés à taux bas",
            "Share of the credits granted to you at a low rate",
            lambda previous: only(
                previous.approved,
                known_flag(previous.NAME_YIELD_GROUP.isin(["low_normal", "low_action"])),
            ).mean(),
        ),
    ),
    *with_us(
        "insurance_before",
        Purpose.USE_OF_CREDIT,
        Text(
            "Assurance sur les crédits que nous vous avons accordés",
            "Insurance on the credits we granted you",
        ),
    ).told_by(
        share(
            "share_of_previous_credits_insured",
            "Part de vos crédits accordés avec assurance",
            "Share of the credits granted to you with insurance",
            lambda previous: only(previous.approved, previous.NFLAG_INSURED_ON_APPROVAL).mean(),
        ),
    ),
    *PRODUCTS.told_by(
        share(
            "share_of_cash_loans_before",
            "Part de vos demandes de prêt personnel",
            "Share of your applications for cash loans",
            lambda previous: known_flag(previous.NAME_CONTRACT_TYPE == "Cash loans").mean(),
        ),
        share(
            "share_of_purchase_loans_before",
            "Part de vos demandes de crédit pour un achat",
            "Share of your applications for purchase loans",
            lambda previous: known_flag(previous.NAME_CONTRACT_TYPE == "Consumer loans").mean(),
        ),
        share(
            "share_of_card_applications_before",
            "Part de vos demandes de carte de crédit",
            "Share of your applications for credit cards",
            lambda previous: known_flag(previous.NAME_CONTRACT_TYPE == "Revolving loans").mean(),
        ),
    ),
    *with_us(
        "ways_of_applying_before",
        Purpose.USE_OF_CREDIT,
        Text(
            "Comment vous avez fait vos demandes précédentes",
            "How you made your previous applications",
        ),
    ).told_by(
        share(
            "share_of_offers_accepted_before",
            "Part de vos demandes à la suite d’une de nos offres",
            "Share of your applications that followed our offers",
            lambda previous: known_flag(previous.NAME_PRODUCT_TYPE == "x-sell").mean(),
        ),
        share(
            "share_of_walk_in_applications",
            "Part de vos demandes faites spontanément",
            "Share of your applications made of your own accord",
            lambda previous: known_flag(previous.NAME_PRODUCT_TYPE == "walk-in").mean(),
        ),
        share(
            "share_of_applications_as_a_new_client",
            "Part de vos demandes faites comme nouveau client",
            "Share of your applications made as a new client",
            lambda previous: known_flag(previous.NAME_CLIENT_TYPE == "New").mean(),
        ),
        share(
            "share_of_applications_in_our_offices",
            "Part de vos demandes faites en agence",
            "Share of your applications made in our offices",
            lambda previous: known_flag(previous.CHANNEL_TYPE == "Credit and cash offices").mean(),
        ),
        share(
            "share_of_applications_by_phone",
            "Part de vos demandes faites par téléphone",
            "Share of your applications made by phone",
            lambda previous: known_flag(previous.CHANNEL_TYPE == "Contact center").mean(),
        ),
    ),
    *PRODUCTS.told_by(
        share(
            "share_of_applications_for_mobile_phones",
            "Part de vos demandes pour un téléphone mobile, parmi les achats",
            "Share of your applications for a mobile phone, among purchases",
            lambda previous: known_flag(previous.NAME_GOODS_CATEGORY == "Mobile").mean(),
        ),
    ),
    *RUNNING.told_by(
        count(
            "number_of_running_credits_with_us",
            "Crédits en cours chez nous",
            "Running credits with us",
            lambda previous: how_many(previous.runs),
        ),
        amount(
            "amount_of_running_credits_with_us",
            "Montant de vos crédits en cours chez nous",
            "Amount of your running credits with us",
            lambda previous: sum_of(previous.runs, previous.credit),
        ),
        amount(
            "annuities_of_running_credits_with_us",
            "Échéances de vos crédits en cours chez nous",
            "Instalments of your running credits with us",
            lambda previous: sum_of(previous.runs, previous.annuity),
        ),
        months(
            "longest_remaining_duration_with_us",
            "Plus longue durée restante d’un crédit chez nous",
            "Longest time left on a credit with us",
            lambda previous: (
                only(previous.runs & (previous.ends_in > 0), previous.ends_in).max()
                / DAYS_PER_MONTH
            ),
        ),
    ),
    *over_windows(
        (LAST_6_MONTHS, LAST_12_MONTHS, LAST_24_MONTHS),
        decided_inside,
        *PRICE.told_by(
            share(
                "mean_yearly_interest_before",
                "Coût moyen pour 12 échéances de vos crédits accordés",
                "Mean cost over 12 instalments of the credits granted to you",
                lambda previous, inside: only(
                    inside & previous.approved, previous.yearly_interest
                ).mean(),
            ),
            direction=DEAR_CREDIT,
        ),
    ),
    *RUNNING.told_by(
        amount(
            "remaining_debt_with_us",
            "Ce qui reste à payer de vos crédits chez nous, selon leur échéancier",
            "What is left to pay on your credits with us by their schedule",
            lambda previous: sum_of(previous.runs, previous.left_to_pay),
        ),
    ),
    *RUNNING.told_by(
        share(
            "repaid_share_of_running_credits_with_us",
            "Part déjà remboursée de vos crédits en cours chez nous, selon leur échéancier",
            "Share already repaid of your running credits with us by their schedule",
            lambda previous: (
                1.0 - ratio_of_sums(previous.runs, previous.left_to_pay, previous.to_pay)
            ),
        ),
        direction=REPAID,
    ),
    *with_us("ended_credits_with_us", Purpose.REPAYMENT_RECORD).told_by(
        months(
            "months_since_last_credit_with_us_ended",
            "Temps depuis la fin de votre dernier crédit chez nous",
            "Time since your last credit with us ended",
            lambda previous: (
                only(previous.approved, ago(previous.DAYS_TERMINATION)).min() / DAYS_PER_MONTH
            ),
        ),
    ),
    *with_us(
        "ended_early_with_us",
        Purpose.REPAYMENT_RECORD,
        Text(
            "Avance avec laquelle vos crédits chez nous se sont terminés",
            "How early your credits with us ended",
        ),
    ).told_by(
        months(
            "mean_months_ended_early_with_us",
            "Avance moyenne sur le terme de vos crédits chez nous",
            "How long before their end your credits with us were repaid, on average",
            lambda previous: (
                only(previous.approved, previous.ends_in - number(previous.DAYS_LAST_DUE)).mean()
                / DAYS_PER_MONTH
            ),
        ),
        direction=PAID_EARLY,
    ),
)
