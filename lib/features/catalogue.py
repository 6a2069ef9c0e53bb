"""What a person needs to know about each feature, derived from ``lib.features.definitions``.

`CATALOGUE` has one row for every column of ``features.parquet`` but the client's number and target,
in the order of the file; `FACTS` says how the facts are called that features tell.
"""

from collections.abc import Iterable, Mapping

from lib.features.definitions import (
    application,
    bureau,
    bureau_balance,
    combined,
    credit_card_balance,
    installments_payments,
    pos_cash_balance,
    previous_application,
)
from lib.features.definitions.feature import Definition, Fact
from lib.features.description import Family, FeatureDescription, Text

DEFINITIONS: tuple[Definition, ...] = (
    *application.FEATURES,
    *bureau.FEATURES,
    *bureau_balance.FEATURES,
    *previous_application.FEATURES,
    *installments_payments.FEATURES,
    *pos_cash_balance.FEATURES,
    *credit_card_balance.FEATURES,
    *combined.FEATURES,
)


def described(definitions: Iterable[Definition]) -> dict[str, FeatureDescription]:
    """Give the descriptions of features by name, family after family.

    Raises
    ------
    ValueError
        If a feature is defined twice.
    """
    rows = [one.description for one in definitions]
    order = list(Family)
    catalogue = {row.name: row for row in sorted(rows, key=lambda row: order.index(row.family))}
    if len(catalogue) < len(rows):
        names = [row.name for row in rows]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"defined twice: {', '.join(twice)}")
    return catalogue


def called(definitions: Iterable[Definition]) -> dict[str, Text]:
    """Give the labels of facts by name.

    Raises
    ------
    ValueError
        If two facts have the same name.
    """
    facts: dict[str, Fact] = {}
    labels: dict[str, Text] = {}
    for one in definitions:
        if facts.setdefault(one.fact.name, one.fact) != one.fact:
            raise ValueError(f"two facts of one name: {one.fact.name}")
        labels.setdefault(one.fact.name, one.fact.label or one.description.label)
    return labels


def labels_of_facts(catalogue: Iterable[FeatureDescription]) -> dict[str, Text]:
    """Give the labels of the facts that features tell, in their order.

    A fact that no definition names is called as the first of its features.
    """
    labels: dict[str, Text] = {}
    for row in catalogue:
        labels.setdefault(row.fact, FACTS.get(row.fact, row.label))
    return labels


CATALOGUE: Mapping[str, FeatureDescription] = described(DEFINITIONS)
FACTS: Mapping[str, Text] = called(DEFINITIONS)
