"""Scores of a portfolio of any size: a file or folder of features → Parquet parts of scores.

The clients are cut into parts, which are scored by the threads of this machine or by Spark's
executors; memory does not grow with their number, and a run that failed is resumed.
`lib.portfolio.batch.score.score_features` is the way in.
"""
