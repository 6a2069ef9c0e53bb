"""Serves clients and measures it: ``python -m tests.benchmarks.serve_one_client FOLDER CALLS``.

The folder has ``compiled.json`` and ``records.json``; the figures are written as JSON.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from tests.benchmarks.absent import take_away

take_away("ibis", "pandas")


from lib.features.one_client import ClientFeatures, CompiledFeatures  # noqa: E402
from tests.benchmarks.measurement import percentile, timed, times_of  # noqa: E402


def main(folder: Path, calls: int) -> dict[str, float]:
    """Get ready, answer, and say what it took."""
    records = json.loads((folder / "records.json").read_text())
    text = (folder / "compiled.json").read_text()
    before = resident_mb()
    ready_ms, features = timed(lambda: ClientFeatures(CompiledFeatures.from_json(text)))
    ready = resident_mb()
    first_ms, _ = timed(lambda: features(records["median"]))
    figures = {"ready_ms": ready_ms, "first_ms": first_ms, "ready_mb": ready - before}
    for size, of_client in records.items():
        figures |= {f"{size}_{name}": ms for name, ms in answer(features, of_client, calls).items()}
    with ThreadPoolExecutor(2) as threads:
        both_ms, _ = timed(lambda: list(threads.map(features, [records["median"]] * calls)))
    return figures | {
        "two_threads_per_s": calls / both_ms * 1000,
        "process_mb": resident_mb(),
    }


def answer(features: ClientFeatures, records: Any, calls: int) -> dict[str, float]:
    """Measure calls one after the other."""
    start = time.process_time()
    times = times_of(lambda _: features(records), calls)
    cpu = (time.process_time() - start) / (calls + 1) * 1000
    return {"p50_ms": median(times), "p95_ms": percentile(times, 95), "cpu_ms": cpu}


def resident_mb() -> float:
    """Give the memory that this process holds."""
    return float(psutil.Process().memory_info().rss / 1e6)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))
