"""Conda users get the versions of the lock."""

from pathlib import Path

from lib.launch.environment import conda_environment, locked_versions


def test_environment_yml_is_what_the_lock_gives() -> None:
    assert Path("environment.yml").read_text() == conda_environment(
        Path("requirements.lock").read_text()
    )


def test_every_locked_version_has_a_hash_and_no_address() -> None:
    lock = Path("requirements.lock").read_text()
    blocks = lock.split("\n    --hash")
    assert len(locked_versions(lock)) > 100
    assert len(blocks) > len(locked_versions(lock))
    assert "://" not in lock


def test_the_bento_uses_versions_of_the_lock() -> None:
    lock = locked_versions(Path("requirements.lock").read_text())
    bento = locked_versions(Path("bentos/requirements.txt").read_text())
    assert bento
    assert bento.items() <= lock.items()
