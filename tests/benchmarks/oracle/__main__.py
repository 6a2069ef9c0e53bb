"""Write the features that pandas works out: ``python -m tests.benchmarks.oracle RAW OUTPUT``."""

import sys
from pathlib import Path

from tests.benchmarks.oracle.build import build_with_pandas

if __name__ == "__main__":
    raw, output = map(Path, sys.argv[1:])
    build_with_pandas(raw).to_parquet(output)
