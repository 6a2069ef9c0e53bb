"""Download or check the raw tables: ``python -m lib.tables --help``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from lib.decision import InvalidInput
from lib.tables.command_line import run, timed_printer
from lib.tables.download import download_tables
from lib.tables.findings import REMEDY
from lib.tables.inspection import inspect_tables


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 if it went well, 1 with one line on the error stream if not."""
    parser = argparse.ArgumentParser(prog="python -m lib.tables", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    download = commands.add_parser("download", help="fetch the real tables from Kaggle")
    download.add_argument("--output", type=Path, default=Path("data/kaggle"), help="folder")
    download.set_defaults(run=_download)
    check = commands.add_parser("check", help="say what is wrong with the tables of a folder")
    check.add_argument("folder", type=Path)
    check.add_argument("--memory-limit", type=float, metavar="GIB", help="what it may hold")
    check.set_defaults(run=_check)
    return run(parser, arguments)


def _download(options: argparse.Namespace) -> None:
    say = timed_printer()
    for path in download_tables(options.output):
        say(f"{path.name}: {path.stat().st_size:,} bytes")


def _check(options: argparse.Namespace) -> None:
    say = timed_printer()
    inspection = inspect_tables(options.folder, options.memory_limit, announce=say)
    print(inspection.describe())
    refusals, notes = len(inspection.refusals), len(inspection.notes)
    if refusals:
        what = f"folder {options.folder}: {refusals} of these findings forbid using it"
        raise InvalidInput(what, "all eight tables are whole", f"mend them, or {REMEDY}")
    say(f"{options.folder} can be used; {notes} notes")


if __name__ == "__main__":
    sys.exit(main())
