"""From what notebook 02 selected to a scorer without scikit-learn.

The selection holds a fitted pipeline of scikit-learn and imbalanced-learn. Here its parts are read
out into plain numbers once, and the result is held against the pipeline before it is believed.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pyarrow as pa
from imblearn.ensemble import BalancedRandomForestClassifier
from lightgbm import LGBMClassifier
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from lib.decision import InvalidInput
from lib.features.description import FeatureDescription
from lib.features.one_client import CompiledFeatures
from lib.scoring.calibration import Calibration, sigmoid
from lib.scoring.card import ModelCard
from lib.scoring.encoder import Codes, Encoder, Floats
from lib.scoring.forest import forest_text
from lib.scoring.models import BoosterModel, ConstantModel, Model
from lib.scoring.scorer import Scorer
from lib.scoring.unpacking import unpack_linear, unpack_ordinal

SELECTION_FILE = "selection.json"
PIPELINE_FILE = "pipeline.joblib"
TOLERANCE = 1e-9


def package_selection(
    selection_dir: Path,
    catalogue: Mapping[str, FeatureDescription],
    background: pa.Table,
    feature_code: CompiledFeatures,
) -> Scorer:
    """Turn a selection into a scorer, and prove that both give the same probabilities.

    Parameters
    ----------
    selection_dir : Path
        Folder that notebook 02 has written: ``selection.json`` and ``pipeline.joblib``.
    catalogue : mapping of str to FeatureDescription
        A row for each feature of the model at least.
    background : Table
        Clients of ``features.parquet``, some thousands: the average that reasons are told
        against (linear models), the mean weight of each feature, and the rows of the proof.
    feature_code : CompiledFeatures
        What works the same features out of raw records.

    Returns
    -------
    Scorer

    Raises
    ------
    InvalidInput
        If a file is missing, the catalogue lacks a feature, the pipeline is of an unknown kind, or
        the scorer's probabilities differ from the pipeline's by more than 1e-9.
    """
    selection = _read_selection(selection_dir)
    pipeline = _read_pipeline(selection_dir)
    names = list(selection["features"])
    _check_catalogue(names, catalogue)
    known = _nullable(background.select(names))
    encoder, model = _unpack(pipeline, selection, known)
    encoder = Encoder(encoder.features, encoder.codes, frozenset(catalogue) - set(names))
    calibration = Calibration(**selection["calibration"])
    card = ModelCard.model_validate(
        {name: selection[name] for name in ModelCard.model_fields if name in selection}
    )
    scorer = Scorer(encoder, model, calibration, card, catalogue, {}, feature_code)
    # Clients without any value, or with categories never seen, may come only with requests.
    strangers = [_stranger(known.schema, category) for category in (None, "never seen")]
    _check_same_probabilities(scorer, pipeline, pa.concat_tables([known, *strangers]))
    return replace(scorer, importance=_importance(scorer, known))


def _read_selection(folder: Path) -> dict[str, Any]:
    path = Path(folder) / SELECTION_FILE
    if not path.is_file():
        raise InvalidInput(str(path), "a selection is there", "run notebook 02")
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    wanted = ("candidate", "threshold", "costs", "calibration", "features")
    missing = [name for name in wanted if name not in content]
    if missing:
        raise InvalidInput(
            f"{path}: {', '.join(missing)}", "it is written there", "run notebook 02"
        )
    return content


def _read_pipeline(folder: Path) -> Pipeline:
    path = Path(folder) / PIPELINE_FILE
    if not path.is_file():
        raise InvalidInput(str(path), "a fitted pipeline is there", "run notebook 02")
    return joblib.load(path)


def _check_catalogue(names: list[str], catalogue: Mapping[str, FeatureDescription]) -> None:
    for name in names:
        if name not in catalogue:
            raise InvalidInput(
                f"feature {name}", "the catalogue describes every feature", "write its row"
            )


def _nullable(clients: pa.Table) -> pa.Table:
    """Allow missing values where a file says that there are none."""
    return clients.cast(pa.schema([field.with_nullable(True) for field in clients.schema]))


def _stranger(schema: pa.Schema, category: str | None) -> pa.Table:
    """Give one client without any number, and with the same category everywhere."""
    return pa.table(
        {
            field.name: pa.array([category if pa.types.is_string(field.type) else None], field.type)
            for field in schema
        }
    )


def _unpack(
    pipeline: Pipeline, selection: Mapping[str, Any], background: pa.Table
) -> tuple[Encoder, Model]:
    estimator = pipeline.named_steps["estimate"]
    encode = pipeline.named_steps["encode"]
    if isinstance(estimator, DummyClassifier):
        any_category = Codes({}, unknown=-1.0, missing=float("nan"))
        codes = dict.fromkeys(selection["categorical"], any_category)
        return Encoder(tuple(selection["features"]), codes), ConstantModel()
    if isinstance(estimator, LogisticRegression):
        return unpack_linear(encode, estimator, background)
    if isinstance(estimator, LGBMClassifier):
        order, codes = unpack_ordinal(encode)
        return Encoder(order, codes), BoosterModel(estimator.booster_.model_to_string())
    if isinstance(estimator, BalancedRandomForestClassifier):
        order, codes = unpack_ordinal(encode)
        return Encoder(order, codes), BoosterModel(forest_text(estimator, len(order)))
    raise InvalidInput(
        f"estimator {type(estimator).__name__}",
        "it is a dummy, a logistic regression, a balanced forest or LightGBM",
        "teach lib/scoring/packaging.py to read it",
    )


def _importance(scorer: Scorer, background: pa.Table) -> dict[str, float]:
    """Give each feature's mean absolute contribution."""
    contributions = scorer.contributions(scorer.encode_frame(background))
    return dict(zip(scorer.features, np.abs(contributions).mean(axis=0).tolist(), strict=True))


def _check_same_probabilities(scorer: Scorer, pipeline: Pipeline, probe: pa.Table) -> None:
    margins = _pipeline_margins(pipeline, probe)
    expected = sigmoid(scorer.calibration.log_odds(margins))
    given = scorer.default_probabilities(scorer.encode_frame(probe))
    difference = float(np.abs(given - expected).max())
    if not difference <= TOLERANCE:
        raise InvalidInput(
            f"probabilities of {scorer.card.candidate}",
            f"scorer and pipeline agree within {TOLERANCE:g}, they differ by {difference:.2g}",
            "see which step of the pipeline lib/scoring/unpacking.py misreads",
        )


def _pipeline_margins(pipeline: Pipeline, probe: pa.Table) -> Floats:
    estimator = pipeline.named_steps["estimate"]
    if isinstance(estimator, DummyClassifier):
        return np.zeros(probe.num_rows)
    encoded = pipeline.named_steps["encode"].transform(probe.to_pandas())
    if isinstance(estimator, LogisticRegression):
        return estimator.decision_function(encoded)
    if isinstance(estimator, BalancedRandomForestClassifier):
        return estimator.predict_proba(encoded)[:, 1]
    return np.asarray(estimator.booster_.predict(encoded, raw_score=True))
