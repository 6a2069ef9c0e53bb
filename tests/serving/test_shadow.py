"""A shadow scores what was scored, into the journal alone; whatever befalls it, answers go on."""

import json
import logging
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from prometheus_client import REGISTRY

from lib.decision import CostMatrix, Decision
from lib.portfolio import Portfolio, ScoredBy, build_portfolio
from lib.scoring.encoder import Codes
from lib.scoring.models import Model
from lib.scoring.scorer import Scorer
from lib.serving import shadow as shadow_module
from lib.serving.endpoints import ENDPOINTS
from lib.serving.journal import Journal, Kind
from lib.serving.journal.encryption import seal, unseal
from lib.serving.journal.packing import packed
from lib.serving.journal.replay import replay
from lib.serving.journal.schema import CLIENT_KEYS, ENTRIES
from lib.serving.resources import Resources
from lib.serving.shadow import AUTHOR, Shadow, load_shadow
from lib.training.packaging import package
from tests.scoring.world import CANDIDATES, PARAMETERS, training_data, tuned
from tests.serving.journal.conftest import Ask, ask, journal, kept, own, postgresql, where

__all__ = ["ask", "journal", "kept", "own", "postgresql", "where"]

TAG = "credit_challenger:a"
ADULT = {"client_id": 7, "features": {"age_years": 33.0, "housing": "rents"}}
RISKY = {"client_id": 8, "features": {"external_score": 0.05, "credit_amount": 900_000.0}}
UNNUMBERED = {"features": {"external_score": 0.5}}
ALL = {"clients": [ADULT, RISKY, UNNUMBERED]}


@pytest.fixture(scope="module")
def resources(
    scorers: dict[str, Scorer], features_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Resources:
    """What the service works with, in process, without a store."""
    folder = tmp_path_factory.mktemp("shadow")
    scorer, tag = scorers["lightgbm"], "credit_scorer:a"
    path = folder / "portfolio.parquet"
    build_portfolio(features_file, scorer, tag, path)
    portfolio = Portfolio(path, ScoredBy(tag, scorer.threshold))
    return Resources(scorer, tag, portfolio, Journal(folder / "journal.sqlite"))


@pytest.fixture
def follow(own: Resources) -> Iterator[Callable[[Scorer], Shadow]]:
    """Let a scorer follow what is asked, as the service does."""
    started: list[Shadow] = []

    def follow(scorer: Scorer) -> Shadow:
        own.shadow = Shadow(scorer, TAG, own.journal)
        started.append(own.shadow)
        return own.shadow

    yield follow
    for shadow in started:
        shadow.end()


def counted(result: str) -> float:
    return (
        REGISTRY.get_sample_value("credit_scoring_shadow_scores_total", {"result": result}) or 0.0
    )


def test_it_says_of_each_score_what_it_would_have_said(
    journal: Journal, ask: Ask, follow: Callable[[Scorer], Shadow], scorers: dict[str, Scorer]
) -> None:
    other = scorers["logistic"]
    shadow, before = follow(other), counted("written")
    assert ask("score", ALL).status == 200
    shadow.end()
    told = list(journal.read([Kind.SCORE]))
    said = list(journal.read([Kind.SHADOW]))
    assert [one.facts["score_id"] for one in said] == [one.id for one in told]
    assert [one.client_id for one in said] == [7, 8, None]
    expected = other.default_probabilities(
        other.encode([one["features"] for one in ALL["clients"]])
    )
    for one, probability in zip(said, expected, strict=True):
        assert one.author == AUTHOR
        assert one.sealed["default_probability"] == pytest.approx(probability, abs=1e-15)
        assert one.facts["decision"] == (
            Decision.REFUSE if probability >= other.threshold else Decision.GRANT
        )
        assert (one.facts["scorer"], one.facts["threshold"]) == (TAG, other.threshold)
        assert one.facts["about"] == round(probability, 2)
    # Of seven features it was told of two, of two and of one.
    assert [one.facts["unasked"] for one in said] == [5, 5, 6]
    assert counted("written") - before == 3


def test_what_tells_of_a_person_is_sealed_and_forgotten_with_the_score(
    journal: Journal, ask: Ask, follow: Callable[[Scorer], Shadow], scorers: dict[str, Scorer]
) -> None:
    shadow = follow(scorers["logistic"])
    ask("score", {"clients": [ADULT]})
    shadow.end()
    (said,) = journal.read([Kind.SHADOW])
    probability = said.sealed["default_probability"]
    assert probability != said.facts["about"]
    with journal.store.reading() as connection:
        row = connection.execute(ENTRIES.select().where(ENTRIES.c.kind == "shadow")).one()
    assert str(probability) not in str(row)
    assert [one.kind for one in journal.export(7)] == [Kind.SCORE, Kind.SHADOW]
    journal.forget(7)
    (said,) = journal.read([Kind.SHADOW])
    assert (said.sealed, said.client_id) == (None, None)
    assert said.facts["decision"]
    assert journal.verify().faults == []


@pytest.mark.parametrize("kind", CANDIDATES)
def test_what_it_said_is_repeated_bit_by_bit(
    journal: Journal,
    ask: Ask,
    own: Resources,
    follow: Callable[[Scorer], Shadow],
    scorers: dict[str, Scorer],
    kind: str,
) -> None:
    shadow = follow(scorers[kind])
    ask("score", ALL)
    ask("explain", ALL)
    ask("client", {"client_id": 100_002})
    shadow.end()
    silent = Resources(scorers[kind], TAG, own.portfolio, journal)
    stored = {own.tag: own, TAG: silent}
    found = replay(journal, stored.__getitem__)
    assert (found.scores, found.identical, found.differing) == (14, 14, [])


def test_what_it_did_not_say_is_seen(
    journal: Journal,
    ask: Ask,
    own: Resources,
    follow: Callable[[Scorer], Shadow],
    scorers: dict[str, Scorer],
) -> None:
    shadow = follow(scorers["logistic"])
    ask("score", {"clients": [ADULT]})
    shadow.end()
    with journal.store.writing() as connection:
        is_said = ENTRIES.c.kind == "shadow"
        row = connection.execute(ENTRIES.select().where(is_said)).mappings().one()
        key = connection.scalar(CLIENT_KEYS.select().with_only_columns(CLIENT_KEYS.c.key))
        sealed = unseal(key, row["sealed"], row["id"])
        sealed["default_probability"] += 2.0**-50
        content = seal(key, packed(sealed), row["id"])
        connection.execute(ENTRIES.update().where(is_said).values(sealed=content))
    silent = Resources(scorers["logistic"], TAG, own.portfolio, journal)
    found = replay(journal, {own.tag: own, TAG: silent}.__getitem__)
    assert found.identical == 1
    assert [one.partition(" was ")[0] for one in found.differing] == [
        "entry 2: default_probability"
    ]


def test_of_a_known_client_it_is_told_what_it_reads_besides(
    journal: Journal,
    ask: Ask,
    own: Resources,
    follow: Callable[[Scorer], Shadow],
    scorers: dict[str, Scorer],
    world: pa.Table,
) -> None:
    data = training_data(world, ["credit_amount", "external_score"], [])
    kind = "lightgbm"
    narrow = package(tuned(CANDIDATES[kind], data, PARAMETERS[kind]), data, CostMatrix(), 1)
    own.scorer = replace(narrow, card=scorers[kind].card)
    shadow = follow(scorers[kind])
    answer = ask("client", {"client_id": 100_002})
    shadow.end()
    (told,) = journal.read([Kind.SCORE])
    (said,) = journal.read([Kind.SHADOW])
    reasons = json.loads(answer.body)["explanation"]["reasons"]
    assert {one["fact"] for one in reasons} == {"credit_amount", "external_score"}
    assert set(told.sealed["features"]) == set(scorers[kind].features)
    assert said.facts["unasked"] == 0
    matrix = scorers[kind].encode_frame(world.slice(1, 1))
    expected = float(scorers[kind].default_probabilities(matrix)[0])
    assert said.sealed["default_probability"] == pytest.approx(expected, abs=1e-15)


def test_what_a_client_might_be_it_does_not_score(
    journal: Journal, ask: Ask, follow: Callable[[Scorer], Shadow], scorers: dict[str, Scorer]
) -> None:
    shadow = follow(scorers["logistic"])
    ask("what_if", {"client_id": 100_002, "changes": {"credit_amount": 900_000.0}})
    ask("recourse", {"client_id": 100_003})
    shadow.end()
    assert len(list(journal.read([Kind.SCORE]))) == 3
    (said,) = journal.read([Kind.SHADOW])
    assert said.client_id == 100_003


def test_no_answer_tells_of_it(
    ask: Ask, own: Resources, follow: Callable[[Scorer], Shadow], scorers: dict[str, Scorer]
) -> None:
    def told(endpoint: str) -> Any:
        request = {"score": ALL, "explain": ALL, "search": {}}.get(
            endpoint, ENDPOINTS[endpoint].example
        )
        if "client_id" in request:
            request = {**request, "client_id": 100_002}
        answer = json.loads(ask(endpoint, request).body)
        return json.loads(json.dumps(answer), object_hook=without_ids)

    def without_ids(value: dict[str, Any]) -> dict[str, Any]:
        return {name: one for name, one in value.items() if name not in ("score_id", "at")}

    asked = ("score", "explain", "client", "recourse", "search", "decisions", "scorer")
    alone = [told(endpoint) for endpoint in asked]
    shadow = follow(scorers["logistic"])
    assert [told(endpoint) for endpoint in asked] == alone
    shadow.end()
    assert [told(endpoint) for endpoint in asked] == alone


def failing(scorer: Scorer) -> Scorer:
    """Give a scorer that takes a number for a category, as one of other tables might."""
    codes = {**scorer.encoder.codes, "age_years": Codes({}, -1.0, float("nan"))}
    return replace(scorer, encoder=replace(scorer.encoder, codes=codes))


def test_one_that_fails_is_counted_and_told_and_spoils_nothing(
    journal: Journal,
    ask: Ask,
    follow: Callable[[Scorer], Shadow],
    scorers: dict[str, Scorer],
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = counted("failed"), counted("written")
    shadow = follow(failing(scorers["logistic"]))
    with caplog.at_level(logging.ERROR):
        assert ask("score", ALL).status == 200
        shadow.end()
    # The one whose age was given; of the two others it has said.
    assert (counted("failed") - before[0], counted("written") - before[1]) == (1, 2)
    assert [one.client_id for one in journal.read([Kind.SHADOW])] == [8, None]
    (line,) = (record.getMessage() for record in caplog.records)
    told = f"✗ shadow {TAG}: 1 scores failed, the last: feature age_years: it is a category"
    assert line.startswith(told)


def test_one_that_fails_always_does_not_fill_the_log(
    ask: Ask,
    follow: Callable[[Scorer], Shadow],
    scorers: dict[str, Scorer],
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = counted("failed")
    shadow = follow(failing(scorers["logistic"]))
    with caplog.at_level(logging.ERROR):
        for _ in range(20):
            ask("score", {"clients": [ADULT]})
        shadow.end()
    assert counted("failed") - before == 20
    assert len(caplog.records) == 1


def test_what_comes_while_too_many_wait_is_left_out(
    journal: Journal,
    ask: Ask,
    own: Resources,
    scorers: dict[str, Scorer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shadow_module, "MOST_WAITING", 4)
    monkeypatch.setattr(shadow_module, "MOST_TOGETHER", 2)
    monkeypatch.setattr(shadow_module, "PAUSE_SECONDS", 60.0)
    before = counted("left_out")
    own.shadow = Shadow(scorers["logistic"], TAG, journal)
    for _ in range(3):
        ask("score", ALL)
    own.shadow.end()
    left_out = counted("left_out") - before
    said = [one.facts["score_id"] for one in journal.read([Kind.SHADOW])]
    # It may have taken one into hand before the others came.
    assert left_out in (4, 5)
    assert said == [one.id for one in journal.read([Kind.SCORE]) if one.id in said]
    assert len(said) + left_out == 9


def test_a_journal_that_it_cannot_write_to_fails_it_alone(
    own: Resources, ask: Ask, scorers: dict[str, Scorer], tmp_path: Path
) -> None:
    before = counted("failed")
    nowhere = Journal(tmp_path / "none")
    (tmp_path / "none").mkdir()
    own.shadow = Shadow(scorers["logistic"], TAG, nowhere)
    assert ask("score", {"clients": [ADULT]}).status == 200
    own.shadow.end()
    assert counted("failed") - before == 1


def test_it_writes_to_both_stores(
    kept: Journal, resources: Resources, scorers: dict[str, Scorer]
) -> None:
    from lib.serving.endpoints import answer

    own = copy(resources)
    own.journal = kept
    own.shadow = Shadow(scorers["logistic"], TAG, kept)
    for _ in range(5):
        answer(ENDPOINTS["score"], own, json.dumps(ALL).encode())
    own.shadow.end()
    told = [one.id for one in kept.read([Kind.SCORE])]
    said = list(kept.read([Kind.SHADOW]))
    assert [one.facts["score_id"] for one in said] == told
    assert len(told) == 15
    assert kept.verify().faults == []


def test_one_that_cannot_be_loaded_is_told_and_left_away(
    journal: Journal, scorers: dict[str, Scorer], tmp_path: Path
) -> None:
    warnings: list[str] = []
    scorers["logistic"].save(tmp_path / "shadow")
    scorer = tmp_path / "shadow" / "scorer.json"
    whole = scorer.read_text()

    def load() -> tuple[Scorer, str]:
        return Scorer.load(tmp_path / "shadow"), TAG

    for content, told in (
        (whole.replace('"format": 4', '"format": 3'), "format 3 of scorer.json"),
        (whole[: len(whole) // 2], "JSONDecodeError"),
    ):
        scorer.write_text(content)
        assert load_shadow(TAG, load, journal, warnings) is None
        assert told in warnings[-1]
        assert REGISTRY.get_sample_value("credit_scoring_shadow_loaded", {"shadow": TAG}) == 0
    scorer.write_text(whole)
    shadow = load_shadow(TAG, load, journal, warnings)
    assert shadow is not None
    shadow.end()
    assert len(warnings) == 2
    assert REGISTRY.get_sample_value("credit_scoring_shadow_loaded", {"shadow": TAG}) == 1


@dataclass(frozen=True)
class Slow:
    """A model that takes its time for each look at it."""

    model: Model
    seconds: float

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    def margins(self, matrix: np.ndarray) -> np.ndarray:
        sleep(self.seconds)
        return self.model.margins(matrix)


def test_one_that_is_slow_keeps_nobody_waiting(
    journal: Journal, ask: Ask, follow: Callable[[Scorer], Shadow], scorers: dict[str, Scorer]
) -> None:
    slow = replace(scorers["logistic"], model=Slow(scorers["logistic"].model, seconds=10.0))
    follow(slow)
    began = monotonic()
    for _ in range(30):
        assert ask("score", {"clients": [ADULT]}).status == 200
    assert monotonic() - began < 10.0  # for the first of them alone it needs as long
    assert len(list(journal.read([Kind.SCORE]))) == 30
