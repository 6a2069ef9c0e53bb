"""Protected attributes: which features the model may not use, and what that costs."""

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd
from pandas.api.types import is_numeric_dtype

from lib.decision import CostDifference, InvalidInput, cost_difference, refuses
from lib.training.data import Catalogue, Clients
from lib.training.judgement import contest_of
from lib.training.selection import Selection

PROTECTED = ("gender", "family_status")

# What gives an attribute away although it is not the attribute.
STANDS_IN_FOR = {
    "accompanied_by": "family_status",
    "children": "family_status",
    "family_members": "family_status",
    "income_per_family_member": "family_status",
}


def protecting(catalogue: Catalogue, attributes: Iterable[str] = PROTECTED) -> Catalogue:
    """Mark the features that the model may not use: the attributes, and what stands in for them.

    Parameters
    ----------
    catalogue : mapping of str to FeatureDescription
        What is known about each feature.
    attributes : iterable of str
        Names of the protected attributes; none protects nothing.

    Returns
    -------
    mapping of str to FeatureDescription
        The catalogue, with these and no others marked as protected.

    Raises
    ------
    InvalidInput
        If the catalogue does not know an attribute.

    Examples
    --------
    >>> from lib.features.catalogue import CATALOGUE
    >>> told = protecting(CATALOGUE, ["gender"])
    >>> [name for name, row in told.items() if row.protected]
    ['gender']
    """
    chosen = set(attributes)
    unknown = sorted(chosen - set(catalogue))
    if unknown:
        raise InvalidInput(
            f"protected_attributes {', '.join(unknown)}",
            "a protected attribute is a feature of the catalogue",
            "correct the name",
        )
    return {
        name: row.model_copy(
            update={"protected": not chosen.isdisjoint({name, STANDS_IN_FOR.get(name)})}
        )
        for name, row in catalogue.items()
    }


def price_of_withholding(selection: Selection, catalogue: Catalogue) -> CostDifference | None:
    """Say what leaving the protected features out costs.

    The winner, with the same hyper-parameters, is cross-fitted with and without the protected
    features, on the training clients: the test clients have no part in it.

    Returns
    -------
    CostDifference or None
        Without the features less with them, paired on the training clients: above 0 the lender
        pays for leaving them out. None where none was left out.
    """
    names = [n for n in selection.data.training.withheld if catalogue[n].protected]
    if not names:
        return None
    contest = contest_of(selection)
    informed = replace(contest, clients=given_back(contest.clients, names))
    without, with_them = (
        one.judge(selection.winner.candidate, selection.winner.parameters)
        for one in (contest, informed)
    )
    return cost_difference(
        contest.clients.defaulted,
        refuses(without.default_probability, without.threshold),
        refuses(with_them.default_probability, with_them.threshold),
        selection.costs,
        selection.seed,
    )


def given_back(clients: Clients, names: list[str]) -> Clients:
    """Move withheld columns back among the features."""
    known = pd.concat([clients.features, clients.withheld[names]], axis=1)
    is_number = {name: is_numeric_dtype(known[name]) for name in names}
    numeric = (*clients.numeric, *(n for n in names if is_number[n]))
    categorical = (*clients.categorical, *(n for n in names if not is_number[n]))
    return replace(
        clients,
        features=known[[*numeric, *categorical]],
        withheld=clients.withheld.drop(columns=names),
        numeric=numeric,
        categorical=categorical,
    )
