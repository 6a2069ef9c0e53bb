"""What the client asked of us before: ``previous_application``."""

from lib.features.catalogue.description import Family, Unit
from lib.features.catalogue.windows import APPLICATION_WINDOWS
from lib.features.catalogue.writing import over_windows, rows

U = Unit

OUTCOMES = [
    (
        "number_of_previous_applications",
        "Vos demandes précédentes chez nous",
        "Your previous applications to us",
        U.COUNT,
    ),
    (
        "number_of_approved_applications",
        "Demandes que nous avons acceptées",
        "Applications that we approved",
        U.COUNT,
    ),
    (
        "number_of_refused_applications",
        "Demandes que nous avons refusées",
        "Applications that we refused",
        U.COUNT,
    ),
    (
        "share_of_approved_applications",
        "Part de vos demandes acceptées",
        "Share of your applications approved",
        U.SHARE,
    ),
    (
        "share_of_refused_applications",
        "Part de vos demandes refusées",
        "Share of your applications refused",
        U.SHARE,
    ),
]

LAST = [
    (
        "last_application_was_approved",
        "Votre dernière demande a été acceptée",
        "Your last application was approved",
        U.YES_NO,
    ),
    (
        "last_application_was_refused",
        "Votre dernière demande a été refusée",
        "Your last application was refused",
        U.YES_NO,
    ),
    *(
        (
            f"share_of_{outcome}_applications_last_{count}",
            f"Part de vos {count} dernières demandes {fr}",
            f"Share of your last {count} applications {outcome}",
            U.SHARE,
        )
        for count in (3, 5)
        for outcome, fr in [("approved", "acceptées"), ("refused", "refusées")]
    ),
]

REASONS = [
    (
        "number_of_cancelled_applications",
        "Demandes que vous avez annulées",
        "Applications that you cancelled",
        U.COUNT,
    ),
    (
        "number_of_unused_offers",
        "Offres que vous n'avez pas utilisées",
        "Offers that you did not use",
        U.COUNT,
    ),
    (
        "number_of_refusals_by_rule",
        "Refus par nos règles internes",
        "Refusals by our internal rules",
        U.COUNT,
    ),
    (
        "number_of_refusals_by_limit",
        "Refus pour dépassement de limite",
        "Refusals because a limit was exceeded",
        U.COUNT,
    ),
    ("number_of_refusals_by_score", "Refus par le score", "Refusals by the score", U.COUNT),
    (
        "number_of_refusals_by_verification",
        "Refus après vérification",
        "Refusals after verification",
        U.COUNT,
    ),
]

HOW_LONG_AGO = [
    (
        "months_since_last_previous_application",
        "Temps depuis votre dernière demande chez nous",
        "Time since your last application to us",
        U.MONTHS,
    ),
    (
        "months_since_first_previous_application",
        "Temps depuis votre première demande chez nous",
        "Time since your first application to us",
        U.MONTHS,
    ),
    (
        "mean_months_since_previous_applications",
        "Ancienneté moyenne de vos demandes chez nous",
        "Mean age of your applications to us",
        U.MONTHS,
    ),
    (
        "months_since_last_approval",
        "Temps depuis votre dernière demande acceptée",
        "Time since your last approved application",
        U.MONTHS,
    ),
    (
        "months_since_last_refusal",
        "Temps depuis votre dernière demande refusée",
        "Time since your last refused application",
        U.MONTHS,
    ),
]

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
        "Part moyenne payée comptant",
        "Mean share that you paid up front",
        U.SHARE,
    ),
    (
        "largest_down_payment_share",
        "Plus grande part payée comptant",
        "Largest share that you paid up front",
        U.SHARE,
    ),
    ("mean_down_payment", "Montant moyen payé comptant", "Mean amount you paid up front", U.AMOUNT),
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
        "Part de vos demandes à taux élevé",
        "Share of your applications at a high rate",
        U.SHARE,
    ),
    (
        "share_of_previous_credits_at_low_rate",
        "Part de vos demandes à taux bas",
        "Share of your applications at a low rate",
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
    rows(
        [
            *over_windows(OUTCOMES, APPLICATION_WINDOWS),
            *LAST,
            *REASONS,
            *HOW_LONG_AGO,
            *AMOUNTS,
            *PRICE,
            *PRODUCTS,
            *RUNNING,
        ],
        Family.HISTORY_WITH_US,
        "previous_application",
    )
)
