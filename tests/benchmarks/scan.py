"""Run queries, as a process: ``python -m tests.benchmarks.scan QUERIES``, a JSON list.

It imports nothing else, so that what is measured is the scan.
"""

import json
import sys

import duckdb

if __name__ == "__main__":
    with duckdb.connect() as connection:
        for query in json.loads(sys.argv[1]):
            connection.execute(query).fetchall()
