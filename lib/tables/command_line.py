"""What the commands on tables share: one line for bad input, and progress with the time."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence

from lib.decision import InvalidInput
from lib.decision.faults import system_fault


def run(parser: argparse.ArgumentParser, arguments: Sequence[str] | None = None) -> int:
    """Run the command that the parser finds in the arguments.

    Parameters
    ----------
    parser : ArgumentParser
        Its commands set ``run``, a function of the parsed options.
    arguments : sequence of str, optional
        Those of the process by default.

    Returns
    -------
    int
        0 if it went well, 1 with one line on the error stream if the input is bad.
    """
    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except InvalidInput as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"error: {system_fault(error)}\n")
        return 1
    return 0


def timed_printer() -> Callable[[str], None]:
    """Return a function that prints a line after the seconds since now."""
    start = time.perf_counter()

    def say(line: str) -> None:
        sys.stdout.write(f"[{time.perf_counter() - start:6.1f} s] {line}\n")
        sys.stdout.flush()

    return say
