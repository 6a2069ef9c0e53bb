"""The commands end with one line where something is wrong that the user can mend."""

import ctypes
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lib.dashboard.amounts import amount_settings
from lib.decision import InvalidInput
from lib.launch.__main__ import _chain, app
from tests.conftest import PROJECT

FILE_LIMIT = 20_000  # bytes: less than the tables of 100 clients need
# Of Linux: with these, root may write where the permissions forbid it.
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
PR_CAPBSET_DROP = 24


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a project's folder in which nothing was run yet, with no setting but the store."""
    for name in ("notebooks", "dashboards", "service.py"):
        (tmp_path / name).symlink_to(PROJECT / name)
    for name in list(os.environ):
        if name.startswith("SCORING_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("BENTOML_HOME", str(tmp_path / ".bentoml"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fail(*arguments: str, before: Callable[[], None] | None = None) -> str:
    """Run a command that must fail, as `make` does; give what it leaves on stderr, one line."""
    ended = subprocess.run(
        [sys.executable, "-m", "lib.launch", *arguments],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=before,
    )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert ended.stderr.startswith("✗ "), ended.stderr
    assert ended.stderr.count("\n") == 1, ended.stderr
    return ended.stderr


def refuse(*arguments: str) -> str:
    """Run a command within this process, and give what it says against its input."""
    error = CliRunner().invoke(app, arguments).exception
    assert isinstance(error, InvalidInput), error
    return str(error)


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            "features --clients 50",
            "CLIENTS=50: CLIENTS is a whole number, 100 or more; pass",
        ),
        ("model --trials 0 --clients ten", "CLIENTS=ten TRIALS=0: CLIENTS is a whole number, 100"),
        ("model --engine spam", "ENGINE=spam: ENGINE is one of duckdb, polars, pyspark; pass"),
        (
            "demo --raw nowhere",
            "RAW=nowhere: RAW is a folder that exists, with the eight",
        ),
        ("serve --api-port 99999", "API_PORT=99999: API_PORT is a whole number from 1 to 65535"),
        ("dashboard --dashboard-port 80a", "DASHBOARD_PORT=80a: "),
        ("portfolio --portfolio-port 0", "PORTFOLIO_PORT=0: "),
        (
            "demo --api-port 8765 --dashboard-port 8765",
            "DASHBOARD_PORT=8765: the dashboard needs it",
        ),
        ("serve", "scorer credit_scorer:latest: it is in the store"),
        (
            "score --features f --out o --explain all --engine spark",
            "ENGINE=spark EXPLAIN=all: ENGINE is one of duckdb, polars, pyspark, and EXPLAIN is "
            "refusals, for their reasons, or empty for none; pass",
        ),
        ("score --features f --out o", "scorer credit_scorer:latest: it is in the store"),
    ],
)
def test_a_wrong_variable_is_named_with_rule_and_remedy(arguments: str, words: str) -> None:
    assert words in refuse(*arguments.split())
    assert not Path("data").exists()


@pytest.mark.usefixtures("elsewhere")
def test_there_is_a_model_before_it_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refuse("serve").endswith("run `make model` first.")
    monkeypatch.setenv("SCORING_MODEL", "credit_scorer:mine")
    assert "scorer credit_scorer:mine" in refuse("serve")


@pytest.mark.usefixtures("elsewhere")
def test_keys_are_checked_before_the_chain_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORING_API_KEY", "open sesame")
    assert "SCORING_API_KEY: a header can carry it" in refuse("demo")
    assert "sesame" not in refuse("demo")
    monkeypatch.delenv("SCORING_API_KEY")
    monkeypatch.setenv("SCORING_API_KEYS", f"partner:portfolio:{'0' * 64}")
    assert "SCORING_API_KEY: it holds a key where the API asks for one" in refuse("demo")
    monkeypatch.setenv("SCORING_API_KEYS", "partner")
    assert "API key “partner”" in refuse("demo")
    assert not Path("data").exists()


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(
    ("command", "name", "value"),
    [
        ("demo", "SCORING_CURRENCY", "euro"),
        ("dashboard", "SCORING_INCOME_PERIOD", "yearly"),
        ("portfolio", "SCORING_INSTALMENT_PERIOD", "monthly"),
    ],
)
def test_how_amounts_are_read_is_checked_before_anything_runs(
    monkeypatch: pytest.MonkeyPatch, command: str, name: str, value: str
) -> None:
    amount_settings.cache_clear()
    monkeypatch.setenv(name, value)
    assert f"{name} {value}: it is" in refuse(command)


def test_the_currency_of_the_pages_is_that_of_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORING_CURRENCY", "CHF")
    given = {"RAW": "", "CLIENTS": 300, "ENGINE": "duckdb"}
    parameters = _chain(given).notebook_parameters()["02_select_model"]
    assert parameters["currency"] == "CHF"
    monkeypatch.delenv("SCORING_CURRENCY")
    assert "currency" not in _chain(given).notebook_parameters()["02_select_model"]


def test_a_command_ends_with_one_line() -> None:
    assert "CLIENTS=50: " in fail("model", "--clients", "50")


@pytest.mark.usefixtures("elsewhere")
def test_a_full_disk_is_one_line_with_what_to_do() -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT, FILE_LIMIT))

    line = fail("features", "--clients", "100", before=limit)
    assert "the disk has room for it; free some space" in line


def test_a_folder_that_cannot_be_written_is_one_line_with_what_to_do(elsewhere: Path) -> None:
    (elsewhere / "data").mkdir(mode=0o500)

    def obey_permissions() -> None:
        for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability)

    line = fail("features", "--clients", "100", before=obey_permissions)
    assert line.startswith("✗ data: you may write there; change its permissions")


def test_a_file_in_place_of_a_folder_is_one_line(elsewhere: Path) -> None:
    (elsewhere / "data").write_text("")
    assert "data: the system says “File exists”" in fail("features", "--clients", "100")
