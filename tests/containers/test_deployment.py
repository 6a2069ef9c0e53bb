"""API and dashboard in containers, behind the proxy, as an operator starts them."""

import os
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from lib.launch.bento import API_IMAGE, DASHBOARD, PROXY
from lib.launch.chain import Chain
from lib.serving.http.keys import Role, new_key
from lib.serving.people import Person, PersonRole
from tests.benchmarks.kernels import kernel_of
from tests.conftest import PROJECT, find_free_port
from tests.containers.deployment import (
    HEALTHY_SECONDS,
    SERVICES,
    Deployment,
    assert_confined,
    deployed,
    ended,
    make_secrets,
    told,
    wait_until_healthy,
)
from tests.dashboard.browsing import PATIENCE, open_by_number, record, sign_in, visit

pytestmark = [pytest.mark.container, pytest.mark.timeout(1800)]

PASSWORD = "four words are easy"  # noqa: S105 (of nobody)
MANAGER, HEAD = Person("anna", PersonRole.MANAGER), Person("hugo", PersonRole.HEAD)
OPERATIONS = PROJECT / "docs" / "operations.md"
REPLICAS = 2
# So many visits find both replicas, but for one time in 2 ** (VISITORS - 1).
VISITORS = 20
# The file of keys is looked at every second.
KEYS_SECONDS = 30


@pytest.fixture(scope="module")
def deployment(
    engine: str, images: str, chain: Chain, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """Two replicas of each, with the portfolio of the chain."""
    secrets = tmp_path_factory.mktemp("operator") / "secrets"
    # The users of the containers are none of ours: let them in as far as the portfolio.
    folder = tmp_path_factory.mktemp("portfolio")
    folder.chmod(0o755)
    (folder / "portfolio.parquet").write_bytes(chain.portfolio.read_bytes())
    settings = {
        **make_secrets(secrets, (MANAGER, PASSWORD), (HEAD, PASSWORD)),
        "VERSION": images,
        "PORTFOLIO": str(folder),
        "ADDRESS": f"127.0.0.1:{find_free_port()}",
        "API_REPLICAS": str(REPLICAS),
        "DASHBOARD_REPLICAS": str(REPLICAS),
        "TZ": "Europe/Paris",
    }
    with deployed(Deployment(engine, f"scoring-{images}", images, settings)) as running:
        yield running


def test_a_managers_day_survives_the_api_and_the_whole_deployment(
    deployment: Deployment, page: Page
) -> None:
    clients = deployment.ask("search", {"page_size": 2}).json()["clients"]
    first, second = (client["client_id"] for client in clients)
    sign_in(page, deployment.url, "anna", PASSWORD)
    open_by_number(page, first)
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / "container.png")
    record(page, "Vu le contrat de travail.")
    for api in deployment.containers("api"):
        api.do("restart")
    # The page goes on where it was, as soon as the API is there again.
    open_by_number(page, second)
    record(page, "Après le redémarrage.")
    scores, decisions = deployment.journal()
    expected = {first: "Vu le contrat de travail.", second: "Après le redémarrage."}
    assert {client: comment for client, _, comment in decisions} == expected
    deployment.compose("down")
    assert not deployment.containers("api")
    deployment.start()
    assert deployment.journal() == (scores, decisions)
    visit(page, deployment.url, f"?client_id={second}")
    expect(page.locator("h1")).to_have_text(f"Client {second}")


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_is_nobody_and_writes_nowhere(deployment: Deployment, service: str) -> None:
    for container in deployment.containers(service):
        assert_confined(container)


def test_the_pages_tell_the_time_of_the_place_that_the_operator_names(
    deployment: Deployment,
) -> None:
    at_half_past_midnight_in_paris = "2026-07-31T22:30:00+00:00"
    code = f"""from lib.dashboard.formats import write_moment
print(write_moment({at_half_past_midnight_in_paris!r}, "en"))"""
    for dashboard in deployment.containers("dashboard"):
        assert "1 Aug 2026" in dashboard.run("python", "-c", code)


def test_one_address_leads_to_both(deployment: Deployment) -> None:
    def status(path: str) -> int:
        return requests.get(f"{deployment.url}{path}", timeout=30).status_code

    assert status("scoring/readyz") == requests.codes.ok
    assert status("scoring/docs.json") == requests.codes.ok
    assert status("scoring") == requests.codes.ok
    assert status("scoring/metrics") == requests.codes.not_found
    assert status("voila/static/voila.js") == requests.codes.ok
    # Voilà's own, which it denies to strangers; the API would answer as it does to any path.
    api = requests.get(f"{deployment.url}api/kernels", timeout=30)
    assert "X-API-Key" not in api.text
    without_key = requests.post(f"{deployment.url}scoring/scorer", json={}, timeout=30)
    assert without_key.status_code == requests.codes.unauthorized
    assert without_key.json()["offender"] == "header X-API-Key"
    assert deployment.ask("scorer", {}).json()["tag"].startswith("credit_scorer:")


def test_a_visitor_stays_with_one_replica_and_visitors_are_spread(deployment: Deployment) -> None:
    places = set()
    for _ in range(VISITORS):
        with requests.Session() as visitor:
            for _ in range(3):
                visitor.get(f"{deployment.url}voila/static/voila.js", timeout=30)
            places.add(visitor.cookies["replica"])
    assert len(places) == REPLICAS


def test_pages_of_both_replicas_work_at_the_same_time(
    deployment: Deployment, browser: Browser
) -> None:
    client = deployment.ask("search", {"page_size": 1}).json()["clients"][0]["client_id"]
    pages: dict[str, Page] = {}
    # A page that stays open keeps its replica busy: the next visitor is sent to the other one.
    for _ in range(VISITORS):
        context = browser.new_context(locale="fr-FR")
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        sign_in(page, deployment.url, "anna", PASSWORD)
        replica = next(one["value"] for one in context.cookies() if one["name"] == "replica")
        pages.setdefault(replica, page)
        if len(pages) == REPLICAS:
            break
    assert len(pages) == REPLICAS
    for page in pages.values():
        open_by_number(page, client)
    # A kernel is known to the replica of its page alone: without the cookie no page would work.
    kernel_id = kernel_of(pages[replica].content())
    known = {}
    for value, page in pages.items():
        answer = page.context.request.get(f"{deployment.url}api/kernels/{kernel_id}")
        known[value] = answer.status
        page.context.close()
    assert known.pop(replica) == requests.codes.ok
    assert set(known.values()) <= {requests.codes.not_found, requests.codes.forbidden}


def test_the_head_opens_the_portfolio_at_the_same_address_and_a_manager_does_not(
    deployment: Deployment, page: Page
) -> None:
    sign_in(page, f"{deployment.url}portfolio", HEAD.name, PASSWORD)
    expect(page.locator(".portfolio-sentence p").first).to_be_visible()
    link = page.locator(".portfolio-clients a").first
    name = link.inner_text()
    with page.expect_popup() as opened:
        link.click()
    expect(opened.value.locator("h1")).to_have_text(name)
    page.context.clear_cookies()
    sign_in(page, deployment.url, MANAGER.name, PASSWORD)
    answer = page.goto(f"{deployment.url}portfolio")
    assert answer is not None
    assert answer.status == requests.codes.forbidden


def test_headers_that_name_a_person_are_nobodys_through_the_proxy(deployment: Deployment) -> None:
    forged = {
        "X-Forwarded-User": HEAD.name,
        "X-Forwarded-Groups": "head",
        "X-Proxy-Secret": "s" * 40,
        "X-Person": HEAD.name,
        "X-Person-Role": "head",
    }
    for path in ("", "portfolio"):
        page = requests.get(
            f"{deployment.url}{path}", headers=forged, timeout=30, allow_redirects=False
        )
        assert page.status_code == requests.codes.found
        assert "/login" in page.headers["Location"]
    secret, key = new_key("system", Role.PORTFOLIO)
    with Path(deployment.settings["API_KEYS"]).open("a") as keys:
        keys.write(f"{key}\n")

    def ask(headers: dict[str, str]) -> requests.Response:
        address = f"{deployment.url}scoring/search"
        return requests.post(address, json={}, headers={**headers, "X-API-Key": secret}, timeout=30)

    end = time.monotonic() + KEYS_SECONDS
    while not ask({}).ok:
        assert time.monotonic() < end, ask({}).text
        time.sleep(0.5)
    answer = ask(forged)
    assert answer.status_code == requests.codes.forbidden
    assert "X-Person" in answer.json()["offender"]


def test_a_new_key_opens_every_replica_without_a_restart(deployment: Deployment) -> None:
    secret, key = new_key("partner", Role.SCORING)
    with Path(deployment.settings["API_KEYS"]).open("a") as keys:
        keys.write(f"{key}\n")
    ask = (
        "import urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:3000/scorer', b'{}',"
        f" {{'X-API-Key': '{secret}', 'Content-Type': 'application/json'}}))"
    )
    for api in deployment.containers("api"):
        end = time.monotonic() + KEYS_SECONDS
        while ended(api.engine, "exec", api.name, "python", "-c", ask).returncode:
            assert time.monotonic() < end, api.log(20)
            time.sleep(0.5)


def test_two_replicas_write_one_journal_and_a_restart_of_its_server_loses_nothing(
    deployment: Deployment,
) -> None:
    before, _ = deployment.journal()
    answers: list[int] = []
    over = threading.Event()

    def ask_on() -> None:
        while not over.wait(0.02):
            answers.append(deployment.ask("score", {"clients": [{"features": {}}]}).status_code)

    asking = [threading.Thread(target=ask_on) for _ in range(2 * REPLICAS)]
    for one in asking:
        one.start()
    try:
        time.sleep(3)
        (database,) = deployment.containers("db")
        database.do("restart")
        wait_until_healthy(database)
        lost = len(answers)
        end = time.monotonic() + HEALTHY_SECONDS
        # All are well again by themselves.
        while set(answers[-20:]) != {requests.codes.ok} or len(answers) < lost + 40:
            assert time.monotonic() < end, answers[-20:]
            time.sleep(0.5)
    finally:
        over.set()
        for one in asking:
            one.join()
    given = answers.count(requests.codes.ok)
    assert set(answers) <= {requests.codes.ok, requests.codes.service_unavailable}
    # What was written while its answer could not be given is in the journal, too.
    assert given <= deployment.journal()[0] - before <= len(answers)
    assert deployment.faults_of_journal() == []
    for api in deployment.containers("api"):
        assert "POST /score 200" in api.log(len(answers))


def test_an_upgrade_replica_by_replica_loses_no_request(deployment: Deployment) -> None:
    now, then = deployment.tag, f"{deployment.tag}-next"
    upgraded = replace(deployment, settings={**deployment.settings, "VERSION": then})
    for image in (API_IMAGE, DASHBOARD.name, PROXY.name):
        told(deployment.engine, "tag", f"{image}:{now}", f"{image}:{then}")
    answers: list[int] = []
    over = threading.Event()

    def ask_on() -> None:
        while not over.is_set():
            answers.append(deployment.ask("search", {"page_size": 1}).status_code)
            time.sleep(0.02)

    asking = threading.Thread(target=ask_on)
    asking.start()
    try:
        for api in deployment.containers("api"):
            api.do("stop")
            api.do("rm")
            upgraded.compose("up", "--detach", "--no-recreate")
            wait_until_healthy(api)
            assert api.image.endswith(f"{API_IMAGE}:{then}")
    finally:
        over.set()
        asking.join()
    (proxy,) = deployment.containers("proxy")
    lost = [line for line in proxy.log(len(answers)).splitlines() if " 200 " not in line]
    assert set(answers) == {requests.codes.ok}, "\n".join(lost)


def test_the_journal_is_copied_and_put_back_as_the_documentation_says(
    deployment: Deployment, tmp_path: Path
) -> None:
    backup, restore = shell_blocks(OPERATIONS.read_text(), "## Backup and restore")
    client = deployment.ask("search", {"page_size": 1}).json()["clients"][0]["client_id"]
    shown = deployment.ask("client", {"client_id": client}).json()["explanation"]
    decision = {
        "client_id": client,
        "score_id": shown["score_id"],
        "decision": shown["decision"],
        "comment": "Avant la copie.",
    }
    assert deployment.ask("decide", decision).ok
    kept = deployment.journal()
    deployment.follow(backup, tmp_path)
    assert deployment.ask("decide", {**decision, "comment": "Après la copie."}).ok
    deployment.follow(restore, tmp_path)
    # The proxy is well as soon as it knows that the API is.
    for container in [*deployment.containers("api"), *deployment.containers("proxy")]:
        wait_until_healthy(container)
    assert deployment.journal() == kept
    told_again = deployment.ask("decide", {**decision, "comment": "Tout va bien."})
    assert told_again.ok, told_again.text
    assert deployment.journal()[1][-1][2] == "Tout va bien."


def shell_blocks(document: str, heading: str) -> list[str]:
    """Give the commands that stand below a heading."""
    section = document.split(f"\n{heading}\n")[1].split("\n## ")[0]
    return re.findall(r"```sh\n(.*?)```", section, flags=re.DOTALL)
