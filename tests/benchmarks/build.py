"""Our build, as a process: ``python -m tests.benchmarks.build RAW OUTPUT [MEMORY_LIMIT_GIB]``."""

import sys

from lib.features import write_features

if __name__ == "__main__":
    raw, output, *limit = sys.argv[1:]
    write_features(raw, output, memory_limit_gib=float(limit[0]) if limit else None)
