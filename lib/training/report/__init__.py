"""The report: tables, figures and sentences that notebook 02 shows of a selection.

Nothing is measured here; each function takes what `contest` and `evidence` found out.
"""
