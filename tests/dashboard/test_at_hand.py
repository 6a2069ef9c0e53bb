"""What a manager reaches by Back and Forward, by keys, and in a small window."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from lib.dashboard.panels.finder import DECIDED_SIGN
from lib.serving.api import ScoringApi
from lib.serving.wire import ClientFile
from tests.dashboard.browsing import APPLICATION, fill_application, open_client, visit
from tests.dashboard.test_accessibility import WINDOWS

STACKED = {"width": 640, "height": 400}  # 1280×800 at 200 %


def expect_client(page: Page, file: ClientFile) -> None:
    expect(page.locator("h1")).to_have_text(f"Client {file.client_id}")


def is_in_sight(page: Page, selector: str) -> bool:
    """Say whether the middle of what a selector finds lies in the window."""
    box = page.locator(selector).first.bounding_box()
    assert box
    assert page.viewport_size
    return 0 <= box["y"] + box["height"] / 2 <= page.viewport_size["height"]


def test_back_and_forward_walk_the_clients_visited(
    page: Page, dashboard_url: str, known: list[ClientFile]
) -> None:
    first, second = known
    visit(page, dashboard_url)
    open_client(page, first.client_id)
    expect_client(page, first)
    # The same client in another language is no page of its own.
    page.locator(".language-switch button", has_text="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    open_client(page, second.client_id)
    expect_client(page, second)
    page.go_back()
    expect_client(page, first)
    expect(page).to_have_url(re.compile(rf"client_id={first.client_id}&lang=en$"))
    expect(page.locator(".client-probability")).to_be_visible()
    page.go_back()
    expect(page.locator("h1")).to_have_text("Choose a client")
    # Faster than the page follows: it ends where the browser does.
    page.go_forward()
    page.go_forward()
    expect_client(page, second)
    expect(page).to_have_url(re.compile(rf"client_id={second.client_id}"))
    page.go_back()
    expect_client(page, first)
    # From the middle of the way another client is a new end of it.
    open_client(page, second.client_id)
    expect_client(page, second)
    page.go_back()
    expect_client(page, first)


def test_in_a_small_window_opening_a_client_leads_to_the_decision(
    page: Page, dashboard_url: str, known: list[ClientFile]
) -> None:
    page.set_viewport_size(STACKED)
    visit(page, dashboard_url)
    for file in known:
        open_client(page, file.client_id)
        expect_client(page, file)
        expect(page.locator(".client-panels > .decision-card")).to_be_focused()
        assert is_in_sight(page, ".decision-words")
        assert is_in_sight(page, ".client-probability")


def test_the_skip_link_leads_to_the_decision(
    page: Page, dashboard_url: str, known: list[ClientFile]
) -> None:
    visit(page, dashboard_url)
    page.locator(".skip-link").focus()
    expect(page.locator(".skip-link")).to_have_text("Aller à la décision")
    assert is_in_sight(page, ".skip-link")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_focused()
    open_client(page, known[0].client_id)
    expect_client(page, known[0])
    page.locator(".skip-link").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".client-panels > .decision-card")).to_be_focused()


def test_comparing_a_reason_leads_to_the_comparison(
    page: Page, dashboard_url: str, known: list[ClientFile]
) -> None:
    visit(page, dashboard_url, f"?client_id={known[1].client_id}")
    page.locator(".client-panels .reason-choice:visible").nth(1).click()
    expect(page.locator(".comparison-card")).to_be_focused()
    assert is_in_sight(page, ".comparison-card h2")


# A chart follows the window a frame or more later, so it is waited for.
ARE_BESIDE = """most => {
  const middles = selector => [...document.querySelectorAll(`.client-panels ${selector}`)]
    .map(part => part.getBoundingClientRect())
    .filter(box => box.width > 0).map(box => box.top + box.height / 2);
  const rows = middles(".reasons-table tbody tr");
  const areBeside = places => rows.every(row => places.some(one => Math.abs(one - row) < most));
  return rows.length === 15
    && [".reasons-figure .bar", ".reason-choice"].every(one => areBeside(middles(one)));
}"""
MOST_ASIDE = 12  # pixels


@pytest.mark.parametrize("language", ["fr", "en"])
def test_bars_and_buttons_stand_beside_their_rows_at_every_width(
    page: Page, dashboard_url: str, known: list[ClientFile], language: str
) -> None:
    visit(page, dashboard_url, f"?client_id={known[1].client_id}&lang={language}")
    page.locator(".client-panels .reasons-top select").select_option(label="15")
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        page.locator(".client-panels .reasons-figure").scroll_into_view_if_needed()
        page.wait_for_function(ARE_BESIDE, arg=MOST_ASIDE)


def test_the_tour_leads_to_the_cards_and_explains_the_words(
    page: Page, dashboard_url: str, known: list[ClientFile]
) -> None:
    visit(page, dashboard_url, f"?client_id={known[1].client_id}&lang=en")
    page.locator(".guide summary").press("Enter")
    expect(page.locator(".guide dt", has_text="Refusal threshold")).to_be_visible()
    page.locator(".guide a", has_text="The simulation").press("Enter")
    expect(page.locator(".sim-card")).to_be_focused()
    assert is_in_sight(page, ".sim-card h2")
    words = page.locator(".sim-card .glossary-open")
    words.press("Enter")
    explained = page.locator("#glossary-simulation")
    expect(explained).to_contain_text("What the client pays each time to repay.")
    page.keyboard.press("Escape")
    expect(explained).to_be_hidden()
    expect(words).to_be_focused()


IS_AT_BOUND = """([handle, bound]) =>
  handle.getAttribute("aria-valuenow") === handle.getAttribute(bound)"""


def expect_ends(page: Page, handle: Locator) -> None:
    """Press End and Home, also a step short of an end, and expect the handle at the end."""
    for short, key, bound in (
        ("ArrowLeft", "End", "aria-valuemax"),
        ("ArrowRight", "Home", "aria-valuemin"),
    ):
        for pressed in (key, short, key):
            handle.press(pressed)
        # The kernel may move a bound when it hears of a value: both are read together.
        page.wait_for_function(IS_AT_BOUND, arg=[handle.element_handle(), bound])


def test_end_and_home_move_every_slider_to_its_ends(
    page: Page, dashboard_url: str, known: list[ClientFile]
) -> None:
    visit(page, dashboard_url, f"?client_id={known[1].client_id}")
    page.locator(".finder-filters .jupyter-widget-Collapse-header").click()
    # A handle below the finder's fold is there all the same.
    filters = page.locator(".filters [role=slider]")
    expect(filters.first).to_be_visible()
    expect(page.locator(".filters .quiet")).to_be_visible()
    for place in range(filters.count()):
        expect_ends(page, filters.nth(place))
    knobs, reset = page.locator(".sim-knob:visible"), page.locator(".sim-reset")
    expect(knobs.nth(2)).to_be_visible()
    for place in range(knobs.count()):
        knob = knobs.nth(place)
        expect_ends(page, knob.locator("[role=slider]"))
        # One slider's move can move another: each begins once the page has followed the last.
        expect(knob.locator(".sim-by")).to_be_visible()
        reset.click()
        expect(page.locator(".sim-by")).to_have_count(0)
        expect(reset).to_be_disabled()


def test_a_choice_tells_which_button_is_pressed(
    page: Page, dashboard_url: str, known: list[ClientFile]
) -> None:
    visit(page, dashboard_url, f"?client_id={known[1].client_id}")
    for row in (".comparison-group", ".reasons-view", ".record-choice", ".language-switch"):
        buttons = page.locator(f".page {row} button")
        expect(buttons.first).to_be_visible()
        pressed = buttons.evaluate_all("all => all.map(one => one.getAttribute('aria-pressed'))")
        assert sorted(pressed) == ["false"] * (len(pressed) - 1) + ["true"]
    second = page.locator(".comparison-group button").nth(1)
    second.click()
    expect(second).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".comparison-group button").first).to_have_attribute(
        "aria-pressed", "false"
    )


def decisions_on(api_url: str, client_id: int) -> int:
    """Count the decisions on a client; other tests take some, too."""
    with ScoringApi(api_url) as api:
        return api.decisions(client_ids=[client_id]).total


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_decision_is_recorded_once_and_kept_beside_the_client(
    page: Page, dashboard_url: str, api_url: str, known: list[ClientFile], language: str
) -> None:
    other, file = known
    before, of_other = (decisions_on(api_url, one.client_id) for one in (file, other))
    visit(page, dashboard_url, f"?client_id={file.client_id}&lang={language}")
    expect(page.locator(".record-taken li")).to_have_count(before)
    page.locator(".record-button").dblclick()
    expect(page.locator(".record-taken li")).to_have_count(before + 1)
    expect(page.locator(".record-card .record-done")).to_be_visible()
    assert decisions_on(api_url, file.client_id) == before + 1
    open_client(page, other.client_id)
    expect_client(page, other)
    expect(page.locator(".record-taken li")).to_have_count(of_other)
    page.go_back()
    expect(page.locator(".record-taken li")).to_have_count(before + 1)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_decisions_taken_are_there_after_a_reload_and_marked_in_the_list(
    page: Page, dashboard_url: str, api_url: str, language: str
) -> None:
    visit(page, dashboard_url, f"?lang={language}")
    number = int(page.locator(".client-row:visible").first.inner_text().split()[0])
    before = decisions_on(api_url, number)
    open_client(page, number)
    page.locator(".record-comment textarea").fill("Vu.")
    page.locator(".record-button").click()
    expect(page.locator(".record-card .record-done")).to_be_visible()
    page.reload()
    taken = page.locator(".record-taken li")
    expect(taken).to_have_count(before + 1)
    expect(taken.first).to_contain_text("Vu.")
    expect(page.locator(".client-row:visible").first).to_contain_text(DECIDED_SIGN)


def test_a_comment_is_counted_while_it_is_typed(
    page: Page, dashboard_url: str, known: list[ClientFile]
) -> None:
    visit(page, dashboard_url, f"?client_id={known[1].client_id}&lang=en")
    page.locator(".record-comment textarea").fill("x" * 2001)
    expect(page.locator(".record-count")).to_contain_text("take 1 away")
    expect(page.locator(".record-button")).to_be_disabled()
    page.locator(".record-comment textarea").press("Backspace")
    expect(page.locator(".record-count")).to_have_text("2,000 of 2,000 characters")
    expect(page.locator(".record-button")).to_be_enabled()


def test_a_client_just_assessed_has_every_tool_of_the_page(page: Page, dashboard_url: str) -> None:
    visit(page, dashboard_url, "?lang=en")
    page.locator(".form-toggle").click()
    fill_application(page)
    expect(page.locator("h1")).to_have_text(f"Client {APPLICATION['client_number']}")
    expect(page.locator(".client-title")).to_contain_text("new client, assessed in this visit")
    expect(page.locator(".client-panels > .decision-card")).to_be_focused()
    # Compared, also with those like this one.
    expect(page.locator(".comparison-sentence")).to_contain_text("Group:")
    page.locator(".comparison-group button", has_text="Similar").click()
    expect(page.locator(".comparison-sentence")).to_contain_text("100")
    # Simulated.
    page.locator(".sim-knob:visible [role=slider]").first.press("Home")
    expect(page.locator(".sim-outcome")).to_be_visible()
    # Decided, and told by letter.
    page.locator(".record-button").click()
    expect(page.locator(".record-card .record-done")).to_be_visible()
    page.locator(".handout-prepare").click()
    expect(page.locator(".handout-page")).to_be_visible()
    # Another client, and back.
    page.locator(".client-row:visible").first.click()
    expect(page.locator("h1")).not_to_have_text(f"Client {APPLICATION['client_number']}")
    page.go_back()
    expect(page.locator("h1")).to_have_text(f"Client {APPLICATION['client_number']}")
    expect(page.locator(".client-probability")).to_be_visible()
