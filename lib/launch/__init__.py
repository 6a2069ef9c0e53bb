"""The house's front door: runs the stages one after another, and the two servers side by side.

Offers the commands behind `make` (`python -m lib.launch --help`), `Chain` and `run_chain` (raw
tables → scorer in the store, by the three notebooks) and `running` (a server that never outlives
us). Nothing else in `lib` imports it.
"""
