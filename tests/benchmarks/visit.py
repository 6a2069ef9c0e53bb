"""One visit in Chromium, timed by a probe within the page."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

LOCAL = {"127.0.0.1", "localhost", ""}
QUIET_MS = 600
PATIENCE_MS = 60_000

# The page is painted once the decision, or without a client the list, can be read. A choice runs
# from the key that makes it to the last change of the page's content.
PROBE = """
window.probe = { painted: null, chosen: null, changed: null };
const visible = selector => [...document.querySelectorAll(selector)]
  .some(part => part.offsetParent !== null && part.textContent.trim());
new MutationObserver(() => {
  probe.changed = performance.now();
  if (probe.painted === null && visible(".client-probability, .client-row"))
    requestAnimationFrame(() => { probe.painted ??= performance.now(); });
}).observe(document, { subtree: true, childList: true, characterData: true, attributes: true,
                       attributeFilter: ["d", "height", "width", "transform", "data-title"] });
document.addEventListener("keydown", event => {
  if (event.key === "Enter") { probe.chosen = performance.now(); probe.changed = null; }
}, true);
"""
SETTLED = """
([title, quiet]) => document.title.startsWith(title)
  && document.querySelector("h1")?.textContent === title
  && document.querySelector(".comparison-sentence p")
  && probe.changed !== null && performance.now() - probe.changed > quiet
"""


class Visit:
    """A page that is open."""

    def __init__(self, page: Page, asked: set[str]) -> None:
        self._page = page
        self.foreign_requests = asked

    @property
    def first_paint_s(self) -> float:
        """Seconds from the start of the navigation to something that can be read."""
        self._page.wait_for_function("probe.painted !== null")
        return float(self._page.evaluate("probe.painted")) / 1000

    def choose(self, client: int) -> float:
        """Choose a client by number; give the milliseconds until nothing changes any more."""
        box = self._page.locator(".client-number input")
        box.fill(str(client))
        box.press("Enter")
        title = f"Client {client}"
        self._page.wait_for_function(SETTLED, arg=[title, QUIET_MS])
        return float(self._page.evaluate("probe.changed - probe.chosen"))


@contextmanager
def open_visit(browser: Browser, url: str) -> Iterator[Visit]:
    """Open the page in a browser context of its own, and wait until it can be used."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR")
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(PROBE)
    page = context.new_page()
    foreign: set[str] = set()

    def note(address: str) -> None:
        if urlsplit(address).hostname not in LOCAL and urlsplit(address).scheme != "data":
            foreign.add(address)

    page.on("request", lambda request: note(request.url))
    page.on("websocket", lambda socket: note(socket.url))
    page.goto(url)
    page.wait_for_selector(".client-row:visible")
    yield Visit(page, foreign)
    context.close()
