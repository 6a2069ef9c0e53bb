"""What a choice was made with, by which stored trials are told from others."""

from importlib import import_module
from pathlib import Path

import pytest

from lib.training import versions as module
from lib.training.versions import DECISIVE, LIBRARIES, code_digest, versions


def test_every_library_that_learns_has_a_version() -> None:
    assert set(versions()) == {"python", *LIBRARIES}


def test_the_digest_changes_with_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in DECISIVE:
        source = import_module(f"lib.training.{name}").__file__
        assert source is not None
        (tmp_path / f"{name}.py").write_bytes(Path(source).read_bytes())
    digest = code_digest()
    monkeypatch.setattr(module, "files", lambda _: tmp_path)
    assert code_digest() == digest
    (tmp_path / "encoding.py").write_text("another = True")
    assert code_digest() != digest
