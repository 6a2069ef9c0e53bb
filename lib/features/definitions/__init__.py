"""What each feature is: one module a raw table, one entry a feature.

An entry holds all that is known of a feature: its expression, label, unit, fact, purpose and
expected direction. ``lib.features.catalogue`` and ``lib.features.build`` are derived from them.
"""
