"""Write synthetic tables, or compare tables with the real ones: see ``--help``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from lib.decision import InvalidInput
from lib.synthetic import FORMATS, write_synthetic_tables
from lib.tables.command_line import run, timed_printer


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 if it went well, 1 with one line on the error stream if not."""
    parser = argparse.ArgumentParser(prog="python -m lib.synthetic", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    write = commands.add_parser("synthesize", help="write tables that resemble the real ones")
    write.add_argument("--clients", type=int, default=20_000, help="how many (default %(default)s)")
    write.add_argument("--output", type=Path, default=Path("data/raw"), help="folder to write to")
    write.add_argument("--seed", type=int, default=1, help="same seed, same tables")
    write.add_argument("--format", choices=FORMATS, default="parquet")
    write.set_defaults(run=_synthesize)
    compare = commands.add_parser(
        "resemble", help="compare the tables of a folder with aggregates of the real ones"
    )
    compare.add_argument("folder", type=Path)
    compare.add_argument("--most", type=int, default=10, help="how many that are off it names")
    compare.add_argument("--output", type=Path, help="CSV file for every figure")
    compare.set_defaults(run=_resemble)
    return run(parser, arguments)


def _synthesize(options: argparse.Namespace) -> None:
    say = timed_printer()
    rows = write_synthetic_tables(
        options.output, options.clients, options.seed, options.format, announce=say
    )
    for name, count in rows.items():
        print(f"  {name}: {count:,} rows")
    say(f"{sum(rows.values()):,} rows in {options.output}, seed {options.seed}")


def _resemble(options: argparse.Namespace) -> None:
    from lib.synthetic.resemblance import compare_with_reference, verdicts, write_comparisons
    from lib.synthetic.resemblance.criteria import summary_lines

    comparisons = compare_with_reference(options.folder, announce=timed_printer())
    if options.output:
        write_comparisons(options.output, comparisons)
    judged = verdicts(comparisons)
    print("\n".join(summary_lines(judged, options.most)))
    unmet = [verdict.criterion.name for verdict in judged if not verdict.is_met]
    if unmet:
        raise InvalidInput(
            ", ".join(unmet), "the tables are as near to the real ones as is asked", "see above"
        )


if __name__ == "__main__":
    sys.exit(main())
