"""The one example request: of the README, the OpenAPI document and the tests."""
