"""Features → a chosen model: candidates compete by business cost on clients they have not seen.

`load_training_data` reads the features and sets test clients aside; `select` lets the `CANDIDATES`
compete and makes the winner a scorer, which is judged once; `write_selection` writes the folder
from which the scorer is promoted. `contest` chooses, `evidence` is what is told of the winner,
`report` shows it.
"""

from lib.training.artefacts import write_selection
from lib.training.contest.candidates import CANDIDATES, Candidate
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
