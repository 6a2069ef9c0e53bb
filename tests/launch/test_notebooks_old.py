"""Notebooks are called by parameters that they declare, and stay thin."""

import json
import re
from pathlib import Path

import papermill
import pytest

from lib.decision import InvalidInput
from lib.launch.notebooks import NOTEBOOKS, check_parameters

PARAMETERS = {
    "01_build_features": {
        "raw_dir",
        "output",
        "engine",
        "memory_limit_gib",
        "sample_clients",
        "families",
    },
    "02_select_model": {
        "features",
        "output_dir",
        "missed_default_cost",
        "refused_good_cost",
        "trials",
        "time_budget_minutes",
        "test_share",
        "folds",
        "seed",
        "excluded_features",
        "protected_attributes",
        "period",
        "storage",
        "most_features",
        "one_standard_error",
    },
    "03_save_scorer": {"selection_dir", "features", "portfolio", "force_promotion"},
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_notebook_declares_its_parameters(name: str) -> None:
    assert set(papermill.inspect_notebook(f"notebooks/{name}.ipynb")) == PARAMETERS[name]


@pytest.mark.parametrize("name", PARAMETERS)
def test_an_unknown_parameter_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(InvalidInput, match=r"raw_folder.*it knows"):
        check_parameters(NOTEBOOKS / f"{name}.ipynb", {"raw_folder": "data/raw"})


@pytest.mark.parametrize(
    "path", [*Path("notebooks").glob("*.ipynb"), *Path("dashboards").glob("*.ipynb")], ids=str
)
def test_a_notebook_defines_no_function_or_class(path: Path) -> None:
    for cell in json.loads(path.read_text())["cells"]:
        source = "".join(cell["source"])
        assert cell["cell_type"] != "code" or not re.search(r"^\s*(def|class) ", source, re.M)
