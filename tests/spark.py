"""A cluster of Spark on this machine: a master, and workers of one core each, as others have it."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

WORKER_MEMORY = "1g"
PATIENCE_SECONDS = 600
CLASSES = "org.apache.spark.deploy"
# Scores are Python's work: a JVM that hardly does anything starts sooner with less to compile.
QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


@dataclass(frozen=True)
class Cluster:
    """A master that waits for applications.

    Parameters
    ----------
    url : str
        What Spark calls it.
    work : Path
        Where the workers keep what their executors write, a folder an executor.
    """

    url: str
    work: Path

    def settings(self, executors: int, **more: str) -> dict[str, str]:
        """Give the environment in which a program uses so many executors of this cluster."""
        told = {
            "spark.master": self.url,
            "spark.cores.max": str(executors),
            "spark.executor.cores": "1",
            # Wait for all of them: else the first one may have done the work before.
            "spark.scheduler.minRegisteredResourcesRatio": "1",
            "spark.scheduler.maxRegisteredResourcesWaitingTime": f"{PATIENCE_SECONDS}s",
            "spark.ui.enabled": "false",
            "spark.driver.extraJavaOptions": QUICK_START,
            "spark.executor.extraJavaOptions": QUICK_START,
            **{name.replace("_", "."): value for name, value in more.items()},
        }
        flags = " ".join(f"--conf {quote(f'{name}={value}')}" for name, value in told.items())
        return {
            **os.environ,
            "SPARK_LOCAL_IP": "127.0.0.1",
            "PYSPARK_SUBMIT_ARGS": f"{flags} pyspark-shell",
        }

    def executors(self) -> set[str]:
        """Name the executors that have worked so far, with the application of each."""
        return {f"{path.parent.name}/{path.name}" for path in self.work.glob("*/app-*/*")}


@contextmanager
def standalone_cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """Start a cluster from the jars that PySpark brings along, and end it.

    Each process takes a port that is free as it starts, and tells which one in its log: one that
    was free a moment before may have gone to a worker.

    Parameters
    ----------
    folder : Path
        For what it writes.
    workers : int
        How many; each has one core.
    """
    master = folder / "master.log"
    with ExitStack() as stack:
        stack.enter_context(_running(master, "Master", "--port", "0"))
        url = _told_in(master, r"Starting Spark master at (spark://\S+)")
        for number in range(workers):
            own = [
                "--cores",
                "1",
                "--memory",
                WORKER_MEMORY,
                "--work-dir",
                f"{folder}/work-{number}",
            ]
            stack.enter_context(_running(folder / f"worker-{number}.log", "Worker", *own, url))
        _wait_for(lambda: master.read_text().count("Registering worker") == workers, "its workers")
        yield Cluster(url, folder)


@contextmanager
def _running(log: Path, role: str, *arguments: str) -> Iterator[None]:
    """Run one process of a cluster."""
    import pyspark

    spark_class = str(Path(pyspark.__file__).parent / "bin" / "spark-class")
    # An executor runs the Python of who sends it work, which the environment names.
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
    any_port = ["--host", "127.0.0.1", "--webui-port", "0"]
    command = [spark_class, f"{CLASSES}.{role.lower()}.{role}", *any_port, *arguments]
    with (
        log.open("w") as written,
        subprocess.Popen(
            command, env=environment, stdout=written, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            yield
        finally:
            process.terminate()


def _told_in(log: Path, pattern: str) -> str:
    """Wait until a process has told something in its log, and give it."""
    _wait_for(lambda: re.search(pattern, log.read_text()) is not None, pattern)
    return re.findall(pattern, log.read_text())[0]


def _wait_for(is_so: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > until:
            raise TimeoutError(f"Spark's cluster: {what}")
        time.sleep(0.2)
