"""On both stores: what is written stays, what was bent is found, who is to be forgotten is."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update

from lib.decision import InvalidInput
from lib.serving.journal import (
    Author,
    Conflict,
    Entry,
    Journal,
    JournalUnavailable,
    Kind,
    new_id,
)
from lib.serving.journal import journal as journal_module
from lib.serving.journal.__main__ import main
from lib.serving.journal.backup import back_up, restore
from lib.serving.journal.names import FeatureNames
from lib.serving.journal.retention import FEWEST_DAYS, kept_since
from lib.serving.journal.schema import ANCHORS, CLIENT_KEYS, ENTRIES, FEATURE_NAMES
from tests.serving.journal.conftest import score_entry
from tests.serving.journal.postgresql import Server
from tests.serving.server import PROJECT


def entries_in(journal: Journal) -> int:
    with journal.store.reading() as connection:
        return connection.scalar(select(func.count()).select_from(ENTRIES))


def bend(journal: Journal, *statements: Any) -> None:
    """Change what is written, as somebody can who has the database."""
    with journal.store.writing() as connection:
        for statement in statements:
            connection.execute(statement)


def row_of(journal: Journal, seq: int) -> dict:
    with journal.store.reading() as connection:
        found = connection.execute(select(ENTRIES).where(ENTRIES.c.seq == seq))
        return dict(found.mappings().one())


def test_an_entry_is_read_as_it_was_written(kept: Journal) -> None:
    entry = score_entry(7)
    (at,) = kept.write([entry])
    read = kept.entry(entry.id)
    assert (read.seq, read.at, read.kind, read.id) == (1, at, Kind.SCORE, entry.id)
    assert (read.author, read.client_id) == (entry.author, 7)
    assert (read.facts, read.sealed) == (entry.facts, entry.sealed)
    assert kept.entry("0" * 32) is None
    assert abs(datetime.now(UTC) - datetime.fromisoformat(at)) < timedelta(minutes=1)


def test_names_of_features_are_kept_once_whatever_clients_lack(kept: Journal) -> None:
    features = [{"age": 33.0, "income": None, "zone": "a"}, {"income": 1.0}, {}, {"age": 20.0}]
    entries = [score_entry(place) for place in range(len(features))]
    entries = [
        replace(entry, sealed={**entry.sealed, "features": given})
        for entry, given in zip(entries, features, strict=True)
    ]
    kept.write(entries)
    kept.write([replace(entry, id=new_id()) for entry in entries])
    assert [entry.sealed["features"] for entry in kept.read()] == features * 2
    with kept.store.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(FEATURE_NAMES)) == 1


def test_a_batch_is_written_whole_or_not_at_all(kept: Journal) -> None:
    twice = score_entry(1)
    with pytest.raises(Conflict):
        kept.write([score_entry(2), twice, twice])
    assert entries_in(kept) == 0
    kept.write([score_entry(client_id) for client_id in range(2500)])
    assert [entry.client_id for entry in kept.read()] == list(range(2500))
    assert kept.verify().entries == 2500


def test_a_key_that_was_made_up_once_is_refused_again(kept: Journal) -> None:
    kept.write([score_entry(1, idempotency_key="a key")])
    with pytest.raises(Conflict):
        kept.write([score_entry(2, idempotency_key="a key")])
    kept.write([score_entry(2), score_entry(2)])
    found = kept.entry_by_key(Author("page", "anna", "dashboard"), "a key")
    assert found.client_id == 1
    assert kept.entry_by_key(Author("page", "boris", "dashboard"), "a key") is None


def test_entries_are_read_by_kind_and_time(kept: Journal) -> None:
    kept.write([score_entry(1)])
    sleep(0.01)
    between = datetime.now(UTC)
    sleep(0.01)
    kept.write([score_entry(2), Entry(Kind.LOOK, Author(), {"endpoint": "search"})])
    assert [entry.seq for entry in kept.read(first=between)] == [2, 3]
    assert [entry.seq for entry in kept.read(last=between)] == [1]
    assert [entry.seq for entry in kept.read([Kind.LOOK])] == [3]


def resealed(journal: Journal, seq: int) -> Any:
    """Put what is sealed for another client into an entry."""
    return update(ENTRIES).where(ENTRIES.c.seq == seq).values(sealed=row_of(journal, 1)["sealed"])


def changed(seq: int, **values: Any) -> Callable[[Journal], Any]:
    return lambda journal: update(ENTRIES).where(ENTRIES.c.seq == seq).values(**values)


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        (changed(3, facts='{"decision":"grant"}'), "entry 3"),
        (changed(3, person="boris"), "entry 3"),
        (changed(3, caller="partner"), "entry 3"),
        (changed(3, role="scoring"), "entry 3"),
        (changed(3, kind="decision"), "entry 3"),
        (changed(3, subject=b"x" * 16), "entry 3"),
        (changed(3, idempotency_key="k"), "entry 3"),
        (changed(3, id=b"x" * 16), "entry 3"),
        (changed(3, at="2020-01-01T00:00:00.000+00:00"), "entry 3"),
        (changed(3, sealed=None), "entry 3"),
        (changed(3, hash=b"x" * 32), "entry 3"),
        (lambda journal: resealed(journal, 3), "entry 3"),
        (lambda journal: delete(ENTRIES).where(ENTRIES.c.seq == 3), "entries 3 to 3"),
        (lambda journal: delete(ENTRIES).where(ENTRIES.c.seq > 3), "entry 5"),
        (lambda journal: delete(ENTRIES).where(ENTRIES.c.seq < 3), "entries 1 to 2"),
        (
            lambda journal: insert(ENTRIES).values(row_of(journal, 5) | {"seq": 6, "id": b"y"}),
            "entry 6",
        ),
    ],
)
def test_what_was_bent_is_found(
    kept: Journal, statement: Callable[[Journal], Any], place: str
) -> None:
    kept.write([score_entry(client_id) for client_id in range(1, 6)])
    assert kept.verify().faults == []
    bend(kept, statement(kept))
    faults = kept.verify().faults
    assert faults[0].startswith(f"{place}:")


def test_a_removed_entry_with_the_later_ones_moved_up_is_found(kept: Journal) -> None:
    kept.write([score_entry(client_id) for client_id in range(1, 6)])
    bend(
        kept,
        delete(ENTRIES).where(ENTRIES.c.seq == 3),
        update(ENTRIES).where(ENTRIES.c.seq == 4).values(seq=3),
        update(ENTRIES).where(ENTRIES.c.seq == 5).values(seq=4),
    )
    assert kept.verify().faults[0].startswith("entry 3:")


def test_what_comes_without_a_number_at_the_turn_of_a_month_is_kept(
    kept: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    months = count(1)

    class Turning(datetime):
        @classmethod
        def now(cls, zone: Any = None) -> datetime:
            return datetime(2026, 11, 30, 23, tzinfo=zone) + timedelta(days=31 * next(months))

    monkeypatch.setattr("lib.serving.journal.journal.datetime", Turning)
    kept.write([score_entry(None), score_entry(2)])
    kept.write([score_entry(None)])
    assert [entry.sealed is None for entry in kept.read()] == [False] * 3


def test_a_clock_that_is_set_back_dates_no_entry_back(
    kept: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.write([score_entry()])

    class Earlier(datetime):
        @classmethod
        def now(cls, zone: Any = None) -> datetime:
            return datetime.now(zone) - timedelta(hours=3)

    monkeypatch.setattr("lib.serving.journal.journal.datetime", Earlier)
    kept.write([score_entry()])
    first, second = kept.read()
    assert first.at == second.at
    assert kept.verify().faults == []


class TestForgetting:
    def test_without_the_key_nothing_is_read_and_the_chain_holds(
        self, kept: Journal, tmp_path: Path
    ) -> None:
        kept.write([score_entry(7), score_entry(8)])
        back_up(kept, tmp_path / "copy.sqlite")
        assert kept.forget(7)
        forgotten, other, note = kept.read()
        assert (forgotten.client_id, forgotten.sealed) == (None, None)
        assert forgotten.facts == score_entry().facts
        assert (other.client_id, other.sealed) == (8, score_entry().sealed)
        assert (note.kind, note.client_id) == (Kind.FORGOTTEN, None)
        assert kept.export(7) == []
        assert not kept.forget(7)
        assert kept.verify().faults == []
        # Who comes again is somebody else.
        kept.write([score_entry(7)])
        assert [entry.seq for entry in kept.export(7)] == [4]

    def test_a_copy_from_before_forgets_with_it(self, where: str, tmp_path: Path) -> None:
        journal = Journal(where)
        journal.write([score_entry(7), score_entry(8)])
        back_up(journal, tmp_path / "copy.sqlite")
        journal.forget(7)
        back_up(journal, tmp_path / "later.sqlite", tmp_path / "later.keys")
        journal.close()
        again = Journal(tmp_path / "again.sqlite")
        assert restore(again, tmp_path / "copy.sqlite", tmp_path / "later.keys") == 2
        assert [entry.client_id for entry in again.read()] == [None, 8]
        again.close()

    def test_keys_from_before_do_not_bring_back_who_was_forgotten(
        self, where: str, tmp_path: Path
    ) -> None:
        journal = Journal(where)
        journal.write([score_entry(7), score_entry(8)])
        back_up(journal, tmp_path / "early.sqlite", tmp_path / "early.keys")
        journal.forget(7)
        back_up(journal, tmp_path / "copy.sqlite")
        journal.close()
        again = Journal(tmp_path / "again.sqlite")
        restore(again, tmp_path / "copy.sqlite", tmp_path / "early.keys")
        assert [entry.client_id for entry in again.read()] == [None, 8, None]
        assert again.verify().faults == []
        again.close()

    def test_the_key_is_in_no_file_any_more(self, tmp_path: Path) -> None:
        journal = Journal(tmp_path / "journal.sqlite")
        journal.write([score_entry(7)])
        with journal.store.reading() as connection:
            key = connection.scalar(select(CLIENT_KEYS.c.key))
        journal.close()
        assert any(key in path.read_bytes() for path in tmp_path.iterdir())
        journal.forget(7)
        assert not any(key in path.read_bytes() for path in tmp_path.iterdir())
        journal.close()

    def test_another_process_has_no_key_left_over(self, where: str) -> None:
        one, other = Journal(where), Journal(where)
        other.write([score_entry(7)])
        one.forget(7)
        other.write([score_entry(7)])
        assert [entry.client_id for entry in one.read([Kind.SCORE])] == [None, 7]
        one.close()
        other.close()


def failing(*_: Any) -> None:
    raise OSError("the disk is full")


@pytest.mark.parametrize("is_purged", [True, False])
def test_a_removal_that_is_taken_back_is_not_missed_afterwards(
    kept: Journal, monkeypatch: pytest.MonkeyPatch, is_purged: bool
) -> None:
    kept.write([score_entry(1), score_entry(2)])
    with monkeypatch.context() as full:
        # Behind the entry of the removal, within its transaction.
        add = kept._add
        full.setattr(kept, "_add", lambda *given, **named: (add(*given, **named), failing()))
        with pytest.raises(JournalUnavailable):
            kept.purge(datetime.now(UTC) + timedelta(days=1)) if is_purged else kept.forget(1)
    kept.write([score_entry(3)])
    assert [entry.client_id for entry in kept.read()] == [1, 2, 3]
    assert kept.verify().faults == []


class TestAnchors:
    def cut_and_go_on(self, journal: Journal, where: str, more: int) -> Journal:
        """Cut entries off at the end while the service stands still, and start it again."""
        journal.write([score_entry(number) for number in range(5)], durable=True)
        bend(journal, delete(ENTRIES).where(ENTRIES.c.seq > 3))
        journal.close()
        again = Journal(where)
        for number in range(more):
            again.write([score_entry(number)], durable=True)
        return again

    @pytest.mark.parametrize("more", [1, 2, 9])
    def test_a_cut_is_found_also_behind_new_entries(
        self, kept: Journal, where: str, more: int
    ) -> None:
        again = self.cut_and_go_on(kept, where, more)
        for _ in range(2):
            assert again.verify().faults[0].startswith("entry 5: it ")
        again.close()

    def test_a_service_that_only_scores_has_some(self, kept: Journal) -> None:
        def anchored() -> int:
            with kept.store.reading() as connection:
                return connection.scalar(select(func.max(ANCHORS.c.seq)))

        kept.write([score_entry(1)])
        kept.write([score_entry(2)])
        assert anchored() == 1
        kept._anchor_due -= journal_module.ANCHOR_SECONDS
        kept.write([score_entry(3)])
        assert anchored() == 3
        bend(kept, delete(ENTRIES).where(ENTRIES.c.seq == 3))
        assert kept.verify().faults[0].startswith("entry 3: it was there on")


class TestNames:
    @pytest.fixture
    def digests(self, kept: Journal) -> list[str]:
        """Of two entries with names of their own."""
        written = []
        for number, name in enumerate(("age", "income")):
            kept._names = FeatureNames()
            kept.write([Entry(Kind.SCORE, Author(), {}, {"features": {name: 1.0}}, number)])
            written.append(kept._names.digest)
        assert kept.verify().faults == []
        return written

    def test_that_were_exchanged_are_found_and_not_given(
        self, kept: Journal, digests: list[str]
    ) -> None:
        bend(
            kept,
            *(
                update(FEATURE_NAMES).where(FEATURE_NAMES.c.digest == digest).values(names=names)
                for digest, names in zip(digests, ('["income"]', '["age"]'), strict=True)
            ),
        )
        faults = kept.verify().faults
        assert sorted(faults) == sorted(
            f"names of features {digest}: they were changed" for digest in digests
        )
        with pytest.raises(JournalUnavailable, match=f"names of features {digests[0]}: they are"):
            kept.export(0)

    def test_that_are_missing_are_found_and_told(self, kept: Journal, digests: list[str]) -> None:
        bend(kept, delete(FEATURE_NAMES).where(FEATURE_NAMES.c.digest == digests[1]))
        (fault,) = kept.verify().faults
        assert fault == f"names of features {digests[1]}: they are missing, and entry 2 needs them"
        assert kept.export(0)[0].sealed == {"features": {"age": 1.0}}
        with pytest.raises(JournalUnavailable, match=f"names of features {digests[1]}"):
            list(kept.read())

    def test_that_only_a_forgotten_client_needs_are_not_missed(
        self, kept: Journal, digests: list[str]
    ) -> None:
        kept.forget(1)
        bend(kept, delete(FEATURE_NAMES).where(FEATURE_NAMES.c.digest == digests[1]))
        assert kept.verify().faults == []


def test_an_export_tells_of_nobody_else(kept: Journal) -> None:
    kept.write(
        [
            score_entry(1),
            Entry(Kind.LOOK, Author(person="anna"), {"endpoint": "similar"}, None, 2, (1, 3)),
            Entry(Kind.LOOK, Author(), {"endpoint": "similar"}, None, 1, (2, 3)),
            Entry(Kind.LOOK, Author(), {"endpoint": "search"}, looked_at=(3, 1, 2)),
            score_entry(2),
        ]
    )
    scored, about_another, about, listed = kept.export(1)
    own = row_of(kept, 1)["subject"].hex()
    assert (scored.client_id, scored.sealed) == (1, score_entry(1).sealed)
    assert (about_another.client_id, about_another.author.person) == (None, "anna")
    assert about_another.facts == {"endpoint": "similar", "shown": [own]}
    assert (about.client_id, about.facts["shown"]) == (1, [])
    assert (listed.client_id, listed.facts["shown"]) == (None, [own])


def run_command(monkeypatch: pytest.MonkeyPatch, where: str | Path, *arguments: str | Path) -> int:
    monkeypatch.setenv("SCORING_JOURNAL", str(where))
    monkeypatch.setattr(sys, "argv", ["journal", *map(str, arguments)])
    return main()


@pytest.mark.parametrize("command", ["verify", "replay", "forget", "export", "purge", "backup"])
def test_a_command_refuses_a_journal_that_is_not_there(
    where: str,
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    more = {"forget": ["1"], "export": ["1"], "backup": [tmp_path / "copy"]}.get(command, [])
    there = sorted(tmp_path.iterdir())
    for _ in range(2):
        assert run_command(monkeypatch, where, command, *more) == 1
        said = capsys.readouterr()
        assert (said.out, said.err.count("\n")) == ("", 1)
        assert said.err.startswith("✗ journal journal")
        assert "a command works on a journal that is there; set SCORING_JOURNAL" in said.err
    assert sorted(tmp_path.iterdir()) == there
    with closing(Journal(where)) as made:
        made.write([score_entry(1)])
    assert run_command(monkeypatch, where, "verify") == 0
    assert capsys.readouterr().out.startswith("✓ 1 entries")


class TestPurging:
    @pytest.fixture
    def cut(self, kept: Journal) -> datetime:
        """A moment between three entries and two."""
        kept.write([score_entry(1), score_entry(2), score_entry(3)])
        sleep(0.01)
        moment = datetime.now(UTC)
        sleep(0.01)
        kept.write([score_entry(3), Entry(Kind.LOOK, Author(), {}, looked_at=(2,))])
        return moment

    def test_what_is_too_old_goes_and_the_chain_holds(self, kept: Journal, cut: datetime) -> None:
        assert kept.purge(cut) == 3
        assert [entry.seq for entry in kept.read()] == [4, 5, 6]
        assert kept.verify().faults == []
        assert kept.purge(cut) == 0
        kept.write([score_entry(9)])
        assert kept.purge(datetime.now(UTC) + timedelta(seconds=1)) == 4
        assert [entry.kind for entry in kept.read()] == [Kind.PURGED]
        assert kept.verify().faults == []
        bend(kept, changed(8, facts='{"to_seq":6,"to_at":"","to_hash":""}')(kept))
        assert kept.verify().faults

    def test_the_keys_of_those_of_whom_nothing_is_left_go_too(
        self, kept: Journal, cut: datetime
    ) -> None:
        kept.purge(cut)
        with kept.store.reading() as connection:
            owners = set(connection.scalars(select(CLIENT_KEYS.c.owner)))
        assert owners == {"2", "3"}

    def test_an_entry_that_was_removed_otherwise_is_missed(
        self, kept: Journal, cut: datetime
    ) -> None:
        kept.purge(cut)
        bend(kept, delete(ENTRIES).where(ENTRIES.c.seq == 4))
        assert kept.verify().faults[0].startswith("entries 4 to 4:")

    def test_another_process_goes_on(self, kept: Journal, where: str) -> None:
        kept.write([score_entry(1)])
        other = Journal(where)
        assert other.purge(datetime.now(UTC) + timedelta(seconds=1)) == 1
        other.write([score_entry(1)])
        kept.write([score_entry(1)])
        assert kept.verify().faults == []
        other.close()

    def test_it_is_not_shorter_than_the_law_has_it(self) -> None:
        now = datetime(2026, 11, 26, tzinfo=UTC)
        assert kept_since(FEWEST_DAYS, now) == now - timedelta(days=183)
        with pytest.raises(InvalidInput, match="at least 183 days"):
            kept_since(FEWEST_DAYS - 1, now)


class TestCopies:
    def test_a_copy_is_put_back_and_goes_on(self, kept: Journal, tmp_path: Path) -> None:
        kept.write([score_entry(client_id) for client_id in range(1500)])
        copy, keys = tmp_path / "copy.sqlite", tmp_path / "copy.keys"
        assert back_up(kept, copy, keys) == 1500
        assert sorted(path.name for path in tmp_path.glob("copy*")) == ["copy.keys", "copy.sqlite"]
        with pytest.raises(InvalidInput, match="a copy overwrites nothing"):
            back_up(kept, copy)
        other = Journal(tmp_path / "other.sqlite")
        assert restore(other, copy, keys) == 1500
        other.write([score_entry(5)])
        assert [entry.client_id for entry in other.read()] == [*range(1500), 5]
        assert other.verify().faults == []
        with pytest.raises(InvalidInput, match="it is empty"):
            restore(other, copy, keys)
        other.close()

    def test_without_its_keys_a_copy_is_refused(self, kept: Journal, tmp_path: Path) -> None:
        kept.write([score_entry(1)])
        copy = tmp_path / "copy.sqlite"
        back_up(kept, copy)
        other = Journal(tmp_path / "other.sqlite")
        with pytest.raises(InvalidInput, match="its keys are those of the copy"):
            restore(other, copy)
        other.close()

    def test_a_file_that_was_lost_comes_back_from_its_copy(self, tmp_path: Path) -> None:
        path, copy = tmp_path / "journal.sqlite", tmp_path / "copy.sqlite"
        journal = Journal(path)
        journal.write([score_entry(1)])
        back_up(journal, copy)
        journal.write([score_entry(2)], durable=True)
        journal.close()
        path.unlink()
        again = Journal(path)
        with pytest.raises(JournalUnavailable, match="put the file back"):
            again.open()
        restore(again, copy)
        assert [entry.client_id for entry in again.read()] == [1]
        # What the copy does not have is missed for good.
        assert again.verify().faults[0].startswith("entry 2: it was there on")
        again.close()

    def test_what_is_in_a_server_moves_to_a_file_and_back(
        self, postgresql: Server, tmp_path: Path
    ) -> None:
        first = Journal(postgresql.make_database("first"))
        first.write([score_entry(1), score_entry(2)])
        back_up(first, tmp_path / "copy", tmp_path / "keys")
        second = Journal(postgresql.make_database("second"))
        restore(second, tmp_path / "copy", tmp_path / "keys")
        assert list(second.read()) == list(first.read())
        second.write([score_entry(3)])
        assert second.verify().faults == []
        for journal in (first, second):
            journal.close()


WRITER = """
import sys
from lib.serving.journal import Journal
from tests.serving.journal.conftest import score_entry

journal = Journal(sys.argv[1])
for number in range(int(sys.argv[2]), int(sys.argv[3])):
    journal.write([score_entry(number)] + [score_entry(number) for _ in range(2)])
    print(number, flush=True)
"""


def write_beside(where: str, first: int, after: int) -> subprocess.Popen[str]:
    """Write to a journal in another process, which says what it has written."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, where, str(first), str(after)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )


def counts(journal: Journal) -> dict[int | None, int]:
    found: dict[int | None, int] = {}
    for entry in journal.read():
        found[entry.client_id] = found.get(entry.client_id, 0) + 1
    return found


def test_kill_9_loses_no_acknowledged_entry(where: str) -> None:
    writer = write_beside(where, 0, 10**9)
    acknowledged = [int(writer.stdout.readline()) for _ in range(30)]
    sleep(0.05)
    writer.send_signal(signal.SIGKILL)
    rest, _ = writer.communicate()
    # The last line may have been cut off.
    acknowledged += [int(line) for line in rest.splitlines()[:-1]]
    journal = Journal(where)
    found = counts(journal)
    assert {found[number] for number in acknowledged} == {3}
    assert set(found.values()) == {3}
    assert journal.verify().faults == []
    journal.write([score_entry()])
    journal.close()


def test_two_servers_write_one_chain(where: str) -> None:
    writers = [write_beside(where, 1000 * number, 1000 * number + 60) for number in range(2)]
    for writer in writers:
        writer.communicate(timeout=120)
        assert writer.returncode == 0
    journal = Journal(where)
    expected = [*range(60), *range(1000, 1060)]
    assert counts(journal) == dict.fromkeys(expected, 3)
    check = journal.verify()
    assert (check.entries, check.faults) == (360, [])
    journal.close()
