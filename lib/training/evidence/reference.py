"""What later clients are held against: the test clients, as they were on the day of judgement."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import expit, logit

from lib.scoring.card import Distribution, ReferenceFigures
from lib.scoring.encoder import Floats
from lib.scoring.review import count_notes
from lib.scoring.scorer import Scorer
from lib.training.data import Clients
from lib.training.evidence.reliability import calibration_line

PROBABILITIES = "default_probability"
# Tenths: what the population stability index is told by (Siddiqi, 2006).
BINS = 10
# In so many facts clients of later are taken to be unlike those of the reference. It was tuned on
# shifts in five of five facts, judged by one scorer; `make bench-monitoring` judges many scorers,
# and those of another base of clients.
FACTS_AT_ONCE = 3
# By so many of its errors the variance is taken to be larger than it was found: of a few thousand
# clients it is found to be 0 now and then, and those scorers' intervals held 80 to 85 times of 100.
SURENESS = 1.0


def reference_of(
    scorer: Scorer,
    clients: Clients,
    defaulted: npt.ArrayLike = (),
    out_of_fold: npt.ArrayLike = (),
) -> ReferenceFigures | None:
    """Count clients by the values of the model's features and by default probability.

    Parameters
    ----------
    scorer : Scorer
        What is judged.
    clients : Clients
        Whom it has not learned from, with outcomes.
    defaulted, out_of_fold : array_like, shape (m,)
        Outcomes and out-of-fold probabilities of the training clients: with them the calibration is
        known better.

    Returns
    -------
    ReferenceFigures or None
        None where there is nobody.
    """
    if not len(clients):
        return None
    table = clients.table
    given = scorer.encoder.frame_as_given(table)
    probabilities = scorer.default_probabilities(scorer.encoder.nearest_seen(given))
    features = tuple(_features(scorer, table, given))
    line = calibration_line(
        np.concatenate([np.asarray(defaulted, dtype=np.int8), clients.defaulted]),
        np.concatenate([np.asarray(out_of_fold, dtype=float), probabilities]),
    )
    if line:
        told = expit(line.intercept + line.slope * logit(probabilities))
        variance = variance_of_kinds(scorer, features, given, told, clients.defaulted)
        line = line.model_copy(update={"variance_of_kinds": variance})
    return ReferenceFigures(
        clients=len(clients),
        features=features,
        probabilities=distribution_of_number(PROBABILITIES, probabilities),
        review_share=float((count_notes(scorer, table, given) > 0).mean()),
        calibration=line,
    )


def variance_of_kinds(
    scorer: Scorer,
    features: tuple[Distribution, ...],
    given: Floats,
    told: Floats,
    defaulted: npt.NDArray[np.int8],
) -> float:
    """Find how far probabilities are off, in log-odds, for kinds of clients more than by chance.

    Each feature parts the clients into kinds, by the bins of its distribution, missing values and
    categories. The error of a kind is its one-step estimate, outcomes less probabilities over their
    variance (Yusuf et al., 1985). The variance between kinds is estimated by moments (DerSimonian
    and Laird, 1986), over all features together, each by its importance. Clients may be unlike
    others in a few facts at once, whose errors add up.

    Parameters
    ----------
    scorer : Scorer
    features : tuple of Distribution
        Of the features of the model.
    given : ndarray of float, shape (n, k)
        The clients, from the encoder's `frame_as_given`.
    told : ndarray of float, shape (n,)
        Default probabilities in (0, 1).
    defaulted : ndarray of int, shape (n,)
        1 where the client did not repay.

    Returns
    -------
    float
        0 or more.
    """
    excess, error, scale = _excess_of_kinds(scorer, features, given, told, defaulted)
    return max((excess + SURENESS * error) / scale, 0.0) * FACTS_AT_ONCE if scale else 0.0


def _excess_of_kinds(
    scorer: Scorer,
    features: tuple[Distribution, ...],
    given: Floats,
    told: Floats,
    defaulted: npt.NDArray[np.int8],
) -> tuple[float, float, float]:
    """Give by how much kinds of clients are apart beyond chance, its error by chance, its scale.

    Where kinds are not apart, the statistic of a feature of k kinds has the variance 2 (k - 1).
    """
    excess = by_chance = scale = 0.0
    for place, feature in enumerate(features):
        column = given[:, place]
        kind = np.searchsorted(np.array(feature.edges), column)
        if feature.categories:
            kind = np.unique(column, return_inverse=True)[1]
        kind[np.isnan(column)] = kind.max() + 1
        weight = np.bincount(kind, told * (1 - told))
        filled = weight > 0
        error = np.bincount(kind, defaulted - told)[filled] / weight[filled]
        weight = weight[filled]
        apart = float(weight @ (error - weight @ error / weight.sum()) ** 2)
        importance = scorer.importance.features.get(feature.name, 0.0)
        excess += importance * (apart - (len(weight) - 1))
        by_chance += importance**2 * 2 * (len(weight) - 1)
        scale += importance * float(weight.sum() - weight @ weight / weight.sum())
    return excess, float(np.sqrt(by_chance)), scale


def _features(scorer: Scorer, table: pa.Table, given: Floats) -> Iterator[Distribution]:
    for place, name in enumerate(scorer.features):
        codes = scorer.encoder.codes.get(name)
        yield (
            distribution_of_number(name, given[:, place])
            if codes is None
            else _distribution_of_category(name, table[name], tuple(codes.known))
        )


def distribution_of_number(name: str, values: Floats) -> Distribution:
    """Count values in bins that hold about a tenth of them each; equal values stay together.

    Parameters
    ----------
    name : str
        What they are of.
    values : ndarray of float, shape (n,)
        NaN where missing.

    Examples
    --------
    >>> one = distribution_of_number("children", np.array([0.0, 0.0, 0.0, 1.0, 2.0, np.nan]))
    >>> one.edges, one.counts, one.missing
    ((0.0, 1.0), (3, 1, 1), 1)
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return Distribution(name=name, counts=(0,), missing=len(values))
    edges = np.unique(np.quantile(known, np.arange(1, BINS) / BINS, method="inverted_cdf"))
    edges = edges[edges < known.max()]
    counts = np.bincount(np.searchsorted(edges, known), minlength=len(edges) + 1)
    return Distribution(
        name=name,
        edges=tuple(edges.tolist()),
        counts=tuple(counts.tolist()),
        missing=len(values) - len(known),
    )


def _distribution_of_category(
    name: str, column: pa.ChunkedArray, known: tuple[str, ...]
) -> Distribution:
    place = pc.index_in(column, value_set=pa.array(known, column.type)).drop_null()
    counts = np.bincount(place.to_numpy(), minlength=len(known))
    return Distribution(
        name=name,
        categories=known,
        counts=tuple(counts.tolist()),
        missing=column.null_count,
        unseen=len(column) - column.null_count - len(place),
    )
