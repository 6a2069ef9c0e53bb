"""The service against its own OpenAPI document: whatever is sent, it answers as documented.

Schemathesis makes up requests from the document, valid and invalid ones, the same ones at each run.
"""

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import checks as known_checks
from schemathesis.specs.openapi import checks as openapi_checks

from lib.serving.http.documentation import REFUSALS
from tests.serving.server import Served

MOST_EXAMPLES = 30
# Not that valid data is accepted: a feature that the scorer does not know fits the document too.
CHECKS = [
    known_checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.negative_data_rejection,
    openapi_checks.unsupported_method,
]


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_the_service_answers_as_it_documents(
    served: Served, mode: schemathesis.GenerationMode
) -> None:
    schema = schemathesis.openapi.from_url(f"{served.url}/docs.json")
    with requests.Session() as session:
        for found in schema.get_all_operations():
            operation = found.ok()
            if mode is schemathesis.GenerationMode.NEGATIVE and not operation.body:
                continue  # What takes nothing cannot be sent anything wrong.

            @settings(
                max_examples=MOST_EXAMPLES,
                derandomize=True,
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def answers_as_documented(case: schemathesis.Case) -> None:
                case.call_and_validate(session=session, checks=CHECKS)

            answers_as_documented()


def test_every_endpoint_documents_every_refusal_in_one_shape(served: Served) -> None:
    document = httpx.get(f"{served.url}/docs.json").json()
    endpoints = {path: item["post"] for path, item in document["paths"].items() if "post" in item}
    assert {"/score", "/explain", "/client", "/search", "/compare", "/scorer", "/decide"} <= set(
        endpoints
    )
    for endpoint in endpoints.values():
        refusals = {
            status: told for status, told in endpoint["responses"].items() if status != "200"
        }
        assert set(refusals) == {str(int(status)) for status in REFUSALS}
        assert {
            told["content"]["application/json"]["schema"]["$ref"] for told in refusals.values()
        } == {"#/components/schemas/Problem"}


def test_the_document_names_nobody_elses_site(served: Served) -> None:
    assert "http" not in httpx.get(f"{served.url}/docs.json").text
