"""What builds the images, and the keys that containers share."""

from pathlib import Path

import pytest

from lib.decision import InvalidInput
from lib.launch.bento import DASHBOARD, PROXY, Image, build_image, write_secrets
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


def test_keys_that_may_be_in_use_are_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "dashboard_key").write_text("in use")
    with pytest.raises(InvalidInput, match="dashboard_key: it is not there yet"):
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


@pytest.mark.parametrize("image", [DASHBOARD, PROXY], ids=lambda image: image.name)
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
