"""When a session ends, and how many there are at once."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from lib.dashboard.server.sessions import PING_SECONDS, PONG_SECONDS, Owner, Patience, Sessions

# Far enough apart that a busy machine does not mix them up.
PATIENCE = Patience(first=0.6, goodbye=0.1, cut=0.6, room=0.2)
SOON, LATER = 0.35, 1.2
LEFT, CUT = 1001, None


class Tab:
    """A page's connection."""

    def __init__(self) -> None:
        self.is_closed = False

    def close(self) -> None:
        self.is_closed = True


class Kernels:
    """Kernels that end at once, or when they are let."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def end(self, kernel_id: str) -> None:
        await self.may_end.wait()
        self.ended.append(kernel_id)


TAB, BEFORE, AFTER, OLD, NEW = (Tab() for _ in range(5))


def run(test: Callable[[Sessions, Kernels], Awaitable[None]], most: int = 2) -> None:
    async def within_a_loop() -> None:
        kernels = Kernels()
        await test(Sessions(most, kernels.end, PATIENCE), kernels)

    asyncio.run(within_a_loop())


def test_a_session_ends_soon_after_its_browser_has_said_goodbye() -> None:
    async def test(sessions: Sessions, kernels: Kernels) -> None:
        assert await sessions.take_room()
        sessions.begin("a")
        sessions.connect("a", TAB)
        await asyncio.sleep(LATER)
        assert kernels.ended == []
        sessions.disconnect("a", TAB, LEFT)
        assert "a" in sessions
        await asyncio.sleep(SOON)
        assert kernels.ended == ["a"]
        assert len(sessions) == 0

    run(test)


def test_a_cut_line_may_be_mended_and_ends_the_session_otherwise() -> None:
    async def test(sessions: Sessions, kernels: Kernels) -> None:
        for name in ("mended", "lost"):
            assert await sessions.take_room()
            sessions.begin(name)
            sessions.connect(name, BEFORE)
            sessions.disconnect(name, BEFORE, CUT)
        await asyncio.sleep(SOON)
        assert kernels.ended == []
        sessions.connect("mended", AFTER)
        await asyncio.sleep(LATER)
        assert kernels.ended == ["lost"]

    run(test)


def test_a_connection_that_took_the_place_of_another_keeps_the_session() -> None:
    async def test(sessions: Sessions, kernels: Kernels) -> None:
        assert await sessions.take_room()
        sessions.begin("a")
        sessions.connect("a", OLD)
        sessions.connect("a", NEW)
        sessions.disconnect("a", OLD, LEFT)
        await asyncio.sleep(LATER)
        assert kernels.ended == []

    run(test)


def test_a_page_that_never_connects_ends() -> None:
    async def test(sessions: Sessions, kernels: Kernels) -> None:
        assert await sessions.take_room()
        sessions.begin("a")
        await asyncio.sleep(SOON)
        assert kernels.ended == []
        await asyncio.sleep(LATER)
        assert kernels.ended == ["a"]

    run(test)


def test_there_is_room_again_only_once_the_kernel_has_ended() -> None:
    async def test(sessions: Sessions, kernels: Kernels) -> None:
        for name in ("a", "b"):
            assert await sessions.take_room()
            sessions.begin(name)
            sessions.connect(name, TAB)
        assert not await sessions.take_room()
        kernels.may_end.clear()
        sessions.end("a")
        sessions.end("a")
        assert not await sessions.take_room()
        kernels.may_end.set()
        assert await sessions.take_room()
        assert not await sessions.take_room()

    run(test)


def test_whoever_waits_gets_the_first_room_that_is_free() -> None:
    async def test(sessions: Sessions, kernels: Kernels) -> None:
        assert await sessions.take_room()
        sessions.begin("a")
        waiting = asyncio.create_task(sessions.take_room())
        await asyncio.sleep(0)
        sessions.end("a")
        assert await waiting

    run(test, most=1)


def test_a_kernel_that_dies_leaves_its_room_once() -> None:
    async def test(sessions: Sessions, kernels: Kernels) -> None:
        assert await sessions.take_room()
        sessions.begin("a")
        sessions.gone("a")
        sessions.gone("a")
        sessions.disconnect("a", TAB, LEFT)
        assert await sessions.take_room()
        assert not await sessions.take_room()
        assert kernels.ended == []

    run(test, most=1)


def test_an_end_that_fails_gives_the_room_back(caplog: pytest.LogCaptureFixture) -> None:
    async def fails(kernel_id: str) -> None:
        raise OSError(kernel_id)

    async def test() -> None:
        sessions = Sessions(1, fails, PATIENCE)
        assert await sessions.take_room()
        sessions.begin("a")
        sessions.end("a")
        assert await sessions.take_room()

    asyncio.run(test())
    assert "a" in caplog.text


def test_a_page_that_is_gone_has_no_session_after_a_minute() -> None:
    patience = Patience()
    noticed = PING_SECONDS + PONG_SECONDS
    assert noticed + patience.cut < 60
    assert patience.goodbye < 5


def test_a_visit_ends_with_its_sign_in_and_its_pages_are_told() -> None:
    async def test(sessions: Sessions, kernels: Kernels) -> None:
        tabs = {}
        for name, sign_in in (("a", "first"), ("b", "second")):
            assert await sessions.take_room()
            sessions.begin(name, Owner("anna", sign_in, float("inf")))
            tabs[name] = Tab()
            sessions.connect(name, tabs[name])
        sessions.end_all_of("first")
        await asyncio.sleep(0.05)
        assert kernels.ended == ["a"]
        assert (tabs["a"].is_closed, tabs["b"].is_closed) == (True, False)

    run(test)


def test_a_visit_ends_when_the_time_of_its_sign_in_is_over() -> None:
    async def test(sessions: Sessions, kernels: Kernels) -> None:
        for name, seconds in (("a", 0.2), ("b", 60.0)):
            assert await sessions.take_room()
            sessions.begin(name, Owner("anna", name, time.time() + seconds))
            sessions.connect(name, Tab())
        assert kernels.ended == []
        await asyncio.sleep(SOON)
        assert kernels.ended == ["a"]

    run(test)


def test_a_visit_is_its_persons_and_nobody_elses() -> None:
    async def test(sessions: Sessions, kernels: Kernels) -> None:
        assert await sessions.take_room()
        sessions.begin("a", Owner("anna", "1", float("inf")))
        assert sessions.is_of("a", "anna")
        assert not sessions.is_of("a", "bert")
        assert not sessions.is_of("another", "anna")

    run(test)


def test_what_is_done_for_a_session_is_done_to_its_end() -> None:
    async def test(sessions: Sessions, kernels: Kernels) -> None:
        done: list[str] = []

        async def work() -> None:
            await asyncio.sleep(0)
            done.append("a")

        assert await sessions.take_room()
        sessions.begin("a")
        assert await sessions.while_it_lasts("a", work())
        assert done == ["a"]

    run(test)


def test_nothing_is_begun_for_a_session_that_is_over() -> None:
    async def test(sessions: Sessions, kernels: Kernels) -> None:
        assert not await sessions.while_it_lasts("unknown", asyncio.sleep(LATER))

    run(test)


def test_what_is_done_for_a_session_ends_with_it() -> None:
    async def test(sessions: Sessions, kernels: Kernels) -> None:
        assert await sessions.take_room()
        sessions.begin("a")
        asyncio.get_running_loop().call_later(SOON, sessions.end, "a")
        async with asyncio.timeout(LATER):
            assert not await sessions.while_it_lasts("a", asyncio.sleep(10 * LATER))

    run(test)


def test_what_goes_wrong_for_a_session_is_told() -> None:
    async def test(sessions: Sessions, kernels: Kernels) -> None:
        async def fail() -> None:
            raise ConnectionError

        assert await sessions.take_room()
        sessions.begin("a")
        with pytest.raises(ConnectionError):
            await sessions.while_it_lasts("a", fail())

    run(test)
