"""The page as a whole: address, title, and the list of clients."""

import re
import subprocess
import sys

import pytest

from lib.dashboard import Page
from lib.dashboard.page import read_query, read_theme, write_query
from lib.dashboard.panels.finder import Finder
from lib.dashboard.state import State
from lib.decision import Decision
from lib.serving.api import ScoringApi
from lib.serving.messages import ClientPage, ClientSummary

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


@pytest.fixture
def found() -> ClientPage:
    clients = [
        ClientSummary(
            client_id=100_000 + number,
            default_probability=number / 10,
            decision=Decision.REFUSE if number else Decision.GRANT,
            features={},
        )
        for number in range(3)
    ]
    return ClientPage(total=19, page=3, page_size=8, clients=clients)


class TestFinder:
    def test_rows_say_number_probability_and_decision(
        self, state: State, found: ClientPage
    ) -> None:
        finder = Finder(state)
        state.found = found
        said = [row.description for row in finder.rows if row.layout.display != "none"]
        assert len(said) == 3
        assert re.search(r"100000\s+0,0\s%\s+✓ Accord", said[0])
        assert re.search(r"100001\s+10,0\s%\s+✕ Refus", said[1])

    def test_the_pager_knows_where_it_is(self, state: State, found: ClientPage) -> None:
        finder = Finder(state)
        state.found, state.page = found, 3
        assert "17–19 sur 19" in finder.range.value
        assert finder.next.disabled
        finder.previous.click()
        assert state.page == 2

    def test_choosing_a_row_chooses_the_client(self, state: State, found: ClientPage) -> None:
        finder = Finder(state)
        state.found = found
        finder.rows[1].click()
        assert state.client_id == 100_001
        assert finder.number.value == "100001"
        assert "row-chosen" in finder.rows[1]._dom_classes

    @pytest.mark.parametrize(("typed", "number"), [("100 003", 100_003), (" 7 ", 7)])
    def test_a_number_is_read_as_people_type_it(
        self, state: State, typed: str, number: int
    ) -> None:
        finder = Finder(state)
        finder.number.value = typed
        finder.open.click()
        assert state.client_id == number

    @pytest.mark.parametrize("typed", ["abc", "12x", "-5", "1.5", "9" * 30, "²"])
    def test_what_is_no_number_is_said_so(self, state: State, typed: str) -> None:
        finder = Finder(state)
        finder.number.value = typed
        finder.open.click()
        assert state.client_id == 100_002
        assert "ne contient que des chiffres" in finder.hint.value

    def test_filters_become_conditions_on_the_features(self, state: State) -> None:
        form = Finder(state).filters
        form.decision.value = "refuse"
        form.contract.value = "Cash loans"
        form.age.value = (18.0, 40.0)
        form.income_from.value = "50 000"
        form.probability.value = (10.0, 100.0)
        assert [one.model_dump(exclude_none=True) for one in state.filters] == [
            {"feature": "decision", "categories": ["refuse"]},
            {"feature": "contract_type", "categories": ["Cash loans"]},
            {"feature": "age_years", "maximum": 40.0},
            {"feature": "income_total", "minimum": 50_000},
            {"feature": "default_probability", "minimum": 0.1},
        ]
        form.reset.click()
        assert state.filters == ()
        assert form.age.value == (18.0, 80.0)

    def test_a_filter_survives_a_change_of_language(self, state: State) -> None:
        form = Finder(state).filters
        form.contract.value = "Cash loans"
        state.language = "en"
        assert form.contract.value == "Cash loans"
        assert len(state.filters) == 1


def test_a_session_holds_neither_the_server_nor_a_data_library() -> None:
    heavy = ("voila", "jupyter_server", "pandas", "pyarrow", "duckdb", "sklearn", "lightgbm")
    code = "import sys, lib.dashboard, lib.dashboard.visitor; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()
    assert "bqplot" in loaded
    assert not set(heavy) & set(loaded)
