"""Nothing is sent to a browser that does not listen yet."""

import asyncio

import pytest

from lib.dashboard.arrival import Arrival
from lib.dashboard.errands import Errands


async def visit() -> tuple[list[str], list[str]]:
    """Give what has been told before the browser is there, and in the end."""
    errands, told = Errands(), []
    arrival = Arrival(errands)
    arrival.await_browser()
    errands.run("card", lambda: "card", told.append, print)
    await errands.finish()
    before = list(told)
    arrival.widget.click()
    return before, told


@pytest.mark.parametrize("preheated", ["True", "False"])
def test_answers_wait_for_the_browser(monkeypatch: pytest.MonkeyPatch, preheated: str) -> None:
    monkeypatch.setenv("VOILA_PREHEAT", preheated)
    assert asyncio.run(visit()) == ([], ["card"])


def test_a_notebook_listens_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VOILA_PREHEAT", raising=False)
    assert asyncio.run(visit()) == (["card"], ["card"])


def test_the_button_is_not_to_be_seen() -> None:
    assert Arrival(Errands()).widget.layout.display == "none"
