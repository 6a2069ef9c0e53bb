"""To which groups clients belong, those of the audit: from the portfolio, which the journal is not.

The journal keeps what was scored, and the model knows no protected attribute. Of clients who are in
no portfolio no group is known.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from lib.features.description import (
    BAND_MARK,
    BANDS,
    FeatureDescription,
    Text,
    Unit,
    write_band,
    write_in_unit,
)
from lib.portfolio.file import PortfolioFile
from lib.portfolio.groups import Group, Kind, band_column, quoted


def read_groups(
    portfolio: Path, client_ids: Iterable[int], catalogue: Mapping[str, FeatureDescription]
) -> pd.DataFrame:
    """Read the groups of some clients: by protected attribute, and by band of age.

    Parameters
    ----------
    portfolio : Path
        The file of the known clients.
    client_ids : iterable of int
        Whose groups are wanted.
    catalogue : mapping of str to FeatureDescription
        It says which features are protected attributes.

    Returns
    -------
    DataFrame of str
        One row a client who is in the portfolio, by number; a column for each attribute: a
        category, or a band's name; None where it is not known.

    Raises
    ------
    PortfolioUnavailable
        If the file is missing or cannot be read.
    """
    file = PortfolioFile(portfolio)
    kinds = file.kinds()
    parted = {
        name: quoted(name)
        for name, row in catalogue.items()
        if row.is_protected_attribute and kinds.get(name) is Kind.CATEGORY
    }
    parted |= {name: band_column(name) for name in BANDS if kinds.get(name) is Kind.NUMBER}
    columns = ["client_id", *(f"{sql} AS {quoted(name)}" for name, sql in parted.items())]
    found = file.query(", ".join(columns), Group(client_ids=sorted(set(client_ids))))
    return found.to_pandas().set_index("client_id")[list(parted)]


def name_group(row: FeatureDescription, group: str) -> Text:
    """Write a group of an attribute for people."""
    return write_band(group) if row.name in BANDS else row.words_of(group)


def name_segment(row: FeatureDescription, segment: str) -> Text:
    """Write a segment of `lib.monitoring.realised` for people; empty is of whom it is not known.

    Examples
    --------
    >>> from lib.features.catalogue import CATALOGUE
    >>> name_segment(CATALOGUE["credit_amount"], "135000..1235467.5").fr
    'plus de 135\u202f000, au plus 1\u202f235\u202f468'
    >>> name_segment(CATALOGUE["owns_car"], "0..").en
    'yes'
    """
    if not segment:
        return Text("non renseigné", "not given")
    if row.unit is Unit.CATEGORY:
        return row.words_of(segment)
    low, _, high = segment.partition(BAND_MARK)
    if row.unit is Unit.YES_NO and (low or high):
        return Text("oui", "yes") if low else Text("non", "no")
    ends = [write_in_unit(float(end), row.unit) for end in (low, high) if end]
    if low and high:
        return Text(
            f"plus de {ends[0].fr}, au plus {ends[1].fr}",
            f"above {ends[0].en}, at most {ends[1].en}",
        )
    if low:
        return Text(f"plus de {ends[0].fr}", f"above {ends[0].en}")
    if high:
        return Text(f"au plus {ends[0].fr}", f"at most {ends[0].en}")
    return Text("tous", "all")
