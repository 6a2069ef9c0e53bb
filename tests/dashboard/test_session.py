"""A visit: what is asked of the API, and what becomes of the answers."""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from lib.dashboard.calls import Calls
from lib.dashboard.session import SMALL_GROUP, Session
from lib.dashboard.state import State
from lib.decision import InvalidInput
from lib.portfolio.disclosure import FEWEST_IN_A_GROUP, check_size
from lib.serving.api import ApiProblem, ApiUnreachable, ScoringApi
from lib.serving.wire import (
    ClientFile,
    ClientPage,
    Comparison,
    Decided,
    DecisionsPage,
    Filter,
    ScorerCard,
    SimilarClients,
    Usual,
)

MakeFile = Callable[..., ClientFile]
KNOWN = (100_002, 100_003)


@dataclass
class Desk:
    """A small API over real HTTP that knows two clients, can be down, and can be slow for one."""

    is_down: bool = False
    has_small_groups: bool = False
    slow_client: int | None = None
    let_go: Event = field(default_factory=Event)
    known_clients: int = 0
    asked: list[tuple[str, dict]] = field(default_factory=list)
    url: str = ""

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


def decided(client_id: int) -> Decided:
    return Decided(
        decision_id="1" * 32,
        client_id=client_id,
        score_id="0" * 32,
        decision="refuse",
        reason=None,
        comment="",
        is_override=False,
        person="Zoé Martin",
        caller="",
        decided_at="2026-11-24T12:00:00+00:00",
        model_decision="refuse",
        default_probability=0.12,
        threshold=0.09,
        scorer="credit_scorer:test",
    )


DECIDED = DecisionsPage(total=1, page=1, page_size=100, decisions=[decided(KNOWN[0])])
SIMILAR = SimilarClients(
    client_id=KNOWN[0],
    clients=[],
    defaulted=9,
    repaid=83,
    default_share=9 / 92,
    compared_on=["late_share"],
)


USUAL = {"age_years": Usual(quantiles={"0.05": 20.0, "0.5": 35.0, "0.95": 50.0}, shares=None)}


def compare(desk: Desk, ages: Comparison) -> tuple[int, str]:
    if desk.has_small_groups:
        problem = {"offender": "the group", "rule": "it has 10 clients", "remedy": "widen"}
        return 400, json.dumps(problem)
    return 200, ages.model_copy(update={"overview": USUAL}).model_dump_json()


@pytest.fixture
def answer(
    card: ScorerCard, make_file: MakeFile, ages: Comparison
) -> Callable[[Desk, str, dict], tuple[int, str]]:
    """What the small API answers."""

    def find(desk: Desk, client_id: int) -> tuple[int, str]:
        if client_id not in KNOWN:
            problem = {"offender": "client", "rule": "it is known", "remedy": "check the number"}
            return 404, json.dumps(problem)
        if client_id == desk.slow_client:
            desk.let_go.wait(10)
        return 200, make_file(client_id=client_id).model_dump_json()

    def answer(desk: Desk, path: str, sent: dict) -> tuple[int, str]:
        if desk.is_down:
            return 503, "{}"
        if path == "/client":
            return find(desk, sent["client_id"])
        if path == "/search":
            total = desk.known_clients
            page = ClientPage(total=total, page=sent["page"], page_size=8, clients=[])
            return 200, page.model_dump_json()
        told = {"/scorer": card, "/decisions": DECIDED, "/similar": SIMILAR}.get(path)
        return (200, told.model_dump_json()) if told else compare(desk, ages)

    return answer


@pytest.fixture
def desk(answer: Callable[[Desk, str, dict], tuple[int, str]]) -> Iterator[Desk]:
    told = Desk()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.asked.append((self.path, sent))
            status, body = answer(told, self.path, sent)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield told
    told.let_go.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def visit(desk: Desk) -> Iterator[Session]:
    with ScoringApi(desk.url) as api:
        state = State()
        session = Session(state, api, Calls(state))
        session.start()
        yield session


def test_a_visit_begins_with_the_card_and_the_list(visit: Session, desk: Desk) -> None:
    assert desk.paths() == ["/scorer", "/search"]
    assert visit.state.card is not None
    assert visit.state.found is not None


def test_choosing_a_client_brings_the_file_and_compares_the_first_reason(
    visit: Session, desk: Desk
) -> None:
    visit.state.client_id = KNOWN[0]
    assert visit.state.file.client_id == KNOWN[0]
    assert visit.state.feature == visit.state.file.explanation.reasons[0].features[0].feature
    path, sent = desk.asked[-1]
    assert path == "/compare"
    assert (sent["client_id"], sent["feature"]) == (KNOWN[0], visit.state.feature)


def test_what_was_decided_before_comes_with_the_client(visit: Session, desk: Desk) -> None:
    visit.state.client_id = KNOWN[0]
    assert [one.person for one in visit.state.decided] == ["Zoé Martin"]
    asked = [sent for path, sent in desk.asked if path == "/decisions"]
    assert [sent["client_ids"] for sent in asked] == [[KNOWN[0]]]


def test_what_is_told_twice_is_kept_once_and_in_time(visit: Session) -> None:
    first, second = (
        decided(KNOWN[0]).model_copy(update={"decision_id": number * 32, "decided_at": at})
        for number, at in (("2", "2026-11-24T12:00:00+00:00"), ("1", "2026-11-25T12:00:00+00:00"))
    )
    visit.state.client_id = KNOWN[1]
    visit.state.decisions = {}
    visit.state.add_decisions([second])
    visit.state.add_decisions([second, first])
    assert visit.state.decisions == {KNOWN[0]: (first, second)}


def test_the_similar_clients_are_asked_for_where_they_are_the_group(
    visit: Session, desk: Desk
) -> None:
    visit.state.client_id = KNOWN[0]
    assert visit.state.similar is None
    visit.state.group = "similar"
    assert visit.state.similar.repaid == 83
    visit.state.client_id = KNOWN[1]
    asked = [sent for path, sent in desk.asked if path == "/similar"]
    assert [(sent["client_id"], sent["count"]) for sent in asked] == [(one, 100) for one in KNOWN]
    visit.state.group = "all"
    assert visit.state.similar is None


def test_the_next_client_s_comparison_does_not_wait_for_the_file(desk: Desk) -> None:
    """While the second client's file is slow, the comparison is there; the file comes later."""

    async def visit() -> list[bool]:
        with ScoringApi(desk.url) as api:
            state = State(feature="age_years")
            session = Session(state, api, calls := Calls(state))
            session.start()
            desk.slow_client = KNOWN[0]
            session.state.client_id = KNOWN[0]
            while session.state.comparison is None:
                await asyncio.sleep(0.01)
            had_file = session.state.file is not None
            desk.let_go.set()
            await calls.finish()
            return [had_file, session.state.file is not None]

    assert asyncio.run(visit()) == [False, True]


def test_typing_brings_the_numbers_that_begin_so(visit: Session, desk: Desk) -> None:
    visit.state.typed = "1000"
    path, sent = desk.asked[-1]
    assert path == "/search"
    assert sent["filters"][0]["minimum"] == 100_000
    assert visit.state.completions == ()
    asked = len(desk.asked)
    visit.state.typed = "name"
    assert len(desk.asked) == asked


def test_lists_of_choices_are_counted_where_the_card_has_them(visit: Session, desk: Desk) -> None:
    assert dict(desk.asked)["/search"]["facets"] == ["decision", "contract_type"]


def overviews(desk: Desk) -> list[dict]:
    return [sent["group"] for path, sent in desk.asked if path == "/compare" and sent["overview"]]


def test_what_is_usual_in_a_group_is_asked_once_for_many_clients(
    visit: Session, desk: Desk
) -> None:
    for client_id in (KNOWN[0], KNOWN[1], KNOWN[0]):
        visit.state.client_id = client_id
    assert [group["kind"] for group in overviews(desk)] == ["all"]
    visit.state.group = "similar"
    visit.state.client_id = KNOWN[1]
    assert [group["kind"] for group in overviews(desk)] == ["all", "similar", "similar"]


def test_what_is_usual_among_those_alike_is_asked_again_for_a_new_client_assessed_again(
    visit: Session, desk: Desk, make_file: MakeFile
) -> None:
    """The number is the same, the details are others: so are the clients like this one."""
    visit.state.group = "similar"
    for letter, income in (("a", 20_000.0), ("b", 90_000.0)):
        file = make_file(client_id=900_001)
        scored = file.explanation.model_copy(update={"score_id": letter * 32})
        features = {**file.features, "income_total": income}
        file = file.model_copy(update={"explanation": scored, "features": features})
        visit.state.assessed = {900_001: file}
        visit.state.client_id = None
        assert visit.state.overview == {}
        visit.state.client_id = 900_001
        assert visit.state.overview
    for path in ("/compare", "/similar"):
        sent = [one for asked, one in desk.asked if asked == path]
        told = [one for one in sent if path == "/similar" or one["overview"]]
        assert [one["client_features"]["income_total"] for one in told] == [20_000.0, 90_000.0]


def test_what_is_usual_among_those_alike_is_another_score_s_even_without_a_pause(
    visit: Session, desk: Desk, make_file: MakeFile
) -> None:
    visit.state.client_id = KNOWN[0]
    visit.state.group = "similar"
    file = make_file(client_id=KNOWN[0])
    scored = file.explanation.model_copy(update={"score_id": "f" * 32})
    visit.state.file = file.model_copy(update={"explanation": scored})
    assert [group["kind"] for group in overviews(desk)] == ["all", "similar", "similar"]


def test_a_page_beyond_the_end_of_the_list_gives_way_to_the_last_one(
    visit: Session, desk: Desk
) -> None:
    """As where the filters became narrower while somebody turned the pages."""
    desk.known_clients = 17
    visit.state.page = 9
    assert visit.state.page == 3
    assert visit.state.found.page == 3
    assert [sent["page"] for path, sent in desk.asked if path == "/search"][-2:] == [9, 3]


def test_a_group_too_small_to_show_is_no_fault(visit: Session, desk: Desk) -> None:
    visit.state.client_id = KNOWN[0]
    desk.has_small_groups = True
    visit.state.group = "refused"
    assert visit.state.group_is_small
    assert visit.state.comparison is None
    assert visit.state.faults == {}
    desk.has_small_groups = False
    visit.state.group = "all"
    assert not visit.state.group_is_small
    assert visit.state.comparison is not None


def test_a_small_group_is_known_by_the_name_that_the_api_gives_it() -> None:
    with pytest.raises(InvalidInput) as refused:
        check_size(FEWEST_IN_A_GROUP - 1, lot=0)
    assert refused.value.offender == SMALL_GROUP


def test_two_features_are_asked_for_together_and_one_never_with_itself(
    visit: Session, desk: Desk
) -> None:
    visit.state.client_id = KNOWN[0]
    visit.state.second_feature = "age_years"
    assert desk.asked[-1][1]["second_feature"] == "age_years"
    visit.state.feature = "age_years"
    assert desk.asked[-1][1]["second_feature"] is None


def test_an_unknown_client_has_no_file_and_leaves_the_rest_alone(visit: Session) -> None:
    visit.state.client_id = KNOWN[0]
    visit.state.client_id = 1
    assert visit.state.file is None
    assert visit.state.comparison is None
    assert visit.state.found is not None
    assert isinstance(visit.state.faults["file"], ApiProblem)
    visit.state.client_id = KNOWN[1]
    assert visit.state.faults == {}


def test_filters_go_to_the_list_and_to_the_group(visit: Session, desk: Desk) -> None:
    visit.state.client_id = KNOWN[0]
    visit.state.page = 4
    visit.state.group = "filters"
    visit.state.filters = (Filter(feature="decision", categories=["refuse"]),)
    assert visit.state.page == 1
    asked = dict(desk.asked)
    assert asked["/search"]["page"] == 1
    assert asked["/search"]["filters"][0]["categories"] == ["refuse"]
    assert asked["/compare"]["group"]["filters"] == asked["/search"]["filters"]


def test_when_the_api_comes_back_everything_missed_is_asked_again(desk: Desk) -> None:
    desk.is_down = True
    with ScoringApi(desk.url) as api:
        state = State(client_id=KNOWN[0])
        session = Session(state, api, calls := Calls(state))
        session.start()
        assert session.state.faults.keys() == {"card", "found", "file"}
        assert all(isinstance(f, ApiUnreachable) for f in session.state.faults.values())
        desk.is_down = False
        calls.retry()
    assert session.state.faults == {}
    assert session.state.file.client_id == KNOWN[0]
    assert session.state.card is not None
    assert session.state.comparison is not None


def test_an_answer_that_comes_too_late_is_dropped(desk: Desk) -> None:
    """The slow answer about the first client arrives after the second was chosen and shown."""

    async def visit() -> list[int]:
        shown: list[int] = []
        with ScoringApi(desk.url) as api:
            state = State()
            session = Session(state, api, calls := Calls(state))
            session.start()
            session.state.observe(
                lambda change: change.new and shown.append(change.new.client_id), names="file"
            )
            desk.slow_client = KNOWN[0]
            session.state.client_id = KNOWN[0]
            while ("/client", {"client_id": KNOWN[0]}) not in desk.asked:
                await asyncio.sleep(0.01)
            session.state.client_id = KNOWN[1]
            while session.state.comparison is None:
                await asyncio.sleep(0.01)
            desk.let_go.set()
            await calls.finish()
        return shown

    assert asyncio.run(visit()) == [KNOWN[1]]


def test_the_page_tries_again_by_itself(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.dashboard.calls.RETRY_SECONDS", 0.01)

    async def visit() -> None:
        desk.is_down = True
        with ScoringApi(desk.url) as api:
            state = State(client_id=KNOWN[0])
            session = Session(state, api, calls := Calls(state))
            session.start()
            while len(session.state.faults) < 3:
                await asyncio.sleep(0.01)
            desk.is_down = False
            while session.state.faults or session.state.comparison is None:
                await asyncio.sleep(0.01)
            await calls.finish()

    asyncio.run(visit())


def test_a_client_just_assessed_is_told_from_one_that_can_be_found_again(
    visit: Session, make_file: MakeFile
) -> None:
    assert not visit.state.is_assessed
    visit.state.assessed = {900_001: make_file(client_id=900_001)}
    visit.state.client_id = 900_001
    assert visit.state.is_assessed
    visit.state.client_id = KNOWN[0]
    assert not visit.state.is_assessed


def test_a_client_just_assessed_is_shown_and_compared_by_own_features(
    visit: Session, desk: Desk, make_file: MakeFile
) -> None:
    assessed = make_file(client_id=900_001)
    visit.state.assessed = {900_001: assessed}
    visit.state.client_id = 900_001
    assert visit.state.file == assessed
    assert ("/client", {"client_id": 900_001}) not in desk.asked
    compared = [sent for path, sent in desk.asked if path == "/compare"]
    assert compared
    assert all(sent["client_features"] == assessed.features for sent in compared)
    visit.state.client_id = KNOWN[0]
    assert desk.asked[-1][1]["client_features"] is None
