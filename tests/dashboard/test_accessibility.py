"""Who sees little can use the page: axe-core's rules, zoom, and charts in words."""

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from lib.dashboard.panels.finder import DECIDED_SIGN
from lib.dashboard.words import REVIEW_SIGN
from lib.serving.wire import ClientFile
from tests.dashboard.browsing import PATIENCE, fill_application, record, visit

GRAVE = {"serious", "critical"}
# What is in order is not told: to write it out takes axe longer than to judge it.
ONLY_FINDINGS = {"resultTypes": ["violations"]}
# In a window as high as the page, with all of it unfolded, axe can judge every contrast.
WHOLE = {"width": 1280, "height": 9_000}
# Usual and small windows; 640 pixels are what 1280 leave at 200 %, a telephone has 390.
WINDOWS = ((1280, 800), (1024, 768), (640, 400), (390, 844))
WIDTHS = (1280, 640, 390)
FITS = "width => document.querySelector('#rendered_cells').scrollWidth <= width"
CLIPPED = """
() => [...document.querySelectorAll(".page *")].filter(part => {
  const style = getComputedStyle(part);
  return part.offsetParent && part.tagName !== "CAPTION" && part.childElementCount === 0
    && part.textContent.trim() && style.overflowX !== "visible"
    && part.scrollWidth > part.clientWidth + 1;
}).map(part => part.textContent)
"""
COMES_INTO_SIGHT = """
part => {
  part.scrollIntoView({ block: "center" });
  const { top, bottom } = part.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}
"""
# Whether no label of a chart reaches beyond what is drawn.
UNCUT = """
chart => [...chart.querySelectorAll("svg text")].every(label => {
  const whole = label.ownerSVGElement.getBoundingClientRect();
  const { left, right, width } = label.getBoundingClientRect();
  return !width || (left >= whole.left - 1 && right <= whole.right + 1);
})
"""
# Whether no two labels of a chart touch; one that is turned lies in a box wider than itself.
APART = """
chart => {
  const boxes = [...chart.querySelectorAll("svg text")]
    .filter(label => label.textContent.trim() && label.getScreenCTM().b === 0)
    .map(label => label.getBoundingClientRect()).filter(box => box.width);
  const touch = (one, other) => one.left < other.right - 1 && other.left < one.right - 1
    && one.top < other.bottom - 3 && other.top < one.bottom - 3;
  return !boxes.some((box, place) => boxes.slice(place + 1).some(other => touch(box, other)));
}
"""


def unfold(page: Page) -> None:
    """Open what is folded, of which the filters are a drawer."""
    drawer = page.locator('.jupyter-widget-Collapse-header[aria-expanded="false"]')
    if drawer.count():
        drawer.click()
        expect(page.locator(".filters .quiet")).to_be_visible()
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")


def open_whole(page: Page, url: str, query: str) -> None:
    visit(page, url, query)
    expect(page.locator(".comparison-sentence p").first).to_be_visible()
    page.set_viewport_size(WHOLE)
    unfold(page)


def open_tools(page: Page) -> None:
    """Simulate, write the letter, record a decision, and send the form empty."""
    page.locator(".sim-knob:visible [role=slider]").first.press("ArrowRight")
    expect(page.locator(".sim-outcome")).to_be_visible()
    page.locator(".sim-need").click()
    expect(page.locator(".sim-needed p")).to_be_visible()
    page.locator(".handout-prepare").click()
    expect(page.locator("a.handout-button")).to_be_visible()
    page.locator(".record-choice button").first.click()
    page.locator(".record-button").click()
    expect(page.locator(".record-answer [role=alert]")).to_be_visible()
    page.locator(".record-reason select").select_option(index=1)
    page.locator(".record-button").click()
    expect(page.locator(".record-card .record-done")).to_be_visible()
    expect(page.locator(".record-taken li").first).to_be_visible()
    page.locator(".form-toggle").click()
    page.locator(".form-score").click()
    expect(page.locator(".form .field-fault").first).to_be_visible()


def open_portfolio(page: Page, url: str, language: str) -> None:
    page.goto(f"{url}?lang={language}")
    expect(page.locator(".portfolio-clients a").first).to_be_visible(timeout=PATIENCE)


def assert_fits(page: Page) -> None:
    """Say whether nothing is cut in any window; charts follow it a moment later, so wait."""
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(FITS, arg=width)
        assert page.evaluate(CLIPPED) == []
        # They are drawn anew once they are in sight.
        for chart in page.locator(".bqplot:visible").all():
            chart.scroll_into_view_if_needed()
            drawing = chart.element_handle()
            page.wait_for_function(UNCUT, arg=drawing)
            page.wait_for_function(APART, arg=drawing)


def grave_findings(page: Page, part: str | None = None) -> list[str]:
    """Judge the page, or the part that a selector finds."""
    return [
        f"{finding['id']}: {[node['target'] for node in finding['nodes']]}"
        for finding in Axe().run(page, part, ONLY_FINDINGS)["violations"]
        if finding["impact"] in GRAVE
    ]


def grave_in_every_width(page: Page) -> list[str]:
    """Judge the page in windows of every width, as high as all of it."""
    findings = []
    for width in WIDTHS:
        page.set_viewport_size({**WHOLE, "width": width})
        page.wait_for_function(FITS, arg=width)
        findings += [f"{width}: {finding}" for finding in grave_findings(page)]
    return findings


@pytest.mark.parametrize("language", ["fr", "en"])
def test_axe_finds_nothing_grave_about_a_client(
    page: Page, dashboard_url: str, known: list[ClientFile], language: str
) -> None:
    for file in known:
        open_whole(page, dashboard_url, f"?client_id={file.client_id}&lang={language}")
        page.locator(".comparison-group button").nth(3).click()
        expect(page.locator(".comparison-nearest p").first).to_be_visible()
        assert grave_in_every_width(page) == []
        expect(page).to_have_title(f"Client {file.client_id} – Prêt à dépenser")
        expect(page.locator("html")).to_have_attribute("lang", language)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_values_behind_a_reason_open_and_close_by_keyboard(
    page: Page, dashboard_url: str, known: list[ClientFile], language: str
) -> None:
    file = known[1]
    reason = next(one for one in file.explanation.reasons if len(one.features) > 1)
    visit(page, dashboard_url, f"?client_id={file.client_id}&lang={language}")
    # The list is written again when the comparison has come, and with more rows: only then press.
    expect(page.locator(".comparison-sentence p").first).to_be_visible()
    rows = page.locator(".client-panels .reason-label")
    few = rows.count()
    page.locator(".client-panels .reasons-top select").select_option(label="15")
    expect(rows).not_to_have_count(few)
    more = page.locator(".client-panels .reason-more").first
    expect(more).to_be_visible()
    more.press("Enter")
    shown = page.locator(".reason-details:popover-open")
    expect(shown).to_be_visible()
    label = reason.label.fr if language == "fr" else reason.label.en
    expect(shown).to_have_attribute("aria-label", label)
    expect(shown.locator("tbody tr")).to_have_count(len(reason.features))
    assert grave_findings(page) == []
    page.keyboard.press("Escape")
    expect(shown).to_have_count(0)
    expect(more).to_be_focused()


@pytest.mark.parametrize("query", ["", "?client_id=1", "?client_id=1&lang=en"])
def test_axe_finds_nothing_grave_without_a_client(
    page: Page, dashboard_url: str, query: str
) -> None:
    visit(page, dashboard_url, query)
    assert grave_findings(page) == []


def test_the_handles_of_sliders_say_what_they_are_for(page: Page, dashboard_url: str) -> None:
    visit(page, dashboard_url, "?lang=en")
    unfold(page)
    expect(page.get_by_role("slider", name="Age (years) – lowest value")).to_be_visible()
    page.locator(".language-switch button", has_text="Français").click()
    expect(page.get_by_role("slider", name="Âge (ans) – valeur la plus haute")).to_be_visible()


def test_every_chart_has_a_sentence_and_a_table(
    page: Page, dashboard_url: str, known: list[ClientFile]
) -> None:
    open_whole(page, dashboard_url, f"?client_id={known[0].client_id}")
    cards = page.locator(".card").filter(has=page.locator(".bqplot:visible"))
    expect(cards).not_to_have_count(0)
    for card in cards.all():
        expect(card.locator("table caption").first).to_be_attached()
        expect(card.locator("p:visible").first).not_to_be_empty()
        expect(card.locator(".bqplot:visible svg").first).to_have_attribute("aria-hidden", "true")
    signs = page.locator(".bqplot .toolbar_div")
    expect(signs).not_to_have_count(0)
    assert signs.evaluate_all("all => all.every(one => one.style.display === 'none')")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_clipped_or_wider_than_the_window(
    page: Page, dashboard_url: str, known: list[ClientFile], language: str
) -> None:
    open_whole(page, dashboard_url, f"?client_id={known[1].client_id}&lang={language}")
    assert_fits(page)
    last = page.locator(".family dd").last
    # What comes near is laid out then, which moves what is below: it is scrolled to again.
    page.wait_for_function(COMES_INTO_SIGHT, arg=last.element_handle())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_row_of_the_list_has_room_for_all_its_marks(
    page: Page, dashboard_url: str, language: str
) -> None:
    visit(page, dashboard_url, f"?lang={language}")
    first = page.locator(".client-row:visible").first
    before = first.inner_text()
    page.locator(".finder-sort select").select_option(index=1)
    expect(first).not_to_have_text(before)
    row = page.locator(".client-row.row-refuse:visible").first
    row.click()
    record(page, "seen")
    expect(row).to_contain_text(DECIDED_SIGN)
    if REVIEW_SIGN not in row.inner_text():
        row.evaluate("(row, sign) => { row.textContent += ` ${sign}`; }", REVIEW_SIGN)
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        assert row.evaluate("row => row.scrollWidth <= row.clientWidth")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_tool_in_use_is_accessible_and_fits(
    page: Page, dashboard_url: str, known: list[ClientFile], language: str
) -> None:
    open_whole(page, dashboard_url, f"?client_id={known[1].client_id}&lang={language}")
    open_tools(page)
    assert grave_in_every_width(page) == []
    fill_application(page)
    expect(page.locator("h1")).to_have_text("Client 900001")
    expect(page.locator(".client-probability")).to_be_visible()
    unfold(page)
    assert grave_findings(page) == []
    assert_fits(page)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_portfolio_page_is_accessible_and_fits(
    page: Page, portfolio_url: str, language: str
) -> None:
    open_portfolio(page, portfolio_url, language)
    page.set_viewport_size(WHOLE)
    unfold(page)
    assert grave_in_every_width(page) == []
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert_fits(page)
