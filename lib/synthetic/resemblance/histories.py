"""The history tables: how long they are, and how well their aggregates tell who defaults."""

from collections.abc import Iterator, Mapping
from typing import Any

import ibis.expr.types as ir
import numpy as np

from lib.synthetic.calibration import relations
from lib.synthetic.resemblance.criteria import AGGREGATES, GROUPS, LENGTHS, TOTALS, Comparison
from lib.synthetic.resemblance.sample import (
    CLIENT,
    PARTS,
    Sample,
    arrays,
    auc,
    auc_error,
    fetched,
    share_error,
)
from lib.synthetic.scores import Bools, Floats
from lib.tables.schema import TABLES

_PARTS = {"SK_ID_CURR_train": "application_train", "SK_ID_CURR_test": "application_test"}
_REFERENCE_CLIENTS = 5000
_LATE = ("1", "2", "3", "4", "5")  # STATUS of a month: by how much a payment is late


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
            yield from _compare_length(name, subject, reference, counts, everyone)


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


def _compare_length(
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


def aggregates_of(tables: Mapping[str, ir.Table]) -> list[ir.Table]:
    """Summarise the histories of each client, one table a history, keyed by SK_ID_CURR."""
    months = tables["bureau_balance"].join(
        tables["bureau"].select("SK_ID_BUREAU", CLIENT), "SK_ID_BUREAU"
    )
    return [
        table.group_by(CLIENT).aggregate(**expressions)
        for table, expressions in (
            (tables["bureau"], _of_bureau(tables["bureau"])),
            (months, {"bb_late_share": months.STATUS.isin(_LATE).mean()}),
            (tables["previous_application"], _of_previous(tables["previous_application"])),
            (tables["POS_CASH_balance"], _of_pos(tables["POS_CASH_balance"])),
            (tables["credit_card_balance"], _of_cards(tables["credit_card_balance"])),
        )
    ]


def _of_bureau(t: ir.Table) -> dict[str, ir.Value]:
    debt, credit = t.AMT_CREDIT_SUM_DEBT.sum(), t.AMT_CREDIT_SUM.sum()
    return {
        "bureau_n": t.count(),
        "bureau_active_share": (t.CREDIT_ACTIVE == "Active").mean(),
        "bureau_days_credit_max": t.DAYS_CREDIT.max(),
        "bureau_days_credit_mean": t.DAYS_CREDIT.mean(),
        "bureau_debt_sum": debt.fill_null(0),
        "bureau_debt_ratio": debt.fill_null(0) / credit.nullif(0),
        "bureau_overdue_any": (t.CREDIT_DAY_OVERDUE > 0).any().cast("int64"),
    }


def _of_previous(t: ir.Table) -> dict[str, ir.Value]:
    return {
        "prev_n": t.count(),
        "prev_refused_share": (t.NAME_CONTRACT_STATUS == "Refused").mean(),
        "prev_days_decision_max": t.DAYS_DECISION.max(),
        "prev_cnt_payment_mean": t.CNT_PAYMENT.mean(),
    }


def _of_pos(t: ir.Table) -> dict[str, ir.Value]:
    return {
        "pos_dpd_mean": t.SK_DPD.mean(),
        "pos_dpd_def_share": (t.SK_DPD_DEF > 0).mean(),
        "pos_n": t.count(),
    }


def _of_cards(t: ir.Table) -> dict[str, ir.Value]:
    return {
        "cc_util_mean": (t.AMT_BALANCE / t.AMT_CREDIT_LIMIT_ACTUAL.nullif(0)).mean(),
        "cc_dpd_share": (t.SK_DPD > 0).mean(),
        "cc_draw_atm_mean": t.AMT_DRAWINGS_ATM_CURRENT.mean(),
    }


def compare_aggregates(tables: Mapping[str, ir.Table]) -> Iterator[Comparison]:
    """Compare each aggregate's AUC, how many clients have it, and the default rate of the others.

    The reference was measured on 5,000 clients: the errors are of both.
    """
    target = tables["application_train"].select(CLIENT, "TARGET")
    for summary in aggregates_of(tables):
        values = arrays(target.left_join(summary, CLIENT).drop(CLIENT, f"{CLIENT}_right"))
        is_bad = values.pop("TARGET") == 1
        for name, column in values.items():
            yield from _compare_aggregate(name, column, is_bad)


def _compare_aggregate(name: str, column: Floats, is_bad: Bools) -> Iterator[Comparison]:
    strength, clients, rate_without = relations("aggregates")[name]
    bad_share = relations("default_rate")
    known = ~np.isnan(column)
    number, bad = known.sum(), is_bad[known].sum()
    error = float(
        np.hypot(
            auc_error(strength, bad_share * clients, (1 - bad_share) * clients),
            auc_error(strength, bad, number - bad),
        )
    )
    found = auc(column[known], is_bad[known])
    yield Comparison(AGGREGATES, "application_train", name, "AUC", strength, found, error)
    both = 1 / (1 / _REFERENCE_CLIENTS + 1 / max(1, len(column)))
    share = clients / _REFERENCE_CLIENTS
    error = share_error(share, both)
    yield Comparison(
        AGGREGATES, "application_train", name, "clients who have it", share, known.mean(), error
    )
    without = len(column) - number
    if without:
        both = 1 / (1 / (_REFERENCE_CLIENTS - clients) + 1 / without)
        error = share_error(rate_without, both)
        rate = is_bad[~known].mean()
        detail = "default rate where missing"
        yield Comparison(GROUPS, "application_train", name, detail, rate_without, rate, error)
