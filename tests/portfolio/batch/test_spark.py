"""Scores in bulk by Spark's executors are the local ones: `make test-spark`, which needs Java."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.portfolio.batch.score import score_features
from lib.scoring.scorer import Scorer
from tests.spark import Cluster, standalone_cluster

pytestmark = [pytest.mark.spark, pytest.mark.timeout(2400)]

FILES = 4
WORKERS = 2
TAG = "credit_scorer:tested"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A master and two workers, which are none of this process."""
    folder = tmp_path_factory.mktemp("cluster")
    with standalone_cluster(folder, WORKERS) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def home(scorers: dict[str, Scorer], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one scorer."""
    home = tmp_path_factory.mktemp("store")
    scorers["lightgbm"].save(home / "models" / TAG.replace(":", "/"))
    return home


@pytest.fixture
def features(world: pa.Table, tmp_path: Path) -> Path:
    """The clients of the world in a folder of files."""
    folder = tmp_path / "features"
    folder.mkdir()
    rows = len(world) // FILES
    for number in range(FILES):
        pq.write_table(world.slice(number * rows, rows), folder / f"part-{number}.parquet")
    return folder


def score_by_command(
    cluster: Cluster, home: Path, features: Path, output: Path
) -> subprocess.CompletedProcess[str]:
    """Score as an operator does, on both workers."""
    command = [
        *(sys.executable, "-m", "lib.launch", "score", "--engine", "pyspark"),
        *("--features", str(features), "--out", str(output), "--explain", "refusals"),
    ]
    settings = {"BENTOML_HOME": str(home), "SCORING_MODEL": TAG}
    environment = {**cluster.settings(WORKERS), **settings}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_executors_give_what_this_machine_gives_and_go_on_where_they_were(
    cluster: Cluster, home: Path, features: Path, world: pa.Table, tmp_path: Path
) -> None:
    last = features / f"part-{FILES - 1}.parquet"
    sound = pq.read_table(last)
    amounts = sound["credit_amount"].to_numpy().copy()
    amounts[0] = np.inf
    place = sound.column_names.index("credit_amount")
    pq.write_table(sound.set_column(place, "credit_amount", pa.array(amounts)), last)
    output = tmp_path / "scores"
    refused = score_by_command(cluster, home, features, output)
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].startswith("✗ feature credit_amount: a number lies")
    assert not output.exists()

    pq.write_table(sound, last)
    ended = score_by_command(cluster, home, features, output)
    assert ended.returncode == 0, ended.stderr
    assert f"{FILES - 1} of them from an earlier run" in ended.stdout
    assert len(cluster.executors()) == 2 * WORKERS, cluster.executors()  # of two applications

    here = score_features(
        features,
        home / "models" / TAG.replace(":", "/"),
        TAG,
        tmp_path / "here",
        explained=True,
        progress=False,
    )
    of_spark, of_here = pq.read_table(output), pq.read_table(here.output)
    assert of_spark["client_id"].equals(world["client_id"])
    assert of_spark.equals(of_here)
    assert of_spark.schema.metadata == of_here.schema.metadata
