"""A cluster of Spark on this machine: a master, and workers of one core each, as others have it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

WORKER_MEMORY = "1g"
PATIENCE_SECONDS = 600
CLASSES = "org.apache.spark.deploy"


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
            **{name.replace("_", "."): value for name, value in more.items()},
        }
        flags = " ".join(f"--conf {name}={value}" for name, value in told.items())
        return {
            **os.environ,
            "SPARK_LOCAL_IP": "127.0.0.1",
            "PYSPARK_SUBMIT_ARGS": f"{flags} pyspark-shell",
        }

    def executors(self) -> set[str]:
        """Name the executors that have worked so far, with the application of each."""
        return {f"{path.parent.name}/{path.name}" for path in self.work.glob("*/app-*/*")}


@contextmanager
def standalone_cluster(folder: Path, ports: tuple[int, int], workers: int = 2) -> Iterator[Cluster]:
    """Start a cluster from the jars that PySpark brings along, and end it.

    Parameters
    ----------
    folder : Path
        For what it writes.
    ports : (int, int)
        Free ones, for the master and for the page that tells its workers.
    workers : int
        How many; each has one core.
    """
    import pyspark

    port, page = ports
    spark_class = str(Path(pyspark.__file__).parent / "bin" / "spark-class")
    # An executor runs the Python of who sends it work, which the environment names.
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
    url = f"spark://127.0.0.1:{port}"
    master = ["Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(page)]
    commands = {"master": master} | {
        f"worker-{number}": [
            *("Worker", "--host", "127.0.0.1", "--webui-port", "0", "--cores", "1"),
            *("--memory", WORKER_MEMORY, "--work-dir", str(folder / f"work-{number}"), url),
        ]
        for number in range(workers)
    }
    with ExitStack() as stack:
        for name, (role, *arguments) in commands.items():
            log = stack.enter_context((folder / f"{name}.log").open("w"))
            command = [spark_class, f"{CLASSES}.{role.lower()}.{role}", *arguments]
            process = subprocess.Popen(
                command, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
        _wait_for_workers(page, workers)
        yield Cluster(url, folder)


def _wait_for_workers(page: int, workers: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            told = requests.get(f"http://127.0.0.1:{page}/json/", timeout=10).json()
            if told["aliveworkers"] == workers:
                return
        except requests.RequestException:
            pass
        time.sleep(0.5)
    raise TimeoutError(f"{workers} workers of Spark")
