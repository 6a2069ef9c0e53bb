"""The operator's commands: ``python -m lib.serving.journal verify``."""

import argparse
import sys
from dataclasses import asdict
from functools import cache
from pathlib import Path

import orjson

from lib.decision import InvalidInput
from lib.portfolio import Portfolio
from lib.scoring.store import load_scorer
from lib.serving.journal.backup import back_up, restore
from lib.serving.journal.journal import Journal
from lib.serving.journal.replay import replay
from lib.serving.journal.retention import kept_since
from lib.serving.resources import Resources
from lib.serving.settings import Settings

# No more faults than these are told: of a journal that was put in another's place, all are.
MOST_TOLD = 20


def main() -> int:
    """Run a command, and say whether all is well."""
    given = parser().parse_args()
    try:
        settings = Settings.from_environment()
        journal = Journal(settings.journal)
        try:
            if given.run is not restore_from:
                require_made(journal)
            return int(given.run(journal, settings, given))
        finally:
            journal.close()
    except InvalidInput as fault:
        print(f"✗ {fault}", file=sys.stderr)
        return 1


def require_made(journal: Journal) -> None:
    """Refuse a journal that is not there: an empty one would be made, and all would seem well.

    Raises
    ------
    InvalidInput
        If there is none.
    """
    if not journal.store.is_made():
        raise InvalidInput(
            f"journal {journal.store.name}",
            "a command works on a journal that is there",
            "set SCORING_JOURNAL to where the service writes it",
        )


def verify(journal: Journal, settings: Settings, given: argparse.Namespace) -> int:
    """Look at the whole chain."""
    check = journal.verify()
    tell(check.faults)
    if not check.faults:
        print(f"✓ {check.entries} entries; the last is {check.head.seq} of {check.head.at}")
        print(f"  its hash: {check.head.hash.hex()}")
    return bool(check.faults)


def replay_all(journal: Journal, settings: Settings, given: argparse.Namespace) -> int:
    """Score all entries anew by the stored scorers."""

    @cache
    def resources_of(tag: str) -> Resources:
        return Resources(load_scorer(tag), tag, Portfolio(settings.portfolio), journal)

    found = replay(journal, resources_of)
    tell(found.differing)
    for reason in found.missing.values():
        print(f"! {reason}")
    print(
        f"{'✗' if found.differing else '✓'} {found.scores} scores: {found.identical} identical,"
        f" {len(found.differing)} different, {found.forgotten} of forgotten clients,"
        f" {found.without_inputs} without inputs, {found.without_scorer} without scorer"
    )
    return bool(found.differing)


def forget(journal: Journal, settings: Settings, given: argparse.Namespace) -> int:
    """Erase a client's key."""
    if not journal.forget(given.client):
        print(f"✓ client {given.client}: the journal holds nothing")
        return 0
    print(f"✓ client {given.client}: forgotten, in the journal and in all copies of it")
    print("  The raw tables, the features and the portfolio are other files: see to them as well.")
    return 0


def export(journal: Journal, settings: Settings, given: argparse.Namespace) -> int:
    """Print all that is known of a client, a line of JSON each."""
    for entry in journal.export(given.client):
        print(orjson.dumps(asdict(entry)).decode())
    return 0


def purge(journal: Journal, settings: Settings, given: argparse.Namespace) -> int:
    """Remove what is too old."""
    since = kept_since(given.days or settings.journal_days)
    print(f"✓ {journal.purge(since)} entries from before {since:%Y-%m-%d} were removed")
    return 0


def back_up_to(journal: Journal, settings: Settings, given: argparse.Namespace) -> int:
    """Copy the journal."""
    print(f"✓ {back_up(journal, given.file, given.keys)} entries in {given.file}")
    return 0


def restore_from(journal: Journal, settings: Settings, given: argparse.Namespace) -> int:
    """Fill an empty journal from a copy."""
    print(f"✓ {restore(journal, given.file, given.keys)} entries from {given.file}")
    return 0


def tell(faults: list[str]) -> None:
    """Print what is wrong."""
    for fault in faults[:MOST_TOLD]:
        print(f"✗ {fault}")
    if len(faults) > MOST_TOLD:
        print(f"✗ and {len(faults) - MOST_TOLD} more")


def parser() -> argparse.ArgumentParser:
    """Describe the commands."""
    made = argparse.ArgumentParser(
        prog="python -m lib.serving.journal",
        description="The journal of SCORING_JOURNAL: a file, or a PostgreSQL database.",
    )
    commands = made.add_subparsers(required=True, metavar="command")
    for name, run, words in (
        ("verify", verify, "find entries that were changed, removed, inserted or dated back"),
        ("replay", replay_all, "score every entry anew by the stored scorer that gave it"),
        ("forget", forget, "erase a client's key: nobody can read of the client any more"),
        ("export", export, "print all that is known of a client, also who has looked"),
        ("purge", purge, "remove the entries that are too old"),
        ("backup", back_up_to, "copy the journal to a file, without the clients' keys"),
        ("restore", restore_from, "fill an empty journal from such a copy"),
    ):
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(run=run)
        if name in ("forget", "export"):
            command.add_argument("client", type=int, help="the client's number")
        if name == "purge":
            command.add_argument(
                "--days", type=int, help="how long entries are kept; as SCORING_JOURNAL_DAYS"
            )
        if name in ("backup", "restore"):
            command.add_argument("file", type=Path, help="the copy")
            command.add_argument("--keys", type=Path, help="a copy of the keys, to be kept apart")
    return made


if __name__ == "__main__":
    sys.exit(main())
