"""Our build, as a process: ``python -m tests.benchmarks.build RAW OUTPUT --help``."""

import argparse

from lib.features import write_features

if __name__ == "__main__":
    described = argparse.ArgumentParser(prog="python -m tests.benchmarks.build")
    described.add_argument("raw")
    described.add_argument("output")
    described.add_argument("--memory-limit-gib", type=float)
    described.add_argument("--engine", default="duckdb")
    given = described.parse_args()
    write_features(given.raw, given.output, given.engine, given.memory_limit_gib)
