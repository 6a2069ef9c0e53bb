"""A table with exactly the columns of its schema, of its types, and null for what is missing."""

import ibis
import ibis.expr.types as ir

from lib.tables.schema import ColumnType, TableSchema


def typed(table: ir.Table, schema: TableSchema) -> ir.Table:
    """Give a table, as its file has it, the columns of its schema.

    Parameters
    ----------
    table : ibis table
        With all columns of the schema, of types that hold its values.
    schema : TableSchema

    Returns
    -------
    ibis table
        Codes for missing, and what is not a number, are null.
    """
    return table.select(**{name: _typed_column(table, schema, name) for name in schema.columns})


def _typed_column(table: ir.Table, schema: TableSchema, name: str) -> ir.Value:
    column, value = schema.columns[name], table[name]
    if value.type().is_floating():  # not every writer of Parquet says null where it means it
        value = value.isnan().ifelse(ibis.null(value.type()), value)
    value = value.cast(column.type.value)
    for code in column.missing_codes:
        value = value.nullif(float(code) if column.type is ColumnType.FLOAT64 else code)
    return value
