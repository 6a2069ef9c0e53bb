"""POS_CASH_balance and installments_payments: how earlier credits were paid back."""

import numpy as np
import numpy.typing as npt

from lib.synthetic.clients import Clients
from lib.synthetic.latent import Floats, mixed
from lib.synthetic.marginals import Coded, Columns, counts_of, numbers
from lib.synthetic.sequences import counting, rank_scores

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

DAYS_A_MONTH = 30.44
_STATES = (
    "Active",
    "Completed",
    "Signed",
    "Demand",
    "Returned to the store",
    "Approved",
    "Amortized debt",
)


class Loans:
    """The approved cash and consumer credits of a block, and how long each was on the books.

    Parameters
    ----------
    rng : numpy.random.Generator
    clients : Clients
    previous : Columns
        Their earlier applications.
    lateness : ndarray of float
        Each client's habit of paying late, a standard normal score.
    """

    def __init__(
        self, rng: np.random.Generator, clients: Clients, previous: Columns, lateness: Floats
    ) -> None:
        kind, status = previous["NAME_CONTRACT_TYPE"], previous["NAME_CONTRACT_STATUS"]
        assert isinstance(kind, Coded)  # noqa: S101
        assert isinstance(status, Coded)  # noqa: S101
        term = kind.equals("Cash loans") | kind.equals("Consumer loans")
        chosen = np.flatnonzero(status.equals("Approved") & term)
        self.number = np.asarray(previous["SK_ID_PREV"])[chosen]
        self.client_id = np.asarray(previous["SK_ID_CURR"])[chosen]
        self.days = np.asarray(previous["DAYS_DECISION"], dtype=np.float64)[chosen]
        self.payments = np.asarray(previous["CNT_PAYMENT"], dtype=np.float64)[chosen]
        self.annuity = np.asarray(previous["AMT_ANNUITY"], dtype=np.float64)[chosen]
        owner = np.searchsorted(clients.client_id, self.client_id)
        self.risk, self.lateness = clients.risk[owner], lateness[owner]
        self.age = np.maximum(1, np.floor(-self.days / DAYS_A_MONTH)).astype(np.int64)
        # the old have had the time; those who had but one loan have had it for some months
        first = np.diff(self.client_id, prepend=-1) > 0
        score = mixed(rng, [(-0.17, self.risk), (0.45, rank_scores(self.age))])
        score += np.where(first, 0.35, -0.13)
        self.months = np.minimum(counts_of("POS_CASH_balance per loan", score), self.age)


def monthly_balances(rng: np.random.Generator, loans: Loans) -> Columns:
    """Draw the months of each loan, from its first on."""
    row = np.repeat(np.arange(len(loans.months)), loans.months)
    step = counting(loans.months)
    month = -np.minimum(loans.age[row] + 1, 96) + step
    agreed = np.maximum(loans.payments[row], step)
    last = step == loans.months[row] - 1
    done = last & (month < -1) & (rng.random(len(row)) < 0.93)
    agreed = np.where(done, np.maximum(1.0, step), agreed)
    missing = rng.random(len(row)) < 0.0028
    late = mixed(rng, [(0.42, loans.lateness[row])])
    overdue = numbers("POS_CASH_balance.SK_DPD").of(late)
    return {
        "SK_ID_PREV": loans.number[row],
        "SK_ID_CURR": loans.client_id[row],
        "MONTHS_BALANCE": month,
        "CNT_INSTALMENT": np.where(missing, np.nan, agreed),
        "CNT_INSTALMENT_FUTURE": np.where(missing, np.nan, np.where(done, 0.0, agreed - step)),
        "NAME_CONTRACT_STATUS": _states(rng, done, step),
        "SK_DPD": np.round(overdue),
        "SK_DPD_DEF": np.round(numbers("POS_CASH_balance.SK_DPD_DEF").of(late)),
    }


def _states(rng: np.random.Generator, done: Bools, step: Ints) -> Coded:
    draw = rng.random(len(done))
    codes = np.where(done, 1, np.where((step == 0) & (draw < 0.085), 2, 0))
    rare = np.digitize(draw, (1 - 0.0022, 1 - 0.0014, 1 - 0.00075, 1 - 0.00028))
    return Coded(np.where((rare > 0) & ~done, rare + 2, codes), _STATES)


def loan_payments(rng: np.random.Generator, loans: Loans) -> Columns:
    """Draw the payments of each loan's instalments that were due before the application."""
    due_so_far = np.maximum(1, loans.months - (rng.random(len(loans.months)) < 0.6))
    row = np.repeat(np.arange(len(due_so_far)), due_so_far)
    step = counting(due_so_far)
    due = np.minimum(-1.0, loans.days[row] + 30 + 30 * step)
    version = 1 + (rng.random(len(row)) < 0.09) * rng.geometric(0.5, len(row))
    owed = np.round(loans.annuity[row] * np.where(rng.random(len(row)) < 0.06, 0.45, 1.0), 2)
    return {
        "SK_ID_PREV": loans.number[row],
        "SK_ID_CURR": loans.client_id[row],
        "NUM_INSTALMENT_VERSION": version.astype(np.float64),
        "NUM_INSTALMENT_NUMBER": step + 1,
        "DAYS_INSTALMENT": due,
        "AMT_INSTALMENT": owed,
        **payments(rng, due, owed, loans.lateness[row]),
    }


def payments(rng: np.random.Generator, due: Floats, owed: Floats, lateness: Floats) -> Columns:
    """Draw when each instalment was paid and how much of it; some were not paid at all."""
    late = np.round(numbers("installments_payments.DAYS_LATE").of(mixed(rng, [(0.36, lateness)])))
    ratio = numbers("installments_payments.PAY_RATIO").of(mixed(rng, [(-0.40, lateness)]))
    unpaid = rng.random(len(due)) < 0.0002
    paid = np.where(np.abs(ratio - 1) < 0.02, owed, np.round(owed * np.minimum(ratio, 6), 2))
    return {
        "DAYS_ENTRY_PAYMENT": np.where(unpaid, np.nan, np.minimum(-1, due + late)),
        "AMT_PAYMENT": np.where(unpaid, np.nan, paid),
    }
