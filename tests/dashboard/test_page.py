"""The page as a whole: what it calls, shows and holds."""

import subprocess
import sys

from lib.dashboard import Page
from lib.dashboard.visitor import Visit
from lib.serving.api import ScoringApi
from lib.serving.people import Person, PersonRole

NOWHERE = ScoringApi("http://127.0.0.1:9")


def follower_of(page: Page) -> str:
    """Give what the page tells the browser's script."""
    return next(one for one in page.widget.children if "page-follower" in one._dom_classes).value


def test_a_page_makes_no_call_before_it_is_opened() -> None:
    page = Page(NOWHERE)
    assert page.state.faults == {}


def test_title_language_and_address_follow_the_state() -> None:
    page = Page(NOWHERE)
    page.open(Visit("client_id=100002&lang=en"))
    follower = follower_of(page)
    assert 'data-title="Client 100002 – Prêt à dépenser"' in follower
    assert 'data-language="en"' in follower
    assert 'data-query="?client_id=100002&amp;lang=en"' in follower
    assert page.notice.widget.layout.display == "flex"


def test_the_browsers_history_leads_from_client_to_client() -> None:
    page = Page(NOWHERE)
    page.open(Visit("client_id=100002&lang=en"))
    box = next(one for one in page.widget.children if "page-visited" in one._dom_classes)
    box.value = "100007 1"
    assert page.state.client_id == 100_007
    assert 'data-query="?client_id=100007&amp;lang=en"' in follower_of(page)
    assert 'data-asked="1"' in follower_of(page)
    # The same client again: the answer tells that it was asked.
    box.value = "100007 2"
    assert 'data-asked="2"' in follower_of(page)
    box.value = " 3"
    assert page.state.client_id is None
    assert 'data-client=""' in follower_of(page)


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
