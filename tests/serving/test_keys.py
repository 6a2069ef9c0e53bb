"""Who may ask for what: keys, their roles, their rates, and who can reach the service."""

import subprocess
import sys
from pathlib import Path
from traceback import format_exception

import httpx
import pytest

from lib.decision import InvalidInput
from lib.serving.http.keys import (
    Key,
    KeyRing,
    Role,
    digest_of,
    is_loopback,
    new_key,
    require_key_beyond_loopback,
)
from lib.serving.http.sharing import RateLimit, TokenBucket
from lib.serving.settings import Settings
from lib.serving.wire import Problem
from tests.serving.conftest import HASTY, KEY, PARTNER
from tests.serving.server import PROJECT, Served

ONE = {"clients": [{"features": {}}]}
SCORING = ("score", "explain", "scorer")
PERSONAL = ("client", "search", "compare", "decide", "decisions")
DECISION = {"client_id": 1, "score_id": "0" * 32, "decision": "grant"}


def settings(**environment: str) -> Settings:
    with pytest.MonkeyPatch.context() as patch:
        for name in Settings.model_fields:
            patch.delenv(f"SCORING_{name.upper()}", raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        return Settings.from_environment()


def test_empty_is_unset() -> None:
    assert settings(SCORING_API_KEY="", SCORING_MOST_AT_ONCE="", SCORING_PORTFOLIO="") == settings()


def test_a_key_is_kept_as_its_hash_only() -> None:
    told = settings(SCORING_API_KEY=KEY)
    ring = told.keys
    assert KEY not in repr(told) + str(told) + repr(ring)
    assert [str(key) for key in ring.keys] == [f"default:dashboard:{digest_of(KEY.encode())}"]


def test_keys_come_from_the_environment_and_from_a_file(tmp_path: Path) -> None:
    first, second = (str(Key.from_secret(name, Role.SCORING, name)) for name in ("one", "two"))
    path = tmp_path / "keys"
    path.write_text(f"# partners\n\n{second}\n")
    ring = settings(
        SCORING_API_KEYS=first, SCORING_API_KEYS_FILE=str(path), SCORING_API_KEY=KEY
    ).keys
    found = {
        key.name: key.role for secret in ("one", "two", KEY) if (key := ring.find(secret.encode()))
    }
    assert found == {"one": "scoring", "two": "scoring", "default": "dashboard"}
    assert ring.find(b"") is None


@pytest.mark.parametrize(
    ("lines", "offender"),
    [
        (["partner"], "API key “partner”"),
        ([f":scoring:{'0' * 64}"], "API key “”"),
        (["partner:scoring:short"], "API key “partner”"),
        ([f"partner:scoring:{'G' * 64}"], "API key “partner”"),
        ([f"partner:admin:{'0' * 64}"], "role “admin” of API key “partner”"),
        ([f"partner:scoring:{'0' * 64}"] * 2, "API key “partner”"),
    ],
)
def test_a_line_that_is_no_key_is_named(lines: list[str], offender: str) -> None:
    with pytest.raises(InvalidInput) as told:
        KeyRing.from_lines(lines)
    assert told.value.offender == offender


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SCORING_API_KEYS_FILE", "nowhere/keys"),
        ("SCORING_ALLOW_NO_KEY", "perhaps"),
        ("SCORING_REQUESTS_PER_SECOND", "0"),
        ("SCORING_REQUESTS_PER_SECOND", "nan"),
        ("SCORING_MOST_AT_ONCE", "many"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(InvalidInput, match=f"^{name}.*: .*; .*[.]$") as told:
        settings(**{name: value}, SCORING_API_KEY=KEY)
    assert KEY not in "".join(format_exception(told.value))


@pytest.mark.parametrize("name", ["", "a:b", "#partner", "my partner", "partner\n", " partner"])
def test_a_name_with_which_no_key_would_open_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="it is one word without a colon, and begins with no #"):
        new_key(name, Role.SCORING)


def test_the_command_makes_a_key_that_opens() -> None:
    command = [sys.executable, "-m", "lib.launch", "key", "dashboard", "portfolio"]
    told = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)
    secret, line = (told.stdout.splitlines()[at].strip() for at in (1, 3))
    assert KeyRing.from_lines([line]).find(secret.encode()) == Key.from_line(line)
    assert secret not in line
    assert line.startswith("dashboard:portfolio:")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7"])  # noqa: S104
def test_beyond_loopback_a_key_is_asked_for(host: str) -> None:
    ring = settings(SCORING_API_KEY=KEY).keys
    with pytest.raises(InvalidInput, match="without a key"):
        require_key_beyond_loopback(host, KeyRing(), allow_no_key=False)
    require_key_beyond_loopback(host, ring, allow_no_key=False)
    require_key_beyond_loopback(host, KeyRing(), allow_no_key=True)


@pytest.mark.parametrize("host", ["localhost", "api.example", ""])
def test_the_service_listens_at_an_address(host: str) -> None:
    with pytest.raises(InvalidInput, match=r"^--host .*: it is an IP address; "):
        require_key_beyond_loopback(host, settings(SCORING_API_KEY=KEY).keys, allow_no_key=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1"])
def test_on_loopback_no_key_is_needed(host: str) -> None:
    assert is_loopback(host)
    require_key_beyond_loopback(host, KeyRing(), allow_no_key=False)


def test_the_service_refuses_to_start_where_anybody_could_ask(store: Path) -> None:
    command = [sys.executable, "-m", "bentoml", "serve", "service:CreditScoring", "--port", "0"]
    environment = {"BENTOML_HOME": str(store), "BENTOML_DO_NOT_TRACK": "True", "PATH": ""}
    ended = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode
    assert "✗ listening on 0.0.0.0 without a key: " in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_bucket_lets_bursts_through_and_then_a_steady_rate() -> None:
    now = 0.0
    bucket = TokenBucket(per_second=2, capacity=3, clock=lambda: now)
    assert [bucket.seconds_to_wait() for _ in range(4)] == [0, 0, 0, 0.5]
    now = 0.5
    assert [bucket.seconds_to_wait() for _ in range(2)] == [0, 0.5]
    now = 1000.0
    assert [bucket.seconds_to_wait() for _ in range(4)] == [0, 0, 0, 0.5]


def test_a_hasty_key_does_not_slow_another() -> None:
    limit = RateLimit(per_second=1)
    waits = [limit.seconds_to_wait("hasty") for _ in range(3)]
    assert waits[:2] == [0, 0]
    assert waits[2] > 0
    assert limit.seconds_to_wait("patient") == 0


def ask(service: Served, path: str, key: str, body: object = None) -> httpx.Response:
    return service.post(path, body or {}, headers={"x-api-key": key})


def test_a_key_for_scoring_sees_nothing_of_the_known_clients(locked: Served) -> None:
    for path in SCORING:
        assert ask(locked, path, PARTNER, {} if path == "scorer" else ONE).status_code == 200
    for path in (*PERSONAL, "nowhere"):
        refused = ask(locked, path, PARTNER)
        assert refused.status_code == 403
        assert Problem.model_validate_json(refused.content).offender == "API key “partner”"


def test_a_key_for_the_portfolio_opens_everything(locked: Served) -> None:
    # There is no portfolio behind this service, and no journal entry: 503 and 404 are its answers.
    assert ask(locked, "search", KEY).status_code == 503
    assert ask(locked, "decide", KEY, DECISION).status_code == 404
    assert ask(locked, "scorer", KEY).status_code == 200


def test_more_than_its_rate_is_told_when_to_come_again(locked: Served) -> None:
    headers = {"x-api-key": HASTY, "content-type": "text/plain"}
    # One connection stays with one worker, which counts for itself.
    with httpx.Client(base_url=locked.url, headers=headers) as client:
        replies = [client.post("score", content=b"{}") for _ in range(100)]
    assert {reply.status_code for reply in replies} == {415, 429}
    refused = next(reply for reply in replies if reply.status_code == 429)
    assert Problem.model_validate_json(refused.content).offender == "API key “hasty”"
    assert int(refused.headers["retry-after"]) >= 1


def test_a_refused_key_is_not_repeated_in_the_log(locked: Served) -> None:
    ask(locked, "score", "a-guess-that-is-not-logged")
    assert "a-guess-that-is-not-logged" not in locked.log.read_text()
