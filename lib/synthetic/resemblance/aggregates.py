"""Simple aggregates of each client's histories, and how well each alone tells who defaults."""

from collections.abc import Iterator, Mapping

import ibis.expr.types as ir
import numpy as np

from lib.synthetic.calibration import relations
from lib.synthetic.resemblance.criteria import AGGREGATES, GROUPS, Comparison
from lib.synthetic.resemblance.measuring import Floats, arrays, auc, auc_error, share_error
from lib.synthetic.resemblance.sample import CLIENT

_REFERENCE_CLIENTS = 5000
_LATE = ("1", "2", "3", "4", "5")  # STATUS of a month: by how much a payment is late


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
            yield from _compare(name, column, is_bad)


def _compare(name: str, column: Floats, is_bad: np.ndarray) -> Iterator[Comparison]:
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
