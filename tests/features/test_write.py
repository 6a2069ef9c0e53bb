import pyarrow.parquet as pq
import pytest

from lib.decision import InvalidInput
from lib.features import write_features
from lib.features.one_client import as_arrow
from lib.features.quality import assess_features

# Ibis 12 still calls what DuckDB 2 calls otherwise.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")


@pytest.fixture(scope="module")
def raw_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("raw")
    known = [
        {"SK_ID_CURR": i, "TARGET": int(i > 3), "AMT_CREDIT": i * 10.0} for i in (4, 2, 5, 1, 3)
    ]
    records = {"application_train": known, "application_test": [{"SK_ID_CURR": 9}]}
    for name, table in as_arrow(records).items():
        pq.write_table(table, folder / f"{name}.parquet")
    return folder


@pytest.fixture
def announced():
    return []


def test_the_file_is_sorted_by_client_and_the_report_says_what_happened(
    raw_dir, tmp_path, announced
):
    output = tmp_path / "new" / "features.parquet"
    report = write_features(raw_dir, output, announce=announced.append)
    table = pq.read_table(output)
    assert table["client_id"].to_pylist() == [1, 2, 3, 4, 5, 9]
    assert table["target"].to_pylist() == [0, 0, 0, 1, 1, None]
    assert (report.clients, report.features) == (6, table.num_columns - 2)
    assert report.rows["application_train"] == 5
    assert len(announced) == len(report.block_seconds)
    assert [path.name for path in output.parent.iterdir()] == ["features.parquet"]


def test_a_sample_and_a_family(raw_dir, tmp_path, announced):
    output = tmp_path / "features.parquet"
    options = {"sample_clients": 3, "families": ["credit_requested"], "announce": announced.append}
    report = write_features(raw_dir, output, **options)
    assert report.clients == 3
    table = pq.read_table(output)
    assert "credit_amount" in table.column_names
    assert "external_score_1" not in table.column_names
    assessed = assess_features(output)
    assert set(assessed["family"]) == {"credit_requested"}


@pytest.mark.parametrize(
    ("options", "offender"),
    [
        ({"engine": "excel"}, "engine 'excel'"),
        ({"families": ["weather"]}, "families weather"),
        ({"sample_clients": 0}, "sample_clients"),
        ({"memory_limit_gib": 0}, "memory_limit_gib"),
    ],
)
def test_what_cannot_be_used_is_named_and_nothing_is_left_behind(
    raw_dir, tmp_path, options, offender
):
    with pytest.raises(InvalidInput, match=offender):
        write_features(raw_dir, tmp_path / "features.parquet", **options)
    assert list(tmp_path.iterdir()) == []
