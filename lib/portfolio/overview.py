"""What is usual in a group, for every feature at once."""

from dataclasses import dataclass
from functools import lru_cache

from lib.portfolio.conditions import Kind, quoted
from lib.portfolio.file import PortfolioFile, State
from lib.portfolio.groups import Group, check_size

QUANTILES = (0.05, 0.5, 0.95)
OWN_COLUMNS = frozenset({"client_id", "default_probability", "decision"})


@dataclass(frozen=True)
class Usual:
    """What is usual of one feature in a group.

    Attributes
    ----------
    quantiles : dict of float to float or None
        Numbers only, and only where the group has values: 5th percentile, median, 95th percentile.
    shares : dict of str to float or None
        Categories only: the share of the given values that each makes up, the most frequent first.
    """

    quantiles: dict[float, float] | None = None
    shares: dict[str, float] | None = None


def describe_all(file: PortfolioFile, group: Group) -> dict[str, Usual]:
    """Say what is usual of each feature in a group: see `Portfolio.overview`."""
    where, values = group.where(file.kinds())
    fixed = tuple(tuple(one) if isinstance(one, list) else one for one in values)
    return _describe_all(file, file.state(), where, fixed)


@lru_cache(maxsize=16)
def _describe_all(
    file: PortfolioFile, state: State, where: str, values: tuple[object, ...]
) -> dict[str, Usual]:
    """Describe a group once for each file at the path: many managers ask about the same groups."""
    kinds = {name: kind for name, kind in file.kinds().items() if name not in OWN_COLUMNS}
    columns = ", ".join(f"{_summary(quoted(name), kind)}" for name, kind in kinds.items())
    given = [list(one) if isinstance(one, tuple) else one for one in values]
    found = file.ask(f"count(*) AS clients, {columns}", f"WHERE {where}", given)
    check_size(found.column("clients")[0].as_py())
    return {name: _usual(found.column(name)[0].as_py(), kind) for name, kind in kinds.items()}


def _summary(name: str, kind: Kind) -> str:
    if kind is Kind.CATEGORY:
        return f"histogram({name}) AS {name}"
    return f"quantile_cont({name}, {list(QUANTILES)}) AS {name}"


def _usual(told: list | None, kind: Kind) -> Usual:
    """Read what the query says of one feature; nothing where nobody in the group has a value."""
    if kind is Kind.NUMBER:
        return Usual(quantiles=dict(zip(QUANTILES, told, strict=True)) if told else None)
    counts = sorted(told or [], key=lambda one: (-one[1], one[0]))
    total = sum(count for _, count in counts)
    return Usual(shares={category: count / total for category, count in counts})
