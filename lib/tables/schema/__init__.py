"""All columns of the eight raw tables: type, unit, meaning, codes for missing, known values."""

from collections.abc import Mapping
from types import MappingProxyType

from lib.tables.schema.application import APPLICATION_TEST, APPLICATION_TRAIN
from lib.tables.schema.bureau import BUREAU, BUREAU_BALANCE
from lib.tables.schema.column import (
    AGE,
    DAYS_MISSING,
    EMPLOYMENT,
    Column,
    ColumnType,
    TableSchema,
)
from lib.tables.schema.previous import (
    CREDIT_CARD_BALANCE,
    INSTALLMENTS_PAYMENTS,
    POS_CASH_BALANCE,
    PREVIOUS_APPLICATION,
)

TABLES: Mapping[str, TableSchema] = MappingProxyType(
    {
        table.name: table
        for table in (
            APPLICATION_TRAIN,
            APPLICATION_TEST,
            BUREAU,
            BUREAU_BALANCE,
            PREVIOUS_APPLICATION,
            POS_CASH_BALANCE,
            INSTALLMENTS_PAYMENTS,
            CREDIT_CARD_BALANCE,
        )
    }
)

__all__ = ["AGE", "DAYS_MISSING", "EMPLOYMENT", "TABLES", "Column", "ColumnType", "TableSchema"]
