"""Who is there: by an account or by a proxy, on a real server; and nobody by any other way."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, expect

from lib.dashboard.accounts import MOST_FAILURES, new_account, write_account
from lib.dashboard.server.app import read_most_sessions
from lib.dashboard.server.identity import (
    AccountsSignIn,
    ProxySignIn,
    choose_sign_in,
    is_loopback,
    read_secret,
    role_of,
)
from lib.decision import InvalidInput
from lib.launch.servers import Server, dashboard_server, running
from lib.serving.people import Person, PersonRole
from tests.benchmarks.kernels import kernel_of
from tests.conftest import find_free_port
from tests.dashboard.browsing import sign_in

PASSWORD = "four words are easy"  # noqa: S105 (of nobody)
PROXY_SECRET = "s" * 40
ROLES = {"anna": PersonRole.HEAD, "max": PersonRole.MANAGER, "zoe": PersonRole.AUDITOR}
SETTINGS = {"SCORING_API_URL": "http://127.0.0.1:9", "SCORING_API_KEY": "k" * 43}
ALL = "0.0.0.0"  # noqa: S104 (all addresses)
KEY = {"SCORING_API_KEY": "k" * 43}


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The manager's page, for people with accounts."""
    folder = tmp_path_factory.mktemp("signing")
    for name, role in ROLES.items():
        write_account(folder / "accounts", new_account(Person(name, role), PASSWORD))
    server = dashboard_server(find_free_port())
    settings = {**SETTINGS, "SCORING_ACCOUNTS_FILE": str(folder / "accounts")}
    with running(server, settings, folder / "log"):
        yield server


@pytest.fixture(scope="module")
def behind_proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The page on all clients, for people whom a proxy signs in."""
    folder = tmp_path_factory.mktemp("proxy")
    (folder / "secret").write_text(PROXY_SECRET)
    server = dashboard_server(find_free_port(), "portfolio")
    settings = {**SETTINGS, "SCORING_PROXY_SECRET_FILE": str(folder / "secret")}
    with running(server, settings, folder / "log"):
        yield server


def sent(name: str, password: str, url: str) -> tuple[requests.Session, requests.Response]:
    """Fill the form and send it."""
    visitor = requests.Session()
    form = visitor.get(url, timeout=60)
    assert form.url.startswith(f"{url}login")
    data = {"name": name, "password": password, "_xsrf": xsrf_in(form.text)}
    answer = visitor.post(form.url, data=data, timeout=60, allow_redirects=False)
    return visitor, answer


def xsrf_in(html: str) -> str:
    found = re.search(r'name="_xsrf" value="([^"]+)"', html)
    assert found
    return found[1]


def test_an_account_opens_the_page_and_its_cookie_is_kept_from_scripts(dashboard: Server) -> None:
    visitor, answer = sent("max", PASSWORD, dashboard.url)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"
    cookie = next(
        one for one in answer.raw.headers.getlist("Set-Cookie") if one.startswith("signed-in=")
    )
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "expires" not in cookie.lower()  # it goes with the browser
    assert "kernelId" in visitor.get(dashboard.url, timeout=60).text


def test_a_kernel_is_its_persons_alone_and_a_copied_cookie_ends_with_the_sign_in(
    dashboard: Server,
) -> None:
    anna, _ = sent("anna", PASSWORD, dashboard.url)
    other, _ = sent("max", PASSWORD, dashboard.url)
    kernel_id = kernel_of(anna.get(dashboard.url, timeout=60).text)
    kernel = f"{dashboard.url}api/kernels/{kernel_id}"
    assert anna.get(kernel, timeout=30).status_code == 200
    assert other.get(kernel, timeout=30).status_code == 403
    assert requests.get(kernel, timeout=30, allow_redirects=False).status_code in (302, 403)
    leave = f"{dashboard.url}voila/api/shutdown/{kernel_id}"
    left = other.post(leave, data={"_xsrf": other.cookies["_xsrf"]}, timeout=30)
    assert left.status_code == 403
    copy = {"signed-in": anna.cookies["signed-in"]}
    # A link to the page to sign out signs nobody out.
    form = anna.get(f"{dashboard.url}logout", timeout=30)
    assert anna.get(kernel, timeout=30).status_code == 200
    anna.post(form.url, data={"_xsrf": xsrf_in(form.text)}, timeout=30)
    copied = requests.get(dashboard.url, cookies=copy, timeout=30, allow_redirects=False)
    assert copied.status_code == 302
    assert "/login" in copied.headers["Location"]


def test_a_wrong_password_and_an_unknown_name_are_told_alike(dashboard: Server) -> None:
    answers = [sent(name, "x" * 20, dashboard.url)[1] for name in ("max", "nobody")]
    assert [answer.status_code for answer in answers] == [401, 401]
    said = [re.sub(r'value="[^"]*"', "", answer.text) for answer in answers]
    assert said[0] == said[1]


def test_after_some_failures_the_right_password_opens_no_longer(dashboard: Server) -> None:
    for _ in range(MOST_FAILURES):
        assert sent("zoe", "x" * 20, dashboard.url)[1].status_code == 401
    assert sent("zoe", PASSWORD, dashboard.url)[1].status_code == 401
    assert sent("anna", PASSWORD, dashboard.url)[1].status_code == 302


def test_a_forged_cookie_or_header_is_nobodys(dashboard: Server) -> None:
    forged = {"X-Forwarded-User": "anna", "X-Forwarded-Groups": "head", "X-Person": "anna"}
    cookies = {"signed-in": '{"name": "anna"}'}
    answer = requests.get(
        dashboard.url, headers=forged, cookies=cookies, timeout=30, allow_redirects=False
    )
    assert answer.status_code == 302


def test_the_page_says_who_is_there_and_signing_out_ends_every_tab(
    browser: Browser, dashboard: Server
) -> None:
    context = browser.new_context()
    page, other = context.new_page(), context.new_page()
    sign_in(page, f"{dashboard.url}?lang=en", "anna", PASSWORD)
    expect(page.locator(".page-person")).to_contain_text("anna · head of the team")
    other.goto(f"{dashboard.url}?lang=en")
    expect(other.locator(".page-person")).to_contain_text("anna")
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button").click()
    expect(page.locator("input[name=password]")).to_be_visible()
    expect(other.get_by_role("dialog")).to_be_visible()
    context.close()


def test_the_proxys_word_counts_with_its_secret_only_and_the_portfolio_is_the_heads(
    behind_proxy: Server,
) -> None:
    def status(**headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = requests.get(behind_proxy.url, headers=named, timeout=60)
        return answer.status_code

    anna = {"X_Forwarded_User": "anna@example.org", "X_Forwarded_Groups": "staff,/head"}
    assert status(X_Proxy_Secret=PROXY_SECRET, **anna) == 200
    assert status(X_Proxy_Secret=PROXY_SECRET[1:], **anna) == 403
    assert status(**anna) == 403
    assert status(X_Proxy_Secret=PROXY_SECRET) == 403
    twice = {**anna, "X_Forwarded_User": "anna,max"}
    assert status(X_Proxy_Secret=PROXY_SECRET, **twice) == 403
    manager = {**anna, "X_Forwarded_Groups": "manager"}
    assert status(X_Proxy_Secret=PROXY_SECRET, **manager) == 403


def test_one_server_shows_the_portfolio_too_to_the_head_alone(
    browser: Browser, dashboard: Server
) -> None:
    portfolio = f"{dashboard.url}portfolio"
    context = browser.new_context()
    page = context.new_page()
    # Whoever is not signed in comes to where they wanted to go.
    sign_in(page, portfolio, "anna", PASSWORD)
    expect(page).to_have_url(portfolio)
    expect(page.locator(".portfolio-main")).to_be_attached()
    page.goto(dashboard.url)
    expect(page.locator(".client-number")).to_be_attached()
    expect(page.locator(".portfolio-main")).not_to_be_attached()
    context.close()
    manager, _ = sent("max", PASSWORD, dashboard.url)
    refused = manager.get(portfolio, timeout=30)
    assert refused.status_code == 403
    assert "kernelId" not in refused.text
    assert manager.get(f"{dashboard.url}client", timeout=30).status_code == 404


def test_beyond_loopback_the_page_does_not_start_without_sign_in(tmp_path: Path) -> None:
    server = dashboard_server(find_free_port())
    server = replace(server, command=(*server.command, "--Voila.ip=0.0.0.0"))
    began = time.monotonic()
    with (
        pytest.raises(InvalidInput, match="without sign-in"),
        running(server, {}, tmp_path / "log"),
    ):
        pass
    assert "listening on 0.0.0.0 without sign-in" in (tmp_path / "log").read_text()
    assert "Traceback" not in (tmp_path / "log").read_text()
    assert time.monotonic() - began < 90


def test_how_people_sign_in_follows_from_the_settings() -> None:
    accounts, proxy = {"SCORING_ACCOUNTS_FILE": "a"}, {"SCORING_PROXY_SECRET_FILE": "s"}
    assert choose_sign_in({}, "127.0.0.1") is None
    assert choose_sign_in({"SCORING_ALLOW_NO_SIGN_IN": "true"}, ALL) is None
    assert choose_sign_in({**accounts, **KEY}, ALL) is AccountsSignIn
    assert choose_sign_in({**proxy, **KEY}, "127.0.0.1") is ProxySignIn
    # As an overlay of the compose file unsets it.
    unset = {"SCORING_ACCOUNTS_FILE": "", **proxy, **KEY}
    assert choose_sign_in(unset, ALL) is ProxySignIn
    for given, host, offender in (
        ({}, ALL, "without sign-in"),
        ({}, "", "without sign-in"),
        ({"SCORING_ALLOW_NO_SIGN_IN": "yes"}, "192.168.0.2", "without sign-in"),
        ({**accounts, **proxy, **KEY}, "127.0.0.1", "one of them is set"),
        (accounts, "127.0.0.1", "SCORING_API_KEY"),
    ):
        with pytest.raises(InvalidInput, match=offender):
            choose_sign_in(given, host)


def test_the_page_leads_to_the_proxys_sign_out_where_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text(PROXY_SECRET)
    monkeypatch.setenv("SCORING_PROXY_SECRET_FILE", str(tmp_path / "secret"))
    assert ProxySignIn().sign_out == ""
    monkeypatch.setenv("SCORING_SIGN_OUT", "/signin/callback?logout=")
    assert ProxySignIn().sign_out == "/logout"
    assert ProxySignIn().signed_out == "/signin/callback?logout="


def test_only_loopback_is_loopback() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.9.9.9", "::1", "localhost")))
    assert not any(map(is_loopback, ("", ALL, "::", "example.org", "10.0.0.1")))


def test_the_highest_role_of_a_persons_groups_counts() -> None:
    assert role_of("auditor,manager,head") is PersonRole.HEAD
    assert role_of("/auditor") is PersonRole.AUDITOR
    assert role_of("managers") is None
    assert role_of("") is None


def test_a_secret_that_could_be_guessed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("s" * 31)
    with pytest.raises(InvalidInput, match="at least 32"):
        read_secret("SCORING_PROXY_SECRET_FILE", path)
    path.write_text(f"{'s' * 32}\n")
    assert read_secret("SCORING_PROXY_SECRET_FILE", path) == "s" * 32
    with pytest.raises(InvalidInput, match="can be read"):
        read_secret("SCORING_PROXY_SECRET_FILE", tmp_path / "none")


@pytest.mark.parametrize("written", ["0", "-1", "many", "1.5", "²"])
def test_a_number_of_sessions_that_cannot_be_is_named(written: str) -> None:
    with pytest.raises(InvalidInput, match=f"SCORING_MOST_SESSIONS={written}"):
        read_most_sessions({"SCORING_MOST_SESSIONS": written})
