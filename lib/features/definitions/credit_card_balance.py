"""Monthly states of credit cards with us: table ``credit_card_balance``."""

from collections.abc import Mapping
from functools import partial

import ibis.expr.types as ir

from lib.decision import ANYTHING
from lib.features.definitions.directions import LEFT_UNPAID, NO_RESERVE, PAID_EARLY, PAID_LATE
from lib.features.definitions.feature import (
    Fact,
    amount,
    by_client,
    count,
    days,
    months,
    over_windows,
    quotient,
    share,
)
from lib.features.description import Family, Purpose, Text
from lib.features.expressions import (
    CLIENT,
    ago,
    at_least_zero,
    exact,
    how_many,
    known_flag,
    number,
    only,
    ratio,
    ratio_of_sums,
    share_of,
    within_months,
)
from lib.features.windows import LAST_6_MONTHS, WHOLE_HISTORY, Window

SOURCE = "credit_card_balance"
WINDOWS = (WHOLE_HISTORY, LAST_6_MONTHS)

behaviour = partial(Fact, Family.REPAYMENT_BEHAVIOUR, SOURCE)
USE = behaviour(
    "card_use",
    Purpose.USE_OF_CREDIT,
    Text("Utilisation de vos cartes chez nous", "Use of your cards with us"),
)
SPENDING = behaviour(
    "card_spending",
    Purpose.USE_OF_CREDIT,
    Text("Vos dépenses par carte", "Your spending by card"),
)
CASH = behaviour(
    "card_cash",
    Purpose.USE_OF_CREDIT,
    Text("Vos retraits d’espèces par carte", "Your cash withdrawals by card"),
)
PAYMENTS = behaviour(
    "card_payments",
    Purpose.REPAYMENT_RECORD,
    Text("Remboursements de vos cartes chez nous", "Repayments of your cards with us"),
)
history = partial(Fact, Family.HISTORY_WITH_US, SOURCE)
ON_RECORD = history(
    "cards_on_record",
    Purpose.USE_OF_CREDIT,
    Text("Nombre et ancienneté de vos cartes chez nous", "Number and age of your cards with us"),
)


def credit_card_features(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Describe how each client used credit cards with us."""
    months = with_use(tables["credit_card_balance"])
    return by_client(
        FEATURES,
        windows=[month_inside(months, window) for window in WINDOWS],
        monthly=months,
        cards=last_month(months),
    )


def with_use(months: ir.Table) -> ir.Table:
    """Add the balance owed and its share of the limit."""
    balance = at_least_zero(exact(months.AMT_BALANCE))
    return months.mutate(
        balance=balance,
        card_limit=number(months.AMT_CREDIT_LIMIT_ACTUAL),
        use=ratio(balance, months.AMT_CREDIT_LIMIT_ACTUAL),
        drawn=exact(months.AMT_DRAWINGS_CURRENT),
        cash=exact(months.AMT_DRAWINGS_ATM_CURRENT).fill_null(0.0),
        minimum=exact(months.AMT_INST_MIN_REGULARITY),
        payment=exact(months.AMT_PAYMENT_TOTAL_CURRENT),
    )


def last_month(months: ir.Table) -> ir.Table:
    """Give the client's cards in the last month that is known.

    A card is compared with its own highest limit, and counts once even if the month has two rows.
    """
    newest = months.group_by(CLIENT).aggregate(newest=months.MONTHS_BALANCE.max())
    dated = months.inner_join(newest, CLIENT)
    now = dated.newest == dated.MONTHS_BALANCE
    return dated.group_by([CLIENT, "SK_ID_PREV"]).aggregate(
        limit_now=only(now, dated.card_limit).max(),
        balance_now=only(now, dated.balance).max(),
        highest_limit=dated.card_limit.max(),
    )


def month_inside(monthly: ir.Table, window: Window) -> ir.Value:
    """Say which months are in a window."""
    return within_months(window, monthly.MONTHS_BALANCE)


FEATURES = (
    *over_windows(
        WINDOWS,
        month_inside,
        *ON_RECORD.told_by(
            count(
                "number_of_card_months",
                "Mois de carte suivis chez nous",
                "Months of cards with us on record",
                lambda monthly, inside: how_many(inside),
            ),
        ),
    ),
    *ON_RECORD.told_by(
        count(
            "number_of_cards_with_us",
            "Cartes de crédit chez nous",
            "Credit cards with us",
            lambda cards: how_many(cards.SK_ID_PREV.notnull()),
        ),
        months(
            "months_since_first_card_month",
            "Temps depuis votre première carte chez nous",
            "Time since your first card with us",
            lambda monthly: ago(monthly.MONTHS_BALANCE).max(),
        ),
    ),
    *history(
        "card_limits",
        Purpose.USE_OF_CREDIT,
        Text("Plafonds de vos cartes chez nous", "Limits of your cards with us"),
    ).told_by(
        amount(
            "highest_card_limit",
            "Plus haut plafond d’une carte chez nous",
            "Highest limit of a card with us",
            lambda monthly: monthly.card_limit.max(),
        ),
        amount(
            "last_card_limit",
            "Dernier plafond de vos cartes chez nous",
            "Last limit of your cards with us",
            lambda cards: cards.limit_now.sum(),
        ),
        quotient(
            "cut_in_card_limit",
            "Derniers plafonds de vos cartes rapportés aux plus hauts de chacune",
            "Last limits of your cards compared with the highest of each",
            lambda cards: ratio_of_sums(
                cards.limit_now.notnull(), cards.limit_now, cards.highest_limit
            ),
        ),
    ),
    *history("card_instalments_paid", Purpose.REPAYMENT_RECORD).told_by(
        count(
            "most_card_instalments_paid",
            "Échéances payées sur une carte chez nous",
            "Instalments paid on a card with us",
            lambda monthly: number(monthly.CNT_INSTALMENT_MATURE_CUM).max(),
        ),
    ),
    *over_windows(
        WINDOWS,
        month_inside,
        *USE.told_by(
            share(
                "mean_card_use",
                "Part utilisée du plafond de vos cartes chez nous, en moyenne",
                "Share used of your card limit with us, on average",
                lambda monthly, inside: only(inside, exact(monthly.use)).mean(),
            ),
            share(
                "highest_card_use",
                "Plus forte utilisation du plafond de vos cartes chez nous",
                "Highest use of your card limit with us",
                lambda monthly, inside: only(inside, monthly.use).max(),
            ),
            direction=NO_RESERVE,
        ),
        *USE.told_by(
            amount(
                "mean_card_balance",
                "Solde moyen dû sur vos cartes chez nous",
                "Mean balance owed on your cards with us",
                lambda monthly, inside: only(inside, monthly.balance).mean(),
                possible=ANYTHING,
            ),
            share(
                "share_of_card_months_with_a_balance",
                "Part des mois avec un solde dû sur carte",
                "Share of months with a balance owed on a card",
                lambda monthly, inside: share_of(monthly.balance > 0, inside),
            ),
        ),
        *USE.told_by(
            share(
                "share_of_card_months_over_the_limit",
                "Part des mois au-delà du plafond de la carte",
                "Share of months over the card limit",
                lambda monthly, inside: share_of(monthly.use > 1, inside),
            ),
            direction=NO_RESERVE,
        ),
        *SPENDING.told_by(
            amount(
                "mean_monthly_card_spending",
                "Dépenses mensuelles moyennes par carte",
                "Mean monthly spending by card",
                lambda monthly, inside: only(inside, monthly.drawn).mean(),
                possible=ANYTHING,
            ),
        ),
        *CASH.told_by(
            amount(
                "mean_monthly_cash_withdrawn",
                "Retraits d’espèces mensuels moyens par carte",
                "Mean monthly cash withdrawn by card",
                lambda monthly, inside: only(inside, monthly.cash).mean(),
                possible=ANYTHING,
            ),
        ),
        *CASH.told_by(
            count(
                "mean_number_of_cash_withdrawals",
                "Nombre moyen de retraits d’espèces par mois",
                "Mean number of cash withdrawals a month",
                lambda monthly, inside: only(
                    inside, number(monthly.CNT_DRAWINGS_ATM_CURRENT).fill_null(0.0)
                ).mean(),
            ),
            share(
                "share_of_card_spending_in_cash",
                "Part des retraits d’espèces dans vos dépenses par carte",
                "Share of cash withdrawals in your card spending",
                lambda monthly, inside: ratio_of_sums(inside, monthly.cash, monthly.drawn),
            ),
            share(
                "share_of_card_months_with_cash_withdrawals",
                "Part des mois avec un retrait d’espèces",
                "Share of months with a cash withdrawal",
                lambda monthly, inside: share_of(monthly.cash > 0, inside),
            ),
            direction=NO_RESERVE,
        ),
        *PAYMENTS.told_by(
            amount(
                "mean_monthly_card_payment",
                "Remboursement mensuel moyen de vos cartes",
                "Mean monthly payment to your cards",
                lambda monthly, inside: only(inside, monthly.payment).mean(),
            ),
        ),
        *PAYMENTS.told_by(
            share(
                "share_of_card_months_paid_below_minimum",
                "Part des mois payés sous le minimum demandé",
                "Share of months paid below the minimum asked",
                lambda monthly, inside: only(
                    inside & (monthly.minimum > 0), known_flag(monthly.payment < monthly.minimum)
                ).mean(),
            ),
            direction=LEFT_UNPAID,
        ),
        *PAYMENTS.told_by(
            quotient(
                "card_payments_to_minimum",
                "Vos remboursements de carte rapportés au minimum demandé",
                "Your card payments compared with the minimum asked",
                lambda monthly, inside: ratio_of_sums(
                    inside & (monthly.minimum > 0), monthly.payment, monthly.minimum
                ),
            ),
            direction=PAID_EARLY,
        ),
        *behaviour(
            "cards_past_due",
            Purpose.REPAYMENT_RECORD,
            Text("Vos retards sur des cartes chez nous", "Your delays on cards with us"),
        ).told_by(
            share(
                "share_of_card_months_past_due",
                "Part des mois où une carte était en retard",
                "Share of months when a card was past due",
                lambda monthly, inside: share_of(monthly.SK_DPD > 0, inside),
            ),
            days(
                "most_days_a_card_was_past_due",
                "Plus long retard d’une carte",
                "Longest delay of a card",
                lambda monthly, inside: only(inside, monthly.SK_DPD).max(),
            ),
            direction=PAID_LATE,
        ),
    ),
    *SPENDING.told_by(
        months(
            "months_since_last_card_spending",
            "Temps depuis votre dernière dépense par carte",
            "Time since you last spent by card",
            lambda monthly: only(monthly.drawn > 0, ago(monthly.MONTHS_BALANCE)).min(),
        ),
    ),
    *USE.told_by(
        amount(
            "highest_card_balance",
            "Plus gros solde dû sur une carte chez nous",
            "Largest balance owed on a card with us",
            lambda monthly: monthly.balance.max(),
            possible=ANYTHING,
        ),
        amount(
            "last_card_balance",
            "Dernier solde dû sur vos cartes chez nous",
            "Last balance owed on your cards with us",
            lambda cards: cards.balance_now.sum(),
            possible=ANYTHING,
        ),
    ),
    *USE.told_by(
        share(
            "last_card_use",
            "Part utilisée du plafond de vos cartes le dernier mois",
            "Share used of your card limit in the last month",
            lambda cards: ratio_of_sums(
                cards.limit_now.notnull(), cards.balance_now, cards.limit_now
            ),
        ),
        share(
            "rise_in_card_use",
            "Hausse récente de l’utilisation de vos cartes",
            "Recent rise in the use of your cards",
            lambda client: client.mean_card_use_last_6_months - client.mean_card_use,
        ),
        direction=NO_RESERVE,
    ),
    *SPENDING.told_by(
        quotient(
            "rise_in_card_spending",
            "Dépenses récentes par carte rapportées à l’habitude",
            "Recent spending by card compared with your usual",
            lambda client: ratio(
                client.mean_monthly_card_spending_last_6_months, client.mean_monthly_card_spending
            ),
        ),
    ),
)
