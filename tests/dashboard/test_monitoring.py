"""The head's page on how the scorer is doing, in Chromium: levels, words, tables, for the head."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from lib.dashboard.accounts import new_account, write_account
from lib.launch.chain import Chain
from lib.launch.servers import Server, api_server, dashboard_server, running
from lib.scoring.scorer import Scorer
from lib.serving.journal import Journal
from lib.serving.monitored import write_report
from lib.serving.people import Person, PersonRole
from lib.serving.wire import MonitoringReport
from tests.conftest import find_free_port
from tests.dashboard.browsing import sign_in
from tests.dashboard.test_accessibility import WHOLE, assert_fits, grave_in_every_width, unfold
from tests.monitoring.story import FAILING, watch_a_story

PASSWORD = "four words are easy"  # noqa: S105 (of nobody)
PERSONS = {"hanna": PersonRole.HEAD, "max": PersonRole.MANAGER}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("monitoring")


@pytest.fixture(scope="module")
def report(chain: Chain, store: Path, folder: Path) -> MonitoringReport:
    """What the monitoring finds of some weeks with the scorer in the store."""
    models = store / "models" / "credit_scorer"
    version = (models / "latest").read_text().strip()
    with closing(Journal(folder / "journal.sqlite")) as journal:
        watched = watch_a_story(
            Scorer.load(models / version),
            f"credit_scorer:{version}",
            chain.features,
            chain.portfolio,
            journal,
        )
    write_report(watched, folder / "report.json")
    return watched


@pytest.fixture(scope="module")
def monitoring_page(chain: Chain, folder: Path, report: MonitoringReport) -> Iterator[Server]:
    """The page, for people with accounts, that asks an API with this report."""
    key = {"SCORING_API_KEY": "k" * 43}
    api, page = api_server(find_free_port()), dashboard_server(find_free_port(), "monitoring")
    for name, role in PERSONS.items():
        write_account(folder / "accounts", new_account(Person(name, role), PASSWORD))
    of_api = {
        "SCORING_PORTFOLIO": str(chain.portfolio),
        "SCORING_JOURNAL": str(folder / "journal.sqlite"),
        "SCORING_MONITORING": str(folder / "report.json"),
    }
    of_page = {"SCORING_API_URL": api.url, "SCORING_ACCOUNTS_FILE": str(folder / "accounts")}
    with (
        running(api, {**key, **of_api}, folder / "api.log"),
        running(page, {**key, **of_page}, folder / "page.log"),
    ):
        yield page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_tells_levels_words_and_tables_and_everybody_can_read_it(
    page: Page, monitoring_page: Server, report: MonitoringReport, language: str
) -> None:
    sign_in(page, f"{monitoring_page.url}?lang={language}", "hanna", PASSWORD)
    figures = page.locator(".monitoring-figures > li")
    expect(figures).to_have_count(len(report.figures))
    expect(page.locator("html")).to_have_attribute("lang", language)

    # The failing source is found, the worst first, and told in words.
    lost = next(one for one in report.figures if one.name == "missing_rise")
    assert lost.level in ("amber", "red")
    assert (report.features[0].feature, report.features[0].level) == (FAILING, "red")
    first = page.locator(".monitoring-figures").first.locator("li").first
    expect(first.locator(".monitoring-red")).to_be_visible()
    shown = figures.filter(has_text=getattr(lost.label, language))
    expect(shown).to_contain_text(getattr(lost.sentence, language))
    expect(shown.locator("svg circle")).not_to_have_count(0)

    # All tables can be opened, those by group of clients too.
    page.set_viewport_size(WHOLE)
    unfold(page)
    women = next(one for one in report.groups if one.group.en == "Woman")
    row = page.locator("tr").filter(has_text=getattr(women.group, language))
    expect(row.locator("td").first).to_have_text(f"{women.decisions}")
    expect(page.locator(".monitoring-table")).to_have_count(5)
    assert grave_in_every_width(page) == []
    assert_fits(page)


def test_it_is_the_heads_alone(monitoring_page: Server, page: Page) -> None:
    page.goto(monitoring_page.url)
    page.locator("input[name=name]").fill("max")
    page.locator("input[name=password]").fill(PASSWORD)
    with page.expect_navigation() as navigation:
        page.locator("button").click()
    assert navigation.value.status == requests.codes.forbidden
    expect(page.locator(".monitoring-figures")).to_have_count(0)
