import pytest

from lib.tables import TABLES
from lib.tables.__main__ import main


@pytest.fixture
def without_credentials(monkeypatch, tmp_path):
    for name in ("KAGGLE_API_TOKEN", "KAGGLE_USERNAME", "KAGGLE_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KAGGLE_CONFIG_DIR", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("HOME", str(tmp_path))


def test_tables_that_were_made_can_be_checked(tmp_path, capsys):
    arguments = ["--clients", "30", "--output", str(tmp_path / "raw"), "--seed", "5"]
    assert main(["synthesize", *arguments]) == 0
    assert main(["check", str(tmp_path / "raw")]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in TABLES)
    assert "can be used" in said


def test_a_refusal_is_one_line_and_exit_code_1(tmp_path, capsys):
    assert main(["check", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: folder")
    assert said.err.count("\n") == 1


def test_downloading_without_credentials_says_what_to_do(without_credentials, tmp_path, capsys):
    assert main(["download", "--output", str(tmp_path / "kaggle")]) == 1
    said = capsys.readouterr().err
    for part in ("home-credit-default-risk", "accept the rules", "KAGGLE_API_TOKEN", "folder"):
        assert part in said
    assert not (tmp_path / "kaggle").exists()
