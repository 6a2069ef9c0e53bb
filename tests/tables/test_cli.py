import pytest

from lib.synthetic import __main__ as synthetic
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
    assert synthetic.main(["synthesize", *arguments]) == 0
    assert main(["check", str(tmp_path / "raw")]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in TABLES)
    assert "can be used" in said


def test_a_folder_without_tables_is_refused_in_one_line(tmp_path, capsys):
    assert main(["check", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: folder")
    assert said.err.count("\n") == 1


def test_what_is_found_is_told_table_by_table_and_first_what_forbids(consistent, rewrite, capsys):
    (consistent / "bureau_balance.parquet").unlink()
    rewrite(
        consistent,
        "bureau",
        "SELECT * REPLACE ('Lost' AS CREDIT_ACTIVE, 'inf'::DOUBLE AS AMT_ANNUITY), 1 AS extra "
        "FROM old LIMIT 9",
    )
    assert main(["check", str(consistent)]) == 1
    said = capsys.readouterr()
    lines = said.out.splitlines()
    start = lines.index("bureau: 9 rows")
    assert lines[start + 1 : start + 6] == [
        "  must be mended: 9 × wrong value (AMT_ANNUITY is infinite)",
        "  worth knowing:  1 × ignored column (extra)",
        "  worth knowing:  9 × unknown category (CREDIT_ACTIVE: 'Lost')",
        "bureau_balance: not read",
        "  must be mended: 1 × missing file "
        "(no bureau_balance.parquet, .csv, .csv.gz or .zip; beside the other tables: nothing)",
    ]
    assert "2 of these findings forbid using it" in said.err
    assert said.err.count("\n") == 1


def test_notes_do_not_make_a_check_fail(consistent, rewrite, capsys):
    rewrite(consistent, "bureau", "SELECT *, 1 AS extra FROM old")
    assert main(["check", str(consistent), "--memory-limit", "1"]) == 0
    assert "can be used; 1 notes" in capsys.readouterr().out


def test_downloading_without_credentials_says_what_to_do(without_credentials, tmp_path, capsys):
    assert main(["download", "--output", str(tmp_path / "kaggle")]) == 1
    said = capsys.readouterr().err
    for part in ("home-credit-default-risk", "accept the rules", "KAGGLE_API_TOKEN", "folder"):
        assert part in said
    assert not (tmp_path / "kaggle").exists()
