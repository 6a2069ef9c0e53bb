"""One step of the chain: run once, reused while nothing that it depends on has changed."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lib.decision import InvalidInput
from lib.launch.memory import PeakMemory


@dataclass(frozen=True)
class Step:
    """A step and what it depends on.

    Parameters
    ----------
    name : str
        What the step does, as the user reads it.
    outputs : tuple of Path
        What it leaves; all must exist for the step to be reused.
    depends_on : mapping
        Values (JSON) that change when the step has to run again: parameters, the code's hash, the
        fingerprint of the input, the stamp of the step before.
    run : callable
        Does the work; it writes its outputs whole or not at all.
    """

    name: str
    outputs: tuple[Path, ...]
    depends_on: Mapping[str, object]
    run: Callable[[], None]

    @property
    def fingerprint(self) -> str:
        """Hash of all that the step depends on."""
        text = json.dumps([self.name, dict(self.depends_on)], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class StepReport:
    """What a step took.

    Attributes
    ----------
    seconds : float
        Wall time; that of the run it stems from where the step was reused.
    peak_mib : float
        Highest resident memory of the process tree, in MiB.
    reused : bool
        Whether it had nothing to do.
    """

    name: str
    seconds: float
    peak_mib: float
    reused: bool


def perform(step: Step, stamps: Path, say: Callable[[str], None] = print) -> StepReport:
    """Run a step, unless its outputs stand and nothing that it depends on has changed.

    Parameters
    ----------
    step : Step
        The step.
    stamps : Path
        Folder where finished steps leave their stamp.
    say : callable
        Receives a line when the step begins and one when it ends.

    Returns
    -------
    StepReport
    """
    stamp = stamps / f"{step.name.replace(' ', '_')}.json"
    known = _read_stamp(stamp)
    if known.get("fingerprint") == step.fingerprint and all(p.exists() for p in step.outputs):
        say(f"✓ {step.name}: nothing has changed, reused")
        return StepReport(step.name, float(known["seconds"]), float(known["peak_mib"]), True)
    say(f"▶ {step.name} …")
    stamp.unlink(missing_ok=True)
    began = time.perf_counter()
    with PeakMemory() as peak:
        step.run()
    report = StepReport(step.name, time.perf_counter() - began, peak.mib, False)
    _require_outputs(step)
    _write_stamp(stamp, step, report)
    say(f"✓ {step.name}: {report.seconds:.1f} s, peak {report.peak_mib:,.0f} MiB")
    return report


def _require_outputs(step: Step) -> None:
    missing = [str(path) for path in step.outputs if not path.exists()]
    if missing:
        raise InvalidInput(
            ", ".join(missing), f"“{step.name}” leaves it", "read the step's messages above"
        )


def _read_stamp(stamp: Path) -> dict[str, str]:
    try:
        return dict(json.loads(stamp.read_text()))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def _write_stamp(stamp: Path, step: Step, report: StepReport) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(
        json.dumps(
            {
                "fingerprint": step.fingerprint,
                "seconds": report.seconds,
                "peak_mib": report.peak_mib,
            }
        )
    )
