"""Features → a chosen model: candidates compete by business cost on clients they have not seen.

`load_training_data` reads the features and sets test clients aside; `select` lets the `CANDIDATES`
compete and judges the winner once; `write_selection` writes the folder that scoring packages.
Nothing learned from clients is judged on the same clients: pipeline, calibration, threshold.
"""

from lib.training.artefacts import write_selection
from lib.training.candidate import Candidate
from lib.training.candidates import CANDIDATES
from lib.training.data import TrainingData, load_training_data
from lib.training.selection import Selection, select

__all__ = [
    "CANDIDATES",
    "Candidate",
    "Selection",
    "TrainingData",
    "load_training_data",
    "select",
    "write_selection",
]
