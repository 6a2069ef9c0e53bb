"""Takes the README's picture of the monitoring page.

``python -m tests.dashboard.picture FILE`` tells a story of some weeks with the scorer
and the clients that `make model` has left, and takes the page as the head of the team sees it. The
journal that it writes is its own, and gone afterwards.
"""

import os
import shutil
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from lib.launch.chain import Chain
from lib.launch.servers import api_server, dashboard_server, running
from lib.scoring.scorer import Scorer
from lib.serving.journal import Journal
from lib.serving.monitored import write_report
from tests.conftest import find_free_port
from tests.dashboard.browsing import CHROMIUM_OPTIONS, PATIENCE
from tests.monitoring.story import watch_a_story

STORE = Path(os.environ.get("BENTOML_HOME") or ".bentoml").resolve()
SIZE = {"width": 1200, "height": 900}


def take(picture: Path, chain: Chain, folder: Path) -> None:
    """Tell the story, serve the page, and take its picture."""
    models = STORE / "models" / "credit_scorer"
    version = (models / "latest").read_text().strip()
    scorer, tag = Scorer.load(models / version), f"credit_scorer:{version}"
    with closing(Journal(folder / "journal.sqlite")) as journal:
        report = watch_a_story(scorer, tag, chain.features, chain.portfolio, journal)
    write_report(report, folder / "report.json")
    api, page = api_server(find_free_port()), dashboard_server(find_free_port(), "monitoring")
    settings = {
        "BENTOML_HOME": str(STORE),
        "SCORING_PORTFOLIO": str(chain.portfolio),
        "SCORING_JOURNAL": str(folder / "journal.sqlite"),
        "SCORING_MONITORING": str(folder / "report.json"),
        "SCORING_API_URL": api.url,
    }
    with (
        running(api, settings, folder / "api.log"),
        running(page, settings, folder / "page.log"),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_OPTIONS
        )
        shown = browser.new_page(viewport=SIZE, locale="fr-FR")
        shown.goto(page.url)
        figures = shown.locator(".monitoring-figures > li")
        expect(figures).to_have_count(len(report.figures), timeout=PATIENCE)
        height = shown.locator(".portfolio-main").bounding_box()["height"]
        shown.set_viewport_size({**SIZE, "height": int(height) + 100})
        shown.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        take(Path(sys.argv[1]), Chain(), Path(folder))
