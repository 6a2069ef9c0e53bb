"""Scores all clients of a file or folder of features, part by part, into a folder of parts."""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from lib.decision import InvalidInput
from lib.features.workshop import put_in_place, workshop
from lib.portfolio.batch.parts import (
    Ask,
    Part,
    identity_of,
    is_finished,
    is_scores,
    parts_of,
    write_part,
)
from lib.scoring.scorer import Scorer


@dataclass(frozen=True)
class ScoringReport:
    """What was scored.

    Parameters
    ----------
    output : Path
        The folder of the parts.
    clients : int
        In all parts.
    parts, resumed : int
        How many there are, and how many of them an earlier run had finished.
    seconds : float
        Wall time.
    """

    output: Path
    clients: int
    parts: int
    resumed: int
    seconds: float


def score_features(
    features: Path,
    scorer_folder: Path,
    tag: str,
    output: Path,
    explained: bool = False,
    on_spark: bool = False,
    threads: int | None = None,
    progress: bool = True,
) -> ScoringReport:
    """Score all clients of a file or folder of features.

    Parameters
    ----------
    features : Path
        A Parquet file of features, or a folder of such files.
    scorer_folder : Path
        Where the scorer was saved.
    tag : str
        Its tag in the store.
    output : Path
        Folder of Parquet files, in the order of the clients: ``client_id``,
        ``default_probability``, ``decision``, ``review_notes`` and, where they are asked for,
        ``reasons``. It appears, and takes the place of earlier scores, when it is complete.
    explained : bool
        Whether refusals come with their reasons: see `lib.portfolio.scores`.
    on_spark : bool
        Score in the executors of Spark, which must see the same folders; else on this machine.
    threads : int, optional
        How many parts are scored side by side on this machine; by default one a core.
    progress : bool
        Whether to draw a bar on the error stream.

    Returns
    -------
    ScoringReport

    Raises
    ------
    InvalidInput
        If the features cannot be scored, Spark is not installed, there is something else at the
        output's path than scores, or another run is writing them.

    Notes
    -----
    Memory is that of a few batches of clients a thread. A run that failed goes on with the parts
    that it did not finish, if scorer, features, code and what is asked are still the same.
    """
    start = time.perf_counter()
    scorer, ask = Scorer.load(scorer_folder), Ask(tag, explained)
    parts = parts_of(features, scorer, identity_of(scorer_folder, ask))
    _check_place(output)
    clients = sum(part.clients for part in parts)
    if _is_complete(output, parts):
        return ScoringReport(output, clients, len(parts), len(parts), time.perf_counter() - start)
    with workshop(output) as folder:
        missing = _prepare(folder, parts)
        resumed = len(parts) - len(missing)
        if on_spark:
            from lib.portfolio.batch.spark import score_on_spark

            score_on_spark(missing, scorer_folder, ask, folder, progress)
        else:
            done = score_here(missing, scorer, ask, folder, threads or os.cpu_count() or 1)
            _watch(done, clients, clients - sum(part.clients for part in missing), progress)
        put_in_place(folder, output)
    return ScoringReport(output, clients, len(parts), resumed, time.perf_counter() - start)


def score_here(
    parts: Sequence[Part], scorer: Scorer, ask: Ask, folder: Path, threads: int
) -> Iterator[int]:
    """Score parts in threads of this process; give the clients of each part as it ends.

    What takes long (reading Parquet, the trees, NumPy) lets other threads run meanwhile.
    """
    with ThreadPoolExecutor(threads) as pool:
        futures = [pool.submit(write_part, part, scorer, ask, folder) for part in parts]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _watch(done: Iterator[int], clients: int, resumed: int, shown: bool) -> None:
    with tqdm(
        total=clients,
        initial=resumed,
        disable=not shown,
        unit=" clients",
        unit_scale=True,
        file=sys.stderr,
        mininterval=0.5,
    ) as bar:
        for count in done:
            bar.update(count)


def _check_place(output: Path) -> None:
    """Refuse to put scores in the place of something else."""
    if not output.exists() and not output.is_symlink():
        return
    if not output.is_dir() or not all(is_scores(path) for path in output.iterdir()):
        raise InvalidInput(
            str(output), "it is a folder of earlier scores, or nothing yet", "choose another OUT"
        )


def _is_complete(output: Path, parts: Sequence[Part]) -> bool:
    names = {path.name for path in output.iterdir()} if output.is_dir() else set()
    return names == {part.name for part in parts} and all(is_finished(p, output) for p in parts)


def _prepare(folder: Path, parts: Sequence[Part]) -> list[Part]:
    """Throw away what is no part of these scores; give the parts that are still to be made."""
    finished = {part.name for part in parts if is_finished(part, folder)}
    for path in folder.iterdir():
        if path.name not in finished:
            path.unlink()
    return [part for part in parts if part.name not in finished]
