"""The one example request: of the README, the OpenAPI document and the tests.

The client is invented. A feature left out counts as missing, so that the example is short.
"""

EXAMPLE_FEATURES: dict[str, float | str | None] = {
    "age_years": 34.0,
    "annuity_amount": 27_000.0,
    "annuity_to_income": 0.2,
    "contract_type": "Cash loans",
    "credit_amount": 450_000.0,
    "credit_to_goods_price": 1.25,
    "education": "Secondary / secondary special",
    "employment_years": 1.5,
    "external_score_2": 0.25,
    "external_score_3": 0.35,
    "goods_price": 360_000.0,
    "highest_external_score": 0.35,
    "income_total": 135_000.0,
    "mean_external_score": 0.3,
    "product_of_external_scores_2_and_3": 0.0875,
}

EXAMPLE_SCORE_REQUEST: dict[str, object] = {
    "clients": [{"client_id": 100_001, "features": EXAMPLE_FEATURES}]
}
