"""The eight raw tables of the competition: what they hold, and how they come in.

Offers `TABLES` (every column's type, unit, meaning and codes for missing), `read_tables` (CSV or
Parquet, typed by the schema and checked), and `fingerprint` and `quick_fingerprint` (of the files
of a folder). ``python -m lib.tables`` downloads and checks tables.
"""

from lib.tables.findings import Finding
from lib.tables.fingerprints import fingerprint, quick_fingerprint
from lib.tables.reading import RawTables, read_tables
from lib.tables.schema import TABLES, Column, ColumnType, TableSchema

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
]
