"""The page as a whole: what it calls, shows and holds."""

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from ipywidgets import Widget
from ipywidgets.widgets.widget import _instances

from lib.dashboard import Page
from lib.dashboard.state import State
from lib.dashboard.visitor import Visit
from lib.serving.api import ScoringApi
from lib.serving.people import Person, PersonRole
from lib.serving.wire import ClientFile
from tests.dashboard.reading import read

NOWHERE = ScoringApi("http://127.0.0.1:9")
KINDS_OF_LOOKS = 12  # styles of each kind of widget; layouts that are shown and hidden


def follower_of(page: Page) -> str:
    """Give what the page tells the browser's script."""
    return next(one for one in page.widget.children if "page-follower" in one._dom_classes).value


def test_a_page_makes_no_call_before_it_is_opened() -> None:
    page = Page(NOWHERE)
    assert page.state.faults == {}


def test_a_page_tells_the_browser_little_beside_its_widgets() -> None:
    # Each widget is told in a message of its own, before anything is seen.
    before = set(_instances)
    Page(NOWHERE)
    made = [type(one).__name__ for number, one in _instances.items() if number not in before]
    looks = [kind for kind in made if kind.endswith(("Layout", "Style"))]
    figures = made.count("Figure")
    assert figures > 0
    assert len(looks) <= figures + KINDS_OF_LOOKS


def test_title_language_and_address_follow_the_state() -> None:
    page = Page(NOWHERE)
    page.open(Visit("client_id=100002&lang=en"))
    follower = follower_of(page)
    assert 'data-title="Client 100002 – Prêt à dépenser"' in follower
    assert 'data-language="en"' in follower
    assert 'data-query="?client_id=100002&amp;lang=en"' in follower
    assert page.notice.widget.layout.display == ""


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


def test_an_auditor_is_offered_no_decision_and_sees_those_taken() -> None:
    for role, is_hidden in ((PersonRole.AUDITOR, True), (PersonRole.MANAGER, False)):
        page = Page(ScoringApi("http://127.0.0.1:9"))
        page.open(Visit("", Person("zoe", role)))
        assert (page.record.record.layout.display == "none") is is_hidden
        assert page.record.widget.layout.display == ""
        assert page.record.taken.layout.display == ""


def test_a_decision_that_could_not_be_recorded_is_told_whichever_client_is_shown(
    page: Page,
) -> None:
    page.record._begin()
    page.record.record.click()
    page.state.client_id = page.state.file = None
    main = next(one for one in widgets_within(page.widget) if "page-main" in one._dom_classes)
    assert page.record.unrecorded in main.children
    shown = widgets_within(page.record.unrecorded)
    told = read(" ".join(getattr(one, "value", "") for one in shown))
    assert "La décision sur le client 100002 n’a pas pu être enregistrée" in told


def test_a_session_holds_neither_the_server_nor_a_data_library() -> None:
    heavy = ("voila", "jupyter_server", "pandas", "pyarrow", "duckdb", "sklearn", "lightgbm")
    code = "import sys, lib.dashboard, lib.dashboard.visitor; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()
    assert "bqplot" in loaded
    assert not set(heavy) & set(loaded)


def widgets_within(widget: Widget) -> Iterator[Widget]:
    """Give a widget and all that it has within."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from widgets_within(child)


def test_another_client_is_shown_without_sending_what_stays_the_same(
    page: Page, make_file: Callable[..., ClientFile]
) -> None:
    changed: list[tuple[str, tuple[str, ...]]] = []
    for widget in widgets_within(page.widget):
        widget.observe(
            lambda change: changed.append((change.name, change.owner._dom_classes)),
            names=["layout", "_options_labels"],
        )
    page.state.file = None
    assert "away" in page._client._dom_classes
    page.state.file = make_file(client_id=100_003)
    assert "away" not in page._client._dom_classes
    # All panels go away and come back as one; nothing within them, and no room, comes and goes.
    assert changed == []


@pytest.fixture
def page(state: State) -> Page:
    """The page on a client whom the API told of."""
    page = Page(NOWHERE)
    page.state.client_id, page.state.card = state.client_id, state.card
    page.state.file = state.file
    return page


def test_title_and_information_count_what_the_calculation_reads(page: Page) -> None:
    state = page.state
    infos = [
        info.model_copy(update={"in_model": info.name in ("age_years", "late_share")})
        for info in state.card.features
    ]
    state.card = state.card.model_copy(update={"features": infos})
    counted = "1 des 2 informations lues par le calcul sont renseignées"
    assert counted in read(page._title.value)
    told = read(page.information.heading.value)
    assert f"4 renseignées sur 5 en tout ; {counted}." in told


@pytest.mark.parametrize(
    ("defaulted", "words"),
    [
        (False, "Demande passée, à l’issue connue : crédit remboursé"),
        (True, "Demande passée, à l’issue connue : crédit non remboursé"),
        (None, None),
    ],
)
def test_the_outcome_is_that_of_the_request_and_says_that_it_is_past(
    page: Page, defaulted: bool | None, words: str | None
) -> None:
    page.state.file = page.state.file.model_copy(update={"defaulted": defaulted})
    said = read(page._title.value)
    if words is None:
        assert "remboursé" not in said
    else:
        assert words in said
