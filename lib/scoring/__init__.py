"""What is deployed: from a client's features to a default probability, a decision and its reasons.

`scorer` holds the `Scorer` (load, encode, default probabilities, decisions, contributions), which
needs NumPy and LightGBM only, and `card` what may be said of one. `changes` gives a client other
values, with what follows from them; `recourse` searches those that would lead to a grant; `store`
keeps scorers in the BentoML store. Each is imported by its name, so that who reads a card does not
load a scorer.
"""
