import shutil

import pytest

from lib.features import code
from lib.features.code import code_hash


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A library of two stages, one of which draws from a file."""
    for stage, name in (("features", "code.py"), ("synthetic", "draw.py"), ("synthetic", "a.json")):
        (tmp_path / stage).mkdir(exist_ok=True)
        (tmp_path / stage / name).write_text("1")
    monkeypatch.setattr(code, "__file__", str(tmp_path / "features" / "code.py"))
    return tmp_path


@pytest.mark.parametrize("name", ["draw.py", "a.json", "new.css"])
def test_any_file_of_a_stage_is_its_code(library, name):
    before = code_hash("synthetic")
    (library / "synthetic" / name).write_text("2")
    assert code_hash("synthetic") != before


def test_a_file_of_another_stage_is_not(library):
    before = code_hash("features")
    (library / "synthetic" / "a.json").write_text("2")
    assert code_hash("features") == before


def test_what_python_and_editors_leave_is_none(library):
    before = code_hash("synthetic")
    (library / "synthetic" / "__pycache__").mkdir()
    (library / "synthetic" / "__pycache__" / "draw.cpython-311.pyc").write_bytes(b"1")
    (library / "synthetic" / ".draw.py.swp").write_bytes(b"1")
    (library / "synthetic" / ".ipynb_checkpoints").mkdir()
    (library / "synthetic" / ".ipynb_checkpoints" / "a.ipynb").write_text("1")
    assert code_hash("synthetic") == before


def test_a_file_is_known_by_its_name_too(library):
    before = code_hash("synthetic")
    (library / "synthetic" / "a.json").rename(library / "synthetic" / "b.json")
    assert code_hash("synthetic") != before


def test_it_does_not_matter_where_the_library_is(library, tmp_path_factory, monkeypatch):
    before = code_hash("features", "synthetic")
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "lib"
    shutil.copytree(library, elsewhere)
    monkeypatch.setattr(code, "__file__", str(elsewhere / "features" / "code.py"))
    assert code_hash("features", "synthetic") == before
