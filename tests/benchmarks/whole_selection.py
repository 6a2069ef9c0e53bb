"""A selection, as a process: ``python -m tests.benchmarks.whole_selection FEATURES FOLDER TRIALS``.

It writes ``chosen.json`` into the folder.
"""

import json
import sys
from pathlib import Path

from lib.features.catalogue import CATALOGUE
from lib.training import load_training_data, select

if __name__ == "__main__":
    features, folder, trials = sys.argv[1:]
    selection = select(
        load_training_data(features, CATALOGUE), folder, trials=int(trials), progress=True
    )
    chosen = {
        "features": selection.budget.most_features,
        "winner": selection.winner.candidate.name,
        "business_cost": selection.metrics["business_cost"],
        "candidates": json.loads(selection.comparison.to_json(orient="records")),
    }
    (Path(folder) / "chosen.json").write_text(json.dumps(chosen))
