"""Over a slow line a click or Enter comes after what was typed or moved before it."""

import pytest
from playwright.sync_api import Page, expect

from lib.serving.api import ScoringApi
from lib.serving.wire import ClientFile
from tests.dashboard.browsing import open_by_number, visit

# What the kernel says comes this much later, in the order in which it said it.
LATE_MS = 300
SLOW_LINE = f"""
const late = heard => event => setTimeout(() => heard(event), {LATE_MS});
window.WebSocket = class extends window.WebSocket {{
  set onmessage(heard) {{ super.onmessage = late(heard); }}
  addEventListener(kind, heard, ...more) {{
    super.addEventListener(kind, kind === "message" ? late(heard) : heard, ...more);
  }}
}};
"""
# A click that was held back is repeated by the page, not made by a person.
NOTE_REPEATED = """() => {
  window.repeated = [];
  document.addEventListener("click", event => repeated.push(!event.isTrusted));
}"""


@pytest.fixture
def slow_page(page: Page) -> Page:
    page.add_init_script(SLOW_LINE)
    return page


def test_a_decision_has_the_whole_comment_that_was_typed_before_it(
    slow_page: Page, dashboard_url: str, api_url: str, known: list[ClientFile]
) -> None:
    number, comment = known[0].client_id, "Dossier complet, vu avec le client."
    visit(slow_page, dashboard_url, f"?client_id={number}")
    slow_page.locator(".record-comment textarea").press_sequentially(comment)
    slow_page.locator(".record-button").click()
    expect(slow_page.locator(".record-taken li").first).to_contain_text(comment)
    expect(slow_page.locator(".record-card .record-done")).to_be_visible()
    with ScoringApi(api_url) as api:
        assert comment in [one.comment for one in api.decisions(client_ids=[number]).decisions]


def test_words_open_once_while_what_was_typed_is_on_its_way(
    slow_page: Page, dashboard_url: str, known: list[ClientFile]
) -> None:
    visit(slow_page, dashboard_url, f"?client_id={known[0].client_id}")
    opener, shown = (
        slow_page.locator(".sim-card .glossary-open"),
        slow_page.locator(":popover-open"),
    )
    slow_page.locator(".record-comment textarea").press_sequentially("Vu.")
    opener.press("Enter")
    expect(shown).to_be_visible()
    slow_page.keyboard.press("Escape")
    expect(shown).to_have_count(0)
    slow_page.wait_for_timeout(4 * LATE_MS)
    expect(shown).to_have_count(0)
    expect(opener).to_be_focused()


def test_what_resets_a_simulation_comes_after_the_last_step_of_its_slider(
    slow_page: Page, dashboard_url: str, known: list[ClientFile]
) -> None:
    visit(slow_page, dashboard_url, f"?client_id={known[0].client_id}")
    knob, reset = slow_page.locator(".sim-knob:visible").first, slow_page.locator(".sim-reset")
    handle = knob.locator("[role=slider]")
    handle.press("ArrowRight")
    expect(reset).to_be_enabled()
    for _ in range(5):
        handle.press("ArrowRight")
    reset.click()
    expect(reset).to_be_disabled()
    slow_page.wait_for_timeout(4 * LATE_MS)
    expect(slow_page.locator(".sim-by")).to_have_count(0)
    expect(reset).to_be_disabled()


def test_enter_opens_the_number_as_it_was_typed(
    slow_page: Page, dashboard_url: str, known: list[ClientFile]
) -> None:
    first, second = known
    visit(slow_page, dashboard_url, f"?client_id={first.client_id}")
    box = slow_page.locator(".client-number input")
    box.fill("")
    box.press_sequentially(str(second.client_id))
    box.press("Enter")
    expect(slow_page.locator("h1")).to_have_text(f"Client {second.client_id}")
    # Also where it is no client's: the page says so of the whole number.
    box.fill("")
    box.press_sequentially("987654")
    box.press("Enter")
    expect(slow_page.locator("[role=alert]:visible")).to_contain_text("987654")
    open_by_number(slow_page, first.client_id)


def test_no_click_waits_for_a_box_that_the_kernel_has_filled_since(
    page: Page, dashboard_url: str, known: list[ClientFile]
) -> None:
    first, second = known
    visit(page, dashboard_url, f"?client_id={first.client_id}")
    page.locator(".client-number input").press_sequentially("9")
    open_by_number(page, second.client_id)
    page.locator(".client-row:visible").nth(2).click()
    expect(page.locator("h1")).not_to_have_text(f"Client {second.client_id}")
    expect(page.locator(".comparison-sentence p").first).to_be_visible()
    page.evaluate(NOTE_REPEATED)
    # Each click waits for what the one before made the page tell; so give it a moment.
    for _ in range(5):
        page.wait_for_timeout(4 * LATE_MS)
        page.locator(".information-unusual").click()
    page.wait_for_function("repeated.length === 5")
    assert False in page.evaluate("repeated")


def test_no_click_waits_for_what_was_typed_and_taken_back(
    page: Page, dashboard_url: str, known: list[ClientFile]
) -> None:
    visit(page, dashboard_url, f"?client_id={known[0].client_id}")
    expect(page.locator(".comparison-sentence p").first).to_be_visible()
    page.locator(".finder-filters .jupyter-widget-Collapse-header").click()
    box = page.locator(".filters .pair input").first
    box.press_sequentially("5")
    box.press("Backspace")
    page.evaluate(NOTE_REPEATED)
    page.wait_for_timeout(4 * LATE_MS)
    page.locator(".information-unusual").click()
    assert page.evaluate("repeated") == [False]
