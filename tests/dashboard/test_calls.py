"""Calls beside the page: which answers are delivered, and what becomes of the others."""

import asyncio
from collections.abc import Callable, Coroutine
from threading import Event
from typing import Any

import pytest

from lib.dashboard.calls import WORKERS, Calls
from lib.dashboard.frame import make_arrival
from lib.dashboard.state import PageState
from lib.serving.api import ApiFault, ApiProblem, ApiUnreachable
from lib.serving.wire import Problem

UNREACHABLE = ApiUnreachable("the API", "it is there", "start it")
REFUSED = ApiProblem(400, Problem(offender="age", rule="is known", remedy="drop it"))


def run(visit: Callable[[Calls, list], Coroutine[Any, Any, None]]) -> list:
    """Give what a visit notes."""
    notes: list = []

    async def start() -> None:
        calls = Calls(PageState())
        await visit(calls, notes)
        await calls.finish()

    asyncio.run(start())
    return notes


def fail(fault: Exception) -> Callable[[], None]:
    def call() -> None:
        raise fault

    return call


def test_a_call_out_of_date_before_its_turn_is_not_run() -> None:
    async def visit(calls: Calls, ran: list) -> None:
        busy = Event()
        for number in range(WORKERS):
            calls.run(f"slow {number}", lambda: busy.wait(10), print)
        for number in range(3):
            calls.run("file", lambda number=number: ran.append(number), lambda _: None)
        busy.set()

    assert run(visit) == [2]


def test_a_dropped_call_is_not_delivered_and_its_fault_is_forgotten() -> None:
    state = PageState()
    calls = Calls(state)
    calls.run("file", fail(UNREACHABLE), print)
    calls.run("card", fail(REFUSED), print)
    calls.drop("file")
    assert state.faults == {"card": REFUSED}

    async def visit(calls: Calls, told: list) -> None:
        calls.run("file", lambda: 1, told.append)
        calls.drop("file")

    assert run(visit) == []


def test_a_fault_stays_until_the_call_succeeds() -> None:
    state, faults = PageState(), []
    calls = Calls(state)
    calls.run("file", fail(REFUSED), print, failed=faults.append)
    assert (state.faults, faults) == ({"file": REFUSED}, [REFUSED])
    calls.run("file", lambda: 1, lambda _: None)
    assert state.faults == {}


def test_an_error_that_nobody_foresaw_ends_the_waiting_and_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    faults: list[ApiFault] = []
    Calls(PageState()).run("file", fail(ZeroDivisionError()), print, failed=faults.append)
    assert "ZeroDivisionError" in str(faults[0])
    assert "ZeroDivisionError" in caplog.text


class TestRetry:
    def test_only_what_was_not_reached_and_may_be_repeated_is_repeated(self) -> None:
        asked: list[str] = []
        calls = Calls(PageState())

        def ask(name: str, fault: ApiFault, retried: bool) -> None:
            def call() -> None:
                asked.append(name)
                raise fault

            calls.run(name, call, print, retried=retried)

        ask("card", UNREACHABLE, retried=True)
        ask("found", REFUSED, retried=True)
        ask("decide", UNREACHABLE, retried=False)
        asked.clear()
        calls.retry()
        assert asked == ["card"]

    def test_it_comes_by_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("lib.dashboard.calls.RETRY_SECONDS", 0.01)

        async def visit(calls: Calls, told: list) -> None:
            answers = iter([UNREACHABLE, UNREACHABLE, None])
            there = asyncio.Event()

            def call() -> str:
                if fault := next(answers):
                    raise fault
                return "card"

            def done(answer: str) -> None:
                told.append(answer)
                there.set()

            calls.run("card", call, done, retried=True)
            await asyncio.wait_for(there.wait(), 10)

        assert run(visit) == ["card"]

    def test_an_answer_brings_what_was_missed_before(self) -> None:
        told: list[str] = []
        calls = Calls(PageState())
        faults = iter([UNREACHABLE])

        def call() -> str:
            for fault in faults:
                raise fault
            return "card"

        calls.run("card", call, told.append, retried=True)
        calls.run("file", lambda: "file", told.append)
        assert told == ["file", "card"]


class TestWaiting:
    def test_of_many_calls_in_short_time_only_the_last_is_made(self) -> None:
        async def visit(calls: Calls, asked: list) -> None:
            made = asyncio.Event()
            for number in range(5):
                calls.run("what_if", lambda number=number: number, lambda _: made.set(), wait=60.0)
            calls.run("what_if", lambda: asked.append("last"), lambda _: made.set(), wait=0.01)
            await made.wait()

        assert run(visit) == ["last"]

    def test_an_answer_to_what_was_asked_before_is_still_shown_meanwhile(self) -> None:
        async def visit(calls: Calls, told: list) -> None:
            there = asyncio.Event()
            calls.run("what_if", lambda: "first", lambda one: (told.append(one), there.set()))
            calls.run("what_if", lambda: "second", told.append, wait=60.0)
            await there.wait()
            calls.drop("what_if")

        assert run(visit) == ["first"]

    def test_what_is_dropped_while_it_waits_is_not_made(self) -> None:
        async def visit(calls: Calls, asked: list) -> None:
            calls.run("what_if", lambda: asked.append(1), print, wait=0.001)
            calls.drop("what_if")
            await asyncio.sleep(0.02)

        assert run(visit) == []

    def test_without_an_event_loop_nothing_waits(self) -> None:
        told: list[int] = []
        Calls(PageState()).run("what_if", lambda: 1, told.append, wait=60.0)
        assert told == [1]


class TestBrowser:
    """What is sent to a browser that does not listen yet is lost."""

    @pytest.mark.parametrize("preheated", ["True", "False"])
    def test_answers_wait_until_it_listens(
        self, monkeypatch: pytest.MonkeyPatch, preheated: str
    ) -> None:
        monkeypatch.setenv("VOILA_PREHEAT", preheated)

        async def visit(calls: Calls, told: list) -> None:
            arrival = make_arrival(calls)
            calls.hold_until_browser()
            for name in ("card", "file"):
                calls.run(name, lambda name=name: name, told.append)
            await calls.finish()
            told.append("listens")
            arrival.click()

        assert sorted(run(visit)[1:]) == ["card", "file"]
        assert run(visit)[0] == "listens"

    def test_of_two_answers_under_one_name_only_the_newest_is_delivered(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("VOILA_PREHEAT", "True")

        async def visit(calls: Calls, told: list) -> None:
            calls.hold_until_browser()
            for number in (1, 2):
                calls.run("file", lambda number=number: number, told.append)
            await calls.finish()
            calls.release()

        assert run(visit) == [2]

    def test_a_notebook_listens_from_the_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("VOILA_PREHEAT", raising=False)

        async def visit(calls: Calls, told: list) -> None:
            calls.hold_until_browser()
            calls.run("card", lambda: "card", told.append)

        assert run(visit) == ["card"]

    def test_the_button_is_not_to_be_seen(self) -> None:
        assert make_arrival(Calls(PageState())).layout.display == "none"
