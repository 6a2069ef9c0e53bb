"""The house stands as the README draws it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

STAGES = sorted(p for p in Path("lib").iterdir() if p.is_dir() and p.name != "__pycache__")
SOURCES = sorted(Path("lib").rglob("*.py"))
MOST_LINES = 250


def test_the_import_contracts_hold() -> None:
    command = [Path(sys.executable).parent / "lint-imports"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize("stage", STAGES, ids=lambda path: path.name)
def test_a_stage_says_what_it_is(stage: Path) -> None:
    assert (stage / "__init__.py").read_text().startswith(('"""', 'r"""'))


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_a_file_is_short_enough_to_read(source: Path) -> None:
    assert len(source.read_text().splitlines()) <= MOST_LINES


def test_the_tree_in_the_readme_is_the_tree_on_disk() -> None:
    readme = Path("README.md").read_text()
    drawn = set(re.findall(r"^[│├└─ ]*(?:├──|└──) ([\w./-]+)", readme, flags=re.M))
    tracked = subprocess.run(
        ["git", "ls-files"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    top = {name.split("/")[0] + ("/" if "/" in name else "") for name in tracked}
    visible = {name for name in top if not name.startswith(".")}
    stages = {f"{stage.name}/" for stage in STAGES}
    assert drawn == visible | stages


def test_nothing_tracked_names_this_machine() -> None:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True)
    here = f"{Path.cwd().resolve()}/"
    for name in listed.stdout.splitlines():
        path = Path(name)
        if path.suffix in {".py", ".md", ".yaml", ".yml", ".toml", ".ipynb", ""}:
            assert here not in path.read_text(), name
