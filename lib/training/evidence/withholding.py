"""What the model may not do, and the price of it.

It may not use protected attributes, nor what is no ground for a credit decision, and it may not
push against a feature's direction.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pandas as pd
from pandas.api.types import is_numeric_dtype

from lib.decision import CostDifference, InvalidInput, cost_difference, refuses
from lib.features.description import FeatureDescription, Purpose
from lib.training.contest.contest import Contest
from lib.training.data import Catalogue, Clients
from lib.training.evidence.judgement import contest_of
from lib.training.selection import Selection


def protecting(catalogue: Catalogue, attributes: Iterable[str]) -> Catalogue:
    """Mark the features that the model may not use: the attributes, and what gives them away.

    Parameters
    ----------
    catalogue : mapping of str to FeatureDescription
        What is known about each feature.
    attributes : iterable of str
        Names of the protected attributes; none protects nothing.

    Returns
    -------
    mapping of str to FeatureDescription
        The catalogue, with these features and no others marked as protected.

    Raises
    ------
    InvalidInput
        If no feature of the catalogue tells an attribute.
    """
    chosen = set(attributes)
    known = {row.attribute for row in catalogue.values() if row.attribute}
    unknown = sorted(chosen - known)
    if unknown:
        raise InvalidInput(
            f"protected_attributes {', '.join(unknown)}",
            "a protected attribute is one that a feature of the catalogue tells",
            f"choose among {', '.join(sorted(known))}",
        )
    return {
        name: row.model_copy(update={"protected": row.attribute in chosen})
        for name, row in catalogue.items()
    }


def withholding(catalogue: Catalogue, purposes: Iterable[Purpose]) -> Catalogue:
    """Mark the features that the model may not use for their purpose.

    Parameters
    ----------
    catalogue : mapping of str to FeatureDescription
        What is known about each feature.
    purposes : iterable of Purpose
        Which ones are no ground for a credit decision; none withholds nothing.

    Returns
    -------
    mapping of str to FeatureDescription
        The catalogue, with these features and no others marked.
    """
    chosen = set(purposes)
    return {
        name: row.model_copy(update={"purpose_withheld": row.purpose in chosen})
        for name, row in catalogue.items()
    }


def withheld_purposes(catalogue: Catalogue) -> tuple[Purpose, ...]:
    """Name the purposes whose features the catalogue withholds."""
    return tuple(sorted({row.purpose for row in catalogue.values() if row.purpose_withheld}))


def protected_attributes(catalogue: Catalogue) -> tuple[str, ...]:
    """Name the attributes that the catalogue protects."""
    protected = (row.attribute for row in catalogue.values() if row.protected)
    return tuple(sorted({attribute for attribute in protected if attribute}))


def price_of_withholding(selection: Selection) -> CostDifference | None:
    """Say what leaving the protected features out costs.

    The winner, with the same hyper-parameters, is cross-fitted with and without these features, on
    20,000 training clients at most: the test clients have no part in it.

    Returns
    -------
    CostDifference or None
        Without the features less with them, paired on the training clients: above 0 the lender
        pays for leaving them out. None where none was left out.
    """
    return _price(selection, lambda row: row.protected)


def price_of_purposes(selection: Selection) -> CostDifference | None:
    """Say what leaving out the features costs whose purpose is no ground for a credit decision.

    Returns
    -------
    CostDifference or None
        As of `price_of_withholding`. A feature that is protected besides stays left out.
    """
    return _price(selection, lambda row: row.purpose_withheld and not row.protected)


def _price(
    selection: Selection, is_priced: Callable[[FeatureDescription], bool]
) -> CostDifference | None:
    """Give back the withheld features of a kind, if there are any, and compare."""
    catalogue = selection.data.catalogue
    withheld = map(str, selection.data.training.withheld.columns)
    names = [name for name in withheld if is_priced(catalogue[name])]
    if not names:
        return None
    contest = contest_of(selection).fewer()
    informed = replace(contest, clients=given_back(contest.clients, names))
    return _difference(selection, contest, informed)


def price_of_signs(selection: Selection) -> CostDifference | None:
    """Say what it costs to hold the model to the directions of features.

    Returns
    -------
    CostDifference or None
        As of `price_of_withholding`: held less free. None where the model is held to nothing.
    """
    contest = contest_of(selection).fewer()
    if not contest.clients.signs:
        return None
    free = replace(contest, clients=replace(contest.clients, signs={}))
    return _difference(selection, contest, free)


def _difference(selection: Selection, contest: Contest, other: Contest) -> CostDifference:
    """Cross-fit the winner, with the same hyper-parameters, in two contests of the same clients."""
    one, another = (
        told.judge(selection.winner.candidate, selection.winner.parameters)
        for told in (contest, other)
    )
    return cost_difference(
        contest.clients.defaulted,
        refuses(one.default_probability, one.threshold),
        refuses(another.default_probability, another.threshold),
        contest.costs,
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
