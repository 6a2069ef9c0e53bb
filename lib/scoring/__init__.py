"""What is deployed: from a client's features to a default probability, a decision and its reasons.

Offers `Scorer` (load, encode, default probabilities, decisions, contributions), which needs NumPy
and LightGBM only. `changes` gives a client other values, with what follows from them; `recourse`
searches those that would lead to a grant. `packaging` turns a selection made by notebook 02 into a
scorer, `store` keeps scorers in the BentoML store; both are imported by name, because serving needs
neither scikit-learn nor, in tests, a store.
"""

from lib.scoring.card import ScorerCard
from lib.scoring.scorer import Scorer

__all__ = ["Scorer", "ScorerCard"]
