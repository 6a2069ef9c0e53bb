"""A deployment as an operator makes it by the compose file, and what can be asked of it."""

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from lib.dashboard.accounts import new_account, write_account
from lib.launch.bento import write_secrets
from lib.serving.people import Person
from tests.conftest import PROJECT

BENTOS = PROJECT / "bentos"
COMPOSE = {
    "docker": ("docker", "compose"),
    "podman": ("podman-compose",),
    "nerdctl": ("nerdctl", "compose"),
}
SERVICES = ("db", "api", "dashboard", "proxy")
HEALTHY_SECONDS = 180  # for two cores, with two replicas of each
LOG_LINES = 30
LABEL = "com.docker.compose"
READ_JOURNAL = """
import json, os
from lib.serving.journal import Journal, Kind
journal = Journal(os.environ["SCORING_JOURNAL"])
print(json.dumps([
    sum(1 for _ in journal.read([Kind.SCORE])),
    [
        [entry.client_id, entry.facts["decision"], entry.sealed["comment"]]
        for entry in journal.read([Kind.DECISION])
    ],
]))
"""
CHECK_JOURNAL = """
import json, os
from lib.serving.journal import Journal
print(json.dumps([str(fault) for fault in Journal(os.environ["SCORING_JOURNAL"]).verify().faults]))
"""
# The files that `make secrets` writes, by the variable of the compose file that leads to each.
SECRET_FILES = {
    "API_KEYS": "api_keys",
    "DASHBOARD_KEY": "dashboard_key",
    "ACCOUNTS": "accounts",
    "COOKIE_SECRET": "cookie_secret",
    "PROXY_SECRET": "proxy_secret",
    "JOURNAL_PASSWORD": "journal_password",
    "JOURNAL_SERVICE": "journal_service",
}


@dataclass(frozen=True)
class Container:
    """A running container, as its engine knows it."""

    engine: str
    name: str

    def run(self, *command: str) -> str:
        """Run a command in it, and give what it prints."""
        return told(self.engine, "exec", self.name, *command)

    def do(self, *verbs: str) -> None:
        """Have the engine start, stop or restart it."""
        told(self.engine, *verbs, self.name)

    @property
    def image(self) -> str:
        """Name of the image that it was made of."""
        inspected = json.loads(told(self.engine, "inspect", self.name))[0]
        return str(inspected.get("ImageName") or inspected["Config"]["Image"])

    def log(self, lines: int) -> str:
        """Give the last lines that it wrote."""
        told = ended(self.engine, "logs", "--tail", str(lines), self.name)
        return told.stdout + told.stderr

    @property
    def is_healthy(self) -> bool:
        """Say whether its own check passes; Podman runs it when asked, the others by themselves."""
        if self.engine == "podman":
            return ended(self.engine, "healthcheck", "run", self.name).returncode == 0
        state = json.loads(told(self.engine, "inspect", self.name))[0]["State"]
        return bool(state["Health"]["Status"] == "healthy")


@dataclass(frozen=True)
class Deployment:
    """What `compose up` has started.

    Parameters
    ----------
    engine : str
        Docker, Podman or nerdctl.
    project : str
        Name that sets it apart from other deployments on this machine.
    tag : str
        Of the images.
    settings : mapping
        Variables of the compose files.
    overlays : tuple of Path
        Compose files that add to the one of `bentos/`.
    added : tuple of str
        Services that these files add.
    """

    engine: str
    project: str
    tag: str
    settings: Mapping[str, str]
    overlays: tuple[Path, ...] = ()
    added: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Where the proxy listens."""
        return f"http://{self.settings['ADDRESS']}/"

    def compose(self, *arguments: str) -> None:
        """Run a command of compose, as an operator does in bentos/."""
        self._succeed([*self._compose(), *arguments], BENTOS)

    def follow(self, commands: str, folder: Path) -> None:
        """Run commands of the documentation in a folder, with the names of this deployment."""
        for written, meant in {
            "docker compose": " ".join(self._compose()),
            "docker ": f"{self.engine} ",
            "bentos-db-1": self.containers("db")[0].name,
        }.items():
            commands = commands.replace(written, meant)
        self._succeed(["bash", "-e", "-c", commands], folder)

    def _compose(self) -> list[str]:
        files = (BENTOS / "compose.yaml", *self.overlays)
        named = [option for file in files for option in ("--file", str(file))]
        return [*COMPOSE[self.engine], "--project-name", self.project, *named]

    def _succeed(self, command: list[str], folder: Path) -> None:
        settings = {**os.environ, **self.settings}
        done = subprocess.run(
            command, cwd=folder, env=settings, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        """Start it, and wait until all of it is healthy."""
        self.compose("up", "--detach")
        expected = {
            "db": 1,
            "api": int(self.settings["API_REPLICAS"]),
            "dashboard": int(self.settings["DASHBOARD_REPLICAS"]),
            "proxy": 1,
            **dict.fromkeys(self.added, 1),
        }
        for service, replicas in expected.items():
            assert len(self.containers(service)) == replicas
            for container in self.containers(service):
                wait_until_healthy(container)

    def containers(self, service: str) -> list[Container]:
        """List the containers of a service."""
        labels = {"project": self.project, "service": service}
        filters = [f"--filter=label={LABEL}.{name}={value}" for name, value in labels.items()]
        names = told(self.engine, "ps", "--all", *filters, "--format", "{{.Names}}").split()
        return [Container(self.engine, name) for name in sorted(names)]

    def journal(self) -> tuple[int, list[tuple[int, str, str]]]:
        """Give how many scores the journal has, and the decisions, as an API reads them."""
        first = self.containers("api")[0]
        scores, decisions = json.loads(first.run("python", "-c", READ_JOURNAL))
        return scores, [tuple(decision) for decision in decisions]

    def faults_of_journal(self) -> list[str]:
        """Say what is wrong with the chain of the journal's entries."""
        faults: list[str] = json.loads(self.containers("api")[0].run("python", "-c", CHECK_JOURNAL))
        return faults

    def ask(self, path: str, body: object) -> requests.Response:
        """Ask the API through the proxy, with the dashboard's key."""
        key = Path(self.settings["DASHBOARD_KEY"]).read_text()
        address = f"{self.url}scoring/{path}"
        return requests.post(address, json=body, headers={"X-API-Key": key}, timeout=30)


def wait_until_healthy(container: Container) -> None:
    """Wait until a container's own check passes."""
    end = time.monotonic() + HEALTHY_SECONDS
    while not container.is_healthy:
        if time.monotonic() > end:
            pytest.fail(f"{container.name} is not healthy:\n{container.log(LOG_LINES)}")
        time.sleep(1)


def make_secrets(folder: Path, *people: tuple[Person, str]) -> dict[str, str]:
    """Write the secrets as `make secrets` does, and accounts; give the variables for them."""
    write_secrets(folder)
    for person, password in people:
        write_account(folder / "accounts", new_account(person, password))
    return {variable: str(folder / name) for variable, name in SECRET_FILES.items()}


def assert_confined(container: Container) -> None:
    """Check that a container is nobody, can become nobody else, and writes nowhere."""
    lines = container.run("cat", "/proc/self/status").splitlines()
    status = dict(line.split(":", 1) for line in lines if ":" in line)
    assert "0" not in status["Uid"].split()
    assert int(status["NoNewPrivs"]) == 1
    assert int(status["CapBnd"], 16) == 0
    for place in ("/", "/home", "/etc", "/usr/bin"):
        tried = ended(container.engine, "exec", container.name, "touch", f"{place}/written")
        assert "Read-only file system" in tried.stderr


@contextmanager
def deployed(deployment: Deployment) -> Iterator[Deployment]:
    """Start a deployment, and leave nothing of it."""
    with leaving_nothing(deployment):
        deployment.start()
        yield deployment


@contextmanager
def leaving_nothing(deployment: Deployment) -> Iterator[None]:
    """Take away what was started of a deployment, however that ends."""
    try:
        yield
    finally:
        deployment.compose("down", "--volumes")
        # Not every compose takes the network down.
        ended(deployment.engine, "network", "rm", f"{deployment.project}_default")


def ended(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(command, capture_output=True, text=True, check=False)


def told(*command: str) -> str:
    """Run a command that must succeed, and give what it prints."""
    done = ended(*command)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout
