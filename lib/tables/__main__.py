"""Make, download or check the raw tables: ``python -m lib.tables --help``."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from lib.decision import InvalidInput


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 if it went well, 1 with one line on the error stream if not."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except InvalidInput as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lib.tables", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    make = commands.add_parser("synthesize", help="write tables that resemble the real ones")
    make.add_argument("--clients", type=int, default=20_000, help="how many (default %(default)s)")
    make.add_argument("--output", type=Path, default=Path("data/raw"), help="folder to write to")
    make.add_argument("--seed", type=int, default=1, help="same seed, same tables")
    make.add_argument("--format", choices=("parquet", "csv"), default="parquet")
    make.set_defaults(run=_synthesize)
    fetch = commands.add_parser("download", help="fetch the real tables from Kaggle")
    fetch.add_argument(
        "--output", type=Path, default=Path("data/kaggle"), help="folder to write to"
    )
    fetch.set_defaults(run=_download)
    check = commands.add_parser("check", help="say what is wrong with the tables of a folder")
    check.add_argument("folder", type=Path)
    check.add_argument("--memory-limit", type=float, metavar="GIB", help="what it may hold")
    check.set_defaults(run=_check)
    resemble = commands.add_parser(
        "resemble", help="compare the tables of a folder with aggregates of the real ones"
    )
    resemble.add_argument("folder", type=Path)
    resemble.add_argument("--most", type=int, default=10, help="how many that are off it names")
    resemble.add_argument("--output", type=Path, help="CSV file for every figure")
    resemble.set_defaults(run=_resemble)
    return parser


def _synthesize(options: argparse.Namespace) -> None:
    from lib.synthetic import write_synthetic_tables

    say = _timed_printer()
    rows = write_synthetic_tables(
        options.output, options.clients, options.seed, options.format, announce=say
    )
    for name, count in rows.items():
        print(f"  {name}: {count:,} rows")
    say(f"{sum(rows.values()):,} rows in {options.output}, seed {options.seed}")


def _download(options: argparse.Namespace) -> None:
    from lib.tables.download import download_tables

    say = _timed_printer()
    for path in download_tables(options.output):
        say(f"{path.name}: {path.stat().st_size:,} bytes")


def _check(options: argparse.Namespace) -> None:
    from lib.tables.findings import REMEDY
    from lib.tables.inspection import inspect_tables

    say = _timed_printer()
    inspection = inspect_tables(options.folder, options.memory_limit, announce=say)
    print(inspection.describe())
    refusals, notes = len(inspection.refusals), len(inspection.notes)
    if refusals:
        what = f"folder {options.folder}: {refusals} of these findings forbid using it"
        raise InvalidInput(what, "all eight tables are whole", f"mend them, or {REMEDY}")
    say(f"{options.folder} can be used; {notes} notes")


def _resemble(options: argparse.Namespace) -> None:
    from lib.synthetic.resemblance import compare_with_reference, verdicts, write_comparisons
    from lib.synthetic.resemblance.summary import summary_lines

    say = _timed_printer()
    comparisons = compare_with_reference(options.folder, announce=say)
    if options.output:
        write_comparisons(options.output, comparisons)
    judged = verdicts(comparisons)
    print("\n".join(summary_lines(judged, options.most)))
    unmet = [verdict.criterion.name for verdict in judged if not verdict.is_met]
    if unmet:
        raise InvalidInput(
            ", ".join(unmet), "the tables are as near to the real ones as is asked", "see above"
        )


def _timed_printer() -> Callable[[str], None]:
    start = time.perf_counter()

    def say(line: str) -> None:
        print(f"[{time.perf_counter() - start:6.1f} s] {line}", flush=True)

    return say


if __name__ == "__main__":
    sys.exit(main())
