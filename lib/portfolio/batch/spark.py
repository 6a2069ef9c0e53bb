"""Scores parts of the clients in the executors of Spark.

The driver tells each task which part to score, and hears how many clients it had: features and
scores go between the executors and the disk. Scorer and code are shipped once to each executor, and
the scorer is loaded once in each of its Python workers. No module that is imported here may need
more than the Bento does.
"""

import os
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from lib.decision import InvalidInput
from lib.portfolio.batch.parts import SCORER_FILES, Ask, Part, write_part
from lib.scoring.scorer import Scorer

# What a task answers: the clients that it has scored, or what is wrong with them.
ANSWER = "number long, clients long, offender string, rule string, remedy string"
LIBRARY = Path(__file__).parents[2]


def score_on_spark(
    parts: Sequence[Part], scorer_folder: Path, ask: Ask, folder: Path, progress: bool
) -> None:
    """Score parts on the cluster that Spark's own configuration describes, a task each.

    Parameters
    ----------
    parts : sequence of Part
    scorer_folder : Path
        Where the scorer was saved.
    ask : Ask
    folder : Path
        Where the files of scores go; the executors must see it, and the features, too.
    progress : bool
        Whether Spark draws its bar.

    Raises
    ------
    InvalidInput
        If Spark is not installed, or the clients of a part cannot be scored.
    """
    if not parts:
        return
    session = _session(progress)
    try:
        with TemporaryDirectory(prefix="scorer-") as shipped:
            name = _ship(session.sparkContext, Path(shipped), scorer_folder)
            told = session.sparkContext.broadcast(tuple(parts))
            score = _task(told, name, ask, folder.resolve())
            numbers = session.range(0, len(parts), 1, len(parts))
            answers = numbers.mapInArrow(score, ANSWER).toArrow().to_pylist()
    finally:
        session.stop()
    for answer in answers:
        if answer["offender"] is not None:
            raise InvalidInput(answer["offender"], answer["rule"], answer["remedy"])


def _session(progress: bool) -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        remedy = "`make spark` installs it here; elsewhere install the extra `spark`"
        raise InvalidInput("ENGINE=pyspark", "its packages are installed", remedy) from error
    # Executors run this Python, or that which the operator names.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    shown = str(progress).lower()
    builder = SparkSession.builder.appName("scores")
    return builder.config("spark.ui.showConsoleProgress", shown).getOrCreate()


def _ship(context: Any, shipped: Path, scorer_folder: Path) -> str:
    """Give code and scorer to the executors; return the name under which they find the scorer."""
    name = shipped.name  # of this run alone: a session takes no second file of the same name
    code = shipped / f"lib-{name}.zip"
    with zipfile.ZipFile(code, "w", zipfile.ZIP_DEFLATED) as archive:
        for source in sorted(LIBRARY.rglob("*.py")):
            archive.write(source, source.relative_to(LIBRARY.parent))
    context.addPyFile(str(code))
    copy = shipped / "copy"
    copy.mkdir()
    for file in SCORER_FILES:
        if (scorer_folder / file).is_file():
            shutil.copy(scorer_folder / file, copy / file)
    packed = shutil.make_archive(str(shipped / name), "zip", copy)
    context.addArchive(f"{packed}#{name}")
    return name


def _task(
    parts: Any, name: str, ask: Ask, folder: Path
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Give what a task runs: numbers of parts → what came of each."""

    def score(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for number in batch["id"].to_pylist():
                yield _answer(parts.value[number], name, ask, folder)

    return score


def _answer(part: Part, name: str, ask: Ask, folder: Path) -> pa.RecordBatch:
    clients, fault = 0, dict.fromkeys(("offender", "rule", "remedy"))
    try:
        clients = write_part(part, _shipped_scorer(name), ask, folder)
    except InvalidInput as found:
        fault = {"offender": found.offender, "rule": found.rule, "remedy": found.remedy}
    columns = {"number": [part.number], "clients": [clients]}
    texts = {field: pa.array([text], pa.string()) for field, text in fault.items()}
    return pa.RecordBatch.from_pydict({**columns, **texts})


@lru_cache(maxsize=1)
def _shipped_scorer(name: str) -> Scorer:
    """Load the scorer once in each Python worker."""
    from pyspark import SparkFiles

    return Scorer.load(Path(SparkFiles.get(name)))
