import threading

import pytest

from lib.features.behind import OneBehind


def refuse(why):
    raise ValueError(why)


def test_work_goes_on_while_the_next_is_prepared():
    prepared = threading.Event()
    with OneBehind() as behind:
        behind.do(prepared.wait, 60)
        prepared.set()
    assert prepared.is_set()


def test_an_error_is_raised_when_the_next_piece_comes():
    with OneBehind() as behind:
        behind.do(refuse, "disk is full")
        with pytest.raises(ValueError, match="disk is full"):
            behind.do(print)


def test_the_error_of_the_last_piece_is_raised_at_the_end():
    with pytest.raises(ValueError, match="disk is full"):
        write(refuse, lambda: None)


def test_an_error_of_ones_own_is_not_hidden_by_one_behind():
    with pytest.raises(ValueError, match="no more tables"):
        write(refuse, lambda: refuse("no more tables"))


def write(work, prepare):
    with OneBehind() as behind:
        behind.do(work, "disk is full")
        prepare()
