"""The real store, in processes of their own: BentoML reads where its home is once."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from lib.scoring import Scorer

DRIVER = """
import json, sys
from pathlib import Path
import pyarrow.parquet as pq
from lib.scoring import Scorer, store

clients = pq.read_table(sys.argv[1])
for name, *force in (line.split() for line in sys.argv[2:]):
    outcome = store.promote(Scorer.load(Path(name)), clients, force=bool(force))
    loaded = store.load_scorer(outcome.tag)
    print(json.dumps({**vars(outcome), "candidate": loaded.card.candidate}))
"""


@pytest.fixture
def saved(scorers: dict[str, Scorer], world: pa.Table, tmp_path: Path) -> Path:
    import pyarrow.parquet as pq

    known = world.filter(world.column("target").is_valid()).rename_columns(
        ["defaulted" if name == "target" else name for name in world.column_names]
    )
    pq.write_table(known, tmp_path / "test.parquet")
    for kind, scorer in scorers.items():
        scorer.save(tmp_path / kind)
    # Refuses nobody: certainly worse than any that tells clients apart.
    lax = replace(scorers["lightgbm"], card=replace(scorers["lightgbm"].card, threshold=1.0))
    lax.save(tmp_path / "lax")
    return tmp_path


def promote(home: Path, *arguments: str) -> list[dict]:
    ended = subprocess.run(
        [sys.executable, "-c", DRIVER, "test.parquet", *arguments],
        cwd=home,
        env={**os.environ, "BENTOML_HOME": str(home / "store"), "BENTOML_DO_NOT_TRACK": "True"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_the_cheaper_scorer_takes_the_place_and_keeps_it(saved: Path) -> None:
    first, worse, better, same, forced = promote(
        saved, "lax", "lax", "lightgbm", "lightgbm", "lax force"
    )
    assert first["promoted"]
    assert first["cost_in_place"] is None
    assert (worse["promoted"], worse["tag"]) == (False, first["tag"])
    assert "not better" in worse["reason"].lower()
    assert better["promoted"]
    assert better["cost"] < better["cost_in_place"]
    assert first["tag"] in better["reason"]
    assert (same["promoted"], same["tag"]) == (False, better["tag"])
    assert forced["promoted"]
    assert "forced" in forced["reason"].lower()


def test_a_store_without_the_scorer_says_so(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "from lib.scoring import store; store.load_scorer()"],
        env={**os.environ, "BENTOML_HOME": str(tmp_path), "BENTOML_DO_NOT_TRACK": "True"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "scorer credit_scorer:latest: it is in the BentoML store" in ended.stderr
