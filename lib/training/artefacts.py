"""The folder that the next stage reads: the scorer with its card, and the evidence as Parquet."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pandas as pd

from lib.scoring.card_page import write_card
from lib.scoring.scorer import BOOSTER_FILE, SCORER_FILE, Scorer
from lib.training.evidence.card import Evidence, model_card
from lib.training.selection import Selection


def write_selection(selection: Selection, evidence: Evidence, output_dir: Path | str) -> Scorer:
    """Write the winner's scorer, its card and its evidence into a folder.

    The scorer's own file comes last: with it all is complete.

    Parameters
    ----------
    selection : Selection
        From `select`.
    evidence : Evidence
        What the model card tells beside the figures.
    output_dir : path
        The folder; its study stays, an older selection is replaced.

    Returns
    -------
    Scorer
        As it was written, with its card.
    """
    folder = Path(output_dir)
    folder.mkdir(parents=True, exist_ok=True)
    scorer = replace(selection.scorer, card=model_card(selection, evidence))
    written = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
    try:
        selection.candidates.to_parquet(written / "candidates.parquet", index=False)
        _curve(selection).to_parquet(written / "cost_curve.parquet", index=False)
        selection.test_set.to_parquet(written / "test_set.parquet", index=False)
        write_card(scorer, written)
        scorer.save(written)
        for name in (SCORER_FILE, BOOSTER_FILE):
            (folder / name).unlink(missing_ok=True)
        for file in sorted(written.iterdir(), key=lambda file: file.name == SCORER_FILE):
            file.replace(folder / file.name)
    finally:
        shutil.rmtree(written, ignore_errors=True)
    return scorer


def _curve(selection: Selection) -> pd.DataFrame:
    return pd.DataFrame(
        {"threshold": selection.curve.thresholds, "business_cost": selection.curve.costs}
    )
