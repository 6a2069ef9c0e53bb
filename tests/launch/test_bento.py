"""What builds the images, and the keys that containers share."""

from configparser import ConfigParser
from pathlib import Path

import pytest

from lib.dashboard.server.identity import read_secret
from lib.decision import InvalidInput
from lib.launch.bento import DASHBOARD, PROXY, SIGN_IN, Image, build_image, write_secrets
from lib.serving.http.keys import KeyRing, Role
from tests.conftest import PROJECT


def test_the_dashboards_key_opens_the_api_and_the_api_keeps_only_its_hash(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    write_secrets(folder)
    secret = (folder / "dashboard_key").read_bytes()
    lines = (folder / "api_keys").read_text()
    assert secret.decode() not in lines
    key = KeyRing.from_lines(lines.splitlines()).find(secret)
    assert key is not None
    assert key.role.opens(Role.PORTFOLIO)
    # The users of the containers may read the files, nobody else of this machine finds them.
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o644}


def test_the_database_and_the_api_are_told_the_same_password(tmp_path: Path) -> None:
    write_secrets(tmp_path)
    service = ConfigParser()
    service.read(tmp_path / "journal_service")
    told = dict(service["journal"])
    assert told.pop("password") == (tmp_path / "journal_password").read_text()
    assert told == {"host": "db", "user": "scoring", "dbname": "scoring"}


def test_the_secret_of_who_signs_people_in_is_long_enough_for_the_dashboard(
    tmp_path: Path,
) -> None:
    write_secrets(tmp_path)
    path = tmp_path / "proxy_secret"
    assert read_secret("SCORING_PROXY_SECRET_FILE", path) == path.read_text()


def test_what_may_be_in_use_is_not_written_over_and_what_is_new_is_added(tmp_path: Path) -> None:
    write_secrets(tmp_path)
    before = {path.name: path.read_text() for path in tmp_path.iterdir()}
    (tmp_path / "journal_password").unlink()
    (tmp_path / "journal_service").unlink()
    written = write_secrets(tmp_path)
    assert [path.name for path in written] == ["journal_password", "journal_service"]
    after = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert after.keys() == before.keys()
    assert {name for name in before if before[name] != after[name]} == {
        "journal_password",
        "journal_service",
    }
    assert write_secrets(tmp_path) == []


def test_a_key_without_what_was_made_with_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "dashboard_key").write_text("in use")
    with pytest.raises(InvalidInput, match="api_keys: it is there as well as dashboard_key"):
        write_secrets(tmp_path)
    assert (tmp_path / "dashboard_key").read_text() == "in use"
    assert not (tmp_path / "api_keys").exists()


def engine(folder: Path, code: int) -> str:
    """Make a command that notes what an engine would be given, and ends with a code."""
    command = folder / "engine"
    command.write_text(
        f'#!/bin/sh\necho "$@" > {folder}/arguments\n'
        f'for last; do :; done; (cd "$last" && find . -type f) > {folder}/files\nexit {code}\n'
    )
    command.chmod(0o755)
    return str(command)


@pytest.mark.parametrize("image", [DASHBOARD, PROXY, SIGN_IN], ids=lambda image: image.name)
def test_an_engine_gets_what_the_image_copies_and_nothing_else(
    tmp_path: Path, image: Image
) -> None:
    build_image(image, engine(tmp_path, 0), [f"{image.name}:1", f"{image.name}:latest"])
    arguments = (tmp_path / "arguments").read_text()
    assert f"--tag {image.name}:1 --tag {image.name}:latest" in arguments
    files = {line.removeprefix("./") for line in (tmp_path / "files").read_text().split()}
    assert all(name.startswith(image.parts) for name in files)
    assert not [name for name in files if "__pycache__" in name]
    # Each file or folder that its steps copy is there.
    steps = (PROJECT / image.steps).read_text().splitlines()
    copied = [part for line in steps if line.startswith("COPY") for part in line.split()[1:-1]]
    assert copied
    assert all(any(name.startswith(part) for name in files) for part in copied)


def test_a_failing_engine_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="engine build: it succeeds"):
        build_image(PROXY, engine(tmp_path, 3), ["proxy:1"])
