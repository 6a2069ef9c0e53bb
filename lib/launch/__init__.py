"""The house's front door: runs the stages one after another, and the servers side by side.

Offers the commands behind `make` (`python -m lib.launch --help`): `Chain` and `run_chain` (raw
tables → scorer in the store, by the three notebooks, in steps that know what they wrote),
`parameters` (what a notebook's parameter or a variable of `make` may be), `running` (a server that
never outlives us), and what builds the Bento and its image. Nothing else in `lib` imports it.
"""
