"""Who sees little can use the page: axe-core's rules, zoom, and charts in words."""

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from lib.serving.messages import ClientFile
from tests.dashboard.browsing import visit

GRAVE = {"serious", "critical"}
# In a window as high as the page, with all of it unfolded, axe can judge every contrast.
WHOLE = {"width": 1280, "height": 9_000}
CLIPPED = """
() => [...document.querySelectorAll(".page *")].filter(part => {
  const style = getComputedStyle(part);
  return part.offsetParent && part.tagName !== "CAPTION" && part.childElementCount === 0
    && part.textContent.trim() && style.overflowX !== "visible"
    && part.scrollWidth > part.clientWidth + 1;
}).map(part => part.textContent)
"""


def unfold(page: Page) -> None:
    page.locator(".finder-filters .jupyter-widget-Collapse-header").click()
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")


def open_whole(page: Page, url: str, query: str) -> None:
    visit(page, url, query)
    expect(page.locator(".comparison-sentence p").first).to_be_visible()
    page.set_viewport_size(WHOLE)
    unfold(page)


def grave_findings(page: Page) -> list[str]:
    return [
        f"{finding['id']}: {[node['target'] for node in finding['nodes']]}"
        for finding in Axe().run(page)["violations"]
        if finding["impact"] in GRAVE
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_axe_finds_nothing_grave_about_a_client(
    page: Page, dashboard_url: str, known: list[ClientFile], language: str
) -> None:
    for file in known:
        open_whole(page, dashboard_url, f"?client_id={file.client_id}&lang={language}")
        assert grave_findings(page) == []
        assert page.title() == f"Client {file.client_id} – Prêt à dépenser"
        assert page.locator("html").get_attribute("lang") == language


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


@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_clipped_or_wider_than_the_window(
    page: Page, dashboard_url: str, known: list[ClientFile], language: str
) -> None:
    """Check usual and small windows; 640 pixels are what 1280 leave at 200 %."""
    open_whole(page, dashboard_url, f"?client_id={known[1].client_id}&lang={language}")
    for width, height in ((1280, 800), (1024, 768), (640, 400)):
        page.set_viewport_size({"width": width, "height": height})
        scroller = page.locator("#rendered_cells")
        assert scroller.evaluate("box => box.scrollWidth") <= width
        assert page.evaluate(CLIPPED) == []
    last = page.locator(".family dd").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()
