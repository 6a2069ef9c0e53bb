"""For whom a key speaks: believed of the dashboard's, refused of any other."""

import pytest

from lib.decision import InvalidInput
from lib.serving.http.guard import Refused, find_caller
from lib.serving.http.keys import Key, Role
from lib.serving.http.speaking import caller_of

ANNA = {b"x-person": b"anna", b"x-person-role": b"manager"}
KEYS = {role: Key.from_secret("page", role, "open sesame") for role in Role}


def test_the_dashboards_key_speaks_for_people() -> None:
    assert caller_of(KEYS[Role.DASHBOARD], ANNA, "/decide") == "page:anna"
    assert caller_of(KEYS[Role.DASHBOARD], {}, "/decide") == "page"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DASHBOARD])
def test_another_key_speaks_for_nobody(role: Role) -> None:
    assert caller_of(KEYS[role], {}, "/score") == "page"
    for forged in (ANNA, {b"x-person": b"anna"}, {b"x-person-role": b"head"}):
        with pytest.raises(InvalidInput, match="a key that may speak for people"):
            caller_of(KEYS[role], forged, "/score")


def test_where_no_key_is_asked_for_nobody_is_believed() -> None:
    assert caller_of(None, {}, "/score") == ""
    with pytest.raises(InvalidInput, match="a key that may speak for people"):
        caller_of(None, ANNA, "/score")


@pytest.mark.parametrize(
    ("role", "path", "is_open"),
    [
        (b"manager", "/decide", True),
        (b"manager", "/client", True),
        (b"manager", "/portfolio", False),
        (b"head", "/decide", True),
        (b"head", "/portfolio", True),
        (b"auditor", "/decide", False),
        (b"auditor", "/client", True),
        (b"auditor", "/portfolio", False),
    ],
)
def test_a_persons_role_says_how_far_the_api_goes(role: bytes, path: str, is_open: bool) -> None:
    headers = {**ANNA, b"x-person-role": role}
    if is_open:
        assert caller_of(KEYS[Role.DASHBOARD], headers, path) == "page:anna"
    else:
        with pytest.raises(InvalidInput, match=f"opens {path}"):
            caller_of(KEYS[Role.DASHBOARD], headers, path)


@pytest.mark.parametrize("name", [b"", b"anna:head", b"anna\xff", b"an na", b"a" * 65, b"\nanna"])
def test_no_name_that_could_forge_a_line_of_the_journal_is_taken(name: bytes) -> None:
    with pytest.raises(InvalidInput, match="letters and digits"):
        caller_of(KEYS[Role.DASHBOARD], {**ANNA, b"x-person": name}, "/client")


def test_a_refusal_is_a_403() -> None:
    with pytest.raises(Refused) as refused:
        find_caller(KEYS[Role.PORTFOLIO], ANNA, "/client")
    assert refused.value.status == 403


def test_the_dashboards_key_opens_everything() -> None:
    assert all(Role.DASHBOARD.opens(role) for role in (Role.SCORING, Role.PORTFOLIO))
