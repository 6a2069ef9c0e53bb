"""What the browser tests do again and again."""

from playwright.sync_api import Page, expect

CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
PATIENCE = 60_000  # milliseconds: two cores start a kernel, and load 100 files


def visit(page: Page, url: str, query: str = "") -> None:
    """Open the page and wait until its list is there."""
    page.goto(f"{url}{query}")
    expect(page.locator(".client-row:visible").first).to_be_visible(timeout=PATIENCE)


def open_client(page: Page, client_id: int) -> None:
    """Type a client's number."""
    box = page.locator(".client-number input")
    box.fill(str(client_id))
    box.press("Enter")
