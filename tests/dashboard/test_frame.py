"""The frame of both pages: address, language, style, and what went wrong."""

import re

import pytest

from lib.dashboard.calls import Calls
from lib.dashboard.frame import Header, Notice, make_style, read_query, write_query
from lib.dashboard.markup import write_fault
from lib.dashboard.state import State
from lib.serving.api import ApiBusy, ApiProblem, ApiUnreachable
from lib.serving.people import Person, PersonRole
from lib.serving.wire import Problem
from tests.dashboard.reading import read


class TestHeader:
    def test_it_says_who_is_signed_in_and_where_to_sign_out(self, state: State) -> None:
        header = Header(state)
        assert header.person.value == ""
        state.person, state.sign_out = Person("anna", PersonRole.HEAD), "/base/logout"
        assert "anna · responsable" in read(header.person.value)
        assert 'href="/base/logout"' in header.person.value
        state.language = "en"
        assert "anna · head of the team" in read(header.person.value)
        # Where a proxy signs people in, it signs them out, too.
        state.sign_out = ""
        assert "href" not in header.person.value


class TestNotice:
    def test_an_api_that_is_down_outweighs_other_faults(self, state: State) -> None:
        notice = Notice(state, Calls(state), ("file", "card", "found"))
        assert notice.widget.layout.display == "none"
        state.faults = {
            "file": ApiProblem(404, Problem(offender="client 1", rule="known", remedy="check")),
            "card": ApiUnreachable("the API", "it is there", "start it"),
        }
        assert notice.widget.layout.display == ""
        assert "ne répond pas" in read(notice.message.value)
        state.faults = {}
        assert notice.widget.layout.display == "none"

    def test_a_busy_api_is_not_said_to_be_away(self, state: State) -> None:
        notice = Notice(state, Calls(state), ("file", "card", "found"))
        busy = ApiBusy("the API", "it is busy", "try again soon")
        state.faults = {"file": busy}
        said = read(notice.message.value)
        assert "très demandé en ce moment" in said
        assert "ne répond pas" not in said + read(write_fault(busy, "fr"))
        assert "très demandé en ce moment" in read(write_fault(busy, "fr"))
        assert notice.button.layout.display != "none"
        state.language = "en"
        assert "busy just now" in read(notice.message.value)

    def test_an_unknown_client_is_named(self, state: State) -> None:
        notice = Notice(state, Calls(state), ("file", "card", "found"))
        state.client_id = 42
        state.faults = {
            "file": ApiProblem(404, Problem(offender="client 42", rule="known", remedy="check"))
        }
        assert "Aucun client ne porte le numéro 42" in read(notice.message.value)
        assert notice.button.layout.display == "none"

    def test_another_refusal_gives_the_detail(self, state: State) -> None:
        notice = Notice(state, Calls(state), ("file", "card", "found"))
        state.faults = {
            "found": ApiProblem(400, Problem(offender="age", rule="is known", remedy="drop it"))
        }
        assert "age: is known; drop it." in read(notice.message.value)


def test_the_switch_and_the_state_agree_on_the_language(state: State) -> None:
    header = Header(state)
    header.switch.value = "en"
    assert state.language == "en"
    assert "Credit applications" in read(header.brand.value)
    state.language = "fr"
    assert header.switch.value == "fr"


@pytest.mark.parametrize("client_id", [None, 0, 100_002, 10**18 - 1])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_address_opens_what_it_was_copied_from(client_id: int | None, language: str) -> None:
    assert read_query(write_query(client_id, language).removeprefix("?")) == (client_id, language)


@pytest.mark.parametrize(
    "query", ["", "client_id=", "client_id=-1", "client_id=²", "lang=de", "&="]
)
def test_an_address_that_makes_no_sense_opens_the_welcome(query: str) -> None:
    assert read_query(query) == (None, "fr")


def test_the_style_sheets_ask_nobody_else() -> None:
    for name in ("theme", "tools", "portfolio"):
        assert not re.search(r"https?:|@import|url\(", make_style(name).value)
