"""Puts the parts of the catalogue together."""

from collections.abc import Iterable

from lib.features.catalogue import (
    application_credit,
    application_home,
    application_person,
    bureau,
    bureau_balance,
    bureau_ends,
    combined,
    credit_card,
    installments,
    pos_cash,
    previous_application,
    previous_credits,
)
from lib.features.description import Family, FeatureDescription

PARTS = (
    application_person.FEATURES,
    application_home.FEATURES,
    application_credit.FEATURES,
    bureau.FEATURES,
    bureau_ends.FEATURES,
    bureau_balance.FEATURES,
    previous_application.FEATURES,
    previous_credits.FEATURES,
    installments.FEATURES,
    pos_cash.FEATURES,
    credit_card.FEATURES,
    combined.FEATURES,
)


def assemble(
    parts: Iterable[Iterable[FeatureDescription]] = PARTS,
) -> dict[str, FeatureDescription]:
    """Give all rows by name, family after family.

    Raises
    ------
    ValueError
        If a feature is described twice.
    """
    rows = [row for part in parts for row in part]
    order = list(Family)
    catalogue = {row.name: row for row in sorted(rows, key=lambda row: order.index(row.family))}
    if len(catalogue) < len(rows):
        names = [row.name for row in rows]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"described twice: {', '.join(twice)}")
    return catalogue
