"""Scores in bulk: those of the scorer in process, whatever the parts, never a broken-off one."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.decision import InvalidInput
from lib.features.workshop import folder_beside
from lib.portfolio import ScoredBy
from lib.portfolio.batch import parts
from lib.portfolio.batch.score import ScoringReport, score_features
from lib.scoring.review import review
from lib.scoring.scorer import Scorer
from tests.portfolio.conftest import TAG

FILES = 3


@pytest.fixture(scope="session")
def saved(scorers: dict[str, Scorer], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder of a saved scorer of each kind."""
    folders = {kind: tmp_path_factory.mktemp(kind) for kind in scorers}
    for kind, scorer in scorers.items():
        scorer.save(folders[kind])
    return folders


@pytest.fixture
def features(world: pa.Table, tmp_path: Path) -> Path:
    """The clients of the world in a folder of files, as Spark writes one."""
    folder = tmp_path / "features.parquet"
    folder.mkdir()
    rows = len(world) // FILES
    for number in range(FILES):
        clients = world.slice(number * rows, rows)
        pq.write_table(clients, folder / f"part-{number}.parquet", row_group_size=150)
    (folder / "_SUCCESS").touch()
    return folder


def score(
    features: Path, scorer_folder: Path, tmp_path: Path, *, tag: str = TAG, explained: bool = False
) -> ScoringReport:
    return score_features(
        features, scorer_folder, tag, tmp_path / "scores", explained=explained, progress=False
    )


def spoil(file: Path) -> pa.Table:
    """Make a file one that cannot be scored; give what it was."""
    clients = pq.read_table(file)
    amounts = clients["credit_amount"].to_numpy().copy()
    amounts[-1] = np.inf
    place = clients.column_names.index("credit_amount")
    pq.write_table(clients.set_column(place, "credit_amount", pa.array(amounts)), file)
    return clients


@pytest.mark.parametrize("kind", ["dummy", "logistic", "lightgbm", "forest"])
@pytest.mark.parametrize("clients_a_part", [1, 200, 100_000])
def test_every_client_has_the_scorers_own_answer_whatever_the_parts(
    features: Path,
    saved: dict[str, Path],
    scorers: dict[str, Scorer],
    world: pa.Table,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    clients_a_part: int,
) -> None:
    monkeypatch.setattr(parts, "CLIENTS_A_PART", clients_a_part)
    report = score(features, saved[kind], tmp_path)
    groups_a_file = 3
    assert report.parts == (FILES if clients_a_part > len(world) else FILES * groups_a_file)
    assert (report.clients, report.resumed) == (len(world), 0)
    scorer, scores = scorers[kind], pq.read_table(report.output)
    expected = scorer.default_probabilities(scorer.encode_frame(world))
    assert scores["client_id"].equals(world["client_id"])
    np.testing.assert_array_equal(scores["default_probability"].to_numpy(), expected)
    assert scores["decision"].to_pylist() == [one.value for one in scorer.decisions(expected)]
    clients = world.select(scorer.features).to_pylist()
    notes = review(scorer, scorer.encoder.as_given(clients))
    assert scores["review_notes"].to_pylist() == [len(of_one) for of_one in notes]
    for file in report.output.iterdir():
        told = ScoredBy.told_by(pq.read_schema(file).metadata)
        assert told == ScoredBy(TAG, scorer.threshold)


def test_a_file_is_scored_as_a_folder_is(
    features: Path, features_file: Path, saved: dict[str, Path], tmp_path: Path
) -> None:
    of_folder = pq.read_table(score(features, saved["lightgbm"], tmp_path).output)
    of_file = score(features_file, saved["lightgbm"], tmp_path)
    assert of_file.parts == 1
    assert pq.read_table(of_file.output).equals(of_folder)


@pytest.mark.parametrize("kind", ["dummy", "logistic", "lightgbm"])
def test_reasons_are_those_of_the_scorer_and_only_of_refusals(
    features: Path,
    saved: dict[str, Path],
    scorers: dict[str, Scorer],
    world: pa.Table,
    tmp_path: Path,
    kind: str,
) -> None:
    output = score(features, saved[kind], tmp_path, explained=True).output
    scorer, scores = scorers[kind], pq.read_table(output)
    matrix = scorer.encode_frame(world)
    sums = scorer.sum_by_fact(scorer.contributions(matrix))
    points = scorer.points_per_log_odds(scorer.log_odds(matrix))
    for row, told in enumerate(scores.select(["decision", "reasons"]).to_pylist()):
        if told["decision"] == "grant":
            assert told["reasons"] is None
            continue
        found = {reason["fact"]: reason["contribution"] for reason in told["reasons"]}
        assert found == dict(zip(scorer.facts, sums[row].tolist(), strict=True))
        sizes = [abs(contribution) for contribution in found.values()]
        assert sizes == sorted(sizes, reverse=True)
        for reason in told["reasons"]:
            assert reason["points"] == reason["contribution"] * points[row]
    if kind != "dummy":
        assert 0 < scores["reasons"].null_count < len(world)
    metadata = pq.read_schema(next(output.iterdir())).metadata
    assert float(metadata[b"base_log_odds"]) == scorer.base_log_odds
    labels = json.loads(metadata[b"fact_labels"])
    assert {name: label["en"] for name, label in labels.items()} == {
        name: label.en for name, label in scorer.fact_labels.items()
    }


def test_without_being_asked_for_there_are_no_reasons(
    features: Path, saved: dict[str, Path], tmp_path: Path
) -> None:
    output = score(features, saved["lightgbm"], tmp_path).output
    assert "reasons" not in pq.read_table(output).column_names


@pytest.fixture
def failed(features: Path, saved: dict[str, Path], tmp_path: Path) -> pa.Table:
    """A run whose last part could not be scored; gives what that part should have been."""
    last = features / f"part-{FILES - 1}.parquet"
    sound = spoil(last)
    with pytest.raises(InvalidInput, match="feature credit_amount"):
        score_features(
            features, saved["lightgbm"], TAG, tmp_path / "scores", threads=1, progress=False
        )
    assert not (tmp_path / "scores").exists()
    pq.write_table(sound, last, row_group_size=150)
    return sound


@pytest.mark.usefixtures("failed")
def test_a_failed_run_goes_on_where_it_was(
    features: Path, saved: dict[str, Path], world: pa.Table, tmp_path: Path
) -> None:
    report = score(features, saved["lightgbm"], tmp_path)
    assert report.resumed == FILES - 1
    assert pq.read_table(report.output)["client_id"].equals(world["client_id"])
    assert not folder_beside(report.output).exists()
    again = score(features, saved["lightgbm"], tmp_path)
    assert (again.resumed, again.clients) == (FILES, len(world))


@pytest.mark.usefixtures("failed")
def test_what_is_broken_off_is_never_taken_for_a_part(
    features: Path, saved: dict[str, Path], world: pa.Table, tmp_path: Path
) -> None:
    unfinished = folder_beside(tmp_path / "scores")
    whole = (unfinished / "part-00000.parquet").read_bytes()
    (unfinished / "part-00000.parquet").write_bytes(whole[: len(whole) // 2])
    (unfinished / ".part-00002.parquet.half").write_bytes(whole)
    report = score(features, saved["lightgbm"], tmp_path)
    assert report.resumed == FILES - 2
    assert pq.read_table(report.output)["client_id"].equals(world["client_id"])
    assert len(list(report.output.iterdir())) == FILES


@pytest.mark.usefixtures("failed")
@pytest.mark.parametrize(
    ("kind", "tag", "explained"),
    [("logistic", TAG, False), ("lightgbm", "credit_scorer:other", False), ("lightgbm", TAG, True)],
    ids=["another scorer", "another tag", "reasons too"],
)
def test_parts_of_anything_else_are_not_taken(
    features: Path,
    saved: dict[str, Path],
    scorers: dict[str, Scorer],
    tmp_path: Path,
    kind: str,
    tag: str,
    explained: bool,
) -> None:
    report = score(features, saved[kind], tmp_path, tag=tag, explained=explained)
    assert report.resumed == 0
    for file in report.output.iterdir():
        told = ScoredBy.told_by(pq.read_schema(file).metadata)
        assert told == ScoredBy(tag, scorers[kind].threshold)


@pytest.mark.usefixtures("failed")
def test_parts_of_other_features_are_not_taken(
    features: Path, saved: dict[str, Path], tmp_path: Path
) -> None:
    changed = pq.read_table(features / "part-0.parquet").slice(1)
    pq.write_table(changed, features / "part-0.parquet")
    report = score(features, saved["lightgbm"], tmp_path)
    assert report.resumed == FILES - 2
    scores = pq.read_table(report.output)
    assert scores["client_id"][0] == changed["client_id"][0]


def test_earlier_scores_stand_until_the_new_ones_are_whole(
    features: Path, saved: dict[str, Path], scorers: dict[str, Scorer], tmp_path: Path
) -> None:
    before = pq.read_table(score(features, saved["lightgbm"], tmp_path).output)
    last = features / f"part-{FILES - 1}.parquet"
    sound = spoil(last)
    with pytest.raises(InvalidInput):
        score(features, saved["logistic"], tmp_path)
    assert pq.read_table(tmp_path / "scores").equals(before)
    pq.write_table(sound, last)
    after = pq.read_table(score(features, saved["logistic"], tmp_path).output)
    scorer = scorers["logistic"]
    assert after.schema.metadata[b"threshold"] == repr(scorer.threshold).encode()
    assert not after["default_probability"].equals(before["default_probability"])


def test_scores_never_take_the_place_of_something_else(
    features: Path, saved: dict[str, Path], tmp_path: Path
) -> None:
    (tmp_path / "scores").mkdir()
    pq.write_table(pa.table({"mine": [1]}), tmp_path / "scores" / "mine.parquet")
    with pytest.raises(InvalidInput, match="it is a folder of earlier scores, or nothing yet"):
        score(features, saved["lightgbm"], tmp_path)
    assert [path.name for path in (tmp_path / "scores").iterdir()] == ["mine.parquet"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda table: table.drop_columns("housing"), "column housing of .*part-1.parquet"),
        (lambda table: table.drop_columns("client_id"), "column client_id of .*part-1.parquet"),
        (
            lambda table: table.set_column(0, "client_id", pa.array(["a"] * len(table))),
            "column client_id of .*part-1.parquet, string",
        ),
    ],
    ids=["no housing", "no number", "texts for numbers"],
)
def test_a_column_that_one_file_lacks_is_named_before_any_work(
    features: Path, saved: dict[str, Path], tmp_path: Path, change, words: str
) -> None:
    file = features / "part-1.parquet"
    pq.write_table(change(pq.read_table(file)), file)
    with pytest.raises(InvalidInput, match=words):
        score(features, saved["lightgbm"], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [features.name]


def test_a_client_without_a_number_is_refused(
    features: Path, saved: dict[str, Path], tmp_path: Path
) -> None:
    file = features / "part-1.parquet"
    clients = pq.read_table(file)
    numbers = pa.array([None, *clients["client_id"].to_pylist()[1:]], pa.int64())
    pq.write_table(clients.set_column(0, "client_id", numbers), file)
    with pytest.raises(InvalidInput, match="every client has a number"):
        score(features, saved["lightgbm"], tmp_path)


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_where_there_are_no_features_that_is_said(
    saved: dict[str, Path], tmp_path: Path, name: str
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInput, match=f"{name}: it is a Parquet file of features, or a fold"):
        score(tmp_path / name, saved["lightgbm"], tmp_path)


def test_scores_of_nobody_are_a_file_as_well(
    world: pa.Table, saved: dict[str, Path], tmp_path: Path
) -> None:
    pq.write_table(world.slice(0, 0), tmp_path / "features.parquet")
    report = score(tmp_path / "features.parquet", saved["lightgbm"], tmp_path, explained=True)
    assert (report.clients, report.parts) == (0, 1)
    scores = pq.read_table(report.output)
    assert len(scores) == 0
    assert scores.column_names[-1] == "reasons"


def test_a_category_never_seen_is_scored_and_noted(
    world: pa.Table, saved: dict[str, Path], scorers: dict[str, Scorer], tmp_path: Path
) -> None:
    place = world.column_names.index("housing")
    usual, boat = (
        world.slice(0, 1).set_column(place, "housing", pa.array([housing]))
        for housing in ("owns", "a boat")
    )
    pq.write_table(pa.concat_tables([usual, boat]), tmp_path / "features.parquet")
    report = score(tmp_path / "features.parquet", saved["lightgbm"], tmp_path)
    scores, scorer = pq.read_table(report.output), scorers["lightgbm"]
    before, after = scores["review_notes"].to_pylist()
    assert after == before + 1
    assert scores["default_probability"][1].as_py() == scorer.default_probabilities(
        scorer.encode_frame(boat)
    )


def test_not_a_number_is_missing_whoever_wrote_the_file(
    world: pa.Table, scorers: dict[str, Scorer], tmp_path: Path
) -> None:
    """NumPy and Polars write NaN where pandas and DuckDB write null."""
    card = scorers["lightgbm"].card.model_copy(update={"least_known": 0.5})
    encoder = replace(scorers["lightgbm"].encoder, expected=("external_score",))
    replace(scorers["lightgbm"], card=card, encoder=encoder).save(tmp_path / "scorer")
    place = world.column_names.index("external_score")
    written = []
    for name in ("null", "nan"):
        column = world["external_score"]
        column = column.fill_null(float("nan")) if name == "nan" else column
        (tmp_path / name).mkdir()
        clients = world.set_column(place, "external_score", column)
        pq.write_table(clients, tmp_path / name / "features.parquet")
        report = score(tmp_path / name, tmp_path / "scorer", tmp_path)
        written.append(pq.read_table(report.output))
    assert written[0].equals(written[1])
    noted = np.array(written[0]["review_notes"].to_pylist()) > 0
    assert noted[world["external_score"].is_null().to_numpy()].all()
    assert not noted.all()


def test_the_bar_counts_clients(features: Path, saved: dict[str, Path], tmp_path: Path, capsys):
    score_features(features, saved["lightgbm"], TAG, tmp_path / "scores")
    assert "1.20k/1.20k" in capsys.readouterr().err
