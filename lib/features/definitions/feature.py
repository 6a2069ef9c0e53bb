"""The form in which features are defined.

A feature is an expression with what is known of it, after the manner of Apache Hamilton: the name
of the expression's parameter says which table it reads. Features that tell the same are defined
under one `Fact`, which gives them family, source and purpose.

A module of ``lib.features.definitions`` has the features of one raw table in ``FEATURES``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from inspect import signature
from typing import Any

import ibis.expr.types as ir

from lib.decision import Range
from lib.features.description import (
    Direction,
    Family,
    FeatureDescription,
    Purpose,
    Text,
    Unit,
)
from lib.features.expressions import CLIENT
from lib.features.two_steps import aggregate_in_two_steps
from lib.features.windows import Window

Expression = Callable[..., ir.Value]

# The name of the table that has the features of a client so far: what follows from features.
CLIENT_FEATURES = "client"


@dataclass(frozen=True)
class Feature:
    """One feature as it is written under its fact.

    Parameters
    ----------
    unit : Unit
        How the value is measured; `amount`, `share`, … make features of one unit.
    name : str
        Column of ``features.parquet``, in snake_case.
    fr, en : str
        A sentence fragment that a client understands, in French and in English.
    expression : callable
        From the table that its first parameter names to the feature. Under `over_windows` a
        second parameter says which of the rows are in the window.
    attribute : str or None
        The protected attribute that it is or gives away; such a feature is protected.
    changeable, advisable : bool
        May be changed in a simulation; may be advised to a client.
    categories : mapping of str to Text
        How each value is written, for ``Unit.CATEGORY``.
    possible : Range, optional
        The lowest and the highest value that there can be, where the unit does not say it.
    """

    unit: Unit
    name: str
    fr: str
    en: str
    expression: Expression
    attribute: str | None = None
    changeable: bool = False
    advisable: bool = False
    categories: Mapping[str, Text] = field(default_factory=dict)
    possible: Range | None = None


amount = partial(Feature, Unit.AMOUNT)
share = partial(Feature, Unit.SHARE)
quotient = partial(Feature, Unit.RATIO)
count = partial(Feature, Unit.COUNT)
years = partial(Feature, Unit.YEARS)
months = partial(Feature, Unit.MONTHS)
days = partial(Feature, Unit.DAYS)
hour = partial(Feature, Unit.HOUR)
score = partial(Feature, Unit.SCORE)
yes_no = partial(Feature, Unit.YES_NO)
category = partial(Feature, Unit.CATEGORY)


@dataclass(frozen=True)
class Definition:
    """A feature that is wholly defined.

    Parameters
    ----------
    description : FeatureDescription
        Its row of the catalogue.
    fact : Fact
        What it tells.
    reads : str
        The table that `expression` takes.
    expression : callable
        From that table to the feature.
    """

    description: FeatureDescription
    fact: "Fact"
    reads: str
    expression: Expression

    @property
    def name(self) -> str:
        """The feature's name."""
        return self.description.name


@dataclass(frozen=True)
class Fact:
    """What one or several features tell.

    Parameters
    ----------
    family : Family
        What it is about.
    source : str
        Raw table that it comes from, by its Kaggle name.
    name : str
        In snake_case.
    purpose : Purpose
        Why a lender may use it.
    label : Text, optional
        How it is called; by default as the first of its features.

    Examples
    --------
    >>> car = Fact(Family.HOUSEHOLD, "application_train", "car", Purpose.ABILITY_TO_REPAY)
    >>> owns_car = yes_no("owns_car", "Une voiture", "A car", lambda application: 1)
    >>> (defined,) = car.told_by(owns_car)
    >>> defined.description.fact, defined.reads
    ('car', 'application')
    """

    family: Family
    source: str
    name: str
    purpose: Purpose
    label: Text | None = None

    def told_by(
        self, *features: Feature, direction: Direction | None = None, ambiguous: bool = False
    ) -> tuple[Definition, ...]:
        """Define features that tell this fact and should push the risk in one direction.

        Those that a lever moves otherwise are `ambiguous`, see ``FeatureDescription``.
        """
        return tuple(self._define(feature, direction, ambiguous) for feature in features)

    def _define(self, feature: Feature, direction: Direction | None, ambiguous: bool) -> Definition:
        description = FeatureDescription(
            name=feature.name,
            label=Text(feature.fr, feature.en),
            unit=feature.unit,
            family=self.family,
            source=self.source,
            fact=self.name,
            purpose=self.purpose,
            direction=direction,
            ambiguous=ambiguous,
            attribute=feature.attribute,
            protected=feature.attribute is not None,
            changeable=feature.changeable,
            advisable=feature.advisable,
            categories=feature.categories,
        )
        if feature.possible is not None:
            description = description.model_copy(update={"possible": feature.possible})
        reads = next(iter(signature(feature.expression).parameters))
        return Definition(description, self, reads, feature.expression)


def over_windows(
    windows: Iterable[Window],
    inside: Callable[[ir.Table, Window], Any],
    *features: Definition,
) -> list[Definition]:
    """Repeat features for each window: what is measured, then over which time.

    Parameters
    ----------
    windows : iterable of Window
    inside : callable
        From a table and a window to the second argument of the features' expressions: as a rule,
        whether a row is in the window.
    *features : Definition
        Measured over any window.
    """
    return [in_window(feature, window, inside) for window in windows for feature in features]


def in_window(
    feature: Definition, window: Window, inside: Callable[[ir.Table, Window], Any]
) -> Definition:
    """Give the feature over one window, under its name and label."""
    row, text = feature.description, window.text
    description = row.model_copy(
        update={
            "name": row.name + window.suffix,
            "label": Text(row.label.fr + text.fr, row.label.en + text.en),
        }
    )
    return replace(
        feature,
        description=description,
        expression=lambda table: feature.expression(table, inside(table, window)),
    )


def by_client(
    features: Iterable[Definition], windows: Sequence[ir.Value] = (), **tables: ir.Table
) -> ir.Table:
    """Work out features: those of each table client by client, then what follows from them.

    Parameters
    ----------
    features : iterable of Definition
    windows : sequence of boolean value
        Which rows of the first table lie in a window: where a client has many rows, those in the
        same windows are aggregated first.
    **tables : Table
        By the names that the features' expressions have for them. The first has a row of every
        client that another has one of.

    Raises
    ------
    ValueError
        If an expression reads another table.
    """
    defined = list(features)
    known = {*tables, CLIENT_FEATURES}
    lost = [one.name for one in defined if one.reads not in known]
    if lost:
        raise ValueError(f"{', '.join(lost)}: expressions read {', '.join(sorted(known))}")
    measures = {name: expressions_on(defined, name, table) for name, table in tables.items()}
    blocks = {name: tables[name].group_by(CLIENT).aggregate(**measures[name]) for name in tables}
    first = next(iter(tables))
    if windows:
        blocks[first] = aggregate_in_two_steps(tables[first], CLIENT, windows, measures[first])
    joined = blocks.pop(first)
    for block in blocks.values():
        joined = joined.left_join(block, CLIENT).drop(f"{CLIENT}_right")
    following = expressions_on(defined, CLIENT_FEATURES, joined)
    return joined.mutate(**following) if following else joined


def expressions_on(
    features: Iterable[Definition], name: str, table: ir.Table
) -> dict[str, ir.Value]:
    """Give the expressions of the features that read a table of this name."""
    return {one.name: one.expression(table) for one in features if one.reads == name}
