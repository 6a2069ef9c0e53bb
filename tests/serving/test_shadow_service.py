"""The running service with a shadow: its entries, its figures, and a start without it."""

import subprocess
import time
from pathlib import Path

import httpx
import pytest

from lib.scoring.scorer import Scorer
from lib.serving.journal import Journal, Kind
from tests.serving.server import PROJECT, Served, save_in_store, serve

ADULT = {"client_id": 7, "features": {"age_years": 33.0, "housing": "rents"}}
WAIT_SECONDS = 60.0


@pytest.fixture(scope="module")
def challenger(
    store: Path, scorers: dict[str, Scorer], tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Tag of a challenger in the store, beside the scorer in place."""
    folder = tmp_path_factory.mktemp("challenger")
    save_in_store(store, scorers["logistic"], folder, "save_challenger")
    (version,) = (
        one.name for one in (store / "models/credit_challenger").iterdir() if one.is_dir()
    )
    return f"credit_challenger:{version}"


def figure(served: Served, name: str) -> float:
    lines = httpx.get(f"{served.url}/metrics").text.splitlines()
    return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(name)), 0.0)


def wait_for(served: Served, name: str, value: float) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while figure(served, name) < value:
        assert time.monotonic() < end, httpx.get(f"{served.url}/metrics").text
        time.sleep(0.1)


def test_it_scores_beside_the_scorer_in_place(
    store: Path,
    tag: str,
    challenger: str,
    portfolio_file: Path,
    scorers: dict[str, Scorer],
    tmp_path: Path,
) -> None:
    settings = {"SCORING_PORTFOLIO": str(portfolio_file), "SCORING_SHADOW": challenger}
    with serve("service:CreditScoring", PROJECT, store, tmp_path / "log", **settings) as served:
        ready = httpx.get(f"{served.url}/readyz")
        assert (ready.status_code, ready.text.strip()) == (200, "")
        told = served.post("score", {"clients": [ADULT]})
        assert told.json()["scores"][0]["scorer"] == tag
        assert challenger not in told.text
        wait_for(served, 'credit_scoring_shadow_scores_total{result="written"}', 1)
        assert figure(served, "credit_scoring_shadow_loaded") == 1
        # One that is told just before a clean stop is not lost.
        served.post("score", {"clients": [ADULT]})
    journal = Journal(tmp_path / "journal.sqlite")
    said = list(journal.read([Kind.SHADOW]))
    scorer = scorers["logistic"]
    expected = float(scorer.default_probabilities(scorer.encode([ADULT["features"]]))[0])
    assert [one.facts["scorer"] for one in said] == [challenger] * 2
    assert [one.sealed["default_probability"] for one in said] == pytest.approx([expected] * 2)
    journal.close()


def test_one_that_cannot_be_loaded_is_told_by_readiness_and_the_service_scores(
    store: Path, challenger: str, portfolio_file: Path, tmp_path: Path
) -> None:
    settings = {"SCORING_PORTFOLIO": str(portfolio_file), "SCORING_SHADOW": challenger}
    # The server works on a copy of the store, into which the damage goes.
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    subprocess.run(["cp", "-r", str(store), str(damaged / "home")], check=True)
    (scorer,) = (damaged / "home/models/credit_challenger").glob("*/scorer.json")
    scorer.write_text("{")
    home = damaged / "home"
    with serve("service:CreditScoring", PROJECT, home, tmp_path / "log", **settings) as served:
        ready = httpx.get(f"{served.url}/readyz")
        assert ready.status_code == 200
        (warning,) = ready.json()["warnings"]
        assert warning.startswith("SCORING_SHADOW cannot be loaded, and does not score: ")
        assert served.post("score", {"clients": [ADULT]}).status_code == 200
        assert figure(served, "credit_scoring_shadow_loaded") == 0


@pytest.mark.parametrize("unknown", ["credit_challenger:none", "not a tag"])
def test_a_start_with_an_unknown_tag_says_so_in_a_line(
    store: Path, tmp_path: Path, unknown: str
) -> None:
    with (
        pytest.raises(AssertionError) as ended,
        serve("service:CreditScoring", PROJECT, store, tmp_path / "log", SCORING_SHADOW=unknown),
    ):
        pass
    assert (
        f"✗ SCORING_SHADOW {unknown}: it is the tag of a scorer in the BentoML store; take one that"
        in str(ended.value)
    )
    assert "Traceback" not in str(ended.value)
