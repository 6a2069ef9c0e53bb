"""The request against the client's history, by the table that the history comes from."""

from lib.features.catalogue.writing import rows
from lib.features.description import Family, Unit

U = Unit

ELSEWHERE = [
    (
        "debt_elsewhere_to_income",
        "Ce que vous devez ailleurs rapporté à vos revenus",
        "What you owe elsewhere compared with your income",
        U.RATIO,
    ),
    (
        "annuities_elsewhere_to_income",
        "Échéances de vos crédits ailleurs rapportées à vos revenus",
        "Instalments of your credits elsewhere compared with your income",
        U.RATIO,
    ),
    (
        "overdue_elsewhere_to_income",
        "Montant en retard ailleurs rapporté à vos revenus",
        "Amount overdue elsewhere compared with your income",
        U.RATIO,
    ),
    (
        "all_annuities_to_income",
        "Vos échéances connues, nouvelle comprise, rapportées à vos revenus",
        "Your known instalments, the new one included, compared with your income",
        U.RATIO,
    ),
    (
        "credit_with_debt_elsewhere_to_income",
        "Crédit demandé et dettes connues ailleurs rapportés à vos revenus",
        "Credit you ask for and known debts elsewhere compared with your income",
        U.RATIO,
    ),
]

BEFORE = [
    (
        "credit_to_mean_granted_before",
        "Crédit demandé rapporté à la moyenne de vos crédits accordés",
        "Credit you ask for compared with the mean granted before",
        U.RATIO,
    ),
    (
        "credit_to_largest_granted_before",
        "Crédit demandé rapporté à votre plus gros crédit accordé",
        "Credit you ask for compared with the largest granted before",
        U.RATIO,
    ),
    (
        "annuity_to_mean_previous_annuity",
        "Échéance demandée rapportée à celles de vos crédits accordés",
        "Instalment asked for compared with those of your credits before",
        U.RATIO,
    ),
    (
        "implied_duration_to_longest_before",
        "Durée minimale du crédit demandé rapportée à votre plus long crédit",
        "Least duration of the credit you ask for compared with your longest before",
        U.RATIO,
    ),
    (
        "yearly_interest_if_as_long_as_before",
        "Coût annuel du crédit demandé, s'il dure autant que votre plus long crédit",
        "Yearly cost of the credit you ask for, if as long as your longest before",
        U.SHARE,
    ),
    (
        "yearly_cost_of_goods_if_as_long_as_before",
        "Coût annuel rapporté au prix du bien, pour la durée de votre plus long crédit",
        "Yearly cost against the price of the goods, if as long as your longest credit",
        U.SHARE,
    ),
]

PAID = [
    (
        "annuity_to_mean_instalment",
        "Échéance demandée rapportée à vos échéances passées",
        "Instalment asked for compared with your past instalments",
        U.RATIO,
    ),
]

CARDS = [
    (
        "card_balance_to_income",
        "Solde de vos cartes chez nous rapporté à vos revenus",
        "Balance of your cards with us compared with your income",
        U.RATIO,
    ),
]

FEATURES = [
    *rows(ELSEWHERE, Family.CREDIT_ELSEWHERE, "bureau"),
    *rows(BEFORE, Family.HISTORY_WITH_US, "previous_application"),
    *rows(PAID, Family.REPAYMENT_BEHAVIOUR, "installments_payments"),
    *rows(CARDS, Family.REPAYMENT_BEHAVIOUR, "credit_card_balance"),
]
