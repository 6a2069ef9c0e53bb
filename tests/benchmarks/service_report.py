"""What was measured of a service, as a table."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import quantiles

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """One endpoint under one load.

    Parameters
    ----------
    who : str
        What answers.
    endpoint : str
        What is asked.
    at_once : int
        Connections, each of which asks again as soon as it has its answer.
    times : list of float
        Seconds of each request.
    per_second : float
        Requests answered in a second.

    Examples
    --------
    >>> Row("API", "score", 1, [0.001] * 99 + [0.1], 500.0).p50
    1.0
    """

    who: str
    endpoint: str
    at_once: int
    times: list[float]
    per_second: float

    @property
    def p50(self) -> float:
        """Median in milliseconds."""
        return self._percentile(50)

    @property
    def p99(self) -> float:
        """What 99 of 100 requests stay below, in milliseconds."""
        return self._percentile(99)

    def _percentile(self, percent: int) -> float:
        return 1000 * quantiles(self.times, n=100, method="inclusive")[percent - 1]


def print_rows(rows: Iterable[Row]) -> None:
    """Print a table for people."""
    table = Table(title="One client a request, every feature given")
    for name in ("what answers", "endpoint"):
        table.add_column(name)
    for name in ("connections", "p50 ms", "p99 ms", "requests/s", "requests"):
        table.add_column(name, justify="right")
    for row in rows:
        figures = f"{row.p50:.2f}", f"{row.p99:.2f}", f"{row.per_second:.0f}", f"{len(row.times)}"
        table.add_row(row.who, row.endpoint, str(row.at_once), *figures)
    Console(width=100).print(table)
