"""Panels show what the state holds: the state is set, the marks are read."""

from collections.abc import Callable

from lib.dashboard.panels.header import Header
from lib.dashboard.panels.notice import Notice
from lib.dashboard.state import State
from lib.serving.api import ApiProblem, ApiUnreachable
from lib.serving.wire import ClientFile, Problem
from tests.dashboard.reading import read

MakeFile = Callable[..., ClientFile]


class TestNotice:
    def test_an_api_that_is_down_outweighs_other_faults(self, state: State) -> None:
        notice = Notice(state, lambda: None, ("file", "card", "found"))
        assert notice.widget.layout.display == "none"
        state.faults = {
            "file": ApiProblem(404, Problem(offender="client 1", rule="known", remedy="check")),
            "card": ApiUnreachable("the API", "it is there", "start it"),
        }
        assert notice.widget.layout.display == "flex"
        assert "ne répond pas" in read(notice.message.value)
        state.faults = {}
        assert notice.widget.layout.display == "none"

    def test_an_unknown_client_is_named(self, state: State) -> None:
        notice = Notice(state, lambda: None, ("file", "card", "found"))
        state.client_id = 42
        state.faults = {
            "file": ApiProblem(404, Problem(offender="client 42", rule="known", remedy="check"))
        }
        assert "Aucun client ne porte le numéro 42" in read(notice.message.value)
        assert notice.button.layout.display == "none"

    def test_another_refusal_gives_the_detail(self, state: State) -> None:
        notice = Notice(state, lambda: None, ("file", "card", "found"))
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
