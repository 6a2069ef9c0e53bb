"""The server as a program: what it logs."""

import logging

import pytest

from lib.dashboard.server.app import Dashboard


@pytest.mark.parametrize(("level", "is_made"), [("INFO", False), ("DEBUG", True)])
def test_no_record_is_made_that_is_not_written(level: str, is_made: bool) -> None:
    server = Dashboard(log_level=level)
    assert server.log.isEnabledFor(logging.DEBUG) is is_made
    assert server.log.isEnabledFor(logging.INFO)
