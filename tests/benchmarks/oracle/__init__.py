"""The features in plain pandas: the reference of the benchmark and the check of correctness.

Each module reads a raw table and works out its features from what their labels say, as a data
scientist would write it; nothing here imports how `lib.features` computes them.
"""

from tests.benchmarks.oracle.build import NEEDED, build_with_pandas

__all__ = ["NEEDED", "build_with_pandas"]
