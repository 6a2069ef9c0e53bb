"""Nothing is sent to a browser that does not listen yet."""

import asyncio

from lib.dashboard.arrival import Arrival
from lib.dashboard.errands import Errands


def test_answers_wait_for_the_browser() -> None:
    async def visit() -> tuple[list[str], list[str]]:
        errands, told = Errands(), []
        arrival = Arrival(errands)
        arrival.await_browser()
        errands.run("card", lambda: "card", told.append, print)
        await errands.finish()
        before = list(told)
        arrival.widget.click()
        return before, told

    assert asyncio.run(visit()) == ([], ["card"])


def test_the_button_is_not_to_be_seen() -> None:
    assert Arrival(Errands()).widget.layout.display == "none"
