import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from lib.decision import InvalidInput
from lib.features.workshop import folder_beside, put_in_place, workshop


@pytest.fixture
def output(tmp_path):
    return tmp_path / "features.parquet"


def test_what_a_run_leaves_is_there_for_the_next_one(output):
    with workshop(output) as folder:
        (folder / "part").write_text("1")
    with workshop(output) as folder:
        assert (folder / "part").read_text() == "1"


def test_of_a_run_that_leaves_nothing_nothing_is_left(output):
    with workshop(output) as folder:
        assert folder.is_dir()
    assert list(output.parent.iterdir()) == []


def test_one_run_at_a_time_writes_an_output(output):
    with workshop(output):
        rule = r"features\.parquet: one run at a time writes it"
        with pytest.raises(InvalidInput, match=rule), workshop(output):
            pytest.fail("there were two")
        with workshop(output.with_name("others.parquet")):
            pass
    with workshop(output):
        pass


def test_the_system_frees_what_a_killed_process_held(output):
    code = (
        "import pathlib, sys, time\n"
        "from lib.features.workshop import workshop\n"
        "with workshop(pathlib.Path(sys.argv[1])):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(600)\n"
    )
    command = [sys.executable, "-c", code, str(output)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(InvalidInput), workshop(output):
            pytest.fail("there were two")
        os.kill(other.pid, signal.SIGKILL)
    with workshop(output):
        pass


@pytest.mark.parametrize("end", ["it becomes the output", "it is removed"])
def test_the_next_run_has_a_folder_of_its_own_where_the_last_one_put_its_own_away(output, end):
    with workshop(output) as folder:
        (folder / "part").write_text("1")
        if end == "it is removed":
            remove_all(folder)
        else:
            put_in_place(folder, output)
    with workshop(output) as folder:
        assert folder == folder_beside(output)
        assert list(folder.iterdir()) == []


def remove_all(folder):
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def test_a_run_that_ends_leaves_the_folder_of_the_next_one(output):
    """The next one may begin as soon as the output is in its place."""
    with workshop(output) as folder:
        put_in_place(folder, output)
        following = workshop(output)
        folder = following.__enter__()
    assert folder.is_dir()
    with pytest.raises(InvalidInput), workshop(output):
        pytest.fail("there were two")
    following.__exit__(None, None, None)


def test_runs_that_begin_and_end_at_once_are_given_a_folder_or_refused(output):
    end = time.monotonic() + 1

    def run_again_and_again():
        held = 0
        while time.monotonic() < end:
            with suppress(InvalidInput), workshop(output) as folder:
                assert folder.is_dir()
                held += 1
        return held

    with ThreadPoolExecutor(4) as threads:
        runs = [threads.submit(run_again_and_again) for _ in range(4)]
        assert sum(run.result() for run in runs) > 0


def test_a_file_where_the_folder_should_be_is_an_error(output):
    folder_beside(output).touch()
    with pytest.raises(NotADirectoryError), workshop(output):
        pytest.fail("it is a file")


def test_whoever_opened_it_before_it_was_put_away_takes_the_new_one(output, monkeypatch):
    """Between opening and holding, the run of before ends."""
    opened = []
    real = os.open

    def open_and_put_away(path, *given):
        held = real(path, *given)
        if not opened:
            put_in_place(folder_beside(output), output)
        opened.append(path)
        return held

    monkeypatch.setattr(os, "open", open_and_put_away)
    with workshop(output) as folder:
        assert folder.is_dir()
        assert len(opened) == 2


def test_a_file_and_a_folder_take_each_others_place(output):
    finished = output.with_name("finished")
    for contents in ({"a.parquet": "1"}, None, {"b.parquet": "2"}, {"c.parquet": "3"}, None):
        if contents is None:
            finished.write_text("a file")
        else:
            finished.mkdir()
            for name, text in contents.items():
                (finished / name).write_text(text)
        put_in_place(finished, output)
        if contents is None:
            assert output.read_text() == "a file"
        else:
            assert {path.name: path.read_text() for path in output.iterdir()} == contents
        assert [path.name for path in output.parent.iterdir()] == [output.name]
