"""The README's pictures of the page, taken in Chromium of a dashboard that runs.

``python -m tests.pictures 112435`` takes those of a client from ``make demo``'s address, or from
the one that follows the number.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.dashboard.browsing import CHROMIUM_OPTIONS, PATIENCE, visit

DASHBOARD = "http://127.0.0.1:8866"
DOCS = Path(__file__).parents[1] / "docs"
WINDOW = {"width": 1280, "height": 1200}
STEPS = 4  # of the slider of the amount: the simulation then shows what moved


def take_pictures(page: Page, url: str, client_id: int) -> None:
    """Take a client's decision with its reasons, and a simulation with what a grant would need."""
    visit(page, url, f"?client_id={client_id}&lang=en")
    # The charts are drawn once the comparison has come.
    expect(page.locator(".comparison-sentence p").first).to_be_visible()
    expect(page.locator(".client-panels .reasons-figure .bar").first).to_be_visible()
    page.screenshot(path=DOCS / "dashboard.png", animations="disabled")
    amount = page.locator(".sim-knob:visible").filter(has_text="Amount of credit")
    for _ in range(STEPS):
        amount.locator("[role=slider]").press("ArrowLeft")
    page.locator(".sim-need").click()
    for place in (".sim-outcome", ".sim-needed p"):
        expect(page.locator(place)).to_be_visible()
    page.locator(".sim-card").screenshot(path=DOCS / "simulation.png", animations="disabled")


def main(client_id: str, url: str = DASHBOARD) -> None:
    """Take the pictures with the system's Chromium."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
        page = browser.new_page(viewport=WINDOW, locale="en-GB")
        page.set_default_timeout(PATIENCE)
        take_pictures(page, url, int(client_id))
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
