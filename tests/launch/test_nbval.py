"""nbval runs every cell of the notebooks, with parameters of a small population."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import papermill

from lib.launch.chain import Chain
from lib.launch.notebooks import NOTEBOOKS


def test_every_cell_of_every_notebook_runs(chain: Chain, tmp_path: Path) -> None:
    again = dataclasses.replace(chain, raw=chain.tables, data=tmp_path / "data")
    copies = []
    for name, parameters in again.notebook_parameters().items():
        copy = tmp_path / f"{name}.ipynb"
        papermill.execute_notebook(
            str(NOTEBOOKS / f"{name}.ipynb"), str(copy), parameters=parameters, prepare_only=True
        )
        copies.append(str(copy))
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "--nbval-lax", "--nbval-current-env", "-q"),
            *("-c", "/dev/null", "--rootdir", str(tmp_path), *copies),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
