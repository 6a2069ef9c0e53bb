"""The folder that the scoring stage reads."""

import json
import shutil
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from lib.training.margins import margins

from lib.training import artefacts, write_selection

FILES = {
    "selection.json",
    "pipeline.joblib",
    "candidates.parquet",
    "cost_curve.parquet",
    "test_set.parquet",
    "study.db",
}
NAMES_OTHERS_READ = {
    "candidate",
    "threshold",
    "costs",
    "calibration",
    "features",
    "categorical",
    "metrics",
    "cross_fitted",
    "clients_trained_on",
    "base_rate",
    "data_fingerprint",
    "versions",
    "seed",
    "created",
}


@pytest.fixture
def folder(selection, output_dir, tmp_path) -> Path:
    """Give a written selection, in a folder of this test's own."""
    shutil.copytree(output_dir, tmp_path / "output")
    return write_selection(selection, tmp_path / "output")


def test_the_folder_is_complete_and_holds_nothing_else(folder):
    assert {file.name for file in folder.iterdir()} == FILES


def test_the_manifest_has_every_name_that_others_read(folder):
    manifest = json.loads((folder / "selection.json").read_text("utf-8"))
    assert set(manifest) >= NAMES_OTHERS_READ
    assert set(manifest["costs"]) == {"missed_default", "refused_good"}
    assert set(manifest["calibration"]) == {"slope", "intercept"}
    assert manifest["features"][-1:] == manifest["categorical"] == ["housing"]


def test_from_the_files_alone_the_test_probabilities_can_be_computed_again(folder, clients):
    manifest = json.loads((folder / "selection.json").read_text("utf-8"))
    test_set = pd.read_parquet(folder / "test_set.parquet")
    pipeline = joblib.load(folder / "pipeline.joblib")
    features = clients.set_index("client_id").loc[test_set["client_id"], manifest["features"]]
    log_odds = (
        manifest["calibration"]["slope"] * margins(pipeline, features)
        + manifest["calibration"]["intercept"]
    )
    expected = test_set["default_probability"]
    assert 1 / (1 + np.exp(-log_odds)) == pytest.approx(expected, abs=1e-12)


def test_the_pipeline_is_made_of_library_classes_in_named_steps(folder):
    pipeline = joblib.load(folder / "pipeline.joblib")
    assert set(pipeline.named_steps) <= {"encode", "sample", "estimate"}
    libraries = {type(step).__module__.split(".")[0] for _, step in pipeline.steps}
    assert libraries <= {"sklearn", "imblearn", "lightgbm"}


def test_the_curve_is_whole(folder, selection):
    curve = pd.read_parquet(folder / "cost_curve.parquet")
    assert curve["threshold"].iloc[-1] == np.inf
    assert curve["business_cost"].min() == selection.curve.best_cost


def test_a_second_selection_replaces_the_first(folder, selection):
    before = (folder / "selection.json").read_text("utf-8")
    (folder / "pipeline.joblib").write_bytes(b"old")
    write_selection(selection, folder)
    joblib.load(folder / "pipeline.joblib")
    assert json.loads(before)["metrics"] == selection.metrics
    assert {file.name for file in folder.iterdir()} == FILES


def test_when_writing_fails_the_older_selection_stays_whole(folder, selection, monkeypatch):
    before = {file.name: file.read_bytes() for file in folder.iterdir()}

    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(artefacts, "manifest", full)
    with pytest.raises(OSError, match="no space"):
        write_selection(selection, folder)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
