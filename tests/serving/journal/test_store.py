"""Where the journal is: what is taken away is noticed, what is full or down is told, and mended."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import func, select

from lib.decision import InvalidInput
from lib.serving.journal import Journal, JournalUnavailable, store
from lib.serving.journal.schema import ANCHORS, ENTRIES
from tests.serving.journal.conftest import score_entry
from tests.serving.journal.postgresql import Server, running_server
from tests.serving.server import PROJECT, Served, serve

# Of PostgreSQL's files; one of the table of entries has this many sooner than others.
FULL_KIB = 2048


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(path: Path) -> Journal:
    with closing(Journal(path)) as opened:
        opened.write([score_entry(1)])
        yield opened


def clients(path: Path) -> list:
    with closing(Journal(path)) as journal:
        return [entry.client_id for entry in journal.read()]


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_hold_every_name_is_refused(
    postgresql: Server, encoding: str
) -> None:
    url = postgresql.make_database(f"journal_{encoding.lower()}", encoding)
    with closing(Journal(url)) as journal:
        for _ in range(2):
            with pytest.raises(JournalUnavailable) as refused:
                journal.write([score_entry(1)])
            assert f"on 127.0.0.1, of encoding {encoding}" in refused.value.offender
            assert refused.value.rule == "its encoding is UTF8"
            assert "CREATE DATABASE … ENCODING 'UTF8'" in refused.value.remedy


@pytest.mark.parametrize("suffix", ["", ".keys"])
class TestAFile:
    def test_that_is_moved_is_noticed_and_nothing_is_acknowledged(
        self, journal: Journal, path: Path, suffix: str
    ) -> None:
        file = path.with_name(path.name + suffix)
        away = path.with_name("away")
        file.rename(away)
        for _ in range(2):
            with pytest.raises(JournalUnavailable, match="it stays where it was opened"):
                journal.write([score_entry(2)])
            with pytest.raises(JournalUnavailable):
                journal.require_writable()
        assert not file.exists()
        away.rename(file)
        journal.write([score_entry(3)])
        assert [entry.client_id for entry in journal.read()] == [1, 3]
        assert journal.verify().faults == []

    def test_that_is_removed_is_noticed_also_by_the_next_start(
        self, journal: Journal, path: Path, suffix: str
    ) -> None:
        path.with_name(path.name + suffix).unlink()
        with pytest.raises(JournalUnavailable, match="it stays where it was opened"):
            journal.write([score_entry(2)])
        journal.close()
        with (
            closing(Journal(path)) as again,
            pytest.raises(JournalUnavailable, match="both files away to begin anew"),
        ):
            again.open()

    def test_that_another_was_put_in_the_place_of_is_noticed(
        self, journal: Journal, path: Path, suffix: str, tmp_path: Path
    ) -> None:
        other = tmp_path / "other.sqlite"
        with closing(Journal(other)) as made:
            made.write([score_entry(9)])
        source = other.with_name(other.name + suffix)
        source.rename(path.with_name(path.name + suffix))
        for _ in range(2):
            with pytest.raises(JournalUnavailable):
                journal.write([score_entry(2)])


class Holder:
    """Another process' connection that holds the lock of a file for some seconds."""

    def __init__(self, path: Path, seconds: float) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.connection.execute("BEGIN IMMEDIATE")
        self.thread = Thread(target=self._let_go, args=(seconds,))
        self.thread.start()

    def _let_go(self, seconds: float) -> None:
        time.sleep(seconds)
        self.connection.execute("COMMIT")
        self.gone_at = time.perf_counter()

    def seconds_since(self) -> float:
        """Give the seconds since the lock was free."""
        now = time.perf_counter()
        self.thread.join()
        self.connection.close()
        return now - self.gone_at


def test_who_waits_for_the_file_gets_it_as_soon_as_it_is_free(journal: Journal, path: Path) -> None:
    waited = []
    for _ in range(5):
        # SQLite itself would look after 228 ms, and not again before 328.
        holder = Holder(path, 0.24)
        journal.write([score_entry(2)])
        waited.append(holder.seconds_since())
    assert min(waited) < 0.05


def test_a_file_that_is_never_free_is_not_waited_for_without_end(
    journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.1)
    holder = Holder(path, 1.0)
    with pytest.raises(JournalUnavailable):
        journal.write([score_entry(2)])
    holder.seconds_since()
    journal.write([score_entry(3)])
    assert clients(path) == [1, 3]


def test_an_older_state_of_the_same_journal_is_noticed(
    journal: Journal, path: Path, tmp_path: Path
) -> None:
    journal.close()
    shutil.copy(path, tmp_path / "older")
    journal.write([score_entry(2)])
    journal.close()
    (tmp_path / "older").rename(path)
    with pytest.raises(JournalUnavailable, match="it goes on from the last entry"):
        journal.write([score_entry(3)])


def test_a_file_that_was_copied_to_another_disk_and_back_is_gone_on_with(
    journal: Journal, path: Path, tmp_path: Path
) -> None:
    journal.close()
    shutil.copy(path, tmp_path / "copy")
    path.unlink()
    (tmp_path / "copy").rename(path)
    journal.write([score_entry(2)])
    assert [entry.client_id for entry in journal.read()] == [1, 2]


@pytest.mark.parametrize("tables", [(ENTRIES, ANCHORS), (ANCHORS, ENTRIES)])
def test_what_is_read_is_of_one_moment_in_both_files(
    journal: Journal, path: Path, tables: tuple
) -> None:
    with closing(Journal(path)) as other, journal.store.reading() as connection:
        places = []
        for table in tables:
            # Before either is read.
            other.write([score_entry(2)], durable=True)
            places.append(connection.scalar(select(func.max(table.c.seq))))
        assert places == [1, 1]
    assert journal.verify().entries == 3


def test_a_clean_end_leaves_one_whole_file(journal: Journal, path: Path) -> None:
    other = Journal(path)
    other.write([score_entry(2)])
    assert path.with_name(f"{path.name}-wal").exists()
    other.close()
    journal.close()
    names = sorted(file.name for file in path.parent.iterdir())
    assert names == ["journal.sqlite", "journal.sqlite.keys"]
    assert path.with_name(names[1]).stat().st_mode & 0o077 == 0
    assert clients(path) == [1, 2]


def test_the_service_ends_with_one_whole_file(
    store: Path, portfolio_file: Path, tmp_path: Path
) -> None:
    settings = {"SCORING_PORTFOLIO": str(portfolio_file)}
    with serve("service:CreditScoring", PROJECT, store, tmp_path / "log", **settings) as served:
        answered = [told(served, number) for number in range(20)]
    assert answered == [200] * 20
    names = sorted(file.name for file in tmp_path.glob("journal*"))
    assert names == ["journal.sqlite", "journal.sqlite.keys"]
    assert sorted(clients(tmp_path / "journal.sqlite")) == list(range(20))


def told(served: Served, number: int) -> int:
    one = {"clients": [{"client_id": number, "features": {}}]}
    return served.post("score", one).status_code


def test_a_journal_that_is_removed_under_the_service_is_missed_at_once(
    store: Path, portfolio_file: Path, tmp_path: Path
) -> None:
    settings = {"SCORING_PORTFOLIO": str(portfolio_file)}
    with serve("service:CreditScoring", PROJECT, store, tmp_path / "log", **settings) as served:
        assert told(served, 1) == 200
        for file in tmp_path.glob("journal*"):
            file.unlink()
        assert [told(served, number) for number in range(20)] == [503] * 20


FILL = """
import resource, signal, sys
from lib.serving.journal import Journal, JournalUnavailable, store
from tests.serving.journal.conftest import score_entry

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
journal = Journal(sys.argv[1])
journal.open()
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
written = 0
try:
    while True:
        journal.write([score_entry(written), score_entry(written)])
        written += 1
except JournalUnavailable:
    print(written)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
journal.write([score_entry(written), score_entry(written)])
journal.close()
"""


def test_a_full_disk_is_told_and_what_was_acknowledged_is_there(path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", FILL, str(path), str(400 * 1024)],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )
    written = int(told.stdout)
    assert written > 10
    # Once there is room, it goes on.
    expected = [number for number in range(written + 1) for _ in range(2)]
    assert clients(path) == expected
    with closing(Journal(path)) as journal:
        assert journal.verify().faults == []


def write_until_full(journal: Journal) -> int:
    """Write twenty entries at a time, and say how often that was acknowledged."""
    for written in range(10**6):
        try:
            journal.write([score_entry(written) for _ in range(20)])
        except JournalUnavailable:
            return written
    raise AssertionError("it is never full")


def test_a_full_disk_of_the_server_is_told_and_what_was_acknowledged_is_there() -> None:
    with running_server(FULL_KIB) as server, closing(Journal(server.url())) as journal:
        written = write_until_full(journal)
        assert written > 5
        read = [entry.client_id for entry in journal.read()]
        assert read == [number for number in range(written) for _ in range(20)]
        server.stop()
        server.largest_file_kib = None
        server.start()
        journal.write([score_entry(written)])
        assert journal.verify().faults == []


def test_a_server_that_ends_is_told_and_gone_on_with_when_it_is_back(tmp_path: Path) -> None:
    with running_server() as server, closing(Journal(server.url())) as journal:
        journal.write([score_entry(1)])
        for mode in ("fast", "immediate"):
            server.stop(mode)
            with pytest.raises(JournalUnavailable, match="journal postgres on 127"):
                journal.write([score_entry(2)])
            server.start()
            journal.write([score_entry(3)])
        # Killed in the midst, too, it has all that was acknowledged, and nothing else.
        assert [entry.client_id for entry in journal.read()] == [1, 3, 3]


def test_a_decision_outlives_a_crash_of_the_server() -> None:
    with running_server() as server, closing(Journal(server.url())) as journal:
        journal.write([score_entry(1)], durable=True)
        server.stop("immediate")
        server.start()
        assert [entry.client_id for entry in journal.read()] == [1]


def test_another_database_in_the_place_of_the_journal_is_noticed(postgresql: Server) -> None:
    with closing(Journal(postgresql.make_database("emptied"))) as journal:
        journal.write([score_entry(1)])
        with journal.store.writing() as connection:
            for table in ("entries", "journal_identity"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
        with pytest.raises(JournalUnavailable, match="it goes on from the last entry"):
            journal.write([score_entry(2)])


@pytest.mark.parametrize("url", ["mysql://db/scoring", "postgresql://db/scoring", "file://x"])
def test_a_url_of_another_database_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match=r"postgresql\+psycopg://"):
        Journal(url)


def test_no_password_is_told() -> None:
    journal = Journal("postgresql+psycopg://scoring:secret@127.0.0.1:1/scoring")
    with pytest.raises(JournalUnavailable) as told:
        journal.open()
    assert "secret" not in str(told.value)
    assert "scoring on 127.0.0.1" in str(told.value)
