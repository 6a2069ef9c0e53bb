"""What decisions about the test clients cost in the lender's currency.

Costs, not gains: a good client who is granted costs nothing, and one who is refused costs what the
lender would have earned. So ways to decide differ by the same money as their gains, and granting
and refusing can be told apart from what no decision could have saved.
"""

import numpy as np
import numpy.typing as npt

from lib.decision import (
    ClientCosts,
    LenderTerms,
    client_costs,
    cost_difference,
    mean_interval,
    refuses,
)
from lib.scoring.card import MoneyFigures, Way, WayFigures
from lib.training.selection import Selection

Decisions = npt.NDArray[np.bool_]


def money(selection: Selection, terms: LenderTerms, currency: str) -> MoneyFigures | None:
    """Say what the winner's decisions cost on the test clients, and those of granting or refusing.

    Parameters
    ----------
    selection : Selection
        From `select`.
    terms : LenderTerms
        What the lender assumes to lose and to earn, as shares of the credit.
    currency : str
        Code of the currency of the amounts, ISO 4217.

    Returns
    -------
    MoneyFigures or None
        None where no test client's amount is known.
    """
    test = selection.data.test
    if test.amounts is None or np.isnan(test.amounts).all():
        return None
    known = ~np.isnan(test.amounts)
    amounts, defaulted = test.amounts[known], test.defaulted[known]
    probability = selection.test_set["default_probability"].to_numpy()[known]
    by_scorer = refuses(probability, selection.threshold)
    everyone = np.ones(len(amounts), dtype=bool)
    ways: list[tuple[Way, str, Decisions]] = [
        ("scorer", "The chosen model", by_scorer),
        ("granting_all", "Granting every credit", ~everyone),
        ("refusing_all", "Refusing every credit", everyone),
    ]
    costs = terms.costs_of(amounts)
    return MoneyFigures(
        terms=terms,
        currency=currency,
        clients=len(amounts),
        mean_amount=float(amounts.mean()),
        ways=tuple(
            _figures(way, english, defaulted, (by_scorer, refused), costs, selection.seed)
            for way, english, refused in ways
        ),
    )


def _figures(
    way: Way,
    english: str,
    defaulted: npt.NDArray[np.int8],
    refused: tuple[Decisions, Decisions],
    costs: ClientCosts,
    seed: int,
) -> WayFigures:
    by_scorer, by_this = refused
    compared = cost_difference(defaulted, by_scorer, by_this, costs, seed)
    low, high = mean_interval(client_costs(defaulted, by_this, costs), seed)
    return WayFigures(
        way=way,
        english=english,
        per_client=compared.other_cost,
        low=low,
        high=high,
        difference=compared.difference,
        difference_low=compared.low,
        difference_high=compared.high,
    )
