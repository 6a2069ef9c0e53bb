"""The features of a few clients, where there is neither Ibis nor pandas.

``lib.features.compiling`` turns the expressions of the batch into SQL once (`CompiledFeatures`, a
value that JSON carries). Serving runs that SQL on the records of a new client (`ClientFeatures`)
and works out again what follows from changed features (`DerivedFeatures`).
"""

from lib.features.one_client.compiled import CompiledFeatures
from lib.features.one_client.running import ClientFeatures, DerivedFeatures

__all__ = ["ClientFeatures", "CompiledFeatures", "DerivedFeatures"]
