"""What previous credits with us were: ``previous_application``."""

from lib.features.catalogue.writing import rows
from lib.features.description import Family, Unit

U = Unit

AMOUNTS = [
    (
        "mean_amount_asked_before",
        "Montant moyen de vos demandes précédentes",
        "Mean amount of your previous applications",
        U.AMOUNT,
    ),
    (
        "largest_amount_asked_before",
        "Plus gros montant demandé auparavant",
        "Largest amount you asked for before",
        U.AMOUNT,
    ),
    (
        "mean_amount_granted_before",
        "Montant moyen de vos crédits accordés",
        "Mean amount granted to you before",
        U.AMOUNT,
    ),
    (
        "largest_amount_granted_before",
        "Plus gros crédit que nous vous avons accordé",
        "Largest amount we granted you before",
        U.AMOUNT,
    ),
    (
        "mean_amount_refused_before",
        "Montant moyen de vos demandes refusées",
        "Mean amount of your refused applications",
        U.AMOUNT,
    ),
    (
        "mean_previous_annuity",
        "Échéance moyenne de vos crédits accordés",
        "Mean instalment of the credits granted to you",
        U.AMOUNT,
    ),
    (
        "largest_previous_annuity",
        "Plus grosse échéance de vos crédits accordés",
        "Largest instalment of the credits granted to you",
        U.AMOUNT,
    ),
    (
        "mean_granted_to_asked",
        "Montant accordé rapporté au montant demandé, en moyenne",
        "Amount granted compared with the amount asked for, on average",
        U.RATIO,
    ),
    (
        "lowest_granted_to_asked",
        "Montant accordé rapporté au montant demandé, au plus bas",
        "Amount granted compared with the amount asked for, at its lowest",
        U.RATIO,
    ),
    (
        "mean_down_payment_share",
        "Part moyenne payée comptant sur vos crédits accordés",
        "Mean share that you paid up front on the credits granted to you",
        U.SHARE,
    ),
    (
        "largest_down_payment_share",
        "Plus grande part payée comptant sur un crédit accordé",
        "Largest share that you paid up front on a credit granted to you",
        U.SHARE,
    ),
    (
        "mean_down_payment",
        "Montant moyen payé comptant sur vos crédits accordés",
        "Mean amount you paid up front on the credits granted to you",
        U.AMOUNT,
    ),
]

PRICE = [
    (
        "mean_yearly_interest_before",
        "Coût annuel moyen de vos crédits accordés",
        "Mean yearly cost of the credits granted to you",
        U.SHARE,
    ),
    (
        "highest_yearly_interest_before",
        "Coût annuel le plus élevé de vos crédits accordés",
        "Highest yearly cost of the credits granted to you",
        U.SHARE,
    ),
    (
        "mean_previous_duration",
        "Durée moyenne de vos crédits accordés",
        "Mean duration of the credits granted to you",
        U.MONTHS,
    ),
    (
        "longest_previous_duration",
        "Plus longue durée de vos crédits accordés",
        "Longest duration of the credits granted to you",
        U.MONTHS,
    ),
    (
        "share_of_previous_credits_at_high_rate",
        "Part de vos crédits accordés à taux élevé",
        "Share of the credits granted to you at a high rate",
        U.SHARE,
    ),
    (
        "share_of_previous_credits_at_low_rate",
        "Part de vos crédits accordés à taux bas",
        "Share of the credits granted to you at a low rate",
        U.SHARE,
    ),
    (
        "share_of_previous_credits_insured",
        "Part de vos crédits accordés avec assurance",
        "Share of the credits granted to you with insurance",
        U.SHARE,
    ),
]

PRODUCTS = [
    (f"share_of_{name}", f"Part de vos demandes {fr}", f"Share of your applications {en}", U.SHARE)
    for name, fr, en in [
        ("cash_loans_before", "de prêt personnel", "for cash loans"),
        ("purchase_loans_before", "de crédit pour un achat", "for purchase loans"),
        ("card_applications_before", "de carte de crédit", "for credit cards"),
        ("offers_accepted_before", "à la suite d'une de nos offres", "that followed our offers"),
        ("walk_in_applications", "faites spontanément", "made of your own accord"),
        ("applications_as_a_new_client", "faites comme nouveau client", "made as a new client"),
        ("applications_in_our_offices", "faites en agence", "made in our offices"),
        ("applications_by_phone", "faites par téléphone", "made by phone"),
        (
            "applications_for_mobile_phones",
            "pour un téléphone mobile, parmi les achats",
            "for a mobile phone, among purchases",
        ),
    ]
]

RUNNING = [
    (
        "number_of_running_credits_with_us",
        "Crédits en cours chez nous",
        "Running credits with us",
        U.COUNT,
    ),
    (
        "amount_of_running_credits_with_us",
        "Montant de vos crédits en cours chez nous",
        "Amount of your running credits with us",
        U.AMOUNT,
    ),
    (
        "annuities_of_running_credits_with_us",
        "Échéances de vos crédits en cours chez nous",
        "Instalments of your running credits with us",
        U.AMOUNT,
    ),
    (
        "longest_remaining_duration_with_us",
        "Plus longue durée restante d'un crédit chez nous",
        "Longest time left on a credit with us",
        U.MONTHS,
    ),
    (
        "months_since_last_credit_with_us_ended",
        "Temps depuis la fin de votre dernier crédit chez nous",
        "Time since your last credit with us ended",
        U.MONTHS,
    ),
    (
        "mean_months_ended_early_with_us",
        "Avance moyenne sur le terme de vos crédits chez nous",
        "How long before their end your credits with us were repaid, on average",
        U.MONTHS,
    ),
]

FEATURES = list(
    rows([*AMOUNTS, *PRICE, *PRODUCTS, *RUNNING], Family.HISTORY_WITH_US, "previous_application")
)
