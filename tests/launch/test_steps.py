"""A step runs once, and again only when something that it depends on has changed."""

from functools import partial
from pathlib import Path

import pytest

from lib.decision import InvalidInput
from lib.launch.steps import Step, perform


def _append(path: Path) -> None:
    path.write_text(path.read_text() + "x" if path.exists() else "x")


def _step(path: Path, version: int = 1) -> Step:
    return Step("write it", (path,), {"version": version}, partial(_append, path))


def test_a_finished_step_is_reused(tmp_path: Path) -> None:
    output = tmp_path / "output"
    first = perform(_step(output), tmp_path)
    second = perform(_step(output), tmp_path)
    assert (first.reused, second.reused) == (False, True)
    assert output.read_text() == "x"
    assert second.seconds == pytest.approx(first.seconds)


def test_it_runs_again_when_what_it_depends_on_changes(tmp_path: Path) -> None:
    output = tmp_path / "output"
    perform(_step(output), tmp_path)
    assert not perform(_step(output, version=2), tmp_path).reused
    assert output.read_text() == "xx"


def test_it_runs_again_when_its_output_is_gone(tmp_path: Path) -> None:
    output = tmp_path / "output"
    perform(_step(output), tmp_path)
    output.unlink()
    assert not perform(_step(output), tmp_path).reused


def test_a_half_written_stamp_counts_as_none(tmp_path: Path) -> None:
    output = tmp_path / "output"
    perform(_step(output), tmp_path)
    (tmp_path / "write_it.json").write_text('{"finger')
    assert not perform(_step(output), tmp_path).reused


def test_a_failed_step_is_not_stamped(tmp_path: Path) -> None:
    def fail() -> None:
        raise RuntimeError

    output = tmp_path / "output"
    perform(_step(output), tmp_path)
    with pytest.raises(RuntimeError):
        perform(Step("write it", (output,), {"version": 2}, fail), tmp_path)
    assert not perform(_step(output), tmp_path).reused


def test_a_step_that_leaves_nothing_is_refused_by_name(tmp_path: Path) -> None:
    step = Step("idle", (tmp_path / "never",), {}, lambda: None)
    with pytest.raises(InvalidInput, match="never"):
        perform(step, tmp_path)
