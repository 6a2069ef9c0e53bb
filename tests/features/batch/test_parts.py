import numpy as np
import pyarrow as pa
import pytest

from lib.decision import InvalidInput
from lib.features.batch.parts import (
    CLIENTS_PER_GIB,
    FEWEST_A_PART,
    MOST_A_PART,
    aligned,
    chosen_clients,
    parts_of,
)


def test_all_clients_are_taken_in_the_order_of_their_numbers():
    assert chosen_clients([30, 10, 20]).tolist() == [10, 20, 30]
    assert chosen_clients([]).tolist() == []


def test_a_sample_is_the_same_wherever_the_clients_stand_and_grows_by_adding():
    everyone = np.arange(100_001, 101_001)
    few, many = (chosen_clients(everyone, count) for count in (50, 100))
    assert chosen_clients(everyone[::-1], 50).tolist() == few.tolist()
    assert set(few) < set(many)
    assert len(many) == 100


def test_a_sample_is_spread_over_the_numbers():
    everyone = np.arange(100_001, 110_001)
    assert chosen_clients(everyone, 1000).mean() == pytest.approx(everyone.mean(), rel=0.01)


def test_a_sample_of_more_than_there_are_is_everyone():
    assert chosen_clients([2, 1], 5).tolist() == [1, 2]


def test_a_client_with_two_applications_is_named():
    with pytest.raises(InvalidInput, match="1 clients such as 7: a client has one application"):
        chosen_clients([7, 8, 7, 7])


@pytest.mark.parametrize("count", [0, -1])
def test_a_sample_has_at_least_one_client(count):
    with pytest.raises(InvalidInput, match="sample_clients"):
        chosen_clients([1, 2], count)


@pytest.mark.parametrize(
    ("clients", "at_once", "parts"),
    [
        (0, 1, 1),
        (1, 1, 1),
        (MOST_A_PART, 1, 1),
        (MOST_A_PART + 1, 1, 2),
        (FEWEST_A_PART, 4, 1),
        (FEWEST_A_PART + 1, 4, 2),
        (MOST_A_PART, 4, 4),
        (4 * MOST_A_PART, 4, 4),
        (4 * MOST_A_PART + 1, 4, 8),
    ],
)
def test_clients_are_cut_into_as_few_parts_as_the_size_allows_with_work_for_all_at_once(
    clients, at_once, parts
):
    cut = parts_of(np.arange(clients), at_once)
    assert len(cut) == parts
    assert np.concatenate(cut).tolist() == list(range(clients))


def test_the_less_memory_the_smaller_the_parts():
    clients = np.arange(2 * MOST_A_PART)
    sizes = [max(map(len, parts_of(clients, 2, limit))) for limit in (0.001, 1, 2, 1000)]
    assert sizes == sorted(sizes)
    assert sizes[0] == FEWEST_A_PART
    assert sizes[1] <= CLIENTS_PER_GIB / 2
    assert sizes[-1] == MOST_A_PART


def table(*clients):
    return pa.table({"client_id": pa.array(clients, pa.int64()), "n": [c / 2 for c in clients]})


def test_rows_come_in_the_order_of_the_clients():
    assert aligned(table(9, 1, 5), pa.array([1, 5, 9]))["n"].to_pylist() == [0.5, 2.5, 4.5]


def test_a_client_without_a_row_has_nothing_wherever_it_stands():
    assert aligned(table(5), pa.array([4, 5, 6]))["n"].to_pylist() == [None, 2.5, None]


def test_a_table_without_rows_gives_every_client_nothing():
    assert aligned(table(), pa.array([4, 5]))["n"].null_count == 2


def test_rows_of_other_clients_are_left_out():
    assert aligned(table(7, 8), pa.array([8]))["n"].to_pylist() == [4.0]


def test_what_is_missing_in_a_row_stays_missing():
    given = pa.table({"client_id": [3], "n": pa.array([None], pa.float64())})
    assert aligned(given, pa.array([3]))["n"].null_count == 1


def test_a_table_in_several_chunks_is_one_table():
    given = pa.concat_tables([table(2), table(1)])
    assert aligned(given, pa.array([1, 2]))["n"].to_pylist() == [0.5, 1.0]
