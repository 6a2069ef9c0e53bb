"""The real store, in processes of their own: BentoML reads where its home is once."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from lib.decision import (
    CostMatrix,
    LenderTerms,
    business_cost,
    cost_curve,
    cost_difference,
    refuses,
)
from lib.features.description import Unit
from lib.scoring.card import ModelCard, RivalFigures
from lib.scoring.scorer import FORMAT, Scorer
from lib.scoring.split import SPLIT, draws
from lib.scoring.store import unseen_by_both
from tests.scoring.world import described

DRIVER = """
import json, sys
from dataclasses import asdict
from pathlib import Path
import pyarrow.parquet as pq
from lib.scoring import store
from lib.scoring.card import RivalFigures
from lib.scoring.scorer import Scorer

clients = pq.read_table(sys.argv[1])
for name, *force in (line.split() for line in sys.argv[2:]):
    outcome = store.promote(Scorer.load(Path(name)), clients, force=bool(force))
    loaded = store.load_scorer(outcome.tag)
    entry = store._entry(outcome.tag)
    told = {
        **asdict(outcome),
        "candidate": loaded.card.candidate,
        "files": sorted(path.name for path in Path(entry.path).iterdir()),
        "metadata": entry.info.metadata,
    }
    print(json.dumps(told))
"""


@pytest.fixture
def saved(scorers: dict[str, Scorer], world: pa.Table, tmp_path: Path) -> Path:
    import pyarrow.parquet as pq

    known = world.filter(world.column("target").is_valid()).rename_columns(
        ["defaulted" if name == "target" else name for name in world.column_names]
    )
    pq.write_table(known, tmp_path / "test.parquet")
    for kind, scorer in scorers.items():
        scorer.save(tmp_path / kind)
    # Refuses nobody: certainly worse than any that tells clients apart.
    lax = replace(
        scorers["lightgbm"], card=scorers["lightgbm"].card.model_copy(update={"threshold": 1.0})
    )
    lax.save(tmp_path / "lax")
    cheaper_by_few(scorers["lightgbm"], known).save(tmp_path / "close")
    for name, scorer, share in (("lax-10", lax, 0.1), ("lightgbm-40", scorers["lightgbm"], 0.4)):
        replace(scorer, card=set_aside(scorer.card, share)).save(tmp_path / name)
    with_baseline(scorers["dummy"], low=0.01).save(tmp_path / "beaten")
    with_baseline(scorers["dummy"], low=-0.01).save(tmp_path / "as-good")
    impossible = scorers["lightgbm"].card.model_copy(update={"base_rate": 1.0000000000000002})
    replace(scorers["lightgbm"], card=impossible).save(tmp_path / "impossible")
    # Asks for a feature that nobody has any more.
    old = scorers["lightgbm"]
    renamed = tuple("gone" if name == "owns_car" else name for name in old.features)
    catalogue = {**old.catalogue, "gone": described("gone", Unit.YES_NO, fact="property")}
    encoder = replace(old.encoder, features=renamed)
    replace(old, encoder=encoder, catalogue=catalogue).save(tmp_path / "unreadable")
    return tmp_path


def set_aside(card: ModelCard, share: float, split: str = SPLIT) -> ModelCard:
    return card.model_copy(update={"split": split, "test_share": share})


def with_threshold(scorer: Scorer, threshold: float) -> Scorer:
    return replace(scorer, card=scorer.card.model_copy(update={"threshold": threshold}))


def cheaper_by_few(scorer: Scorer, known: pa.Table) -> Scorer:
    """Give the scorer the nearest threshold at which the business cost is lower."""
    probability = scorer.default_probabilities(scorer.encode_frame(known))
    curve = cost_curve(known["defaulted"].to_numpy().astype(int), probability, scorer.card.costs)
    cost = curve.cost_at(scorer.threshold)
    near = sorted(probability, key=lambda at: abs(at - scorer.threshold))
    return with_threshold(scorer, next(at for at in near if curve.cost_at(at) < cost))


def with_baseline(scorer: Scorer, low: float) -> Scorer:
    baseline = RivalFigures(
        against="baseline", english="Baseline", cost=0.5, difference=0.02, low=low, high=0.03
    )
    return replace(scorer, card=scorer.card.model_copy(update={"rivals": (baseline,)}))


def driven(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", DRIVER, "test.parquet", *arguments],
        cwd=home,
        env={**os.environ, "BENTOML_HOME": str(home / "store"), "BENTOML_DO_NOT_TRACK": "True"},
        capture_output=True,
        text=True,
        check=False,
    )


def promote(home: Path, *arguments: str) -> list[dict]:
    ended = driven(home, *arguments)
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_the_surely_cheaper_scorer_takes_the_place_and_keeps_it(saved: Path) -> None:
    first, worse, better, same, forced = promote(
        saved, "lax", "lax", "lightgbm", "lightgbm", "lax force"
    )
    assert first["promoted"]
    assert first["difference"] is None
    assert (worse["promoted"], worse["tag"]) == (False, first["tag"])
    assert "not surely better" in worse["reason"].lower()
    assert better["promoted"]
    assert better["difference"]["high"] < 0
    assert first["tag"] in better["reason"]
    assert f"{better['difference']['high']:+.4f}" in better["reason"]
    assert (same["promoted"], same["tag"]) == (False, better["tag"])
    assert forced["promoted"]
    assert "forced" in forced["reason"].lower()


def test_clients_that_one_of_both_may_have_seen_have_no_say(
    saved: Path, scorers: dict[str, Scorer], world: pa.Table
) -> None:
    _, judged = promote(saved, "lax-10", "lightgbm-40")
    known = world.filter(world.column("target").is_valid())
    unseen = known.filter(pa.array(draws(known.column("client_id").to_pylist()) < 0.1))
    assert 0 < len(unseen) < len(known) / 5
    defaulted = unseen.column("target").to_numpy().astype(int)
    scorer = scorers["lightgbm"]
    refused = refuses(scorer.default_probabilities(scorer.encode_frame(unseen)), scorer.threshold)
    granted = np.zeros(len(unseen), dtype=bool)
    expected = cost_difference(defaulted, refused, granted, CostMatrix(10, 1))
    assert judged["difference"]["cost"] == pytest.approx(expected.cost)
    assert judged["difference"]["other_cost"] == pytest.approx(expected.other_cost)
    assert f"Neither has learned from any of these {len(unseen)} clients." in judged["reason"]


def test_where_the_cards_do_not_tell_who_was_set_aside_the_reason_says_so(saved: Path) -> None:
    for in_place, new in (("lax", "lightgbm-40"), ("lax-10", "lightgbm force")):
        *_, judged = promote(saved, f"{in_place} force", new)
        assert "the one in place may have learned from some of these" in judged["reason"]
        assert "Neither has learned" not in judged["reason"]


def test_both_have_set_aside_the_clients_of_the_smaller_share() -> None:
    clients = pa.table({"client_id": np.arange(100_000, 101_000)})
    card = ModelCard(candidate="one", threshold=0.1, costs=CostMatrix())
    few, many = set_aside(card, 0.1), set_aside(card, 0.3)
    drawn = draws(range(100_000, 101_000))
    for one, other in ((few, many), (many, few)):
        unseen = unseen_by_both(one, other, clients)
        assert unseen is not None
        assert unseen["client_id"].to_pylist() == (100_000 + np.flatnonzero(drawn < 0.1)).tolist()


@pytest.mark.parametrize(
    ("split", "share"), [("", 0.0), ("another split", 0.2), (SPLIT, 0.0), (SPLIT, 1e-9)]
)
def test_another_split_or_nobody_in_both_test_sets_is_not_known(split: str, share: float) -> None:
    clients = pa.table({"client_id": np.arange(100_000, 101_000)})
    card = ModelCard(candidate="one", threshold=0.1, costs=CostMatrix())
    known, other = set_aside(card, 0.2), set_aside(card, share, split)
    assert unseen_by_both(known, other, clients) is None
    assert unseen_by_both(other, known, clients) is None


def test_a_scorer_that_is_cheaper_by_chance_is_not_promoted(saved: Path) -> None:
    # The nearest threshold that is cheaper: one client or a few decide.
    _, close = promote(saved, "lightgbm", "close")
    told = close["difference"]
    assert told["difference"] < 0 <= told["high"]
    assert not close["promoted"]


def test_a_scorer_that_amounts_have_chosen_is_compared_by_them(
    saved: Path, scorers: dict[str, Scorer], world: pa.Table
) -> None:
    card = scorers["lightgbm"].card.model_copy(update={"costs_by_amount": True, "threshold": 0.3})
    replace(scorers["lightgbm"], card=card).save(saved / "by-amount")
    _, told = promote(saved, "lightgbm", "by-amount")
    known = world.filter(world["target"].is_valid())
    probability = scorers["lightgbm"].default_probabilities(scorers["lightgbm"].encode_frame(known))
    costs = LenderTerms(0.5, 0.05).relative_costs_of(known["credit_amount"].to_numpy())
    defaulted = known["target"].to_numpy().astype(int)
    expected = [
        business_cost(defaulted, probability >= threshold, costs)
        for threshold in (0.3, scorers["lightgbm"].threshold)
    ]
    compared = told["difference"]
    assert [compared["cost"], compared["other_cost"]] == pytest.approx(expected)


def test_a_scorer_in_place_that_cannot_be_judged_stays_unless_forced(saved: Path) -> None:
    (placed,) = promote(saved, "unreadable")
    refused = driven(saved, "lightgbm")
    assert refused.returncode != 0
    assert f"{placed['tag']}, in place: it scores the clients set aside" in refused.stderr
    assert "column gone" in refused.stderr
    assert "force_promotion" in refused.stderr
    (forced,) = promote(saved, "lightgbm force")
    assert forced["promoted"]
    assert "without a comparison" in forced["reason"]


def test_a_scorer_of_another_format_gives_up_its_place(saved: Path) -> None:
    (placed,) = promote(saved, "lightgbm")
    (content,) = (saved / "store").rglob("scorer.json")
    content.write_text(content.read_text().replace(f'"format": {FORMAT}', '"format": 2'))
    (replaced,) = promote(saved, "dummy")
    assert replaced["promoted"]
    assert placed["tag"] in replaced["reason"]
    assert "cannot be read, and so not be served: format 2" in replaced["reason"]


def test_a_scorer_that_surely_costs_more_than_the_baseline_is_not_promoted(saved: Path) -> None:
    alone = driven(saved, "beaten")
    assert alone.returncode != 0
    assert "scorer dummy: it does not surely cost more than the baseline" in alone.stderr
    placed, beaten, forced = promote(saved, "lax", "beaten", "beaten force")
    assert (beaten["promoted"], beaten["tag"]) == (False, placed["tag"])
    assert "more than the baseline on the test clients" in beaten["reason"]
    assert forced["promoted"]


def test_one_that_the_baseline_may_not_beat_is_promoted(saved: Path) -> None:
    (first,) = promote(saved, "as-good")
    assert first["promoted"]


def test_a_card_that_the_api_would_refuse_never_reaches_the_store(saved: Path) -> None:
    refused = driven(saved, "impossible")
    assert refused.returncode != 0
    assert "model card, base_rate: input should be less than or equal to 1" in refused.stderr
    assert not list((saved / "store").rglob("scorer.json"))


def test_the_store_holds_the_card_in_its_metadata_and_as_a_page(saved: Path) -> None:
    (entry,) = promote(saved, "lightgbm")
    assert {"model_card.html", "scorer.json", "booster.txt"} <= set(entry["files"])
    metadata = entry["metadata"]
    assert metadata["metrics"] == {"auc": 0.75, "business_cost": 0.55}
    assert metadata["intervals"]["auc"] == [0.7, 0.8]
    assert metadata["limits"]
    assert metadata["fairness"][1]["group"] == "Man"
    assert "missed_default_rate" not in metadata["fairness"][1]  # BentoML takes no None


def test_a_store_without_the_scorer_says_so(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "from lib.scoring import store; store.load_scorer()"],
        env={**os.environ, "BENTOML_HOME": str(tmp_path), "BENTOML_DO_NOT_TRACK": "True"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "scorer credit_scorer:latest: it is in the BentoML store" in ended.stderr


PLACES_DRIVER = """
import json, sys
from pathlib import Path
from lib.scoring import store
from lib.scoring.scorer import Scorer

for what, *name in (line.split() for line in sys.argv[1:]):
    if what == "save":
        told = store.save_scorer(Scorer.load(Path(name[0])))
    elif what == "challenger":
        told = store.save_challenger(Scorer.load(Path(name[0])))
    elif what == "promote":
        version = name[0].partition(":")[2]
        told = store.save_scorer(store.load_scorer(name[0]), version)
    elif what == "back":
        told = store.roll_back(*name)
    elif what == "break":
        (Path(store._entry(name[0]).path) / "scorer.json").write_text("{}")
        told = ""
    print(json.dumps([told, store.latest_tag(), store.places()]))
"""


def placed(home: Path, *commands: str) -> list[tuple[str, str, list[str]]]:
    """Run commands on the store: what each gives, who is in place, and who was."""
    ended = ran(home, *commands)
    assert ended.returncode == 0, ended.stderr
    return [tuple(json.loads(line)) for line in ended.stdout.splitlines()]


def ran(home: Path, *commands: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PLACES_DRIVER, *commands],
        cwd=home,
        env={**os.environ, "BENTOML_HOME": str(home / "store"), "BENTOML_DO_NOT_TRACK": "True"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_place_goes_back_to_who_had_it_before(saved: Path) -> None:
    (one, *_), (two, *_), (three, latest, had) = placed(
        saved, "save lax", "save dummy", "save lightgbm"
    )
    assert (latest, had) == (three, [one, two, three])
    back, next_one = placed(saved, "back", "save lightgbm")
    assert back == (two, two, [one, two])
    four = next_one[0]
    # Not to the third, from which the place was taken back.
    assert next_one[1:] == (four, [one, two, four])
    assert placed(saved, "back", "back")[1] == (one, one, [one])
    refused = ran(saved, "back")
    assert refused.returncode != 0
    assert f"scorer {one}: another scorer had the place before" in refused.stderr
    # A given one, with its name or without.
    assert placed(saved, f"back {three}") == [(three, three, [one, three])]
    version = two.partition(":")[2]
    assert placed(saved, f"back {version}")[0][1] == two


def test_a_store_from_before_there_were_challengers_knows_who_had_the_place(saved: Path) -> None:
    tags = [told for told, *_ in placed(saved, "save lax", "save dummy", "save lightgbm")]
    (saved / "store/models/credit_scorer/places.json").unlink()
    assert placed(saved, "back") == [(tags[1], tags[1], tags[:2])]


def test_a_scorer_that_cannot_be_served_is_not_given_the_place(saved: Path) -> None:
    (one, *_), (two, *_) = placed(saved, "save lax", "save dummy")
    refused = ran(saved, f"break {one}", "back")
    assert refused.returncode != 0
    assert "format None of scorer.json" in refused.stderr
    assert (saved / "store/models/credit_scorer/latest").read_text() == two.partition(":")[2]


def test_a_challenger_is_kept_beside_and_keeps_its_version_when_it_takes_the_place(
    saved: Path,
) -> None:
    (one, *_), (challenger, latest, had) = placed(saved, "save lax", "challenger lightgbm")
    assert challenger.startswith("credit_challenger:")
    assert (latest, had) == (one, [one])
    refused = ran(saved, f"back {challenger}")
    assert "let `make promote` give it the place" in refused.stderr
    version = challenger.partition(":")[2]
    (promoted,) = placed(saved, f"promote {challenger}")
    assert promoted == (f"credit_scorer:{version}",) * 2 + ([one, f"credit_scorer:{version}"],)
    assert placed(saved, "back") == [(one, one, [one])]
    # Once more: it is still there.
    assert placed(saved, f"promote {challenger}") == [promoted]


def test_an_empty_store_has_nobody_to_go_back_to(saved: Path) -> None:
    refused = ran(saved, "back")
    assert refused.returncode != 0
    assert "the store: another scorer had the place before" in refused.stderr
