"""Reads the numbers out of a fitted `ColumnTransformer` and a logistic regression.

A transformer is a list of blocks. Two blocks occur: numbers (passed through, or imputed and
scaled) and categories (as ordinal codes, or one-hot).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from lib.decision import InvalidInput
from lib.scoring.encoder import Codes, Encoder, Floats
from lib.scoring.models import CategoryTerm, LinearModel, NumberTerm

UNKNOWN = -1.0

Term = NumberTerm | CategoryTerm


def unpack_ordinal(encode: ColumnTransformer) -> tuple[tuple[str, ...], dict[str, Codes]]:
    """Give the order of columns that the trees see, and the categories' codes."""
    order: list[str] = []
    codes: dict[str, Codes] = {}
    for block, names in _blocks(encode):
        order += names
        if isinstance(block, OrdinalEncoder):
            codes |= dict(zip(names, _ordinal_codes(block), strict=True))
        elif not _passes_through(block):
            raise _unreadable(block)
    return tuple(order), codes


def unpack_linear(
    encode: ColumnTransformer, estimator: LogisticRegression, background: pa.Table
) -> tuple[Encoder, LinearModel]:
    """Give a logistic regression as one term a feature, and the encoder that goes with it."""
    weights = estimator.coef_[0]
    order: list[str] = []
    codes: dict[str, Codes] = {}
    terms: list[Term] = []
    for block, names in _blocks(encode):
        if isinstance(block, Pipeline):
            numbers, used = _number_terms(block, weights)
            terms += numbers
        elif isinstance(block, OneHotEncoder):
            coded, found, used = _one_hot_terms(block, weights)
            codes |= dict(zip(names, coded, strict=True))
            terms += found
        else:
            raise _unreadable(block)
        order += names
        weights = weights[used:]
    encoder = Encoder(tuple(order), codes)
    model = LinearModel(float(estimator.intercept_[0]), tuple(terms), (0.0,) * len(terms))
    means = model.term_values(encoder.encode_frame(background)).mean(axis=0)
    return encoder, replace(model, means=tuple(means.tolist()))


def _blocks(encode: ColumnTransformer) -> list[tuple[Any, list[str]]]:
    """Give the fitted blocks that have columns, in the order of their output."""
    return [
        (block, list(names))
        for _, block, names in encode.transformers_
        if not (isinstance(block, str) and block == "drop") and len(names)
    ]


def _passes_through(block: Any) -> bool:
    # Once fitted, scikit-learn replaces "passthrough" by a function transformer without function.
    return block == "passthrough" or getattr(block, "func", block) is None


def _ordinal_codes(block: OrdinalEncoder) -> list[Codes]:
    unknown, missing = float(block.unknown_value), float(block.encoded_missing_value)
    return [
        Codes(
            {name: float(code) for code, name in enumerate(categories) if isinstance(name, str)},
            unknown,
            # Where training saw none missing, the encoder takes a missing value for an unknown one.
            missing if _has_missing(categories) else unknown,
        )
        for categories in block.categories_
    ]


def _number_terms(block: Pipeline, weights: Floats) -> tuple[list[NumberTerm], int]:
    """Give the terms of an imputer with indicators and a scaler, and the weights they use."""
    imputer, scaler = (step for _, step in block.steps)
    if not isinstance(imputer, SimpleImputer):
        raise _unreadable(imputer)
    count = len(imputer.statistics_)
    indicated = [] if imputer.indicator_ is None else imputer.indicator_.features_.tolist()
    used = count + len(indicated)
    slopes = weights[:used] / scaler.scale_
    shifts = -slopes * scaler.mean_
    terms = []
    for index, fill in enumerate(imputer.statistics_):
        slope, present = float(slopes[index]), float(shifts[index])
        if_missing = slope * float(fill) + present
        if index in indicated:
            column = count + indicated.index(index)
            present += float(shifts[column])
            if_missing += float(slopes[column] + shifts[column])
        terms.append(NumberTerm(slope, present, if_missing))
    return terms, used


def _one_hot_terms(
    block: OneHotEncoder, weights: Floats
) -> tuple[list[Codes], list[CategoryTerm], int]:
    """Give codes and terms of a one-hot encoder, and the weights they use."""
    coded, terms, used = [], [], 0
    for categories in block.categories_:
        known = {name: float(code) for code, name in enumerate(categories) if isinstance(name, str)}
        # A missing value has its own column where training saw one, else it adds nothing.
        missing = float(len(categories) - 1) if _has_missing(categories) else UNKNOWN
        coded.append(Codes(known, UNKNOWN, missing))
        terms.append(CategoryTerm(tuple(weights[used : used + len(categories)].tolist())))
        used += len(categories)
    return coded, terms, used


def _has_missing(categories: Sequence[Any]) -> bool:
    return len(categories) > 0 and not isinstance(categories[-1], str)


def _unreadable(block: Any) -> InvalidInput:
    return InvalidInput(
        f"step {type(block).__name__}",
        "it is one that lib/scoring/unpacking.py reads",
        "use the steps of the contract, or teach it",
    )
