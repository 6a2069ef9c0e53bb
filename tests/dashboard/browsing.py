"""What the browser tests do again and again."""

from playwright.sync_api import Locator, Page, expect

from lib.dashboard.panels.application import FIELDS

CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
PATIENCE = 60_000  # milliseconds: two cores start a kernel, and load 100 files

APPLICATION = {
    "client_number": "900001",
    "credit_amount": "300000",
    "annuity_amount": "15000",
    "age_years": "41",
    "income_total": "150000",
}


def visit(page: Page, url: str, query: str = "") -> None:
    """Open the page and wait until its list is there."""
    page.goto(f"{url}{query}")
    expect(page.locator(".client-row:visible").first).to_be_visible(timeout=PATIENCE)


def sign_in(page: Page, url: str, name: str, password: str) -> None:
    """Sign in by the form that stands before the page."""
    page.goto(url)
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.locator("button").click()
    expect(page.locator(".page-person")).to_contain_text(name)


def open_client(page: Page, client_id: int) -> None:
    """Type a client's number."""
    box = page.locator(".client-number input")
    box.fill(str(client_id))
    box.press("Enter")


def open_by_number(page: Page, client_id: int) -> None:
    """Type a client's number, and wait for the file of the one who has it."""
    open_client(page, client_id)
    expect(page.locator("h1")).to_have_text(f"Client {client_id}")
    expect(page.locator(".client-probability")).to_be_visible()


def record(page: Page, comment: str) -> None:
    """Record the decision that the model proposes, and wait until it is kept."""
    page.locator(".record-comment textarea").fill(comment)
    page.locator(".record-button").click()
    expect(page.locator(".record-card .record-done")).to_be_visible()


def form_field(page: Page, name: str) -> Locator:
    """Find a field of the new client's form."""
    place = [one.name for one in FIELDS].index(name)
    return page.locator(".form-field").nth(place).locator("input, select")


def fill_application(page: Page) -> None:
    """Fill the new client's form, which is open, and send it."""
    for name, typed in APPLICATION.items():
        form_field(page, name).fill(typed)
    form_field(page, "contract_type").select_option(index=1)
    page.locator(".form-score").click()
