import pytest

from lib.tables import TABLES, ColumnType

WIDTHS = {
    "application_train": 122,
    "application_test": 121,
    "bureau": 17,
    "bureau_balance": 3,
    "previous_application": 37,
    "POS_CASH_balance": 8,
    "installments_payments": 8,
    "credit_card_balance": 23,
}


def test_all_eight_tables_have_all_their_columns():
    assert {name: len(table.columns) for name, table in TABLES.items()} == WIDTHS


def test_only_the_train_clients_have_a_target():
    assert [name for name, table in TABLES.items() if "TARGET" in table.columns] == [
        "application_train"
    ]


@pytest.mark.parametrize("name", TABLES)
def test_keys_and_parents_are_columns_of_the_table(name):
    table = TABLES[name]
    for key in (table.key, table.client_key, table.parent_key):
        assert key is None or table.columns[key].unit == "key"
    assert table.parent in (None, "application", *TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_codes_for_missing_follow_from_the_unit(name):
    for column in TABLES[name].columns.values():
        assert column.meaning
        if column.unit == "days":
            assert column.missing_codes == (365_243,)
        if column.type is ColumnType.STRING:
            assert column.missing_codes == ("XNA", "XAP")
            assert column.values
            assert not set(column.values) & set(column.missing_codes)
        else:
            assert not column.values
