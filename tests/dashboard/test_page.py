"""The page as a whole: what it calls, shows and holds."""

import subprocess
import sys

from lib.dashboard import Page
from lib.dashboard.visitor import Visit
from lib.serving.api import ScoringApi
from lib.serving.people import Person, PersonRole

NOWHERE = ScoringApi("http://127.0.0.1:9")


def test_a_page_makes_no_call_before_it_is_opened() -> None:
    page = Page(NOWHERE)
    assert page.state.faults == {}


def test_title_language_and_address_follow_the_state() -> None:
    page = Page(NOWHERE)
    page.open(Visit("client_id=100002&lang=en"))
    follower = page.widget.children[1].value
    assert 'data-title="Client 100002 – Prêt à dépenser"' in follower
    assert 'data-language="en"' in follower
    assert 'data-query="?client_id=100002&amp;lang=en"' in follower
    assert page.notice.widget.layout.display == "flex"


def test_an_auditor_is_offered_no_decision() -> None:
    for role, is_hidden in ((PersonRole.AUDITOR, True), (PersonRole.MANAGER, False)):
        page = Page(ScoringApi("http://127.0.0.1:9"))
        page.open(Visit("", Person("zoe", role)))
        assert (page.record.widget.layout.display == "none") is is_hidden


def test_a_session_holds_neither_the_server_nor_a_data_library() -> None:
    heavy = ("voila", "jupyter_server", "pandas", "pyarrow", "duckdb", "sklearn", "lightgbm")
    code = "import sys, lib.dashboard, lib.dashboard.visitor; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()
    assert "bqplot" in loaded
    assert not set(heavy) & set(loaded)
