"""CreditScoring, the BentoML service: it starts what the endpoints need, and hands requests on."""

import atexit
import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import bentoml
from bentoml._internal.container import BentoMLContainer
from bentoml._internal.context import server_context
from pydantic import BaseModel, create_model
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema
from starlette.requests import Request
from starlette.responses import Response

from lib.decision import InvalidInput
from lib.portfolio import Portfolio, ScoredBy
from lib.scoring.scorer import Scorer
from lib.serving.endpoints import (
    ENDPOINTS,
    Endpoint,
    answer,
    roles_of,
    work_of,
)
from lib.serving.http.connections import (
    HeldConnections,
    require_prompt_headers,
    share_connections_evenly,
)
from lib.serving.http.documentation import documentation
from lib.serving.http.guard import ANSWER_SECONDS, OPEN_PATHS, PLACES, Guard
from lib.serving.http.keys import Role, host_to_listen_on, require_key_beyond_loopback
from lib.serving.http.sharing import Work
from lib.serving.http.watching import (
    FOLDER_VARIABLE,
    METRICS_PATH,
    ReadyWithWarnings,
    Watched,
    metrics,
    trace_nothing,
)
from lib.serving.journal import Journal
from lib.serving.journal.retention import Purging
from lib.serving.monitored import MonitoredGauges
from lib.serving.readiness import require_ready
from lib.serving.resources import Resources
from lib.serving.settings import Settings
from lib.serving.shadow import load_shadow

Class = TypeVar("Class", bound=type)


def read_settings() -> Settings:
    """Read what the environment says; where it makes no sense, say so in one line and end.

    An error would come with a traceback, and BentoML takes some for a wrong tag.
    """
    try:
        settings = Settings.from_environment()
        require_key_beyond_loopback(host_to_listen_on(), settings.keys, settings.allow_no_key)
        # A worker that starts later goes on without it, should it have been taken away meanwhile.
        if settings.shadow and server_context.worker_index is None:
            stored_shadow(settings.shadow)
    except InvalidInput as error:
        sys.exit(f"✗ {error}")
    return settings


def stored_shadow(tag: str) -> bentoml.Model:
    """Find the scorer that scores silently.

    Raises
    ------
    InvalidInput
        If the store does not hold it.
    """
    try:
        return bentoml.models.get(tag)
    except (bentoml.exceptions.BentoMLException, ValueError) as error:
        raise InvalidInput(
            f"SCORING_SHADOW {tag}",
            "it is the tag of a scorer in the BentoML store",
            "take one that `bentoml models list` names, or leave it out",
        ) from error


def keep_metrics_apart() -> None:
    """Give this service's workers a folder of their own for their figures.

    BentoML's is that of the store, and emptied at each start: also under another service's workers.
    """
    folder = tempfile.mkdtemp(prefix="credit_scoring-metrics-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    BentoMLContainer.prometheus_multiproc_dir.set(folder)


def held_connections() -> HeldConnections | None:
    """Give what a worker of the service notes its connections in, beside their figures."""
    folder, worker = os.environ.get(FOLDER_VARIABLE), server_context.worker_index
    return HeldConnections(Path(folder, "connections"), worker) if folder and worker else None


SETTINGS = read_settings()
# What the service does without, told by its readiness.
WARNINGS: list[str] = []
if host_to_listen_on() is not None:
    keep_metrics_apart()
require_prompt_headers()
share_connections_evenly(held_connections())
trace_nothing()
ROLES = {**roles_of(ENDPOINTS.values()), METRICS_PATH: Role.METRICS}


class NullFirst(GenerateJsonSchema):
    """Writes of a value that may be null that it is null or something else, in this order.

    BentoML's client knows one kind of value for each field, the first: a null in the place of a
    list would make it fail.
    """

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Describe a value that may be null."""
        written = super().nullable_schema(schema)
        written.get("anyOf", []).sort(key=lambda kind: kind != {"type": "null"})
        return written


class Described(bentoml.IODescriptor):
    """A message as BentoML tells clients of it."""

    @classmethod
    def model_json_schema(cls, *arguments: Any, **options: Any) -> dict[str, Any]:
        """Describe the message."""
        options.setdefault("schema_generator", NullFirst)
        return super().model_json_schema(*arguments, **options)


@dataclass(frozen=True)
class RawBody:
    """The bytes of a body, in the form in which BentoML hands arguments to an endpoint's method."""

    body: bytes
    model_fields: ClassVar = ("body",)


class Unread(Described):
    """A request that BentoML describes but does not read.

    The errors of its own reading would not name offender, rule and remedy.
    """

    @classmethod
    async def from_http_request(cls, request: Request, serde: object) -> Any:
        """Hand the body over."""
        return RawBody(await request.body())


def described(message: type[BaseModel], how: type[Described]) -> type[BaseModel]:
    """Make BentoML's description of a message."""
    return create_model(message.__name__, __base__=(how, message), __doc__=message.__doc__)


def bentoml_endpoint(endpoint: Endpoint) -> object:
    """Make BentoML's endpoint of an entry."""

    def method(self: "CreditScoring", body: bytes) -> Response:
        given = answer(endpoint, self.resources, body)
        return Response(given.body, given.status, media_type="application/json")

    method.__name__ = endpoint.name
    method.__doc__ = endpoint.description
    return bentoml.api(
        input_spec=described(endpoint.request, Unread),
        output_spec=described(endpoint.answer, Described),
    )(method)


def with_endpoints(endpoints: Iterable[Endpoint]) -> Any:
    """Give a class one of BentoML's endpoints for each entry."""

    def decorate(service: Class) -> Class:
        for endpoint in endpoints:
            setattr(service, endpoint.name, bentoml_endpoint(endpoint))
        return service

    return decorate


def built_in_scorer(bento: bentoml.Bento | None) -> bentoml.Model | None:
    """Give the scorer that a Bento was built with: another may be the latest where it runs."""
    return bentoml.models.get(bento.info.all_models[0].tag) if bento else None


# With two workers the API goes on answering while one that has ended is started again. Each place
# at which the guard lets a request be worked on has its thread. The guard also tells what is late,
# and keeps figures and log: BentoML's own would be of another shape, or repeat what was sent.
@bentoml.service(
    name="credit_scoring",
    workers=2,
    threads=PLACES * len(Work),
    traffic={"timeout": 10 * ANSWER_SECONDS},
    metrics={"enabled": False},
    logging={"access": {"enabled": False}},
)
@with_endpoints(ENDPOINTS.values())
class CreditScoring:
    """Default probability, decision and reasons for a client who asks for credit."""

    # A class attribute, so that a Bento is built with the scorer.
    scorer_in_place = bentoml.models.BentoModel(SETTINGS.model)
    # BentoML lists models by these names: the scorer in place stays the first of a Bento.
    if SETTINGS.shadow:
        shadow_beside_it = bentoml.models.BentoModel(SETTINGS.shadow)

    def __init__(self) -> None:
        # The decorator has made a BentoML service of the class.
        bento = CreditScoring.bento  # type: ignore[attr-defined]
        stored = built_in_scorer(bento) or self.scorer_in_place
        scorer = Scorer.load(Path(stored.path))
        journal = Journal(SETTINGS.journal)
        journal.open()
        self.purging = Purging(journal, SETTINGS.journal_days)
        scored_by = ScoredBy(str(stored.tag), scorer.threshold)
        portfolio = Portfolio(SETTINGS.portfolio, scored_by)
        self.resources = Resources(
            scorer, scored_by.scorer, portfolio, journal, SETTINGS.monitoring
        )
        if SETTINGS.shadow:
            self.resources.shadow = load_shadow(
                SETTINGS.shadow, self.load_shadow, journal, WARNINGS
            )
        # The model and its tables stay for good: without this, the collector of garbage would
        # look through all of them from time to time, and requests would wait for it.
        gc.collect()
        gc.freeze()

    def load_shadow(self) -> tuple[Scorer, str]:
        """Load the scorer that scores silently, and give its tag.

        Raises
        ------
        InvalidInput
            If the store does not hold it, or it is the one in place.
        """
        stored = stored_shadow(SETTINGS.shadow)
        tag = str(stored.tag)
        if tag == self.resources.tag:
            raise InvalidInput(
                f"SCORING_SHADOW {tag}", "it is another than the one in place", "leave it out"
            )
        return Scorer.load(Path(stored.path)), tag

    @bentoml.on_shutdown
    def close(self) -> None:
        """Leave one whole file of the journal behind."""
        self.purging.end()
        if self.resources.shadow:
            self.resources.shadow.end()
        self.resources.journal.close()

    def __is_ready__(self) -> bool:
        """Raise what is wrong while a part cannot be used: the guard answers with it."""
        require_ready(self.resources, SETTINGS.portfolio_needed)
        return True


CreditScoring.add_asgi_middleware(  # type: ignore[attr-defined]
    Watched, paths={*ROLES, *OPEN_PATHS}
)
CreditScoring.add_asgi_middleware(  # type: ignore[attr-defined]
    Guard, settings=SETTINGS, roles=ROLES, work_by_path=work_of(ENDPOINTS.values())
)
CreditScoring.add_asgi_middleware(  # type: ignore[attr-defined]
    ReadyWithWarnings, warnings=WARNINGS
)
CreditScoring.mount_asgi_app(metrics(MonitoredGauges(SETTINGS.monitoring)))  # type: ignore[attr-defined]
CreditScoring.mount_asgi_app(  # type: ignore[attr-defined]
    documentation(CreditScoring, ENDPOINTS.values())  # type: ignore[arg-type]
)
