"""A step runs once, and again only when what it depends on or what it wrote has changed."""

from functools import partial
from pathlib import Path

import pytest

from lib.decision import InvalidInput
from lib.launch.chain import Chain, describe_steps
from lib.launch.steps import Step, content_hashes, perform


def _append(path: Path) -> None:
    path.write_text(path.read_text() + "x" if path.exists() else "x")


def _step(path: Path, version: int = 1) -> Step:
    return Step("write it", lambda: [path], {"version": version}, partial(_append, path))


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """What the step has written."""
    path = tmp_path / "output"
    perform(_step(path), tmp_path)
    return path


def test_a_finished_step_is_reused(tmp_path: Path) -> None:
    output = tmp_path / "output"
    first = perform(_step(output), tmp_path)
    second = perform(_step(output), tmp_path)
    assert (first.reused, second.reused) == (False, True)
    assert output.read_text() == "x"
    assert second.seconds == pytest.approx(first.seconds)
    assert second.result == first.result


def test_it_runs_again_when_what_it_depends_on_changes(tmp_path: Path, output: Path) -> None:
    assert not perform(_step(output, version=2), tmp_path).reused
    assert output.read_text() == "xx"


def test_it_runs_again_when_its_output_is_gone(tmp_path: Path, output: Path) -> None:
    output.unlink()
    assert not perform(_step(output), tmp_path).reused


def test_it_runs_again_when_another_has_written_its_output(tmp_path: Path, output: Path) -> None:
    output.write_text("y")
    assert not perform(_step(output), tmp_path).reused
    assert perform(_step(output), tmp_path).reused


def test_its_output_may_be_written_again_by_the_same(tmp_path: Path, output: Path) -> None:
    output.write_text(output.read_text())
    assert perform(_step(output), tmp_path).reused


def test_every_file_of_a_folder_counts(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    file = tmp_path / "inner" / "file"
    file.write_text("x")
    before = content_hashes([tmp_path])
    file.write_text("y")
    changed = content_hashes([tmp_path])
    (tmp_path / "another").touch()
    assert list(before) == [str(file)]
    assert before != changed
    assert len(content_hashes([tmp_path])) == 2
    assert content_hashes([tmp_path / "none"]) == {}


def test_the_next_step_depends_on_what_this_one_wrote(tmp_path: Path, output: Path) -> None:
    before = perform(_step(output), tmp_path).result
    output.write_text("y")
    assert perform(_step(output), tmp_path).result != before


@pytest.mark.parametrize("stamp", ['{"finger', "[]", '{"fingerprint": "of an older version"}'])
def test_a_stamp_that_cannot_be_read_counts_as_none(
    tmp_path: Path, output: Path, stamp: str
) -> None:
    (tmp_path / "write_it.json").write_text(stamp)
    assert not perform(_step(output), tmp_path).reused


def test_a_failed_step_is_not_stamped(tmp_path: Path, output: Path) -> None:
    def fail() -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        perform(Step("write it", lambda: [output], {"version": 2}, fail), tmp_path)
    assert not perform(_step(output), tmp_path).reused


def test_a_step_that_leaves_nothing_is_refused_by_name(tmp_path: Path) -> None:
    step = Step("idle", lambda: [tmp_path / "never"], {}, lambda: None)
    with pytest.raises(InvalidInput, match="never"):
        perform(step, tmp_path)


@pytest.fixture
def chain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Chain:
    """A chain that has left a few files."""
    monkeypatch.setenv("BENTOML_HOME", str(tmp_path / "store"))
    chain = Chain(data=tmp_path / "data")
    for path in (
        chain.selection / "scorer.json",
        chain.selection / "test_set.parquet",
        chain.selection / "study.db",
        tmp_path / "store" / "models" / "credit_scorer" / "first" / "scorer.json",
        chain.portfolio,
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("as written")
    (tmp_path / "store" / "models" / "credit_scorer" / "latest").write_text("first")
    return chain


def _outputs(chain: Chain, key: str) -> dict[str, str]:
    return content_hashes(describe_steps(chain, chain.runs)[key].outputs())


def test_a_selection_by_other_hands_is_noticed_but_not_a_study_that_grows(chain: Chain) -> None:
    before = _outputs(chain, "selection")
    assert len(before) == 2
    (chain.selection / "study.db").write_text("one more trial")
    (chain.selection / "study.db-journal").write_text("one more trial")
    assert _outputs(chain, "selection") == before
    (chain.selection / "scorer.json").write_text("of other costs")
    assert _outputs(chain, "selection") != before


def test_another_scorer_in_place_is_noticed(chain: Chain, tmp_path: Path) -> None:
    before = _outputs(chain, "scorer")
    assert len(before) == 2
    scorers = tmp_path / "store" / "models" / "credit_scorer"
    (scorers / "second").mkdir()
    (scorers / "second" / "scorer.json").write_text("as written")
    assert _outputs(chain, "scorer") == before
    (scorers / "latest").write_text("second")
    assert _outputs(chain, "scorer") != before
