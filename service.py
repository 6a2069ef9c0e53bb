"""CreditScoring, the BentoML service: request → lib → response, nothing more."""

import gc
from pathlib import Path
from typing import ClassVar

import bentoml
from pydantic import BaseModel, create_model
from starlette.requests import Request
from starlette.responses import Response

from lib.portfolio import Portfolio
from lib.scoring.scorer import Scorer
from lib.serving import wire
from lib.serving.answers import Answer
from lib.serving.documentation import documentation
from lib.serving.guard import Guard
from lib.serving.handlers import Desk
from lib.serving.journal import Journal
from lib.serving.listening import host_to_listen_on, require_key_beyond_loopback
from lib.serving.recording import Recorder
from lib.serving.register import Register
from lib.serving.settings import Settings

SETTINGS = Settings.from_environment()
require_key_beyond_loopback(SETTINGS, host_to_listen_on())
JOURNAL = Journal(SETTINGS.journal)
answer = Recorder(JOURNAL)


class Unread(bentoml.IODescriptor):
    """A body that BentoML documents but leaves unread: `answer` reads it and tells its errors."""

    __root_input__: ClassVar[bool] = True

    @classmethod
    async def from_http_request(cls, request: Request, serde: object) -> bytes:
        """Hand the body over."""
        return await request.body()


def unread(message: type[BaseModel]) -> type[bentoml.IODescriptor]:
    """Describe a body without reading it."""
    return create_model(message.__name__, __base__=(Unread, message), __doc__=message.__doc__)


def respond(given: Answer) -> Response:
    """Send an answer."""
    return Response(given.body, given.status, media_type="application/json")


def built_in_scorer(bento: bentoml.Bento | None) -> bentoml.Model | None:
    """Give the scorer that a Bento was built with: another may be the latest where it runs."""
    return bentoml.models.get(bento.info.all_models[0].tag) if bento else None


# Two workers: one goes on where the other has ended.
@bentoml.service(name="credit_scoring", workers=2, threads=4, traffic={"timeout": 30})
class CreditScoring:
    """Default probability, decision and reasons for a client who asks for credit."""

    # Named here so that a Bento is built with it.
    scorer_in_place = bentoml.models.BentoModel(SETTINGS.model)

    def __init__(self) -> None:
        # The decorator has made a BentoML service of the class.
        bento = CreditScoring.bento  # type: ignore[attr-defined]
        entry = built_in_scorer(bento) or self.scorer_in_place
        scorer = Scorer.load(Path(entry.path))
        self.desk = Desk(scorer, str(entry.tag), Portfolio(SETTINGS.portfolio))
        # What is read once is read now: no request waits for it.
        self.desk.card(wire.ScorerRequest())
        JOURNAL.open()
        self.register = Register(JOURNAL)
        # What is there now stays: no request waits until the collector has looked through it.
        gc.collect()
        gc.freeze()

    @bentoml.api(input_spec=unread(wire.ScoreRequest), output_spec=wire.Scores)
    def score(self, body: bytes, /) -> Response:
        """Score clients by their features: default probability, decision and threshold."""
        return respond(answer(self.desk.score, wire.ScoreRequest, body))

    @bentoml.api(input_spec=unread(wire.ScoreRequest), output_spec=wire.Explanations)
    def explain(self, body: bytes, /) -> Response:
        """Score clients by their features, with the reasons, which sum to the log-odds."""
        return respond(answer(self.desk.explain, wire.ScoreRequest, body))

    @bentoml.api(input_spec=unread(wire.ApplicationRequest), output_spec=wire.ScoredApplication)
    def score_application(self, body: bytes, /) -> Response:
        """Score a new client by raw records, with the features worked out and the reasons."""
        return respond(answer(self.desk.score_application, wire.ApplicationRequest, body))

    @bentoml.api(input_spec=unread(wire.ClientRequest), output_spec=wire.ClientFile)
    def client(self, body: bytes, /) -> Response:
        """Give all that is known of one client, with the explanation of the score."""
        return respond(answer(self.desk.client, wire.ClientRequest, body))

    @bentoml.api(input_spec=unread(wire.SearchRequest), output_spec=wire.ClientPage)
    def search(self, body: bytes, /) -> Response:
        """List the known clients for whom all filters hold, a page at a time."""
        return respond(answer(self.desk.search, wire.SearchRequest, body))

    @bentoml.api(input_spec=unread(wire.SimilarRequest), output_spec=wire.SimilarClients)
    def similar(self, body: bytes, /) -> Response:
        """List the clients most like one in what drives the score, and what became of them."""
        return respond(answer(self.desk.similar, wire.SimilarRequest, body))

    @bentoml.api(input_spec=unread(wire.CompareRequest), output_spec=wire.Comparison)
    def compare(self, body: bytes, /) -> Response:
        """Show how a group is spread over one or two features, and where a client stands."""
        return respond(answer(self.desk.compare, wire.CompareRequest, body))

    @bentoml.api(input_spec=unread(wire.WhatIfRequest), output_spec=wire.WhatIf)
    def what_if(self, body: bytes, /) -> Response:
        """Score a known client before and after changes, with what follows from them."""
        return respond(answer(self.desk.what_if, wire.WhatIfRequest, body))

    @bentoml.api(input_spec=unread(wire.RecourseRequest), output_spec=wire.Recourse)
    def recourse(self, body: bytes, /) -> Response:
        """Search the smallest changes that would turn a refusal into a grant."""
        return respond(answer(self.desk.recourse, wire.RecourseRequest, body))

    @bentoml.api(input_spec=unread(wire.PortfolioRequest), output_spec=wire.PortfolioOverview)
    def portfolio(self, body: bytes, /) -> Response:
        """Show all clients together by risk and segment, and why clients are refused."""
        return respond(answer(self.desk.overview, wire.PortfolioRequest, body))

    @bentoml.api(input_spec=unread(wire.ScorerRequest), output_spec=wire.ScorerCard)
    def scorer(self, body: bytes, /) -> Response:
        """Show the model card: costs, threshold, metrics, features, origin."""
        return respond(answer(self.desk.card, wire.ScorerRequest, body))

    @bentoml.api(input_spec=unread(wire.DecideRequest), output_spec=wire.Decided)
    def decide(self, body: bytes, /) -> Response:
        """Record a manager's decision and comment beside the model's on the same client."""
        return respond(answer(self.register.decide, wire.DecideRequest, body))


CreditScoring.add_asgi_middleware(Guard, settings=SETTINGS)  # type: ignore[attr-defined]
CreditScoring.mount_asgi_app(documentation(CreditScoring))  # type: ignore[attr-defined,arg-type]
