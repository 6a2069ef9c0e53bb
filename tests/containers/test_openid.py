"""People sign in by OpenID Connect, by the compose file's overlay and a provider of its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from lib.launch.chain import Chain
from tests.conftest import PROJECT, find_free_port
from tests.containers.conftest import PROVIDER
from tests.containers.deployment import (
    BENTOS,
    Deployment,
    assert_confined,
    deployed,
    ended,
    leaving_nothing,
    make_secrets,
    told,
    wait_until_healthy,
)
from tests.dashboard.browsing import open_by_number, record

pytestmark = [pytest.mark.container, pytest.mark.timeout(1800)]

FOLDER = PROJECT / "tests" / "containers" / PROVIDER
# As compose.yaml of this folder has them; the last one is in no group that means a role.
MANAGER, HEAD, STRANGER = "anna@bank.example", "hugo@bank.example", "eve@bank.example"
SUBJECTS = {MANAGER: "1", HEAD: "2", STRANGER: "3"}
FORGED = {"X-Forwarded-User": HEAD, "X-Forwarded-Groups": "head"}
CALLBACK = "signin/callback"


@dataclass(frozen=True)
class SignIn:
    """A deployment at which people sign in by a provider.

    Parameters
    ----------
    deployment : Deployment
        With the overlay.
    url : str
        Where people open the page.
    provider : str
        Where the provider is, as a browser knows it.
    """

    deployment: Deployment
    url: str
    provider: str

    def by(self, page: Page, name: str, path: str = "") -> None:
        """Open a page, and have the provider say who opens it."""
        page.goto(f"{self.url}{path}")
        assert page.url.startswith(self.provider)
        page.get_by_role("button", name=SUBJECTS[name], exact=True).click()


@pytest.fixture(scope="module")
def base_image() -> str:
    """Name the image that all of ours are made of."""
    steps = (BENTOS / "proxy.Dockerfile").read_text()
    return next(line.split()[1] for line in steps.splitlines() if line.startswith("FROM"))


@pytest.fixture(scope="module")
def provider_image(engine: str, images: str, base_image: str) -> Iterator[str]:
    """Build the provider's image."""
    name = f"openid_provider:{images}"
    build = ("build", "--build-arg", f"BASE_IMAGE={base_image}", "--tag", name)
    told(engine, *build, str(FOLDER))
    yield name
    ended(engine, "rmi", "--force", name)


def know(provider: str, callback: str) -> tuple[str, str]:
    """Make a service known to the provider; give its identifier and its secret."""
    answer = requests.post(
        f"{provider}oauth2/clients", json={"redirect_uris": [callback]}, timeout=30
    )
    assert answer.ok, answer.text
    known = answer.json()
    return known["client_id"], known["client_secret"]


@pytest.fixture(scope="module")
def signing(
    engine: str,
    images: str,
    provider_image: str,
    chain: Chain,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[SignIn]:
    """Start the provider, make the service known to it, then start all else, as operators do."""
    folder = tmp_path_factory.mktemp("portfolio")
    folder.chmod(0o755)
    (folder / "portfolio.parquet").write_bytes(chain.portfolio.read_bytes())
    secrets = tmp_path_factory.mktemp("operator") / "secrets"
    address, port = f"127.0.0.1:{find_free_port()}", find_free_port()
    url = f"http://localhost:{address.partition(':')[2]}/"
    settings = {
        **make_secrets(secrets),
        "VERSION": images,
        "PORTFOLIO": str(folder),
        "ADDRESS": f"127.0.0.1:{find_free_port()}",
        "API_REPLICAS": "1",
        "DASHBOARD_REPLICAS": "2",
        "SIGN_IN_ADDRESS": address,
        "SIGN_IN_URL": url.rstrip("/"),
        "SIGN_IN_PROVIDER": f"http://{PROVIDER}:{port}/.well-known/openid-configuration",
        "CLIENT_SECRET": str(secrets / "client_secret"),
        "PROVIDER_IMAGE": provider_image,
        "PROVIDER_PORT": str(port),
    }
    unknown = Deployment(
        engine,
        f"openid-{images}",
        images,
        settings,
        overlays=(BENTOS / "compose.openid.yaml", FOLDER / "compose.yaml"),
        added=("signin", PROVIDER),
    )
    (secrets / "client_secret").touch()
    with leaving_nothing(unknown):
        unknown.compose("up", "--detach", PROVIDER)
        wait_until_healthy(unknown.containers(PROVIDER)[0])
        client, secret = know(f"http://127.0.0.1:{port}/", f"{url}{CALLBACK}")
        (secrets / "client_secret").write_text(f"{secret}\n")
        known = replace(unknown, settings={**settings, "SIGN_IN_CLIENT": client})
        with deployed(known) as running:
            yield SignIn(running, url, f"http://{PROVIDER}:{port}/")


def test_a_manager_signs_in_and_works_and_the_portfolio_is_not_for_managers(
    signing: SignIn, page: Page
) -> None:
    found = signing.deployment.ask("search", {"page_size": 1}).json()["clients"][0]
    signing.by(page, MANAGER)
    expect(page.locator(".page-person")).to_contain_text(MANAGER)
    assert page.url == signing.url
    open_by_number(page, found["client_id"])
    record(page, "Vu par OpenID Connect.")
    _, decisions = signing.deployment.journal()
    assert [comment for _, _, comment in decisions] == ["Vu par OpenID Connect."]
    answer = page.goto(f"{signing.url}portfolio")
    assert answer is not None
    assert answer.status == requests.codes.forbidden


def test_the_head_opens_the_portfolio(signing: SignIn, page: Page) -> None:
    signing.by(page, HEAD, "portfolio")
    expect(page.locator(".portfolio-sentence p").first).to_be_visible()


def test_who_is_in_no_group_that_means_a_role_is_not_let_in(signing: SignIn, page: Page) -> None:
    with page.expect_response(lambda answer: answer.url.startswith(f"{signing.url}login")) as told:
        signing.by(page, STRANGER)
    assert told.value.status == requests.codes.forbidden
    assert page.locator(".page-person").count() == 0


def test_who_signs_out_is_nobody_also_by_a_copy_of_the_cookie(
    signing: SignIn, browser: Browser, page: Page
) -> None:
    signing.by(page, MANAGER, "?lang=en")
    expect(page.locator(".page-person")).to_contain_text(MANAGER)
    copied = browser.new_context(storage_state=page.context.storage_state())
    assert copied.request.get(f"{signing.url}voila/static/voila.js").ok
    other = page.context.new_page()
    other.goto(f"{signing.url}?lang=en")
    expect(other.locator(".page-person")).to_contain_text(MANAGER)
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button").click()
    expect(page.get_by_role("button", name="End session")).to_be_visible()
    # What is open in another tab has ended.
    expect(other.get_by_role("dialog")).to_be_visible()
    assert page.url.startswith(signing.provider)
    for context in (page.context, copied):
        asked = context.request.get(f"{signing.url}", max_redirects=0)
        assert asked.status == requests.codes.found
        assert asked.headers["location"].startswith(signing.provider)
    copied.close()


def test_who_is_not_signed_in_is_sent_to_the_provider_and_back_to_this_address_alone(
    signing: SignIn,
) -> None:
    asked = requests.get(
        f"{signing.url}?client_id=100001",
        headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "elsewhere.example"},
        timeout=30,
        allow_redirects=False,
    )
    assert asked.status_code == requests.codes.found
    sent = urlsplit(asked.headers["Location"])
    assert f"{sent.scheme}://{sent.netloc}/" == signing.provider
    query = parse_qs(sent.query)
    assert query["redirect_uri"] == [f"{signing.url}{CALLBACK}"]
    assert query["code_challenge_method"] == ["S256"]
    # What is told of the client's number is told to this service alone.
    assert "100001" not in asked.headers["Location"]
    assert {"HttpOnly", "SameSite=Lax", "Secure"} <= set(
        re.split(r";\s*", asked.headers["Set-Cookie"])
    )
    # A script, or a WebSocket, is told no, and not sent elsewhere.
    script = requests.get(
        f"{signing.url}api/kernels", headers={"Sec-Fetch-Mode": "cors"}, timeout=30
    )
    assert script.status_code == requests.codes.unauthorized


@pytest.mark.parametrize("secret", [{}, {"X-Proxy-Secret": "s" * 43}], ids=["no", "wrong"])
@pytest.mark.parametrize("path", ["", "portfolio", "//scoring/../portfolio"])
def test_a_forged_name_is_nobodys(signing: SignIn, path: str, secret: dict[str, str]) -> None:
    headers = {**FORGED, **secret}
    straight = requests.get(f"{signing.deployment.url}{path}", headers=headers, timeout=30)
    assert straight.status_code == requests.codes.forbidden
    through = requests.get(
        f"{signing.url}{path}", headers=headers, timeout=30, allow_redirects=False
    )
    assert through.status_code == requests.codes.found
    assert through.headers["Location"].startswith(signing.provider)


def test_a_manager_cannot_make_a_head_of_himself(signing: SignIn, page: Page) -> None:
    signing.by(page, MANAGER)
    expect(page.locator(".page-person")).to_contain_text(MANAGER)
    cookies = {one["name"]: one["value"] for one in page.context.cookies(signing.url)}

    def status(**headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = requests.get(f"{signing.url}portfolio", headers=named, cookies=cookies, timeout=60)
        return answer.status_code

    assert status() == requests.codes.forbidden
    for header in ("X_Forwarded_Groups", "OIDC_CLAIM_groups", "OIDC-CLAIM-groups"):
        assert status(**{header: "head"}) == requests.codes.forbidden
    # Headers that a client calls its own are taken away: then they are nobody's.
    stripped = "X-Forwarded-Groups, X-Proxy-Secret"
    assert status(Connection=stripped, X_Forwarded_Groups="head") == requests.codes.forbidden


def test_the_api_asks_for_its_key_and_for_nobodys_name(signing: SignIn) -> None:
    def ask(**headers: str) -> requests.Response:
        return requests.post(f"{signing.url}scoring/scorer", json={}, headers=headers, timeout=30)

    key = Path(signing.deployment.settings["DASHBOARD_KEY"]).read_text()
    assert ask(**{"X-API-Key": key}).json()["tag"].startswith("credit_scorer:")
    refused = ask()
    assert refused.status_code == requests.codes.unauthorized
    assert refused.json()["offender"] == "header X-API-Key"
    assert requests.get(f"{signing.url}scoring", timeout=30).ok
    hidden = requests.get(f"{signing.url}scoring/metrics", timeout=30)
    assert hidden.status_code == requests.codes.not_found


def test_who_signs_people_in_is_nobody_and_writes_nowhere(signing: SignIn) -> None:
    (container,) = signing.deployment.containers("signin")
    assert_confined(container)


def test_its_log_has_no_query_and_no_header(signing: SignIn) -> None:
    marked = {"X-API-Key": "marked-key", "Referer": f"{signing.url}?client_id=987654"}
    requests.get(f"{signing.url}scoring/livez?client_id=987654", headers=marked, timeout=30)
    answer = requests.get(
        f"{signing.url}{CALLBACK}?state=none&code=marked-code",
        headers=marked,
        timeout=30,
        allow_redirects=False,
    )
    # A sign-in that nobody has begun, or that took too long, begins anew.
    assert answer.headers["Location"] == signing.url
    (container,) = signing.deployment.containers("signin")
    log = container.log(1000)
    assert "GET /scoring/livez 200" in log
    assert "unable to restore state" in log
    for secret in ("987654", "marked-key", "marked-code"):
        assert secret not in log
