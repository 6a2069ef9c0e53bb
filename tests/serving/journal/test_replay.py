"""Every entry is repeated by what it holds, to the last bit; what was changed is seen."""

from struct import pack, unpack_from

import pytest
from sqlalchemy import update

from lib.decision import InvalidInput
from lib.scoring.scorer import Scorer
from lib.serving.endpoints import ENDPOINTS
from lib.serving.journal import Journal
from lib.serving.journal.__main__ import main
from lib.serving.journal.encryption import seal, unseal
from lib.serving.journal.packing import packed
from lib.serving.journal.replay import replay
from lib.serving.journal.schema import CLIENT_KEYS, ENTRIES
from lib.serving.resources import Resources
from tests.scoring.world import CANDIDATES
from tests.serving.journal.conftest import Ask

ADULT = {"client_id": 7, "features": {"age_years": 33.1, "housing": "rents"}}
ODD = {"client_id": 8, "features": {"credit_amount": 15_000_000.0, "housing": "a boat"}}
UNNUMBERED = {"features": {"external_score": 1 / 3, "credit_amount": None}}


def ask_all(ask: Ask) -> None:
    """Ask whatever gives scores."""
    clients = [ADULT, ODD, UNNUMBERED, {"client_id": 9, "features": {"owns_car": 2.0**-60}}]
    for endpoint, body in (
        ("score", {"clients": clients}),
        ("explain", {"clients": clients}),
        ("client", {"client_id": 100_002}),
        ("what_if", {"client_id": 100_002, "changes": {"credit_amount": 900_000.0}}),
        ("recourse", {"client_id": 100_003}),
        ("search", {}),
    ):
        assert ask(endpoint, body).status == 200, endpoint


@pytest.mark.parametrize("kind", CANDIDATES)
def test_every_score_is_repeated_bit_by_bit(
    journal: Journal, ask: Ask, own: Resources, scorers: dict[str, Scorer], kind: str
) -> None:
    own.scorer = scorers[kind]
    ask_all(ask)
    found = replay(journal, lambda tag: own)
    assert found.differing == []
    assert (found.scores, found.identical) == (12, 12)


def test_whom_nobody_knows_any_more_nobody_repeats(
    journal: Journal, ask: Ask, resources: Resources
) -> None:
    ask_all(ask)
    journal.forget(7)
    found = replay(journal, lambda tag: resources)
    assert (found.identical, found.forgotten, found.differing) == (10, 2, [])


def test_another_scorer_does_not_pass_for_the_one_that_scored(
    journal: Journal, ask: Ask, resources: Resources, scorers: dict[str, Scorer]
) -> None:
    ask("score", {"clients": [ADULT]})
    other = Resources(scorers["dummy"], resources.tag, resources.portfolio, journal)
    (told,) = replay(journal, lambda tag: other).differing
    assert told.startswith("entry 1: default_probability was ")

    def missing(tag: str) -> Resources:
        raise InvalidInput(f"scorer {tag}", "the store holds it", "import it")

    ask("score", {"clients": [ADULT]})
    found = replay(journal, missing)
    assert (found.scores, found.without_scorer) == (2, 2)
    assert (found.identical, found.differing) == (0, [])
    assert found.missing == {
        resources.tag: f"scorer {resources.tag}: the store holds it; import it."
    }


def test_the_command_counts_apart_what_has_no_scorer(
    journal: Journal,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def missing(tag: str) -> Scorer:
        raise InvalidInput(f"scorer {tag}", "it is in the BentoML store", "import it")

    ask("score", {"clients": [ADULT, ODD]})
    monkeypatch.setattr("lib.serving.journal.__main__.load_scorer", missing)
    monkeypatch.setattr("sys.argv", ["journal", "replay"])
    monkeypatch.setenv("SCORING_JOURNAL", str(journal.store.path))
    assert main() == 0
    reason, last = capsys.readouterr().out.splitlines()
    assert reason.startswith("! scorer ")
    assert last.startswith("✓ 2 scores: 0 identical, 0 different, ")
    assert last.endswith(", 2 without scorer")


@pytest.mark.parametrize("name", ["features", "reasons", "told"])
def test_what_was_told_otherwise_is_seen(
    journal: Journal, ask: Ask, resources: Resources, name: str
) -> None:
    ask("explain", {"clients": [ADULT]})
    # Somebody who has the key changes what is sealed.
    with journal.store.writing() as connection:
        row = connection.execute(ENTRIES.select()).mappings().one()
        key = connection.scalar(CLIENT_KEYS.select().with_only_columns(CLIENT_KEYS.c.key))
        sealed = unseal(key, row["sealed"], row["id"])
        if name == "features":
            (first,) = unpack_from("<d", sealed["values"])
            sealed["values"] = pack("<d", first + 2.0**-45) + sealed["values"][8:]
        elif name == "reasons":
            sealed["reasons"][0][1] *= 1 + 2.0**-50
        else:
            sealed["told"] = "0" * 64
        content = seal(key, packed(sealed), row["id"])
        connection.execute(update(ENTRIES).values(sealed=content))
    (told,) = replay(journal, lambda tag: resources).differing
    assert told.startswith("entry 1: ")


def test_every_endpoint_that_scores_is_asked_here() -> None:
    scored = {"score", "explain", "client", "what_if", "recourse", "score_application"}
    silent = {"scorer", "search", "similar", "compare", "portfolio", "decide", "decisions"}
    silent |= {"outcomes", "monitoring"}
    assert scored | silent == set(ENDPOINTS)
