"""Some clients of a group in place of all, always the same ones."""

from collections.abc import Sequence

import pyarrow as pa

from lib.portfolio.conditions import quoted
from lib.portfolio.file import PortfolioFile
from lib.portfolio.groups import Group


def sample_of(
    file: PortfolioFile, group: Group, columns: Sequence[str], count: int
) -> tuple[int, pa.Table]:
    """Give the size of a group, and columns of some of its clients: see `Portfolio.sample`."""
    where, values = group.where(file.kinds())
    total = file.ask("count(*) AS n", f"WHERE {where}", values).column("n")[0].as_py()
    step = max(1, -(-total // count))
    found = file.ask(
        ", ".join(map(quoted, columns)),
        f"WHERE {where} QUALIFY (row_number() OVER (ORDER BY client_id) - 1) % ? = 0"
        " ORDER BY client_id",
        [*values, step],
    )
    return total, found
