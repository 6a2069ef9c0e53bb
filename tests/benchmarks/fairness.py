"""What one caller feels of another's work: ``python -m tests.benchmarks.fairness``.

One worker serves the scorer that `make model` has put in the store. A caller asks `/score`, one
call after the other: first alone, then while another one has sent 40 applications with long
histories at once. The last line is one JSON object, times in milliseconds; `most_passed` is the
largest number of those applications that were answered while one call to `/score` was under way.
"""

import os
import tempfile
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from lib.serving.endpoints import EXAMPLE_APPLICATION
from lib.serving.http.keys import Key, Role
from tests.benchmarks.measurement import percentile, times_of
from tests.benchmarks.report import print_figures, print_table
from tests.serving.load import Caller, Reply, as_json
from tests.serving.server import PROJECT, Served, serve

APPLICATIONS = 40
# Of a client of many years; the largest histories of the competition have some hundred.
INSTALMENTS = 2_000
CALLS_ALONE = 200
PATIENT, HASTY = "a key of a patient caller", "a key of a hasty caller"
SCORE = as_json({"clients": [{"features": {"age_years": 40}}]})
# One worker, so that nobody is served by one that the other caller does not know.
SETTINGS = {
    "BENTOML_CONFIG_OPTIONS": "services.credit_scoring.workers=1",
    "SCORING_API_KEYS": " ".join(
        str(Key.from_secret(name, Role.SCORING, secret))
        for name, secret in (("patient", PATIENT), ("hasty", HASTY))
    ),
    "SCORING_PORTFOLIO_NEEDED": "false",
}


@dataclass(frozen=True)
class Call:
    """One call of the patient caller.

    Parameters
    ----------
    reply : Reply
        What came of it.
    passed : int
        Applications of the other caller that were answered while it was under way.
    """

    reply: Reply
    passed: int


def large_application() -> bytes:
    """Write an application with a long history."""
    (instalment,) = EXAMPLE_APPLICATION["installments_payments"]
    history = [
        {**instalment, "NUM_INSTALMENT_NUMBER": number + 1, "DAYS_INSTALMENT": -2 - number}
        for number in range(INSTALMENTS)
    ]
    return as_json({**EXAMPLE_APPLICATION, "installments_payments": history})


def patient_caller(served: Served) -> Caller:
    """Give the connection of who asks one thing after the other."""
    return Caller(served.url, headers={"X-API-Key": PATIENT})


def calls_beside_applications(served: Served) -> tuple[list[Call], list[Reply]]:
    """Ask `/score` while another caller's applications are worked on; give what came of all."""
    body = large_application()
    answered: list[Reply] = []

    def apply(number: int) -> None:
        caller = Caller(served.url, headers={"X-API-Key": HASTY})
        answered.append(caller.ask(number, "/score_application", body))
        caller.close()

    calls: list[Call] = []
    caller = patient_caller(served)
    with ThreadPoolExecutor(APPLICATIONS) as pool:
        tasks = [pool.submit(apply, number) for number in range(APPLICATIONS)]
        wait(tasks, return_when=FIRST_COMPLETED)
        while len(answered) < APPLICATIONS:
            before = len(answered)
            reply = caller.ask(len(calls), "/score", SCORE)
            calls.append(Call(reply, len(answered) - before))
        for task in tasks:
            task.result()
    caller.close()
    return calls, answered


def main() -> None:
    """Measure, and print what was found."""
    home = Path(os.environ.get("BENTOML_HOME", PROJECT / ".bentoml"))
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with serve("service:CreditScoring", PROJECT, home, log, **SETTINGS) as served:
            caller = patient_caller(served)
            alone = times_of(lambda number: caller.ask(number, "/score", SCORE), CALLS_ALONE)
            began = time.perf_counter()
            calls, answered = calls_beside_applications(served)
            seconds = time.perf_counter() - began
    beside = [1000 * call.reply.seconds for call in calls]
    print_table(
        f"/score of one caller, and {APPLICATIONS} large applications of another",
        ("", "calls", "p50 ms", "p95 ms", "longest ms"),
        [
            (name, str(len(times)), *(f"{figure:.1f}" for figure in figures_of(times)))
            for name, times in (("alone", alone), ("beside them", beside))
        ],
    )
    print_figures(
        {
            "alone_p95_ms": percentile(alone, 95),
            "beside_p50_ms": percentile(beside, 50),
            "beside_p95_ms": percentile(beside, 95),
            "beside_most_ms": max(beside),
            "most_passed": max(call.passed for call in calls),
            "applications": sum(reply.outcome == 200 for reply in answered),
            "applications_s": seconds,
        }
    )


def figures_of(times: list[float]) -> tuple[float, float, float]:
    """Give the median of times, what 95 of 100 stay below, and the longest."""
    return percentile(times, 50), percentile(times, 95), max(times)


if __name__ == "__main__":
    main()
