import numpy as np
import pyarrow as pa

from lib.features.alignment import aligned


def table(*clients):
    return pa.table({"client_id": pa.array(clients, pa.int64()), "n": [c / 2 for c in clients]})


def test_rows_come_in_the_order_of_the_clients():
    assert aligned(table(9, 1, 5), np.array([1, 5, 9]))["n"].to_pylist() == [0.5, 2.5, 4.5]


def test_a_client_without_a_row_has_nothing_wherever_it_stands():
    assert aligned(table(5), np.array([4, 5, 6]))["n"].to_pylist() == [None, 2.5, None]


def test_a_table_without_rows_gives_every_client_nothing():
    assert aligned(table(), np.array([4, 5]))["n"].null_count == 2


def test_rows_of_other_clients_are_left_out():
    assert aligned(table(7, 8), np.array([8]))["n"].to_pylist() == [4.0]


def test_what_is_missing_in_a_row_stays_missing():
    given = pa.table({"client_id": [3], "n": pa.array([None], pa.float64())})
    assert aligned(given, np.array([3]))["n"].null_count == 1


def test_a_table_in_several_chunks_is_one_table():
    given = pa.concat_tables([table(2), table(1)])
    assert aligned(given, np.array([1, 2]))["n"].to_pylist() == [0.5, 1.0]
