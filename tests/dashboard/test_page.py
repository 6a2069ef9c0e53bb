"""The page as a whole: address, title, and the list of clients."""

import re
import subprocess
import sys

import pytest

from lib.dashboard import Page
from lib.dashboard.page import read_query, read_theme, write_query
from lib.serving.api import ScoringApi

NOWHERE = ScoringApi("http://127.0.0.1:9")


@pytest.mark.parametrize("client_id", [None, 0, 100_002, 10**18 - 1])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_address_opens_what_it_was_copied_from(client_id: int | None, language: str) -> None:
    assert read_query(write_query(client_id, language).removeprefix("?")) == (client_id, language)


@pytest.mark.parametrize(
    "query", ["", "client_id=", "client_id=-1", "client_id=²", "lang=de", "&="]
)
def test_an_address_that_makes_no_sense_opens_the_welcome(query: str) -> None:
    assert read_query(query) == (None, "fr")


def test_a_page_makes_no_call_before_it_is_opened() -> None:
    page = Page(NOWHERE)
    assert page.state.faults == {}


def test_title_language_and_address_follow_the_state() -> None:
    page = Page(NOWHERE)
    page.open("client_id=100002&lang=en")
    follower = page.widget.children[1].value
    assert 'data-title="Client 100002 – Prêt à dépenser"' in follower
    assert 'data-language="en"' in follower
    assert 'data-query="?client_id=100002&amp;lang=en"' in follower
    assert page.notice.widget.layout.display == "flex"


def test_the_style_sheet_asks_nobody_else() -> None:
    assert not re.search(r"https?:|@import|url\(", read_theme())


def test_a_session_holds_neither_the_server_nor_a_data_library() -> None:
    heavy = ("voila", "jupyter_server", "pandas", "pyarrow", "duckdb", "sklearn", "lightgbm")
    code = "import sys, lib.dashboard, lib.dashboard.visitor; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()
    assert "bqplot" in loaded
    assert not set(heavy) & set(loaded)
