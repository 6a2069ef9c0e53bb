"""The engine, the images and the browser of all tests with containers."""

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from lib.launch.bento import API_IMAGE, DASHBOARD, PROXY, SIGN_IN, find_engine
from lib.launch.chain import Chain
from tests.conftest import PROJECT
from tests.containers.deployment import COMPOSE, ended, told
from tests.dashboard.browsing import CHROMIUM_OPTIONS, PATIENCE

IMAGES = (API_IMAGE, DASHBOARD.name, PROXY.name, SIGN_IN.name)
# The browser finds the provider as the containers do, by its name, and asks nobody else.
PROVIDER = "provider"
NAMES = f"MAP {PROVIDER} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"


@pytest.fixture(scope="session")
def engine() -> str:
    """Find an engine that can compose; a missing one fails, it never skips."""
    return find_engine(tuple(COMPOSE))


@pytest.fixture(scope="session")
def images(engine: str, chain: Chain) -> Iterator[str]:
    """Build the images, with the chain's scorer, by the operator's own command."""
    tag = f"test-{os.getpid()}"
    built = told("make", "--directory", str(PROJECT), "container", f"TAG={tag}")
    names = re.findall(rf"✓ (\S+) = (\S+:{tag})", built)
    assert len(names) == len(IMAGES), built
    yield tag
    upgraded = (f"{tagged}-next" for _, tagged in names)
    ended(engine, "rmi", "--force", *(name for both in names for name in both), *upgraded)


# Its loop runs until it is closed: tests without a browser must not meet it.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Start Chromium."""
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        options = [*CHROMIUM_OPTIONS, f"--host-resolver-rules={NAMES}"]
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a page without a past."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()
