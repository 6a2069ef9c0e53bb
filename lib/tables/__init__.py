"""The eight raw tables of the competition: what they hold, and how they come in.

Offers `TABLES` (every column's type, unit, meaning and codes for missing).
"""

from lib.tables.schema import TABLES, Column, ColumnType, TableSchema

__all__ = ["TABLES", "Column", "ColumnType", "TableSchema"]
