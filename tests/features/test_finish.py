import pytest

from lib.features.build import APPLICATIONS, build_blocks, build_features, unbound_tables
from lib.features.compiled import APPLICATION_FEATURES, HISTORY_FEATURES
from lib.features.finish import finish


@pytest.fixture(scope="module")
def blocks():
    return build_blocks(unbound_tables())


@pytest.fixture(scope="module")
def last(blocks):
    return finish(blocks)


def test_its_columns_are_those_of_the_whole_join(last):
    assert last.columns == build_features(unbound_tables()).columns


def test_only_what_no_block_has_as_it_should_be_is_queried(last, blocks):
    of_blocks = {name for block in blocks.values() for name in block.columns}
    combined = set(last.columns) - of_blocks
    assert combined < set(last.query.columns)
    counts = set(last.query.columns) - combined - {"client_id"}
    assert all(name.startswith("number_of_") for name in counts)
    assert not counts & set(blocks[APPLICATIONS].columns)


def test_few_columns_are_read(last, blocks):
    reads = last.reads()
    assert set(reads) == {APPLICATION_FEATURES, HISTORY_FEATURES}
    assert len(reads[APPLICATION_FEATURES]) < len(blocks[APPLICATIONS].columns) / 5
