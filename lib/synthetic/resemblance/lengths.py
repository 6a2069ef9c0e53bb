"""How long the history tables are: in all, for each client, and for each loan."""

from collections.abc import Iterator, Mapping
from typing import Any

from lib.synthetic.calibration import relations
from lib.synthetic.resemblance.criteria import LENGTHS, TOTALS, Comparison
from lib.synthetic.resemblance.measuring import share_error
from lib.synthetic.resemblance.sample import CLIENT, PARTS, Sample
from lib.tables.checks import fetched
from lib.tables.schema import TABLES

_PARTS = {"SK_ID_CURR_train": "application_train", "SK_ID_CURR_test": "application_test"}


def compare_totals(rows: Mapping[str, int], samples: Mapping[str, Sample]) -> Iterator[Comparison]:
    """Compare the rows of each history table with those of the full one, client for client."""
    full = relations("rows")
    share = sum(rows[part] for part in PARTS) / sum(full[part] for part in PARTS)
    for name, sample in samples.items():
        if name not in PARTS:
            wanted = full[name] * share
            detail = f"{rows[name]:,} rows, {wanted:,.0f} for as many clients"
            found = rows[name] / wanted if wanted else float("nan")
            yield Comparison(TOTALS, name, "rows", detail, 1.0, found, _relative_error(sample))


def _relative_error(sample: Sample) -> float:
    """Compute the standard error of the mean number of rows a client, as a share of it."""
    per_client = sample.table.group_by(CLIENT).aggregate(n=sample.table.count())
    n = per_client.n.cast("float64")
    ((total, squares),) = fetched(per_client.aggregate(total=n.sum(), squares=(n * n).sum()))
    clients = sum(sample.clients.values())
    return float((squares / total**2 - 1 / clients) ** 0.5) if total else 0.0


def compare_lengths(samples: Mapping[str, Sample]) -> Iterator[Comparison]:
    """Compare how many clients have no rows, and how many rows the other clients and loans have."""
    for name, owners in relations("rows_per").items():
        for owner, reference in owners.items():
            if owner in _PARTS:
                counts, everyone = _rows_per_client(samples[name], _PARTS[owner])
                subject = f"rows a client of {_PARTS[owner]}"
            else:
                counts, everyone = _rows_per_loan(samples, name, owner)
                subject = f"rows a {owner}"
            yield from _compare(name, subject, reference, counts, everyone)


def _rows_per_client(sample: Sample, part: str) -> tuple[dict[int, float], float]:
    """Count clients by their number of rows, and all clients."""
    mine = sample.table.filter(sample.table.part == part)
    per_client = mine.group_by(CLIENT).aggregate(n=mine.count())
    counts = dict(fetched(per_client.group_by("n").aggregate(clients=per_client.count())))
    return counts, sample.clients[part]


def _rows_per_loan(
    samples: Mapping[str, Sample], name: str, key: str
) -> tuple[dict[int, float], float]:
    """Count loans by their number of rows, and all loans; those of the two parts weigh the same."""
    sample = samples[name]
    per_loan = sample.table.group_by(["part", key]).aggregate(n=sample.table.count())
    grouped = per_loan.group_by(["part", "n"]).aggregate(loans=per_loan.count())
    evened = sum(sample.clients.values()) / 2
    counts: dict[int, float] = {}
    for part, n, loans in fetched(grouped):
        counts[n] = counts.get(n, 0.0) + loans * sample.weights[part] * evened
    parent = samples.get(TABLES[name].parent or "")
    if parent is None:
        return counts, sum(counts.values())
    listed = parent.sums(n=parent.table.count()).get(None, [0.0])[0]
    return counts, listed * evened


def _compare(
    name: str, subject: str, reference: dict[str, Any], counts: dict[int, float], everyone: float
) -> Iterator[Comparison]:
    with_rows = sum(counts.values())
    none = 1 - with_rows / everyone if everyone else float("nan")
    error = share_error(reference["none"], everyone)
    yield Comparison(LENGTHS, name, subject, "none", reference["none"], none, error)
    for level, value in reference["quantiles"]:
        below = sum(owners for n, owners in counts.items() if n < value) / max(1, with_rows)
        upto = sum(owners for n, owners in counts.items() if n <= value) / max(1, with_rows)
        nearest = min(max(level, below), upto)
        error = share_error(level, with_rows)
        yield Comparison(LENGTHS, name, subject, f"at most {value:g}", level, nearest, error)
