"""An endpoint is told once: everything that knows of endpoints follows from its entry."""

import inspect
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from lib.serving.api import ScoringApi
from lib.serving.endpoints import ENDPOINTS, Endpoint
from lib.serving.http.keys import Key, Role
from lib.serving.journal import Journal
from lib.serving.wire import ClientFile, Explanations, Problem, ScorerCard, Scores
from tests.serving.conftest import KEY, PARTNER
from tests.serving.server import PROJECT, Served, serve

CLIENTS = [{"client_id": 7, "features": {"age_years": 33, "housing": "rents"}}]

# What a developer writes for a new endpoint: a message, a handler and an entry.
NEW_ENDPOINT = '''
from lib.serving.endpoints import ENDPOINTS, Endpoint
from lib.serving.handlers.scores import score_clients
from lib.serving.http.keys import Role
from lib.serving.resources import Resources
from lib.serving.wire import ClientId, Message, Scores


class StrangerRequest(Message):
    """Body of `/score_stranger`."""

    client_id: ClientId


def score_stranger(resources: Resources, request: StrangerRequest) -> Scores:
    """Score a client of whom nothing is known."""
    return Scores(scores=score_clients(resources, [request.client_id], [{}]))


entry = Endpoint(score_stranger, Role.PORTFOLIO, {"client_id": 5})
ENDPOINTS[entry.name] = entry
'''


@contextmanager
def bentomls_client(url: str) -> Iterator[Any]:
    """Make BentoML's own client; its import alone warns of what is deprecated."""
    with warnings.catch_warnings(action="ignore"):
        import bentoml

        made = bentoml.SyncHTTPClient(url)
    with made as client:
        yield client
    # It leaves its folder to the collector of garbage.
    client._temp_dir.cleanup()


@pytest.fixture(scope="module")
def extended(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with one more entry, and keys."""
    folder = tmp_path_factory.mktemp("extended")
    (folder / "service.py").write_text(NEW_ENDPOINT + (PROJECT / "service.py").read_text())
    settings = {
        "SCORING_PORTFOLIO": str(folder / "none.parquet"),
        # BentoML's client waits until the service is ready.
        "SCORING_PORTFOLIO_NEEDED": "false",
        "SCORING_API_KEY": KEY,
        "SCORING_API_KEYS": str(Key.from_secret("partner", Role.SCORING, PARTNER)),
    }
    with serve("service:CreditScoring", folder, store, folder / "log", **settings) as running:
        yield running


def test_one_more_entry_is_enough_for_one_more_endpoint(extended: Served) -> None:
    key, partner = {"x-api-key": KEY}, {"x-api-key": PARTNER}
    given = extended.post("score_stranger", {"client_id": 5}, headers=key)
    (score,) = Scores.model_validate_json(given.content).scores
    assert (score.client_id, score.coverage) == (5, 0)
    # Its role is that of the entry.
    assert extended.post("score_stranger", {"client_id": 5}, headers=partner).status_code == 403
    # Its errors have the one shape.
    refused = extended.post("score_stranger", {"client_id": -5}, headers=key)
    assert Problem.model_validate_json(refused.content).offender == "client_id"
    # It is documented, with its example.
    document = httpx.get(f"{extended.url}/docs.json").json()
    operation = document["paths"]["/score_stranger"]["post"]
    assert operation["summary"] == "Score a client of whom nothing is known."
    body = operation["requestBody"]["content"]["application/json"]
    assert body["schema"] == {"$ref": "#/components/schemas/StrangerRequest"}
    assert body["example"] == {"client_id": 5}
    # Its scores are in the journal and in the metrics by its name.
    with closing(Journal(extended.log.with_name("journal.sqlite"))) as journal:
        (entry,) = journal.read()
    assert entry.facts["endpoint"] == "score_stranger"
    assert (entry.author.caller, entry.client_id) == ("default", 5)
    figures = httpx.get(f"{extended.url}/metrics", headers=key).text
    assert (
        'credit_scoring_request_seconds_count{endpoint="/score_stranger",status="200"}' in figures
    )
    # BentoML's client calls it by keyword.
    with bentomls_client(extended.url) as client:
        client.client.headers["X-API-Key"] = KEY
        assert client.score_stranger(client_id=5)["scores"][0]["client_id"] == 5


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[Any]:
    with bentomls_client(served.url) as client:
        yield client


def test_bentomls_client_calls_every_endpoint_by_keyword(client: Any) -> None:
    scores = Scores.model_validate(client.score(clients=CLIENTS)).scores
    explained = Explanations.model_validate(client.explain(clients=CLIENTS)).explanations
    assert scores[0].default_probability == explained[0].default_probability
    assert ScorerCard.model_validate(client.scorer()).tag == scores[0].scorer
    page = client.search(
        filters=[{"feature": "decision", "categories": ["refuse"]}], page_size=3, sort="age_years"
    )
    assert len(page["clients"]) == 3
    assert client.similar(client_id=100_002, count=4)["clients"][3]["distance"] > 0
    assert client.compare(feature="age_years", group={"kind": "granted"})["group_size"] > 10
    assert client.portfolio(segment="housing", bins=20)["reasons"]
    changes = {"credit_amount": 900_000.0}
    assert client.what_if(client_id=100_002, changes=changes)["changes"] == changes
    assert "options" in client.recourse(client_id=100_002)
    score = client.explain(clients=CLIENTS)["explanations"][0]
    about = {"client_id": 7, "score_id": score["score_id"], "decision": score["decision"]}
    decided = client.decide(**about)
    assert decided["decision"] == score["decision"]
    assert client.decisions(client_ids=[7])["decisions"][0] == decided


def test_client_has_another_name_at_bentomls_client(client: Any) -> None:
    # `client.client` is the HTTP connection of BentoML's own client.
    for file in (client.call("client", client_id=100_010), client.api_client(client_id=100_010)):
        assert ClientFile.model_validate(file).client_id == 100_010


def test_bentomls_client_raises_our_problem(client: Any) -> None:
    from bentoml.exceptions import BentoMLException, InvalidArgument

    with pytest.raises(InvalidArgument) as refused:
        client.score(clients=[{"features": {"salary": 1.0}}])
    assert (
        Problem.model_validate_json(refused.value.message).offender
        == "feature salary of clients[0]"
    )
    with pytest.raises(BentoMLException) as unknown:
        client.call("client", client_id=5)
    assert Problem.model_validate_json(unknown.value.message).offender == "client 5"
    # The records are read, but the features of this small world are others.
    with pytest.raises(InvalidArgument, match="the scorer does not know it"):
        client.score_application(application={"SK_ID_CURR": 7})
    with pytest.raises(TypeError, match="salary"):
        client.score(clients=CLIENTS, salary=1.0)


def test_bentoml_describes_the_messages_of_the_entries(served: Served) -> None:
    routes = {
        route["name"]: route for route in httpx.get(f"{served.url}/schema.json").json()["routes"]
    }
    assert routes.keys() == ENDPOINTS.keys()
    for name, endpoint in ENDPOINTS.items():
        assert routes[name]["route"] == endpoint.path
        assert list(routes[name]["input"]["properties"]) == list(endpoint.request.model_fields)
        assert list(routes[name]["output"]["properties"]) == list(endpoint.answer.model_fields)


@pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=lambda one: one.name)
def test_an_entry_is_whole(endpoint: Endpoint) -> None:
    endpoint.request.model_validate(endpoint.example)
    assert endpoint.description.endswith(".")
    assert "Raises" not in endpoint.description
    # Who calls from Python has a method of the same name.
    assert inspect.isfunction(getattr(ScoringApi, endpoint.name))
