"""Which way features should push the risk, and why: declared before any model was looked at.

These are the experiences of lenders. One reason stands behind features of several tables; a
feature that they say nothing about has no direction.
"""

from lib.features.description import Direction, Effect


def raises(reason: str) -> Direction:
    """Say that a larger value should raise the default probability."""
    return Direction(Effect.RAISES, reason)


def lowers(reason: str) -> Direction:
    """Say that a larger value should lower the default probability."""
    return Direction(Effect.LOWERS, reason)


BEST_IS_ONE = lowers("An external score of 1 is the best")
SETTLED_LIFE = lowers("A settled life makes income steady")
OLD_CAR = raises("An old car says that there is no money for a newer one")
HARDER_TO_REACH = raises("An address that does not fit is harder to reach")
POORER_REGION = raises("Incomes are lower and less steady where the rating is 3")
SHARED_HARDSHIP = raises("Hardship is shared with the people around")

MORE_INCOME = lowers("More income leaves more to repay from")
HEAVIER_BURDEN = raises("A heavier burden leaves less to repay from")
NEEDS_CASH = raises("Who asks for more than the goods cost needs cash")
HAS_SAVINGS = lowers("Who pays a part at once has savings")
IN_NEED = raises("Who looks for many credits at once is in need")
NO_RESERVE = raises("Who lives on the card's limit has no reserve")
DEAR_CREDIT = raises("A dear credit was the price of a risk")

PAID_LATE = raises("Who paid late before pays late again")
PAID_IN_FULL = lowers("Who has paid all that was due has the means")
LEFT_UNPAID = raises("Who left something unpaid is short of money")
PAID_EARLY = lowers("Who paid ahead of time has money in hand")
LONG_AGO = lowers("The longer ago a delay, the less it says about today")

WAS_REFUSED = raises("What was refused before was judged risky")
WAS_APPROVED = lowers("What was approved before was judged safe")
