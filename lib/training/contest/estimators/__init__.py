"""The kinds of estimator that compete, a file each: made, tuned, fitted, and served as a scorer.

A new kind is a class below `kind.EstimatorKind`, and an entry in `contest.candidates` with it.
"""
