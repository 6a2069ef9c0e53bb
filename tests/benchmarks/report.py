"""How a benchmark reports: progress, a table for people, and one JSON object for programs."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

WIDTH = 100


def say(line: str) -> None:
    """Report progress where it does not mix with results."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def print_table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; a column is set to the right if its values are numbers."""
    cells = list(rows)
    table = Table(title=title)
    for place, heading in enumerate(headings):
        numbers = all(not row[place] or row[place][0] in "-0123456789" for row in cells)
        table.add_column(heading, justify="right" if numbers else "left")
    for row in cells:
        table.add_row(*row)
    Console(width=WIDTH).print(table)


def print_figures(figures: Mapping[str, Any]) -> None:
    """Print the last line of a benchmark: one JSON object."""
    sys.stdout.write(f"{json.dumps(rounded(dict(figures)))}\n")


def rounded(value: Any) -> Any:
    """Round the numbers of a nested mapping to what a measurement is worth.

    Examples
    --------
    >>> rounded({"ratio": 3.14159, "clients": 300, "at": {"10": 2.71828}})
    {'ratio': 3.142, 'clients': 300, 'at': {'10': 2.718}}
    """
    if isinstance(value, dict):
        return {name: rounded(inner) for name, inner in value.items()}
    return round(value, 3) if isinstance(value, float) else value
