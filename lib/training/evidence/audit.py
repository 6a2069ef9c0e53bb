"""Whether the decisions treat groups of clients alike, though the model knows no group."""

from collections.abc import Mapping
from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd
from fairlearn.metrics import MetricFrame, count, mean_prediction
from pandas.api.types import is_numeric_dtype

from lib.decision import refuses
from lib.features.description import BANDS, name_bands, write_band
from lib.scoring.card import GroupFigures
from lib.training.data import Catalogue, Clients
from lib.training.evidence.impact import with_impact
from lib.training.evidence.reliability import expected_calibration_error, wilson
from lib.training.selection import Selection

AGE = "age_years"
AGE_EDGES = BANDS[AGE]
# Named so that they sort by age.
AGE_BANDS = tuple(write_band(band).en for band in name_bands(AGE_EDGES))
EVERYONE = "everyone"
NOT_KNOWN = "Not known"
# Between the names of two attributes that make groups together.
BY = " × "

# A rate of fewer clients says nothing: it is shown, but no gap is measured on it.
FEWEST = 30
# Groups of two attributes with fewer are put together: their rates would be about single clients.
FEW = f"All of fewer than {FEWEST}"
RATES = ("grant_rate", "false_refusal_rate", "missed_default_rate")


def audit(selection: Selection, test: Clients) -> pd.DataFrame:
    """Measure decisions and calibration by protected attribute, age band, and any two of them.

    Parameters
    ----------
    selection : Selection
        From `select`.
    test : Clients
        The test clients with all their features: groups may go by one that the model does not use.

    Returns
    -------
    DataFrame
        One row a group, all clients first, with the columns of `GroupFigures`. Intervals are
        Wilson's, the calibration error is the expected one over groups of equal size, and a rate of
        nobody is missing. Adverse-impact ratios compare groups of at least 30 clients.
    """
    catalogue = selection.data.catalogue
    probability = selection.test_set["default_probability"].to_numpy()
    refused = refuses(probability, selection.threshold)
    parts = [
        _by_group(groups, test.defaulted, refused, probability).assign(
            attribute=name, attribute_english=_title(name, catalogue)
        )
        for name, groups in groups_of(test, catalogue).items()
    ]
    audited = pd.concat(parts, ignore_index=True)
    return with_impact(audited, _compared(audited))


def impact_of(
    groups: Mapping[str, pd.Series], refused: np.ndarray, catalogue: Catalogue
) -> pd.DataFrame:
    """Give adverse-impact ratios alone, of any decisions about the clients of `groups_of`.

    Returns
    -------
    DataFrame
        One row a group: `attribute`, `attribute_english`, `group`, `clients`, `grant_rate`, and the
        columns of `with_impact`.
    """
    parts = [
        pd.DataFrame({"group": of.to_numpy(), "granted": ~refused})
        .groupby("group", as_index=False)
        .agg(clients=("granted", "size"), grant_rate=("granted", "mean"))
        .assign(attribute=name, attribute_english=_title(name, catalogue))
        for name, of in groups.items()
    ]
    table = pd.concat(parts, ignore_index=True)
    return with_impact(table, _compared(table))


def _compared(table: pd.DataFrame) -> pd.Series:
    """Say which rows are groups of enough clients."""
    return (table["clients"] >= FEWEST) & _are_groups(table)


def _are_groups(table: pd.DataFrame) -> pd.Series:
    """Say which rows are groups: not those put together, nor those of whom nothing is known."""
    return ~table["group"].isin((NOT_KNOWN, FEW))


def group_figures(audited: pd.DataFrame) -> tuple[GroupFigures, ...]:
    """Give the rows of an audit as the model card holds them: a missing rate is None."""
    rows = audited.astype(object).where(audited.notna(), None).to_dict("records")
    return tuple(GroupFigures.model_validate(row) for row in rows)


def gaps(audited: pd.DataFrame) -> pd.DataFrame:
    """Give the largest difference of each rate between groups of one attribute.

    A rate counts where it is one of at least 30 clients who are a group, and an attribute where it
    has several groups.

    Returns
    -------
    DataFrame
        One row an attribute: `attribute_english`, and a column for each rate, in [0, 1]; missing
        where fewer than two groups have enough clients.
    """
    groups = audited[_are_groups(audited)]
    several = groups[groups["attribute"].duplicated(keep=False)]
    clients = _of_whom(several)
    counted = {rate: several[rate].where(clients[rate] >= FEWEST) for rate in RATES}
    by_attribute = pd.DataFrame(counted).groupby(several["attribute_english"], sort=False)
    # One group alone differs from nobody.
    gap = (by_attribute.max() - by_attribute.min()).where(by_attribute.count() > 1)
    return gap.reset_index()


def groups_of(clients: Clients, catalogue: Catalogue) -> dict[str, pd.Series]:
    """Say to which group each client belongs: by protected category, age band, and any two of them.

    Returns
    -------
    dict of str to Series
        All together first, then each attribute, then each pair.
    """
    known = pd.concat([clients.withheld, clients.features], axis=1)
    attributes = [
        name
        for name in map(str, known.columns)
        if catalogue[name].is_protected_attribute and not is_numeric_dtype(known[name])
    ]
    groups: dict[str, pd.Series] = {EVERYONE: pd.Series("All clients", index=known.index)}
    groups |= {name: _written(known[name], name, catalogue) for name in attributes}
    if AGE in known:
        groups[AGE] = age_band(known[AGE])
    alone = [name for name in groups if name != EVERYONE]
    pairs = {f"{a}{BY}{b}": both(groups[a], groups[b]) for a, b in combinations(alone, 2)}
    return groups | pairs


def both(groups: pd.Series, others: pd.Series) -> pd.Series:
    """Give each client's group by two attributes; groups of fewer than 30 clients are one.

    Examples
    --------
    >>> both(pd.Series(["F"] * 30 + ["M"] * 2), pd.Series(["60 and over"] * 32)).unique().tolist()
    ['F, 60 and over', 'All of fewer than 30']
    """
    known = (groups != NOT_KNOWN) & (others != NOT_KNOWN)
    together = (groups + ", " + others).where(known, NOT_KNOWN)
    clients = together.map(together.value_counts())
    return together.where((clients >= FEWEST) | ~known, FEW)


def age_band(years: pd.Series) -> pd.Series:
    """Give each client's age band.

    Examples
    --------
    >>> age_band(pd.Series([29.9, 30.0, 71.0, None])).tolist()
    ['29 and under', '30 to 39', '60 and over', 'Not known']
    """
    band = np.array(AGE_BANDS)[np.searchsorted(AGE_EDGES, years.fillna(0), side="right")]
    return pd.Series(np.where(years.isna(), NOT_KNOWN, band), index=years.index)


def _by_group(
    groups: pd.Series, defaulted: np.ndarray, refused: np.ndarray, probability: np.ndarray
) -> pd.DataFrame:
    frame = partial(MetricFrame, y_true=defaulted, sensitive_features=groups.to_numpy())
    decided = frame(
        metrics={
            "clients": count,
            "grant_rate": lambda _, refused: float(np.mean(refused == 0)),
            "false_refusal_rate": lambda bad, refused: _share(refused[bad == 0]),
            "missed_default_rate": lambda bad, refused: 1 - _share(refused[bad == 1]),
        },
        y_pred=refused.astype(int),
    ).by_group
    predicted = frame(
        metrics={
            "mean_probability": mean_prediction,
            "default_rate": lambda bad, _: float(np.mean(bad)),
            "calibration_error": expected_calibration_error,
        },
        y_pred=probability,
    ).by_group
    table = decided.join(predicted).astype(float)
    return _with_intervals(table).astype({"clients": int}).reset_index(names="group")


def _of_whom(table: pd.DataFrame) -> dict[str, pd.Series]:
    """Say for each rate how many clients it is a share of."""
    defaults = (table["default_rate"] * table["clients"]).round()
    return {
        "grant_rate": table["clients"],
        "false_refusal_rate": table["clients"] - defaults,
        "missed_default_rate": defaults,
        "default_rate": table["clients"],
    }


def _with_intervals(table: pd.DataFrame) -> pd.DataFrame:
    ends = {}
    for rate, clients in _of_whom(table).items():
        # Nobody has no rate and no interval.
        some = clients.where(clients > 0)
        ends[f"{rate}_low"], ends[f"{rate}_high"] = wilson(table[rate], some)
    return table.assign(**ends)


def _share(of: np.ndarray) -> float:
    return float(np.mean(of)) if len(of) else np.nan


def _written(column: pd.Series, name: str, catalogue: Catalogue) -> pd.Series:
    words = {value: text.en for value, text in catalogue[name].categories.items()}
    return column.map(lambda value: words.get(value, value), na_action="ignore").fillna(NOT_KNOWN)


def _title(name: str, catalogue: Catalogue) -> str:
    if BY in name:
        return BY.join(_title(one, catalogue) for one in name.split(BY))
    if name in (AGE, EVERYONE):
        return {AGE: "Age", EVERYONE: "Everyone"}[name]
    return catalogue[name].title.en
