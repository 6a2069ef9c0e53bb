"""The folder from which the scorer is promoted."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from lib.scoring.scorer import Scorer
from lib.training import artefacts, write_selection
from lib.training.evidence.card import model_card

FILES = {
    "scorer.json",
    "features.json",
    "model_card.html",
    "candidates.parquet",
    "cost_curve.parquet",
    "test_set.parquet",
    "study.db",
}


@pytest.fixture
def folder(selection, evidence, output_dir, tmp_path) -> Path:
    """Give a written selection, in a folder of this test's own."""
    shutil.copytree(output_dir, tmp_path / "output")
    write_selection(selection, evidence, tmp_path / "output")
    return tmp_path / "output"


def test_the_folder_is_complete_and_holds_nothing_else(folder):
    assert {file.name for file in folder.iterdir()} == FILES


def test_from_the_files_alone_the_test_probabilities_can_be_computed_again(folder, clients):
    scorer = Scorer.load(folder)
    test_set = pd.read_parquet(folder / "test_set.parquet")
    features = clients.set_index("client_id").loc[test_set["client_id"]]
    matrix = scorer.encode_frame(pa.Table.from_pandas(features))
    expected = test_set["default_probability"]
    assert scorer.default_probabilities(matrix) == pytest.approx(expected, abs=1e-12)


def test_the_scorer_carries_the_card_and_the_catalogue_of_the_selection(
    folder, selection, evidence
):
    scorer = Scorer.load(folder)
    expected = model_card(selection, evidence).model_copy(update={"created": scorer.card.created})
    assert scorer.card == expected
    protected = [info.name for info in scorer.describe("new").features if info.protected]
    assert protected == ["gender"]


def test_the_curve_is_whole(folder, selection):
    curve = pd.read_parquet(folder / "cost_curve.parquet")
    assert curve["threshold"].iloc[-1] == np.inf
    assert curve["business_cost"].min() == selection.curve.best_cost


def test_a_second_selection_replaces_the_first(folder, selection, evidence):
    (folder / "features.json").write_bytes(b"old")
    (folder / "booster.txt").write_bytes(b"of another kind of model")
    write_selection(selection, evidence, folder)
    Scorer.load(folder)
    assert {file.name for file in folder.iterdir()} == FILES


def test_when_writing_fails_the_older_selection_stays_whole(
    folder, selection, evidence, monkeypatch
):
    before = {file.name: file.read_bytes() for file in folder.iterdir()}

    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(artefacts, "write_card", full)
    with pytest.raises(OSError, match="no space"):
        write_selection(selection, evidence, folder)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
