"""From a candidate at its best to the scorer that would serve it, in memory.

What the libraries have fitted is read out into plain numbers, and the result is held against the
libraries before it is believed. Everything that is then said of the model, the scorer says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa

from lib.decision import CostCurve, Costs, InvalidInput, cost_curve
from lib.features.catalogue import labels_of_facts
from lib.features.compiling import compile_features
from lib.features.description import Text
from lib.features.one_client import CompiledFeatures
from lib.scoring.card import ModelCard
from lib.scoring.encoder import Floats
from lib.scoring.models import Calibration
from lib.scoring.scorer import Importance, Scorer
from lib.training.contest.calibration import calibrate
from lib.training.contest.estimators.kind import Parameters
from lib.training.contest.folds import Fitted, fit
from lib.training.contest.search import Tuned
from lib.training.contest.threshold import steady_threshold
from lib.training.data import Clients, TrainingData
from lib.training.known_ground import (
    expected_features,
    medians_of_complete,
    seen_ranges,
    within_seen,
)

TOLERANCE = 1e-9
# So many clients give the mean that contributions refer to, and the rows of the proof: SHAP values
# of deep trees take milliseconds a client. The mean log-odds are then known to about 0.01.
BACKGROUND_CLIENTS = 10_000
FAR = 1e12  # farther off than any feature of a client


def package(one: Tuned, data: TrainingData, costs: Costs, seed: int) -> Scorer:
    """Fit a candidate on all training clients, and make the scorer that would serve it.

    Parameters
    ----------
    one : Tuned
        The candidate with its hyper-parameters and its out-of-fold margins.
    data : TrainingData
        Clients and catalogue; the test clients have no part in it.
    costs : CostMatrix or ClientCosts
        What wrong decisions cost, those of training clients: they set the threshold.
    seed : int
        Fixes sampler and estimator.

    Returns
    -------
    Scorer
        Its card says how it decides, and no figure yet.

    Raises
    ------
    InvalidInput
        If its probabilities differ from those of the libraries by more than 1e-9.
    """
    training = data.training
    fitted = fit(one.candidate, training, _for_everyone(one), seed)
    encoder, model = fitted.read()
    numbers = training.features[[name for name in training.numeric if name in encoder.features]]
    encoder = replace(
        encoder,
        ignored=frozenset(data.catalogue) - set(encoder.features),
        seen=seen_ranges(numbers),
        expected=expected_features(training.features[[*encoder.features]]),
        always_told=medians_of_complete(numbers),
    )
    background = _background(training)
    calibration, probability, curve = out_of_fold(one, training, costs)
    scorer = Scorer(
        encoder=encoder,
        model=model,
        calibration=calibration,
        card=ModelCard(
            candidate=one.candidate.name,
            label=Text(fr=one.candidate.french, en=one.candidate.english),
            threshold=steady_threshold(curve, probability),
            costs=costs.matrix,
        ),
        catalogue=data.catalogue,
        fact_labels=labels_of_facts(data.catalogue.values()),
        mean_margins=(0.0,) * len(encoder.features),
        importance=Importance(),
        feature_code=_feature_code(),
    )
    _check_same_probabilities(scorer, fitted, background)
    return _weighed(scorer, model.contributions(encoder.encode_frame(background)))


def _for_everyone(one: Tuned) -> Parameters:
    """Give the hyper-parameters that do on all clients what the tuned ones did without a fold."""
    folds = len(one.evidence.fold_costs)
    return one.candidate.kind.for_more_clients(one.parameters, folds / (folds - 1))


def out_of_fold(
    one: Tuned, training: Clients, costs: Costs
) -> tuple[Calibration, Floats, CostCurve]:
    """Calibrate the out-of-fold margins of all training clients, and weigh every threshold."""
    margins = one.evidence.margins
    calibration = calibrate(margins, training.defaulted)
    probability = calibration.probabilities(margins)
    return calibration, probability, cost_curve(training.defaulted, probability, costs)


@cache
def _feature_code() -> CompiledFeatures:
    return compile_features()


def _background(training: Clients) -> pa.Table:
    """Take training clients at even distances."""
    count = min(len(training), BACKGROUND_CLIENTS)
    return training.only(np.linspace(0, len(training) - 1, count).astype(np.int64)).table


def _weighed(scorer: Scorer, margins: Floats) -> Scorer:
    """Let contributions start at their mean, and say what weighs how much.

    Parameters
    ----------
    scorer : Scorer
        As fitted.
    margins : ndarray of float, shape (n, k)
        What each feature adds to the margin of each client of the background.
    """
    means = margins.mean(axis=0)
    contributions = scorer.calibration.slope * (margins - means)
    families = [str(scorer.catalogue[name].family) for name in scorer.features]
    by_family = pd.DataFrame(contributions).T.groupby(families).sum().T
    importance = Importance(
        features=_mean_sizes(scorer.features, contributions),
        facts=_mean_sizes(scorer.facts, scorer.sum_by_fact(contributions)),
        families=_mean_sizes(by_family.columns, by_family.to_numpy()),
    )
    return replace(scorer, mean_margins=tuple(means.tolist()), importance=importance)


def _mean_sizes(names: Iterable[str], contributions: Floats) -> Mapping[str, float]:
    return dict(zip(names, np.abs(contributions).mean(axis=0).tolist(), strict=True))


def _check_same_probabilities(scorer: Scorer, fitted: Fitted, background: pa.Table) -> None:
    # Clients without any value, with categories never seen, or with numbers far beyond all that
    # were seen, may come only with requests.
    strangers = [
        _stranger(background.schema, category, number)
        for category in (None, "never seen")
        for number in (None, -FAR, FAR)
    ]
    probe = pa.concat_tables([background, *strangers])
    encoder = scorer.encoder
    nearest = within_seen(probe.to_pandas(), encoder.seen, encoder.always_told)
    expected = scorer.calibration.probabilities(fitted.margins(nearest))
    given = scorer.default_probabilities(scorer.encode_frame(probe))
    difference = float(np.abs(given - expected).max())
    if not difference <= TOLERANCE:
        raise InvalidInput(
            f"probabilities of {scorer.card.candidate}",
            f"scorer and libraries agree within {TOLERANCE:g}, they differ by {difference:.2g}",
            f"see what {type(fitted.kind).__name__}.read misreads",
        )


def _stranger(schema: pa.Schema, category: str | None, number: float | None) -> pa.Table:
    """Give one client with the same category and the same number everywhere."""
    return pa.table(
        {
            field.name: pa.array(
                [category if pa.types.is_string(field.type) else number], field.type
            )
            for field in schema
        }
    )
