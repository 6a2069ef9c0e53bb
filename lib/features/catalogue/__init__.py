"""What a person needs to know about each feature: label, unit, family, source.

`CATALOGUE` has one row for every column of ``features.parquet`` but the client's number and target.
It is plain data: the service and the dashboard read it without any engine.
"""

from lib.features.catalogue.assembly import assemble
from lib.features.description import Family, FeatureDescription, Text, Unit

CATALOGUE = assemble()

__all__ = ["CATALOGUE", "Family", "FeatureDescription", "Text", "Unit"]
