"""Calls beside the page: which answers are delivered, and what becomes of the others."""

import asyncio
from threading import Event

import pytest

from lib.dashboard.errands import WORKERS, Errands
from lib.serving.api import ApiFault


def test_an_errand_out_of_date_before_its_turn_is_not_run() -> None:
    async def visit() -> list[int]:
        errands, busy, ran = Errands(), Event(), []
        for number in range(WORKERS):
            errands.run(f"slow {number}", lambda: busy.wait(10), print, print)
        for number in range(3):
            errands.run("file", lambda number=number: ran.append(number), lambda _: None, print)
        busy.set()
        await errands.finish()
        return ran

    assert asyncio.run(visit()) == [2]


def test_an_error_that_nobody_foresaw_ends_the_waiting_and_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def break_down() -> None:
        raise ZeroDivisionError

    async def visit() -> list[ApiFault]:
        errands, faults = Errands(), []
        errands.run("file", break_down, print, faults.append)
        await errands.finish()
        return faults

    [fault] = asyncio.run(visit())
    assert "ZeroDivisionError" in str(fault)
    assert "ZeroDivisionError" in caplog.text


def test_answers_held_back_come_in_their_order_once_released() -> None:
    async def visit() -> tuple[list[str], list[str]]:
        errands, told = Errands(), []
        errands.hold()
        for name in ("card", "file"):
            errands.run(name, lambda name=name: name, told.append, print)
        await errands.finish()
        before = list(told)
        errands.release()
        return before, sorted(told)

    assert asyncio.run(visit()) == ([], ["card", "file"])


def test_of_two_answers_held_back_under_one_name_only_the_latest_is_delivered() -> None:
    async def visit() -> list[int]:
        errands, told = Errands(), []
        errands.hold()
        for number in (1, 2):
            errands.run("file", lambda number=number: number, told.append, print)
        await errands.finish()
        errands.release()
        return told

    assert asyncio.run(visit()) == [2]
