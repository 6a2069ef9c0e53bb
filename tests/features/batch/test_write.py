import signal
import subprocess
import sys
import time
from itertools import count

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.decision import InvalidInput
from lib.features import write_features
from lib.features.batch import parts
from lib.features.batch.parts import PartBuilder
from lib.features.quality import assess_features
from lib.features.workshop import folder_beside
from lib.tables import TABLES
from tests.benchmarks.comparison import differences

SMALL_PARTS = 100


@pytest.fixture(scope="module")
def raw_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("raw")
    known = [
        {"SK_ID_CURR": i, "TARGET": int(i > 3), "AMT_CREDIT": i * 10.0} for i in (4, 2, 5, 1, 3)
    ]
    records = {"application_train": known, "application_test": [{"SK_ID_CURR": 9}]}
    for name, table in TABLES.items():
        schema = pa.schema([(column.name, str(column.type)) for column in table.columns.values()])
        rows = pa.Table.from_pylist(records.get(name, []), schema)
        pq.write_table(rows, folder / f"{name}.parquet")
    return folder


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(parts, "MOST_A_PART", SMALL_PARTS)


@pytest.fixture
def killed(messy_tables, tmp_path):
    """Where a run wrote that was killed, without a chance to tidy up, in its second part."""
    output = tmp_path / "features.parquet"
    code = (
        "import sys; from lib.features import write_features; "
        "from lib.features.batch import parts; "
        f"parts.MOST_A_PART = {SMALL_PARTS}; write_features(*sys.argv[1:])"
    )
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code, messy_tables, output]
    ) as run:
        while not (folder_beside(output) / "part-0000.arrow").exists():
            assert run.poll() is None, "it ended before its first part was there"
            time.sleep(0.001)
        run.send_signal(signal.SIGKILL)
    return output


def test_the_file_is_sorted_by_client_and_the_report_says_what_happened(raw_dir, tmp_path):
    output = tmp_path / "new" / "features.parquet"
    report = write_features(raw_dir, output, progress=False)
    table = pq.read_table(output)
    assert table["client_id"].to_pylist() == [1, 2, 3, 4, 5, 9]
    assert table["target"].to_pylist() == [0, 0, 0, 1, 1, None]
    assert (report.clients, report.features) == (6, table.num_columns - 2)
    assert (report.parts, report.resumed) == (1, 0)
    assert report.rows["application_train"] == 5
    assert list(report.step_seconds)[-2:] == ["join", "write"]
    assert [path.name for path in output.parent.iterdir()] == ["features.parquet"]


def test_the_bar_shows_part_table_and_time_left(raw_dir, tmp_path, capsys):
    write_features(raw_dir, tmp_path / "features.parquet")
    bar = capsys.readouterr().err
    assert "part 1 of 1" in bar
    assert "9/9" in bar
    assert "write" in bar


def test_a_sample_and_a_family(raw_dir, tmp_path):
    output = tmp_path / "features.parquet"
    report = write_features(
        raw_dir, output, sample_clients=3, families=["credit_requested"], progress=False
    )
    assert report.clients == 3
    table = pq.read_table(output)
    assert table.column_names[:2] == ["client_id", "target"]
    assert "credit_amount" in table.column_names
    assert "external_score_1" not in table.column_names
    assert set(assess_features(output)["family"]) == {"credit_requested"}


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
        write_features(raw_dir, tmp_path / "features.parquet", **options, progress=False)
    assert list(tmp_path.iterdir()) == []


def test_parts_make_no_difference(messy_tables, features_by_duckdb, tmp_path, small_parts):
    output = tmp_path / "features.parquet"
    assert write_features(messy_tables, output, progress=False).parts > 3
    assert not [str(difference) for difference in differences(output, features_by_duckdb)]
    clients = pq.read_table(output, columns=["client_id"])["client_id"].to_pylist()
    assert clients == sorted(clients)


def test_a_killed_run_goes_on_where_it_was(killed, messy_tables, features_by_duckdb, small_parts):
    report = write_features(messy_tables, killed, progress=False)
    assert 1 <= report.resumed < report.parts
    assert not [str(difference) for difference in differences(killed, features_by_duckdb)]
    assert [path.name for path in killed.parent.iterdir()] == [killed.name]


def test_a_part_that_fails_ends_the_run_and_what_was_built_is_kept(
    messy_tables, tmp_path, small_parts, monkeypatch
):
    output, build = tmp_path / "features.parquet", PartBuilder.build
    numbers = count()

    def build_two(self, clients, session, on_step):
        if next(numbers) > 1:
            raise RuntimeError("no more")
        return build(self, clients, session, on_step)

    monkeypatch.setattr(PartBuilder, "build", build_two)
    with pytest.raises(RuntimeError, match="no more"):
        write_features(messy_tables, output, progress=False)
    assert not output.exists()
    monkeypatch.undo()
    monkeypatch.setattr(parts, "MOST_A_PART", SMALL_PARTS)
    assert write_features(messy_tables, output, progress=False).resumed == 2


def test_a_build_does_not_load_pandas_which_would_take_seconds(raw_dir, tmp_path):
    code = (
        "import sys; from lib.features import write_features; "
        "write_features(*sys.argv[1:], progress=False); assert 'pandas' not in sys.modules"
    )
    output = tmp_path / "features.parquet"
    subprocess.run([sys.executable, "-W", "ignore", "-c", code, raw_dir, output], check=True)


def test_it_begins_anew_when_something_else_is_asked_for(killed, messy_tables, small_parts):
    report = write_features(messy_tables, killed, families=["identity"], progress=False)
    assert report.resumed == 0


def test_it_begins_anew_when_the_tables_have_changed(killed, raw_dir, small_parts):
    assert write_features(raw_dir, killed, progress=False).resumed == 0
    assert pq.read_metadata(killed).num_rows == 6
