"""The house stands as the README draws it."""

import ast
import configparser
import re
import subprocess
import sys
from pathlib import Path

import pytest

STAGES = sorted(p for p in Path("lib").iterdir() if p.is_dir() and p.name != "__pycache__")
FOLDERS = sorted({source.parent for source in Path("lib").rglob("*.py")} - {Path("lib"), *STAGES})
FEWEST_WORDS = 10  # a title alone does not tell a newcomer what to expect


def test_the_import_contracts_hold() -> None:
    command = [Path(sys.executable).parent / "lint-imports"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize("stage", STAGES, ids=lambda path: path.name)
def test_a_stage_says_what_it_means_and_offers(stage: Path) -> None:
    docstring = ast.get_docstring(ast.parse((stage / "__init__.py").read_text()))
    assert docstring
    assert len(docstring.split()) >= FEWEST_WORDS


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_a_folder_of_modules_is_a_package_that_says_what_it_is(folder: Path) -> None:
    assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text()))


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


def test_the_readme_lists_the_stages_in_the_order_of_the_import_contract() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(".importlinter")
    layers = contracts["importlinter:contract:flow"]["layers"].split()
    drawn = re.findall(r"^│   [├└]── (\w+)/", Path("README.md").read_text(), flags=re.M)
    assert [f"lib.{stage}" for stage in drawn] == layers[::-1]


def test_nothing_tracked_names_this_machine() -> None:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True)
    here = f"{Path.cwd().resolve()}/"
    for name in listed.stdout.splitlines():
        path = Path(name)
        if path.suffix in {".py", ".md", ".yaml", ".yml", ".toml", ".ipynb", ""}:
            assert here not in path.read_text(), name
