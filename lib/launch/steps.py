"""One step of the chain: run once, reused while what it depends on and what it wrote stay the same.

Also what a step took, in time and in memory.
"""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType

import psutil
from rich.table import Table

from lib.decision import InvalidInput

MEMORY_INTERVAL_SECONDS = 0.2
MIB = 2**20


@dataclass(frozen=True)
class Step:
    """A step, what it depends on, and what it writes.

    Parameters
    ----------
    name : str
        What the step does, as the user reads it.
    outputs : callable
        Names the files and folders that the step has written, or has to write; called after it.
    depends_on : mapping
        Values (JSON) that change when the step has to run again: parameters, the code's hash, the
        fingerprint of the input, the result of the step before.
    run : callable
        Does the work; it writes its outputs whole or not at all.
    """

    name: str
    outputs: Callable[[], Iterable[Path]]
    depends_on: Mapping[str, object]
    run: Callable[[], object]

    @property
    def fingerprint(self) -> str:
        """Hash of all that the step depends on."""
        return _hash([self.name, dict(self.depends_on)])


@dataclass(frozen=True)
class StepReport:
    """What a step took, and what it left.

    Attributes
    ----------
    fingerprint : str
        That of the step.
    seconds : float
        Wall time; that of the run it stems from where the step was reused.
    peak_mib : float
        Highest resident memory of the process tree, in MiB; likewise.
    outputs : dict of str to str
        Hash of the contents of each file that it wrote.
    reused : bool
        Whether it had nothing to do.
    """

    name: str
    fingerprint: str
    seconds: float
    peak_mib: float
    outputs: dict[str, str]
    reused: bool = False

    @property
    def result(self) -> str:
        """Hash of what the step depended on and of what it wrote, on which the next one depends."""
        return _hash([self.fingerprint, self.outputs])


def perform(step: Step, stamps: Path, say: Callable[[str], None] = print) -> StepReport:
    """Run a step, unless all that it depends on is the same and its outputs are those it wrote.

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

    Raises
    ------
    InvalidInput
        If the step does not leave what it should.
    """
    stamp = stamps / f"{step.name.replace(' ', '_')}.json"
    earlier = _read_stamp(stamp)
    if (
        earlier
        and earlier.fingerprint == step.fingerprint
        and earlier.outputs == content_hashes(step.outputs())
    ):
        say(f"✓ {step.name}: nothing has changed, reused")
        return replace(earlier, reused=True)
    say(f"▶ {step.name} …")
    stamp.unlink(missing_ok=True)
    began = time.perf_counter()
    with PeakMemory() as peak:
        step.run()
    seconds = time.perf_counter() - began
    _require_outputs(step)
    outputs = content_hashes(step.outputs())
    report = StepReport(step.name, step.fingerprint, seconds, peak.mib, outputs)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(json.dumps(asdict(report)))
    say(f"✓ {step.name}: {report.seconds:.1f} s, peak {report.peak_mib:,.0f} MiB")
    return report


def content_hashes(paths: Iterable[Path]) -> dict[str, str]:
    """Hash the contents of files, and of all files in folders; what is missing has no hash."""
    files: list[Path] = []
    for path in paths:
        files += sorted(path.rglob("*")) if path.is_dir() else [path]
    hashes = {}
    for file in files:
        if file.is_file():
            with file.open("rb") as opened:
                hashes[str(file)] = hashlib.file_digest(opened, "sha256").hexdigest()
    return hashes


def steps_table(reports: Iterable[StepReport]) -> Table:
    """Lay out time and memory of each step."""
    table = Table(title="Steps")
    table.add_column("step")
    table.add_column("seconds", justify="right")
    table.add_column("peak MiB", justify="right")
    for report in reports:
        note = " (earlier run)" if report.reused else ""
        table.add_row(report.name + note, f"{report.seconds:.1f}", f"{report.peak_mib:,.0f}")
    return table


def _require_outputs(step: Step) -> None:
    missing = [str(path) for path in step.outputs() if not path.exists()]
    if missing:
        raise InvalidInput(
            ", ".join(missing), f"“{step.name}” leaves it", "read the step's messages above"
        )


def _read_stamp(stamp: Path) -> StepReport | None:
    """Read what the step left behind when it last ran to its end."""
    try:
        return StepReport(**json.loads(stamp.read_text()))
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return None  # it never did, the stamp was cut off, or another version wrote it


def _hash(value: object) -> str:
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


class PeakMemory:
    """Watches the resident memory of this process and its children while a `with` block runs.

    Attributes
    ----------
    mib : float
        The highest sum seen, in MiB. Pages that processes share are counted once for each.
    """

    def __init__(self) -> None:
        self.mib = 0.0
        self._done = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "PeakMemory":
        self._watcher.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._done.set()
        self._watcher.join()

    def _watch(self) -> None:
        root = psutil.Process()
        while True:
            self.mib = max(self.mib, _resident_mib(root))
            if self._done.wait(MEMORY_INTERVAL_SECONDS):
                return


def _resident_mib(root: psutil.Process) -> float:
    total = 0
    for process in [root, *root.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):  # it may end while we count
            total += process.memory_info().rss
    return total / MIB
