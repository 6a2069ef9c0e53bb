"""The Bento as it is shipped: built, exported, and started where nothing of the project is."""

import os
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from lib.launch.bento import build_bento, export_bento, find_engine
from lib.scoring.scorer import Scorer
from lib.serving.handlers.scores import explain
from lib.serving.resources import Resources
from lib.serving.wire import Explanations, ScoreRequest
from tests.serving.server import PROJECT, save_in_store, serve

BODY = {
    "clients": [
        {"client_id": 1, "features": {"age_years": 33.0, "housing": "rents"}},
        {"client_id": 2, "features": {"external_score": 0.9, "contract": "cash"}},
        {"features": {}},
    ]
}


@pytest.fixture(scope="module")
def exported(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BENTOML_HOME", str(store))
        return export_bento(build_bento(), tmp_path_factory.mktemp("export"))


@dataclass(frozen=True)
class Installed:
    """A Bento in a store of its own, where nothing of the project can be imported."""

    home: Path
    folder: Path
    environment: dict[str, str]


@pytest.fixture(scope="module")
def installed(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    home, elsewhere, hiding = (
        tmp_path_factory.mktemp(name) for name in ("home", "elsewhere", "hiding")
    )
    # The environment of the tests knows the project's folder: hide it, as a server would not have
    # it, so that only what is in the Bento can be imported.
    (hiding / "sitecustomize.py").write_text(f"import sys; sys.path.remove({str(PROJECT)!r})")
    environment = {"BENTOML_HOME": str(home), "PYTHONPATH": str(hiding)}
    subprocess.run(
        [sys.executable, "-m", "bentoml", "import", str(exported)],
        cwd=elsewhere,
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
    )
    return Installed(home, elsewhere, environment)


def test_the_exported_bento_answers_as_in_process(
    installed: Installed, resources: Resources, scorers: dict[str, Scorer], tmp_path: Path
) -> None:
    # A newer scorer in the same store is not the one that this Bento was built with.
    save_in_store(installed.home, scorers["dummy"], tmp_path)
    hiding = {"PYTHONPATH": installed.environment["PYTHONPATH"]}
    log = tmp_path / "log"
    with serve("credit_scoring:latest", installed.folder, installed.home, log, **hiding) as served:
        told = Explanations.model_validate_json(served.post("explain", BODY).content)
    expected = explain(resources, ScoreRequest.model_validate(BODY))
    assert [one.reasons for one in told.explanations] == [
        one.reasons for one in expected.explanations
    ]
    assert [one.default_probability for one in told.explanations] == [
        one.default_probability for one in expected.explanations
    ]


@pytest.mark.parametrize(
    ("host", "settings", "told"),
    [
        ("0.0.0.0", {}, "✗ listening on 0.0.0.0 without a key: "),  # noqa: S104
        ("localhost", {}, "✗ --host localhost: it is an IP address; "),
        ("127.0.0.1", {"SCORING_API_KEYS_FILE": "nowhere"}, "✗ SCORING_API_KEYS_FILE nowhere: "),
        ("127.0.0.1", {"SCORING_MOST_AT_ONCE": "many"}, "✗ SCORING_MOST_AT_ONCE: "),
        ("127.0.0.1", {"SCORING_API_KEY": "k"}, "✗ SCORING_API_KEY: a key has at least "),
    ],
)
def test_a_bento_that_does_not_start_says_why(
    installed: Installed, host: str, settings: dict[str, str], told: str
) -> None:
    command = ["bentoml", "serve", "credit_scoring:latest", "--host", host, "--port", "0"]
    ended = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=installed.folder,
        env={**os.environ, **installed.environment, **settings},
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert ended.returncode
    assert told in ended.stderr
    assert "No module named" not in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_bento_holds_what_serving_needs_and_nobodys_data(exported: Path) -> None:
    with tarfile.open(exported) as bento:
        names = bento.getnames()
    stages = {name.split("src/lib/")[1].split("/")[0] for name in names if "src/lib/" in name}
    assert stages == {"__init__.py", "decision", "features", "scoring", "portfolio", "serving"}
    # Neither a store below the project nor another file of the same name: the service alone.
    assert {name.split("/src/")[1] for name in names if name.endswith("/service.py")} == {
        "service.py"
    }
    assert not [name for name in names if name.endswith((".parquet", ".csv", ".joblib", ".pkl"))]
    assert not [name for name in names if "packaging" in name or "training" in name]


def test_the_bento_installs_pinned_packages_and_no_tools_for_training(exported: Path) -> None:
    with tarfile.open(exported) as bento:
        (name,) = [one for one in bento.getnames() if one.endswith("python/requirements.txt")]
        lines = bento.extractfile(name).read().decode().split()
    assert all("==" in line for line in lines)
    packages = {line.split("==")[0] for line in lines}
    assert {"bentoml", "lightgbm", "numpy", "pyarrow", "duckdb", "pydantic"} <= packages
    assert not packages & {"pandas", "scikit-learn", "ibis-framework", "shap", "voila", "optuna"}


def test_nothing_half_written_is_left_where_the_export_fails(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BENTOML_HOME", str(tmp_path / "home"))
        with pytest.raises(ValueError, match="bentoml export"):
            export_bento("credit_scoring:never", tmp_path / "export")
    assert not list((tmp_path / "export").iterdir())


def test_the_image_holds_no_tools_and_runs_as_nobody_special(exported: Path) -> None:
    with tarfile.open(exported) as bento:
        (name,) = [one for one in bento.getnames() if one.endswith("docker/Dockerfile")]
        steps = bento.extractfile(name).read().decode()
    assert "build-essential" not in steps
    assert "apt-get install --quiet --yes --no-install-recommends libgomp1 " in steps
    assert steps.rindex("USER bentoml") > steps.rindex("RUN ")
    assert "ENV BENTOML_HOST=127.0.0.1" in steps
    assert "SCORING_API_KEY" not in steps


def engine(folder: Path, name: str, answers: bool) -> None:
    """Put a command where engines are looked for."""
    command = folder / name
    command.write_text(f"#!/bin/sh\nexit {0 if answers else 1}\n")
    command.chmod(0o755)


def test_the_first_engine_that_answers_builds_the_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ValueError, match="container engine"):
        find_engine()
    # Docker's command is often there without its daemon.
    engine(tmp_path, "docker", answers=False)
    with pytest.raises(ValueError, match="docker, podman"):
        find_engine()
    engine(tmp_path, "buildah", answers=True)
    assert find_engine() == "buildah"
    engine(tmp_path, "podman", answers=True)
    assert find_engine() == "podman"


def test_compose_mounts_what_is_personal_and_secret() -> None:
    composed = yaml.safe_load((PROJECT / "bentos" / "compose.yaml").read_text())
    services = composed["services"]
    assert set(services) == {"api", "dashboard", "db", "proxy"}
    # One address: neither the API nor the dashboard can be reached but through the proxy.
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    for service in services.values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "healthcheck" in service
    assert any(volume.endswith(":/portfolio:ro") for volume in services["api"]["volumes"])
    assert "SCORING_API_KEY" not in services["api"]["environment"]
    # Each sees no more secrets than it needs, and together they need all that there are.
    secrets = {name: set(service.get("secrets", ())) for name, service in services.items()}
    assert secrets == {
        "api": {"api_keys", "journal_service"},
        "dashboard": {"dashboard_key", "accounts", "cookie_secret"},
        "db": {"journal_password"},
        "proxy": set(),
    }
    assert set(composed["secrets"]) == set().union(*secrets.values())
