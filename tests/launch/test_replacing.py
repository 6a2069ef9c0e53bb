"""A challenger is kept, objected to, given the place and rolled back, by the commands."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.features.workshop import workshop
from lib.launch.chain import Chain
from lib.launch.notebooks import NOTEBOOKS, execute
from lib.launch.retraining import Retrained
from lib.portfolio.file import ScoredBy
from lib.scoring.scorer import Scorer
from lib.scoring.split import SPLIT
from lib.serving.journal import Journal
from tests.monitoring.test_challenge import at, tell
from tests.scoring.conftest import scorers, world
from tests.scoring.world import clients
from tests.serving.server import PROJECT, save_in_store

__all__ = ["scorers", "world"]

TEST_SHARE = 0.5


def set_aside(scorer: Scorer) -> Scorer:
    card = scorer.card.model_copy(update={"split": SPLIT, "test_share": TEST_SHARE, "rivals": ()})
    return replace(scorer, card=card)


@pytest.fixture
def elsewhere(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    scorers: dict[str, Scorer],
    world: pa.Table,
) -> Path:
    """A project's folder after `make model` and the search of `make retrain`.

    The scorer in place grants everybody: the challenger surely costs less.
    """
    (tmp_path / "notebooks").symlink_to(PROJECT / "notebooks")
    for name in list(os.environ):
        if name.startswith("SCORING_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("BENTOML_HOME", str(tmp_path / ".bentoml"))
    monkeypatch.chdir(tmp_path)
    lax = set_aside(at(scorers["lightgbm"], 1.0))
    save_in_store(tmp_path / ".bentoml", lax, tmp_path)
    retrained = Retrained(Chain(), "data/journal.sqlite")
    retrained.folder.mkdir(parents=True)
    pq.write_table(world, Chain().features)
    pq.write_table(world, retrained.table)
    set_aside(scorers["lightgbm"]).save(retrained.selection)
    known = world.filter(world["target"].is_valid())
    test_set = known.select(["client_id", "target"]).rename_columns(["client_id", "defaulted"])
    pq.write_table(test_set, retrained.selection / "test_set.parquet")
    return tmp_path


def ended(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lib.launch", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def run(*arguments: str) -> str:
    done = ended(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def latest(name: str = "credit_scorer") -> str:
    version = (Path(".bentoml/models") / name / "latest").read_text()
    return f"{name}:{version}"


def told(folder: Path) -> str:
    """Read the sentence by which notebook 03 says what came of it."""
    (copy,) = folder.glob("*/03_save_scorer.ipynb")
    texts = [
        "".join(output.data["text/markdown"])
        for cell in nbformat.read(copy, as_version=4).cells
        for output in cell.get("outputs", ())
        if "text/markdown" in output.get("data", {})
    ]
    copy.unlink()
    return "\n".join(texts)


def scored_by(portfolio: str = "data/portfolio.parquet") -> ScoredBy | None:
    return ScoredBy.told_by(pq.read_schema(portfolio).metadata)


@pytest.mark.timeout(1200)
def test_a_challenger_goes_its_way(
    elsewhere: Path, scorers: dict[str, Scorer], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = latest()
    retrained = Retrained(Chain(), "data/journal.sqlite")
    keeping = retrained.notebook_parameters()["03_save_scorer"]
    execute(NOTEBOOKS / "03_save_scorer.ipynb", Path("runs/kept/03_save_scorer.ipynb"), keeping)
    words = told(Path("runs"))
    challenger = latest("credit_challenger")
    assert latest() == before
    assert scored_by() == ScoredBy(before, 1.0)
    assert f"**In place: {before}.** Kept as {challenger}, which serves nobody: it costs" in words
    assert "**granted before, refused now**" in words
    assert "**refused before, granted now**: none" in words
    assert "starting point and threshold" in words
    assert "No scorer of the store has scored silently" in words

    # It would have refused good clients, of whom the one in place granted all.
    journal = Journal("data/journal.sqlite")
    strangers = clients(300, seed=8)
    numbers = pa.array(range(900_001, 900_301), pa.int64())
    came = strangers.set_column(0, "client_id", numbers).filter(
        pa.array(strangers["target"].fill_null(1).to_numpy() == 0)
    )
    pair = at(scorers["lightgbm"], 1.0), at(scorers["lightgbm"], 0.0001)
    tell(journal, pair, came, tags=(before, challenger))
    journal.close()
    run("promote")
    words = told(Path("runs"))
    assert "That objects to a promotion." in words
    assert "Not saved: on outcomes of scores that both gave it costs 1.0000 a client" in words
    assert latest() == before

    (elsewhere / "data/journal.sqlite").rename("data/another.sqlite")
    (elsewhere / "data/journal.sqlite.keys").rename("data/another.sqlite.keys")
    monkeypatch.setenv("SCORING_PORTFOLIO", "served/known.parquet")
    page = run("promote", "--challenger", challenger)
    assert "what came of it, and what changes for whom: runs/" in page
    words = told(Path("runs"))
    promoted = challenger.replace("credit_challenger", "credit_scorer")
    assert latest() == promoted
    assert f"**In place: {promoted}.** Surely better: it costs" in words
    assert "0 clients whose outcome came" in words
    # The file that the API reads is scored by it, wherever it is.
    served = "served/known.parquet"
    assert scored_by(served) == ScoredBy(promoted, scorers["lightgbm"].threshold)
    assert scored_by() == ScoredBy(before, 1.0)

    # One that fails has changed nothing: it is repeated by the same command.
    with workshop(Path(served)):
        failed = ended("rollback")
    assert failed.returncode == 1
    assert f"{served}: one run at a time writes it" in failed.stderr
    assert latest() == promoted
    # Features are a folder where Spark has written them.
    pq.write_table(pq.read_table(Chain().features), "part-00000.parquet")
    Chain().features.unlink()
    Chain().features.mkdir()
    Path("part-00000.parquet").rename(Chain().features / "part-00000.parquet")
    assert f"✓ {before} has the place of {promoted}" in run("rollback")
    assert latest() == before
    assert scored_by(served) == ScoredBy(before, 1.0)


def test_a_table_of_another_challenger_is_none(elsewhere: Path) -> None:
    failed = ended("promote", "--challenger", "credit_challenger:none")
    assert failed.returncode == 1
    assert "scorer credit_challenger:none: it is in the store; run `make retrain`" in failed.stderr
