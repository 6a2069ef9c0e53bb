"""The one example of each request: of the README, the OpenAPI document and the tests.

The clients are invented. A feature or a column left out counts as missing, so that they are short.
"""

from typing import Any

Example = dict[str, Any]

CLIENT_ID = 100_001

EXAMPLE_FEATURES: dict[str, float | str | None] = {
    "age_years": 34.0,
    "annuity_amount": 27_000.0,
    "annuity_to_income": 0.2,
    "contract_type": "Cash loans",
    "credit_above_goods_price": 90_000.0,
    "credit_amount": 450_000.0,
    "credit_to_goods_price": 1.25,
    "education": "Secondary / secondary special",
    "employment_years": 1.5,
    "external_score_2": 0.25,
    "external_score_3": 0.35,
    "goods_price": 360_000.0,
    "highest_external_score": 0.35,
    "income_total": 135_000.0,
    "lowest_external_score": 0.25,
    "mean_external_score": 0.3,
    "product_of_external_scores_2_and_3": 0.0875,
}

EXAMPLE_SCORE_REQUEST: Example = {
    "clients": [{"client_id": CLIENT_ID, "features": EXAMPLE_FEATURES}]
}

# The same client by raw records, with a credit elsewhere and one instalment paid to us.
EXAMPLE_APPLICATION: Example = {
    "application": {
        "SK_ID_CURR": CLIENT_ID,
        "NAME_CONTRACT_TYPE": "Cash loans",
        "NAME_EDUCATION_TYPE": "Secondary / secondary special",
        "AMT_INCOME_TOTAL": 135_000.0,
        "AMT_CREDIT": 450_000.0,
        "AMT_ANNUITY": 27_000.0,
        "AMT_GOODS_PRICE": 360_000.0,
        "DAYS_BIRTH": -12_419,
        "DAYS_EMPLOYED": -548,
        "EXT_SOURCE_2": 0.25,
        "EXT_SOURCE_3": 0.35,
    },
    "bureau": [
        {
            "SK_ID_CURR": CLIENT_ID,
            "SK_ID_BUREAU": 5_000_001,
            "CREDIT_ACTIVE": "Active",
            "CREDIT_TYPE": "Consumer credit",
            "DAYS_CREDIT": -400,
            "AMT_CREDIT_SUM": 90_000.0,
            "AMT_CREDIT_SUM_DEBT": 60_000.0,
        }
    ],
    "previous_application": [
        {
            "SK_ID_CURR": CLIENT_ID,
            "SK_ID_PREV": 2_000_001,
            "NAME_CONTRACT_STATUS": "Approved",
            "AMT_CREDIT": 40_000.0,
            "DAYS_DECISION": -500,
        }
    ],
    "installments_payments": [
        {
            "SK_ID_CURR": CLIENT_ID,
            "SK_ID_PREV": 2_000_001,
            "NUM_INSTALMENT_VERSION": 1.0,
            "NUM_INSTALMENT_NUMBER": 1,
            "DAYS_INSTALMENT": -470,
            "DAYS_ENTRY_PAYMENT": -465,
            "AMT_INSTALMENT": 4_000.0,
            "AMT_PAYMENT": 4_000.0,
        }
    ],
}

EXAMPLE_CLIENT: Example = {"client_id": CLIENT_ID}

EXAMPLE_SEARCH: Example = {
    "filters": [
        {"feature": "decision", "categories": ["refuse"]},
        {"feature": "credit_amount", "maximum": 500_000.0},
    ],
    "sort": "default_probability",
    "page_size": 5,
    "features": ["credit_amount", "contract_type"],
    "facets": ["contract_type"],
}

EXAMPLE_SIMILAR: Example = {
    "client_id": CLIENT_ID,
    "count": 20,
    "features": ["credit_amount", "income_total"],
}

EXAMPLE_COMPARE: Example = {
    "feature": "credit_amount",
    "second_feature": "income_total",
    "group": {
        "kind": "granted",
        "filters": [{"feature": "contract_type", "categories": ["Cash loans"]}],
    },
    "client_id": CLIENT_ID,
    "bins": 20,
    "bins_a_side": 10,
}

EXAMPLE_WHAT_IF: Example = {
    "client_id": CLIENT_ID,
    "changes": {"credit_amount": 300_000.0, "annuity_amount": 20_000.0},
}

EXAMPLE_RECOURSE: Example = {
    "client_id": CLIENT_ID,
    "features": ["credit_amount", "annuity_amount"],
    "largest_change": 0.4,
}

EXAMPLE_PORTFOLIO: Example = {
    "filters": [{"feature": "contract_type", "categories": ["Cash loans"]}],
    "segment": "education",
    "bins": 60,
}

EXAMPLE_PROBLEM: Example = {
    "offender": "feature salary",
    "rule": "the scorer does not know it",
    "remedy": "take the names that /scorer lists",
}

# The body of each endpoint.
EXAMPLES: dict[str, Example] = {
    "score": EXAMPLE_SCORE_REQUEST,
    "explain": EXAMPLE_SCORE_REQUEST,
    "score_application": EXAMPLE_APPLICATION,
    "client": EXAMPLE_CLIENT,
    "search": EXAMPLE_SEARCH,
    "similar": EXAMPLE_SIMILAR,
    "compare": EXAMPLE_COMPARE,
    "what_if": EXAMPLE_WHAT_IF,
    "recourse": EXAMPLE_RECOURSE,
    "portfolio": EXAMPLE_PORTFOLIO,
    "scorer": {},
}
