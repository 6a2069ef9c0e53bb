"""The contest: candidates compete on the same folds, and the search finds who costs least.

No model is judged on clients that it was fitted on; `objective` says exactly what of a fold has no
say in how it is judged. All that decides what a trial costs is in this folder, in `lib.scoring` and
in `lib.decision`.
"""
