"""The one example request: of the README, the OpenAPI document and the tests.

The client is invented. A feature left out counts as missing, so that the example is short.
"""

EXAMPLE_FEATURES: dict[str, float | str | None] = {
    "external_score_2": 0.31,
    "external_score_3": 0.42,
    "credit_amount": 450_000.0,
    "annuity_amount": 27_000.0,
    "age_years": 34.0,
}

EXAMPLE_SCORE_REQUEST: dict[str, object] = {
    "clients": [{"client_id": 100_001, "features": EXAMPLE_FEATURES}]
}
