"""The manager's day in Chromium: find, explain, compare, simulate, hand over, record, assess."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from lib.dashboard.panels.application import FIELDS
from lib.serving.wire import ClientFile
from tests.dashboard.browsing import APPLICATION, PATIENCE, fill_application, form_field, visit

MOST_TABS = 400


def chosen_in(select: Locator) -> str:
    return plain(str(select.evaluate("one => one.selectedOptions[0]?.text ?? ''")))


def plain(words: str) -> str:
    """Give words with plain spaces: a list keeps its own from breaking."""
    return re.sub(r"\s", " ", words)


def read_pdf(page: Page, press: Locator | None) -> bytes:
    """Save the letter by a click, or by Enter on what has the focus."""
    with page.expect_download() as saved:
        if press:
            press.click()
        else:
            page.keyboard.press("Enter")
    assert re.fullmatch(r"client-\d+\.pdf", saved.value.suggested_filename)
    return Path(saved.value.path()).read_bytes()


def is_letter(document: bytes) -> bool:
    return document.startswith(b"%PDF") and document.rstrip().endswith(b"%%EOF")


def test_a_day_in_french_by_mouse(page: Page, dashboard_url: str, known: list[ClientFile]) -> None:
    riskiest = known[1]
    number, reasons = str(riskiest.client_id), riskiest.explanation.reasons
    visit(page, dashboard_url)

    # Find: filters narrow the list, pages turn, a number is completed.
    listed = page.locator(".pager-range")
    everybody = listed.inner_text()
    page.locator(".finder-filters .jupyter-widget-Collapse-header").click()
    decision = page.get_by_label("Décision", exact=True)
    decision.select_option(index=2)
    assert chosen_in(decision).startswith("Refus")
    expect(listed).not_to_have_text(everybody)
    expect(page.locator(".client-row:visible:not(.row-refuse)")).to_have_count(0)
    page.locator(".pager-button").last.click()
    expect(listed).to_contain_text("9–16")
    page.locator(".filters .quiet").click()
    expect(listed).to_have_text(everybody)
    box = page.locator(".client-number input")
    box.click()
    page.keyboard.type(number[:-1])
    expect(page.locator(f'.client-number datalist option[value="{number}"]')).to_be_attached()
    # The browser's own list cannot be clicked: choosing from it puts the number in the box.
    box.fill(number)
    expect(page.locator("h1")).to_have_text(f"Client {number}")

    # Explain: the decision and its reasons; one of them drives the comparison.
    expect(page.locator(".decision-words").first).to_have_text("Crédit refusé")
    expect(page.locator(".reason-label").first).to_have_text(reasons[0].label.fr)
    page.locator(".reason-choice:visible").nth(1).click()
    caption = page.locator(".comparison-figures caption")
    expect(caption).to_have_text(reasons[1].features[0].label.fr)
    feature, second = page.locator(".comparison-feature select").all()
    assert chosen_in(feature) == plain(reasons[1].features[0].label.fr)

    # Compare: with a group, and two features together.
    sentence = page.locator(".comparison-sentence")
    before = sentence.inner_text()
    page.locator(".comparison-group button", has_text="Crédits refusés").click()
    expect(sentence).not_to_have_text(before)
    second.select_option(label="Votre âge")
    expect(page.locator(".density-map")).to_be_visible()
    expect(page.locator(".chart-box:visible .axis-title", has_text="Votre âge")).to_be_visible()

    page.locator(".information-search input").fill("revenu")
    expect(page.locator(".information-values dt").first).to_contain_text("revenu", ignore_case=True)

    # Simulate: a slider moves the risk and no other slider, a click takes it back.
    knobs = page.locator(".sim-knob:visible")
    handle = knobs.first.locator("[role=slider]")
    handle.scroll_into_view_if_needed()
    grip = handle.bounding_box()
    assert grip
    page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    page.mouse.down()
    page.mouse.move(grip["x"] + 40, grip["y"] + grip["height"] / 2, steps=4)
    page.mouse.up()
    expect(page.locator(".sim-outcome")).to_contain_text("risque")
    expect(knobs.first.locator(".sim-by")).to_contain_text("+")
    expect(page.locator(".sim-mark-after")).to_be_visible()
    page.locator(".sim-reset").click()
    expect(page.locator(".sim-outcome")).to_have_count(0)
    expect(page.locator(".sim-by")).to_have_count(0)

    # Hand over: the letter on the page, and as PDF.
    page.locator(".handout-prepare").click()
    expect(page.locator(".handout-page")).to_contain_text(f"Client n° {number}")
    assert is_letter(read_pdf(page, page.locator("a.handout-button")))

    # Record a decision other than the model's: it needs a reason.
    page.locator(".record-choice button").first.click()
    page.locator(".record-button").click()
    expect(page.locator(".record-answer [role=alert]")).to_be_visible()
    page.locator(".record-reason select").select_option(label="Un garant ou une garantie")
    page.locator(".record-comment textarea").fill("Garantie d'un proche.")
    page.locator(".record-button").click()
    expect(page.locator(".record-card .record-done")).to_be_visible()

    # Assess a new client, who is the one on the page then.
    page.locator(".form-toggle").click()
    page.locator(".form-score").click()
    expect(page.locator(".form .field-fault").first).to_be_visible()
    fill_application(page)
    expect(page.locator("h1")).to_have_text("Client 900001")
    expect(page.locator(".client-probability")).to_be_visible()
    expect(page.locator(".form-answer")).to_contain_text("900001")


def reach(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press Tab until the focus is where it is wanted."""
    for _ in range(MOST_TABS):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press(key)
    pytest.fail(f"{target}: the keyboard does not reach it")


def press(page: Page, target: Locator, *keys: str, back: bool = False) -> None:
    reach(page, target, "Shift+Tab" if back else "Tab")
    for key in keys:
        page.keyboard.press(key)


def write(page: Page, target: Locator, words: str) -> None:
    reach(page, target)
    page.keyboard.type(words)


def test_a_day_in_english_by_keyboard_alone(
    page: Page, dashboard_url: str, known: list[ClientFile]
) -> None:
    riskiest = known[1]
    number, reasons = str(riskiest.client_id), riskiest.explanation.reasons
    visit(page, dashboard_url)
    press(page, page.locator(".language-switch button", has_text="English"), "Space")
    expect(page.locator("html")).to_have_attribute("lang", "en")

    # Find: filters narrow the list, pages turn, a number is completed.
    listed = page.locator(".pager-range")
    everybody = listed.inner_text()
    press(page, page.locator(".finder-filters .jupyter-widget-Collapse-header"), "Enter")
    expect(page.get_by_role("button", name="Filter the list")).to_have_attribute(
        "aria-expanded", "true"
    )
    decision = page.get_by_label("Decision", exact=True)
    press(page, decision, "ArrowDown", "ArrowDown")
    expect(listed).not_to_have_text(everybody)
    expect(page.locator(".client-row:visible:not(.row-refuse)")).to_have_count(0)
    press(page, page.locator(".filters .quiet"), "Enter")
    expect(listed).to_have_text(everybody)
    press(page, page.locator(".pager-button").last, "Enter")
    expect(listed).to_contain_text("9–16")
    box = page.locator(".client-number input")
    reach(page, box, "Shift+Tab")
    page.keyboard.type(number[:-1])
    expect(page.locator(f'.client-number datalist option[value="{number}"]')).to_be_attached()
    page.keyboard.type(number[-1])
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(f"Client {number}")

    # Explain: a reason with the focus says what it means; one drives the comparison.
    expect(page.locator(".decision-words").first).to_have_text("Credit refused")
    reach(page, page.locator(".reason-label").first)
    expect(page.locator(".reason-definition:visible")).to_have_count(1)
    press(page, page.locator(".reason-choice:visible").nth(1), "Enter")
    caption = page.locator(".comparison-figures caption")
    expect(caption).to_have_text(reasons[1].features[0].label.en)

    # Compare: two features together, and with a group.
    press(page, page.locator(".comparison-feature select").nth(1), "ArrowDown")
    expect(page.locator(".density-map")).to_be_visible()
    sentence = page.locator(".comparison-sentence")
    before = sentence.inner_text()
    refused = page.locator(".comparison-group button", has_text="Credits refused")
    press(page, refused, "Space")
    expect(sentence).not_to_have_text(before)

    write(page, page.locator(".information-search input"), "income")
    expect(page.locator(".information-values dt").first).to_contain_text("income", ignore_case=True)

    # Simulate: a slider moves the risk and no other slider, a key takes it back.
    handle = page.locator(".sim-knob:visible [role=slider]").first
    press(page, handle, *["ArrowRight"] * 4)
    expect(page.locator(".sim-outcome")).to_contain_text("risk")
    expect(page.locator(".sim-by")).to_have_count(1)
    press(page, page.locator(".sim-reset"), "Enter", back=True)
    expect(page.locator(".sim-outcome")).to_have_count(0)

    # Record a decision other than the model's, with a reason and a comment.
    press(page, page.locator(".record-choice button").first, "Space")
    press(page, page.locator(".record-reason select"), "ArrowDown")
    write(page, page.locator(".record-comment textarea"), "A relative stands surety.")
    press(page, page.locator(".record-button"), "Enter")
    expect(page.locator(".record-card .record-done")).to_be_visible()

    # Hand over: the letter on the page, and as PDF.
    press(page, page.locator(".handout-prepare"), "Enter")
    expect(page.locator(".handout-page")).to_contain_text(number)
    expect(page.locator("a.handout-button")).to_be_visible()
    reach(page, page.locator("a.handout-button"))
    assert is_letter(read_pdf(page, None))

    # Assess a new client.
    press(page, page.locator(".form-toggle"), "Enter")
    expect(page.locator(".form")).to_be_visible()
    for one in FIELDS:
        if one.name in APPLICATION:
            write(page, form_field(page, one.name), APPLICATION[one.name])
        elif one.needed:
            press(page, form_field(page, one.name), "ArrowDown")
    press(page, page.locator(".form-score"), "Enter")
    expect(page.locator("h1")).to_have_text("Client 900001")
    expect(page.locator(".client-probability")).to_be_visible()
    expect(page.locator(".form-answer")).to_contain_text("900001")


def test_the_head_of_the_team_tries_a_threshold_and_opens_a_client(
    page: Page, portfolio_url: str
) -> None:
    page.goto(portfolio_url)
    sentence = page.locator(".portfolio-sentence p").first
    expect(sentence).to_be_visible(timeout=PATIENCE)
    in_use = sentence.inner_text()
    page.locator(".portfolio-threshold [role=slider]").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(sentence).not_to_have_text(in_use)
    page.locator(".portfolio-controls .buttons button").first.click()
    expect(sentence).to_have_text(in_use)
    link = page.locator(".portfolio-clients a").first
    name = link.inner_text()
    with page.expect_popup() as opened:
        link.click()
    expect(opened.value.locator("h1")).to_have_text(name)
