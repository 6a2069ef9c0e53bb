"""The folder that the next stage reads: evidence as JSON and Parquet, the pipeline by joblib."""

import json
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import joblib
import pandas as pd

from lib.training.contest.study import versions
from lib.training.evidence import Evidence, card_facts
from lib.training.selection import Selection

MANIFEST = "selection.json"


def write_selection(
    selection: Selection, output_dir: Path | str, evidence: Evidence | None = None
) -> Path:
    """Write the selection's folder; `selection.json` comes last, so with it all is complete.

    Parameters
    ----------
    selection : Selection
        From `select`.
    output_dir : path
        The folder; its study stays, an older selection is replaced.
    evidence : Evidence, optional
        What the model card tells beside the figures.

    Returns
    -------
    Path
        The folder.
    """
    folder = Path(output_dir)
    folder.mkdir(parents=True, exist_ok=True)
    written = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
    try:
        joblib.dump(selection.pipeline, written / "pipeline.joblib")
        selection.comparison.to_parquet(written / "candidates.parquet", index=False)
        _curve(selection).to_parquet(written / "cost_curve.parquet", index=False)
        selection.test_set.to_parquet(written / "test_set.parquet", index=False)
        text = json.dumps(
            manifest(selection, evidence), indent=2, allow_nan=False, ensure_ascii=False
        )
        (written / MANIFEST).write_text(text + "\n", encoding="utf-8")
        (folder / MANIFEST).unlink(missing_ok=True)
        for file in sorted(written.iterdir(), key=lambda file: file.name == MANIFEST):
            file.replace(folder / file.name)
    finally:
        shutil.rmtree(written, ignore_errors=True)
    return folder


def manifest(selection: Selection, evidence: Evidence | None = None) -> dict[str, Any]:
    """Give what the scorer and its model card need to know, fit for JSON."""
    training = selection.data.training
    return {
        "candidate": selection.winner.candidate.name,
        "label": {
            "fr": selection.winner.candidate.french,
            "en": selection.winner.candidate.english,
        },
        "parameters": dict(selection.winner.parameters),
        "threshold": selection.threshold,
        "theoretical_threshold": selection.costs.optimal_threshold,
        "costs": {
            "missed_default": selection.costs.missed_default,
            "refused_good": selection.costs.refused_good,
        },
        "calibration": {
            "slope": selection.calibration.slope,
            "intercept": selection.calibration.intercept,
        },
        "features": [*training.numeric, *training.categorical],
        "categorical": list(training.categorical),
        "excluded_features": list(training.withheld.columns),
        "uninformative_features": list(selection.data.uninformative),
        "candidates": _candidates(selection),
        "metrics": selection.metrics,
        "intervals": {name: list(ends) for name, ends in selection.intervals.items()},
        "cross_fitted": selection.cross_fitted,
        "clients_trained_on": len(training),
        "clients_tested_on": len(selection.data.test),
        "base_rate": float(training.defaulted.mean()),
        "data_fingerprint": selection.data.fingerprint,
        "versions": versions(),
        "seed": selection.seed,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        **(card_facts(selection, evidence) if evidence else {}),
    }


def _candidates(selection: Selection) -> list[dict[str, Any]]:
    columns = ["candidate", "english", "business_cost", "standard_error", "auc", "chosen"]
    return selection.comparison[columns].to_dict("records")


def _curve(selection: Selection) -> pd.DataFrame:
    return pd.DataFrame(
        {"threshold": selection.curve.thresholds, "business_cost": selection.curve.costs}
    )
