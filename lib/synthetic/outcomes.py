"""What an earlier application was for, what came of it, and when it was."""

import numpy as np
import numpy.typing as npt

from lib.synthetic.each_table import highest
from lib.synthetic.latent import Floats, mixed
from lib.synthetic.marginals import Coded, numbers

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

CASH, CONSUMER, REVOLVING = "Cash loans", "Consumer loans", "Revolving loans"
_OUTCOMES = {  # shares of refused, cancelled, unused offers; the rest is approved
    CASH: (0.22, 0.35, 0.0),
    CONSUMER: (0.098, 0.005, 0.037),
    REVOLVING: (0.235, 0.245, 0.0),
}
# upper bounds for goods and cash, the rest being cards; together they make the real shares
_FIRST_KINDS, _LATER_KINDS, _LATER_KINDS_IN_TEST = (0.94, 0.997), (0.284, 0.855), (0.275, 0.83)
_BEGUN = 0.997  # nearly all who asked before have repaid us something
_CARD_GIVEN, _CARD_GIVEN_IN_TEST = 0.78, 0.82  # of those who ever asked for one


def kinds_of_credit(rng: np.random.Generator, first: Bools, in_train: Bools) -> Coded:
    """Draw kinds of credit: most clients began with one for goods; later come cash and cards."""
    draw = rng.random(len(first))
    later = np.where(
        in_train,
        np.searchsorted(_LATER_KINDS, draw),
        np.searchsorted(_LATER_KINDS_IN_TEST, draw),
    )
    codes = np.where(first, np.searchsorted(_FIRST_KINDS, draw), later)
    kinds = Coded(np.minimum(codes, 2), (CONSUMER, CASH, REVOLVING))
    return kinds.where(rng.random(len(first)) < 0.0003, "XNA")


def granted_anyway(
    rng: np.random.Generator, owner: Ints, kind: Coded, first: Bools, in_train: Bools
) -> Bools:
    """Mark what is approved in any case: what was asked first, and one card of most who asked."""
    asked = np.flatnonzero(kind.equals(REVOLVING))
    client, place = np.unique(owner[asked], return_index=True)
    given = np.where(in_train[asked[place]], _CARD_GIVEN, _CARD_GIVEN_IN_TEST)
    granted = first & (rng.random(len(first)) < _BEGUN)
    granted[asked[place]] = rng.random(len(client)) < given
    return granted


def outcomes(rng: np.random.Generator, kind: Coded, refusable: Floats, granted: Bools) -> Coded:
    """Refuse those whom we found wanting, cancel some of the rest."""
    codes = np.full(len(kind.codes), 3, dtype=np.int64)
    score = mixed(rng, [(0.75, refusable)])
    for name, shares in _OUTCOMES.items():
        rows = np.flatnonzero(kind.equals(name))
        later = rows[~granted[rows]]
        codes[rows] = 0
        refused, cancelled, unused = np.array(shares) * len(rows) / max(1, len(later))
        draw = rng.random(len(later)) * (1 - min(refused, 1.0))
        rest = np.where(draw < cancelled, 1, np.where(draw < cancelled + unused, 3, 0))
        codes[later] = np.where(highest(score[later], min(refused, 1.0)), 2, rest)
    codes[kind.equals("XNA")] = 1
    return Coded(codes, ("Approved", "Canceled", "Refused", "Unused offer"))


def days_of_decision(score: Floats, kind: Coded, status: Coded, first: Bools) -> Floats:
    """Draw when it was asked: goods first, cash of late, and what came to nothing later still."""
    later = 0.2 * kind.equals(CASH) + 0.5 * kind.equals(REVOLVING)
    nothing = 0.15 * status.equals("Canceled") + 0.15 * status.equals("Refused")
    when = score + 2.5 * first * np.minimum(0.0, score + 0.6) + later + nothing
    return np.round(numbers("previous_application.DAYS_DECISION").by_rank(when))
