"""The contest: candidates compete on the same folds, and the search finds who costs least.

Nothing learned from clients is judged on the same clients. All that decides what a trial costs is
in this folder, in `lib.scoring` and in `lib.decision`.
"""
