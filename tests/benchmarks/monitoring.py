"""What the monitoring takes at full size, and whether it names what has moved.

``python -m tests.benchmarks.monitoring`` holds 348 features of 300,000 clients against a reference,
with a shift in one of them, and draws 400 covariate shifts. Its last line is one JSON object.
"""

import resource
import sys
import time
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from lib.monitoring.distributions import drift
from lib.scoring.card import Distribution
from lib.training.evidence.reference import distribution_of_number
from tests.benchmarks.report import print_figures, print_table
from tests.monitoring.shifts import covariate_shifts

FEATURES, CLIENTS, REFERENCE = 348, 300_000, 60_000
SHIFTED = 123
SHIFTS = 400
KIB_A_GIB = 2**20


def column(place: int, clients: int, seed: int, shift: float = 0.0) -> np.ndarray:
    """Give one feature: amounts, counts and scores by turns, a tenth of it missing."""
    random = np.random.default_rng([place, seed])
    kinds = (
        lambda: random.lognormal(12 + shift, 0.6, clients),
        lambda: random.poisson(2 + shift, clients).astype(float),
        lambda: np.clip(random.normal(0.5 + shift / 5, 0.2, clients), 0, 1),
    )
    values = kinds[place % len(kinds)]()
    values[random.random(clients) < 0.1] = np.nan
    return values


def columns() -> Iterator[tuple[str, pa.ChunkedArray]]:
    """Give the columns of now, with a shift in one."""
    for place in range(FEATURES):
        shift = 0.5 if place == SHIFTED else 0.0
        yield (
            f"feature_{place}",
            pa.chunked_array([pa.array(column(place, CLIENTS, 1, shift), pa.float32())]),
        )


def reference() -> list[Distribution]:
    """Count the reference, a feature at a time."""
    return [
        distribution_of_number(f"feature_{place}", column(place, REFERENCE, 0))
        for place in range(FEATURES)
    ]


def main() -> int:
    """Measure, print, and say whether it is within what is asked."""
    before, now = reference(), dict(columns())
    began = time.perf_counter()
    table = drift(before, now)
    seconds = time.perf_counter() - began
    named = table.loc[(table["p_value"] < 0.05) & (table["psi"] >= 0.1), "feature"].tolist()
    peak_gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_A_GIB
    within = sum(shift.within for shift in covariate_shifts(SHIFTS, seed=15))
    print_table(
        "Monitoring at full size",
        ["what", "found", "asked"],
        [
            (f"{FEATURES} features of {CLIENTS:,} clients, seconds", f"{seconds:.1f}", "30"),
            ("peak memory, GiB", f"{peak_gib:.2f}", "2"),
            ("named, of one that has moved", ", ".join(named), f"feature_{SHIFTED}"),
            ("shifts within the 95 % interval, of 100", f"{100 * within / SHIFTS:.1f}", "93"),
        ],
    )
    told = {
        "seconds": seconds,
        "peak_gib": peak_gib,
        "named": named,
        "within_of_100": 100 * within / SHIFTS,
    }
    print_figures(told)
    fits = seconds <= 30 and peak_gib <= 2 and named == [f"feature_{SHIFTED}"]
    return 0 if fits and 100 * within / SHIFTS >= 93 else 1


if __name__ == "__main__":
    sys.exit(main())
