"""The table that a challenger learns from, row by row, and what of the journal is of no use."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.decision import InvalidInput
from lib.features.workshop import workshop
from lib.monitoring import retraining as module
from lib.monitoring.retraining import write_retraining_table
from lib.serving.journal import Author, Entry, Journal, Kind

AUTHOR = Author("partner", "", "scoring")
FACTS = {"endpoint": "score", "scorer": "credit_scorer:a", "decision": "grant", "review": []}


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    kept = Journal(tmp_path / "journal.sqlite")
    yield kept
    kept.close()


@pytest.fixture
def features(tmp_path: Path) -> Path:
    """Three clients: one who repaid, one of whom it is not known, one who did not."""
    path = tmp_path / "features.parquet"
    kinds = [("client_id", pa.int64()), ("target", pa.int8()), ("age", pa.float64())]
    kinds += [("children", pa.int32()), ("housing", pa.string())]
    rows = [(1, 0, 30.0, 2, "owns"), (2, None, 40.0, 0, None), (3, 1, 50.0, 1, "rents")]
    # DuckDB may declare that a column misses nothing.
    schema = pa.schema([pa.field(name, kind, nullable=name != "children") for name, kind in kinds])
    names = schema.names
    pq.write_table(
        pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], schema), path
    )
    return path


def score(journal: Journal, client_id: int, **inputs: object) -> str:
    sealed = {"default_probability": 0.05, "features": inputs}
    entry = Entry(Kind.SCORE, AUTHOR, FACTS, sealed, client_id)
    journal.write([entry])
    return entry.id


def outcome(
    journal: Journal, client_id: int, score_id: str, defaulted: bool, day: str = "2026-11-01"
) -> None:
    facts = {"score_id": score_id, "defaulted": defaulted, "month": day[:7]}
    entry = Entry(Kind.OUTCOME, AUTHOR, facts, {"day": day}, client_id)
    journal.write([entry])


def rows(path: Path) -> list[dict]:
    return pq.read_table(path).to_pylist()


def test_old_and_new_outcomes_are_one_table(
    journal: Journal, features: Path, tmp_path: Path
) -> None:
    outcome(journal, 2, score(journal, 2, age=41.0, housing="rents"), defaulted=True)
    outcome(journal, 3, score(journal, 3, age=50.0, children=1.0, housing="rents"), defaulted=True)
    outcome(journal, 9, score(journal, 9, age=22.0, children=None), defaulted=False)
    output = tmp_path / "deep" / "new.parquet"
    found = write_retraining_table(journal, features, output)
    assert rows(output) == [
        {"client_id": 1, "target": 0, "age": 30.0, "children": 2, "housing": "owns"},
        # By the inputs of the score; of children it was not asked.
        {"client_id": 2, "target": 1, "age": 41.0, "children": 0, "housing": "rents"},
        {"client_id": 3, "target": 1, "age": 50.0, "children": 1, "housing": "rents"},
        {"client_id": 9, "target": 0, "age": 22.0, "children": None, "housing": None},
    ]
    assert (found.clients, found.new, found.renewed, found.unchanged) == (4, 2, 0, 1)
    assert found.unusable == {}
    # One of four clients is more than one of two hundred.
    assert found.unasked == ("housing",)
    assert "4 clients with an outcome: 2 new by the journal, 0 renewed by it, 1" in found.in_words
    assert "1 features were not asked of more than 0.5% of them" in found.in_words


def test_two_retrainings_do_not_write_one_table(
    journal: Journal, features: Path, tmp_path: Path
) -> None:
    output = tmp_path / "new.parquet"
    with workshop(output), pytest.raises(InvalidInput, match="one run at a time writes it"):
        write_retraining_table(journal, features, output)
    assert not output.exists()


def test_the_newest_outcome_of_a_client_counts_with_its_own_inputs(
    journal: Journal, features: Path, tmp_path: Path
) -> None:
    first = score(journal, 1, age=31.0, children=2.0, housing="owns")
    second = score(journal, 1, age=32.0, children=3.0, housing="rents")
    outcome(journal, 1, second, defaulted=True, day="2026-11-20")
    outcome(journal, 1, first, defaulted=False, day="2026-11-10")
    # A report that was corrected.
    outcome(journal, 1, second, defaulted=False, day="2026-11-20")
    found = write_retraining_table(journal, features, tmp_path / "new.parquet")
    assert rows(tmp_path / "new.parquet")[0] == {
        "client_id": 1,
        "target": 0,
        "age": 32.0,
        "children": 3,
        "housing": "rents",
    }
    assert (found.clients, found.new, found.renewed, found.unchanged) == (2, 0, 1, 0)
    assert found.unusable == {"of an earlier credit of the same client": 1}


def test_what_cannot_be_used_is_told_by_why(
    journal: Journal, features: Path, tmp_path: Path
) -> None:
    outcome(journal, 5, score(journal, 5, age=20.0), defaulted=True)
    journal.forget(5)
    old = Entry(Kind.SCORE, AUTHOR, FACTS, {"default_probability": 0.05}, 6)
    journal.write([old])
    outcome(journal, 6, old.id, defaulted=True)
    outcome(journal, 7, "0" * 32, defaulted=True)
    found = write_retraining_table(journal, features, tmp_path / "new.parquet")
    assert rows(tmp_path / "new.parquet") == rows(features)
    assert found.unusable == {
        "of forgotten clients, whose inputs nobody can read": 1,
        "of scores from before the journal kept inputs": 1,
        "of scores that were removed by age": 1,
    }
    assert "not usable: 1 of forgotten clients, whose inputs nobody can read; " in found.in_words


def test_a_feature_that_few_were_not_asked_is_kept(
    journal: Journal, features: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome(journal, 9, score(journal, 9, age=22.0, children=None), defaulted=False)
    # Of the three with an outcome, one: not more than a third.
    for most, unasked in ((1 / 3, ()), (0.33, ("housing",))):
        monkeypatch.setattr(module, "MOST_UNASKED", most)
        found = write_retraining_table(journal, features, tmp_path / "new.parquet")
        assert found.unasked == unasked


def test_features_may_be_a_folder_as_spark_writes_it(
    journal: Journal, features: Path, tmp_path: Path
) -> None:
    outcome(journal, 9, score(journal, 9, age=22.0, children=None), defaulted=False)
    write_retraining_table(journal, features, tmp_path / "of a file.parquet")
    folder = tmp_path / "of spark"
    folder.mkdir()
    (folder / "_SUCCESS").touch()
    table = pq.read_table(features)
    for number, part in enumerate((table.slice(0, 1), table.slice(1))):
        pq.write_table(part, folder / f"part-{number:05}.parquet")
    write_retraining_table(journal, folder, tmp_path / "of a folder.parquet")
    assert rows(tmp_path / "of a folder.parquet") == rows(tmp_path / "of a file.parquet")


def test_inputs_of_another_type_are_named(journal: Journal, features: Path, tmp_path: Path) -> None:
    outcome(journal, 9, score(journal, 9, age="old"), defaulted=False)
    with pytest.raises(InvalidInput, match="inputs of scores, feature age: they are of the type"):
        write_retraining_table(journal, features, tmp_path / "new.parquet")
    assert not (tmp_path / "new.parquet").exists()
    with pytest.raises(InvalidInput, match="run `make features`"):
        write_retraining_table(journal, tmp_path / "none.parquet", tmp_path / "new.parquet")
