"""What the client asked of us before: ``previous_application``."""

from lib.features.catalogue.windows import APPLICATION_WINDOWS
from lib.features.catalogue.writing import over_windows, rows
from lib.features.description import Family, Unit

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


FEATURES = list(
    rows(
        [
            *over_windows(OUTCOMES, APPLICATION_WINDOWS),
            *LAST,
            *REASONS,
            *HOW_LONG_AGO,
        ],
        Family.HISTORY_WITH_US,
        "previous_application",
    )
)
