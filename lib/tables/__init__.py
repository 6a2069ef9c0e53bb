"""The eight raw tables of the competition: what they hold, and how they come in.

Offers `TABLES` (every column's type, unit, meaning and codes for missing), `read_tables` (CSV or
Parquet, typed by the schema and checked), `write_synthetic_tables` (tables that resemble the real
ones, in the same form), and `fingerprint` and `quick_fingerprint` (of the files of a folder).
``python -m lib.tables`` makes, downloads and checks tables.
"""

from lib.tables.findings import Finding
from lib.tables.fingerprints import fingerprint, quick_fingerprint
from lib.tables.reading import RawTables, read_tables
from lib.tables.schema import TABLES, Column, ColumnType, TableSchema
from lib.tables.synthetic import write_synthetic_tables

__all__ = [
    "TABLES",
    "Column",
    "ColumnType",
    "Finding",
    "RawTables",
    "TableSchema",
    "fingerprint",
    "quick_fingerprint",
    "read_tables",
    "write_synthetic_tables",
]
