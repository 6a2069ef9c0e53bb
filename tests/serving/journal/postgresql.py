"""A PostgreSQL server of our own: the system's binaries, a temporary folder, a free port."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.conftest import find_free_port

# Where Debian keeps what is not on the path.
DEBIAN = Path("/usr/lib/postgresql")
# The server refuses root: then an ordinary user runs it.
ORDINARY_USER = "nobody"
KIB = 1024


def binaries() -> Path:
    """Find the folder of the server's programs; where there is none, the test fails."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    versions = sorted(DEBIAN.glob("*/bin/initdb"))
    assert versions, "postgresql: the tests of the journal need it; `make test` says how"
    return versions[-1].parent


@dataclass
class Server:
    """A server, which can be started and stopped in every way.

    Parameters
    ----------
    folder : Path
    port : int
    largest_file_kib : int or None
        What no file of it may exceed: as on a full disk.
    """

    folder: Path
    port: int
    largest_file_kib: int | None = None

    def url(self, database: str = "postgres") -> str:
        """Where to connect."""
        return f"postgresql+psycopg://tester@127.0.0.1:{self.port}/{database}"

    def run(self, program: str, *arguments: str, check: bool = True) -> None:
        """Run one of the server's programs as an ordinary user."""
        limit = f"ulimit -f {self.largest_file_kib}; " if self.largest_file_kib else ""
        subprocess.run(
            ["bash", "-c", f'{limit}exec "$0" "$@"', str(binaries() / program), *arguments],
            check=check,
            user=ORDINARY_USER if os.geteuid() == 0 else None,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
        )

    def initialise(self) -> None:
        """Make the files of a server that lets everybody in who is on this machine."""
        data = str(self.folder / "data")
        encoded = ("--no-locale", "-E", "UTF8")  # whatever this machine's own are
        trusting = ("-U", "tester", "-A", "trust")
        self.run("initdb", "-D", data, *trusting, "-N", "--wal-segsize=1", *encoded)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        # What is with the operating system is enough: no test pulls the plug.
        options = f"-p {self.port} -k '{self.folder}' -c listen_addresses=127.0.0.1 -c fsync=off"
        files = ["-D", str(self.folder / "data"), "-l", str(self.folder / "log")]
        self.run("pg_ctl", "start", "-w", *files, "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """Stop it; ``immediate`` is like a crash."""
        self.run("pg_ctl", "stop", "-D", str(self.folder / "data"), "-m", mode, check=False)

    def make_database(self, name: str, encoding: str = "UTF8") -> str:
        """Make an empty database, and give its URL."""
        address = f"host=127.0.0.1 port={self.port} user=tester dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(
                f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0"
            )
        return self.url(name)


@contextmanager
def running_server(largest_file_kib: int | None = None) -> Iterator[Server]:
    """Run a server, and remove it with all that it has written."""
    # Not in pytest's folder, which is closed to the ordinary user.
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam(ORDINARY_USER).pw_uid, -1)
    server = Server(folder, find_free_port())
    try:
        server.initialise()
        server.largest_file_kib = largest_file_kib
        server.start()
        yield server
    finally:
        server.stop("immediate")
        shutil.rmtree(folder)
