"""The manager's page in Chromium, with the real API behind it."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from lib.dashboard.formats import write_percent
from lib.dashboard.words import digits_apart
from lib.serving.wire import ClientFile, Explanation
from tests.dashboard.browsing import form_field, open_client, visit

LOCAL = {"127.0.0.1", "localhost", ""}


def shown_as(explanation: Explanation, language: str) -> str:
    digits = digits_apart(explanation.default_probability, explanation.threshold)
    return write_percent(explanation.default_probability, language, digits)


def test_a_client_chosen_by_number_is_shown_as_the_api_says(
    page: Page, dashboard_url: str, known: list[ClientFile], asked: list[str]
) -> None:
    visit(page, dashboard_url)
    for file in known:
        open_client(page, file.client_id)
        expect(page.locator("h1")).to_have_text(f"Client {file.client_id}")
        probability = page.locator(".client-probability")
        expect(probability).to_have_text(shown_as(file.explanation, "fr"))
        words = {"grant": "Crédit accordé", "refuse": "Crédit refusé"}[file.explanation.decision]
        expect(page.locator(".decision-words")).to_have_text(words)
        first = file.explanation.reasons[0]
        expect(page.locator(".reason-label").first).to_have_text(first.label.fr)
    assert_bars_are_drawn(page)
    hosts = {urlsplit(url).hostname or "" for url in asked}
    assert hosts <= LOCAL


def assert_bars_are_drawn(page: Page) -> None:
    """Wait for bars with a size, in the reasons and in the comparison."""
    # The comparison's bars are outlines, as wide as what they hold.
    for chart, bars in ((".client-panels .reasons-figure", ".bar"), (".histogram", "path.line")):
        # bqplot draws a chart once it is in sight.
        page.locator(chart).scroll_into_view_if_needed()
        page.wait_for_function(
            """selector => [...document.querySelectorAll(selector)]
                 .some(bar => { const box = bar.getBoundingClientRect();
                                return box.width > 1 && box.height > 1; })""",
            arg=f"{chart} {bars}",
        )


def test_a_row_of_the_list_opens_the_client(page: Page, dashboard_url: str) -> None:
    visit(page, dashboard_url)
    row = page.locator(".client-row:visible").nth(1)
    number = re.match(r"\d+", row.inner_text().strip())[0]
    row.click()
    expect(page.locator("h1")).to_have_text(f"Client {number}")
    expect(page).to_have_url(re.compile(rf"client_id={number}$"))
    expect(page).to_have_title(f"Client {number} – Prêt à dépenser")


def test_the_address_opens_the_client_also_after_a_reload(
    page: Page, dashboard_url: str, known: list[ClientFile]
) -> None:
    file = known[1]
    visit(page, dashboard_url, f"?client_id={file.client_id}&lang=en")
    for _ in range(2):
        expect(page.locator("h1")).to_have_text(f"Client {file.client_id}")
        expect(page.locator(".client-probability")).to_have_text(shown_as(file.explanation, "en"))
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.reload()


def test_one_click_changes_the_language_of_everything(
    page: Page, dashboard_url: str, known: list[ClientFile]
) -> None:
    file = known[0]
    visit(page, dashboard_url, f"?client_id={file.client_id}")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.locator(".language-switch button", has_text="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".client-probability")).to_have_text(shown_as(file.explanation, "en"))
    expect(page.locator(".reason-label").first).to_have_text(file.explanation.reasons[0].label.en)
    for left_over in ("Pourquoi", "Décision", "Revenu annuel", "non renseigné", "Trier par"):
        expect(page.locator("main")).not_to_contain_text(left_over)


def test_an_unknown_client_is_named_and_the_page_goes_on(
    page: Page, dashboard_url: str, known: list[ClientFile]
) -> None:
    visit(page, dashboard_url, "?client_id=1")
    expect(page.locator(".page-main > .notice")).to_contain_text(
        "Aucun client ne porte le numéro 1"
    )
    expect(page.locator(".client-probability")).to_have_count(0)
    open_client(page, known[0].client_id)
    expect(page.locator("h1")).to_have_text(f"Client {known[0].client_id}")
    expect(page.locator(".page-main > .notice")).to_be_hidden()


def test_the_information_can_be_searched(
    page: Page, dashboard_url: str, known: list[ClientFile]
) -> None:
    visit(page, dashboard_url, f"?client_id={known[0].client_id}")
    page.locator(".information-search input").fill("âge")
    expect(page.locator(".information-values dt").first).to_contain_text("âge", ignore_case=True)


def test_the_group_compared_with_can_be_chosen(
    page: Page, dashboard_url: str, known: list[ClientFile]
) -> None:
    visit(page, dashboard_url, f"?client_id={known[0].client_id}")
    size = page.locator(".comparison-sentence")
    expect(size).to_contain_text("Groupe :")
    everybody = size.inner_text()
    page.locator(".comparison-group button", has_text="Crédits refusés").click()
    expect(size).not_to_have_text(everybody)
    expect(size).to_contain_text("Groupe :")


def test_a_number_typed_keeps_its_meaning_in_another_language(
    page: Page, dashboard_url: str
) -> None:
    visit(page, dashboard_url)
    page.locator(".form-toggle").click()
    income = form_field(page, "income_total")
    income.click()
    page.keyboard.type("135 000,50")
    page.locator(".language-switch button", has_text="English").click()
    expect(income).to_have_value("135,000.5")
