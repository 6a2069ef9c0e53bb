"""What only several tables together say: the request against the client's history.

The source of each is the table that the history comes from.
"""

from functools import partial
from typing import Any

import ibis.expr.types as ir

from lib.features.definitions import application, bureau
from lib.features.definitions.directions import DEAR_CREDIT, HEAVIER_BURDEN, LEFT_UNPAID
from lib.features.definitions.feature import (
    CLIENT_FEATURES,
    Fact,
    amount,
    expressions_on,
    quotient,
    share,
)
from lib.features.description import Family, Purpose, Text
from lib.features.expressions import at_least_zero, ratio

elsewhere = partial(Fact, Family.CREDIT_ELSEWHERE, "bureau")
DEBTS_AGAINST_INCOME = elsewhere(
    "debts_against_income",
    Purpose.ABILITY_TO_REPAY,
    Text(
        "Ce que vous devez ailleurs par rapport à vos revenus",
        "What you owe elsewhere compared with your income",
    ),
)
INSTALMENTS_AGAINST_INCOME = elsewhere(
    "all_instalments_against_income",
    Purpose.ABILITY_TO_REPAY,
    Text(
        "Toutes vos échéances par rapport à vos revenus",
        "All your instalments compared with your income",
    ),
)
with_us = partial(Fact, Family.HISTORY_WITH_US, "previous_application")
REQUEST_AGAINST_BEFORE = with_us(
    "request_against_credits_before",
    Purpose.CREDIT_ASKED_FOR,
    Text(
        "Crédit demandé par rapport à vos crédits précédents chez nous",
        "Credit you ask for compared with your earlier ones with us",
    ),
)
PRICE = with_us(
    "price_if_as_long_as_before",
    Purpose.CREDIT_ASKED_FOR,
    Text(
        "Coût du crédit demandé, s’il dure autant que vos précédents",
        "Cost of the credit you ask for, if as long as your previous ones",
    ),
)


def combined_features(t: ir.Table) -> dict[str, ir.Value]:
    """Compare the request and the income with credits elsewhere and with us.

    Parameters
    ----------
    t : Table
        The features of all tables, joined.
    """
    return expressions_on(FEATURES, CLIENT_FEATURES, t)


def known_annuities(client: ir.Table) -> Any:
    """Add up the instalment asked for and those of the running credits that are known."""
    return (
        client.annuity_amount
        + client.annuities_elsewhere.fill_null(0.0)
        + client.annuities_of_running_credits_with_us.fill_null(0.0)
    )


def yearly_cost(annuity: ir.Value, months: ir.Value, amount: ir.Value) -> Any:
    """Give what instalments cost beyond an amount, as a share of it over 12 of them.

    None where so many instalments do not even pay the amount back: it must then last longer. Were
    it missing, a smaller instalment could end what a model says of a dear one.
    """
    cost = ratio(annuity * months, amount) - 1
    return ratio(at_least_zero(cost) * 12, months)


FEATURES = (
    *application.TIME_IN_JOB.told_by(
        amount(
            "income_per_year_in_job",
            "Vos revenus selon l’ancienneté dans votre emploi",
            "Your income, allowing for the time in your current job",
            lambda client: ratio(client.income_total, client.employment_years),
        ),
        ambiguous=True,
    ),
    *DEBTS_AGAINST_INCOME.told_by(
        quotient(
            "debt_elsewhere_to_income",
            "Ce que vous devez ailleurs rapporté à vos revenus",
            "What you owe elsewhere compared with your income",
            lambda client: ratio(client.debt_elsewhere, client.income_total),
        ),
        direction=HEAVIER_BURDEN,
    ),
    *INSTALMENTS_AGAINST_INCOME.told_by(
        quotient(
            "annuities_elsewhere_to_income",
            "Échéances de vos crédits ailleurs rapportées à vos revenus",
            "Instalments of your credits elsewhere compared with your income",
            lambda client: ratio(client.annuities_elsewhere, client.income_total),
        ),
        direction=HEAVIER_BURDEN,
    ),
    *bureau.OVERDUE.told_by(
        quotient(
            "overdue_elsewhere_to_income",
            "Montant en retard ailleurs rapporté à vos revenus",
            "Amount overdue elsewhere compared with your income",
            lambda client: ratio(client.amount_overdue_elsewhere, client.income_total),
        ),
        direction=LEFT_UNPAID,
    ),
    *INSTALMENTS_AGAINST_INCOME.told_by(
        quotient(
            "all_annuities_to_income",
            "Vos échéances connues, nouvelle comprise, rapportées à vos revenus",
            "Your known instalments, the new one included, compared with your income",
            lambda client: ratio(known_annuities(client), client.income_total),
        ),
        direction=HEAVIER_BURDEN,
    ),
    *DEBTS_AGAINST_INCOME.told_by(
        quotient(
            "credit_with_debt_elsewhere_to_income",
            "Crédit demandé et dettes connues ailleurs rapportés à vos revenus",
            "Credit you ask for and known debts elsewhere compared with your income",
            lambda client: ratio(
                client.credit_amount + client.debt_elsewhere.fill_null(0.0), client.income_total
            ),
        ),
        direction=HEAVIER_BURDEN,
    ),
    *REQUEST_AGAINST_BEFORE.told_by(
        quotient(
            "credit_to_mean_granted_before",
            "Crédit demandé rapporté à la moyenne de vos crédits accordés",
            "Credit you ask for compared with the mean granted before",
            lambda client: ratio(client.credit_amount, client.mean_amount_granted_before),
        ),
        quotient(
            "credit_to_largest_granted_before",
            "Crédit demandé rapporté à votre plus gros crédit accordé",
            "Credit you ask for compared with the largest granted before",
            lambda client: ratio(client.credit_amount, client.largest_amount_granted_before),
        ),
        quotient(
            "annuity_to_mean_previous_annuity",
            "Échéance demandée rapportée à celles de vos crédits accordés",
            "Instalment asked for compared with those of your credits before",
            lambda client: ratio(client.annuity_amount, client.mean_previous_annuity),
        ),
        direction=HEAVIER_BURDEN,
    ),
    *REQUEST_AGAINST_BEFORE.told_by(
        quotient(
            "implied_duration_to_longest_before",
            "Échéances nécessaires, rapportées à celles de votre plus long crédit",
            "Instalments needed, compared with those of your longest credit before",
            lambda client: ratio(client.implied_duration_months, client.longest_previous_duration),
        ),
    ),
    *PRICE.told_by(
        share(
            "yearly_interest_if_as_long_as_before",
            "Coût du crédit demandé pour 12 échéances, s’il en a autant que votre plus long crédit",
            "Cost over 12 instalments of the credit you ask for, if it has as many as your longest",
            lambda client: yearly_cost(
                client.annuity_amount, client.longest_previous_duration, client.credit_amount
            ),
        ),
    ),
    *PRICE.told_by(
        share(
            "yearly_cost_of_goods_if_as_long_as_before",
            "Coût pour 12 échéances rapporté au prix du bien, s’il y en a autant qu’au plus long",
            "Cost over 12 instalments against the price of the goods, if as many as your longest",
            lambda client: yearly_cost(
                client.annuity_amount, client.longest_previous_duration, client.goods_price
            ),
        ),
        direction=DEAR_CREDIT,
    ),
    *Fact(
        Family.REPAYMENT_BEHAVIOUR,
        "installments_payments",
        "instalment_against_past_instalments",
        Purpose.CREDIT_ASKED_FOR,
        Text(
            "Échéance demandée par rapport à vos échéances passées",
            "Instalment asked for compared with your past instalments",
        ),
    ).told_by(
        quotient(
            "annuity_to_mean_instalment",
            "Échéance demandée rapportée à vos échéances passées",
            "Instalment asked for compared with your past instalments",
            lambda client: ratio(client.annuity_amount, client.mean_instalment),
        ),
        direction=HEAVIER_BURDEN,
    ),
    *Fact(
        Family.REPAYMENT_BEHAVIOUR,
        "credit_card_balance",
        "card_balance_against_income",
        Purpose.ABILITY_TO_REPAY,
        Text(
            "Solde de vos cartes chez nous par rapport à vos revenus",
            "Balance of your cards with us compared with your income",
        ),
    ).told_by(
        quotient(
            "card_balance_to_income",
            "Solde de vos cartes chez nous rapporté à vos revenus",
            "Balance of your cards with us compared with your income",
            # A card may hold money of the client's: more income must not make less of it.
            lambda client: ratio(at_least_zero(client.last_card_balance), client.income_total),
        ),
        direction=HEAVIER_BURDEN,
    ),
)
