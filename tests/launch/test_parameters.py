"""Parameters of notebooks and variables of `make` are checked before any work."""

from pathlib import Path
from typing import Any

import papermill
import pytest

from lib.decision import InvalidInput
from lib.launch import parameters as types
from lib.launch.notebooks import NOTEBOOKS, check_parameters, declared_types

NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
# For each notebook, values that it must refuse together, before it does anything.
WRONG: dict[str, dict[str, Any]] = {
    "01_build_features": {
        "raw_dir": "",
        "output": " ",
        "engine": "spam",
        "memory_limit_gib": 0,
        "sample_clients": 0,
        "families": ["identities"],
    },
    "02_select_model": {
        "features": "",
        "output_dir": "",
        "missed_default_cost": float("inf"),
        "refused_good_cost": -1.0,
        "loss_given_default": 0.0,
        "margin": 1.5,
        "costs_by_amount": "no",
        "currency": "euro",
        "trials": 0,
        "time_budget_minutes": 0.0,
        "storage": "study.db",
        "test_share": 1,
        "folds": "3",
        "seed": -1,
        "most_features": -1,
        "one_standard_error": "yes",
        "constrain_signs": 1,
        "excluded_features": "external_score_2",
        "protected_attributes": ["sex"],
        "withheld_purposes": ["gossip"],
        "period": 2018,
    },
    "03_save_scorer": {
        "selection_dir": "",
        "features": "",
        "training_features": 1,
        "portfolio": "",
        "keep_as_challenger": "yes",
        "challenger": "the newest",
        "journal": 2026,
        "force_promotion": 1,
    },
    "04_monitor": {
        "journal": " ",
        "outcomes": 3,
        "period": "yesterday",
        "reference": "2026-13",
        "portfolio": 4,
        "scorer": 7,
        "report": "",
    },
}


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_has_a_type_a_meaning_and_a_default_that_fits(name: str) -> None:
    notebook = NOTEBOOKS / f"{name}.ipynb"
    declared = papermill.inspect_notebook(str(notebook))
    assert declared
    assert all(told["help"] for told in declared.values())
    defaults = {name: eval(told["default"]) for name, told in declared.items()}  # noqa: S307
    check_parameters(notebook, defaults)


@pytest.mark.parametrize("name", NAMES)
def test_the_wrong_values_of_these_tests_are_of_every_parameter(name: str) -> None:
    assert WRONG[name].keys() == declared_types(NOTEBOOKS / f"{name}.ipynb").keys()


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_refuses_wrong_values_before_any_work(name: str, tmp_path: Path) -> None:
    with pytest.raises(papermill.PapermillExecutionError) as failed:
        papermill.execute_notebook(
            str(NOTEBOOKS / f"{name}.ipynb"),
            str(tmp_path / "copy.ipynb"),
            parameters=WRONG[name],
            kernel_name="python3",
            progress_bar=False,
        )
    assert failed.value.ename == "InvalidInput"
    assert failed.value.source == "check_parameters(globals())"
    for parameter in WRONG[name]:
        assert f"{parameter} is " in failed.value.evalue


@pytest.mark.parametrize("name", NAMES)
def test_wrong_values_are_refused_without_a_kernel_in_the_same_words(name: str) -> None:
    notebook = NOTEBOOKS / f"{name}.ipynb"
    with pytest.raises(InvalidInput) as refused:
        check_parameters(notebook, WRONG[name])
    kinds = declared_types(notebook)
    with pytest.raises(InvalidInput) as inside:
        types.check_parameters({**WRONG[name], "__annotations__": kinds})
    assert str(refused.value) == str(inside.value)


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_parameter_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(
        InvalidInput, match=rf"raw_folder.*{name}.ipynb has .*(features|output|period)"
    ):
        check_parameters(NOTEBOOKS / f"{name}.ipynb", {"raw_folder": "data/raw"})


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("Seed", 2**32, "from 0 to 4294967295"),
        ("Seed", True, "whole number"),
        ("Folds", 2.5, "whole number, 2 or more"),
        ("Folds", 1, "whole number, 2 or more"),
        ("Cost", 0, "finite number above 0"),
        ("Cost", float("nan"), "finite number above 0"),
        ("Cost", "10", "finite number above 0"),
        ("Share", 0, "above 0 and below 1"),
        ("Share", float("nan"), "above 0 and below 1"),
        ("Engine", "spark", "one of duckdb, polars, pyspark"),
        ("Families", [], "at least one family"),
        ("FeatureNames", ["external_scor_2"], "“external_scor_2” is none, external_score_2"),
        ("FeatureNames", ["age_years", 3], "a list of features"),
        ("AttributeNames", "gender", r"pass -y '\{x: \[gender\]\}'"),
    ],
)
def test_a_value_is_refused_with_its_rule(kind: str, value: Any, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        types.check_values({"x": value}, {"x": getattr(types, kind)})


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("Seed", 2**32 - 1),
        ("Cost", 20),
        ("MemoryLimit", None),
        ("MemoryLimit", 2),
        ("Minutes", None),
        ("Families", ["identity", "employment"]),
        ("StorageUrl", "postgresql+psycopg://user@host/study"),
        ("AttributeNames", ["gender", "family_status"]),
        ("AttributeNames", []),
    ],
)
def test_a_value_that_fits_is_accepted(kind: str, value: Any) -> None:
    types.check_values({"x": value}, {"x": getattr(types, kind)})


def test_a_seed_that_used_to_end_the_search_is_accepted() -> None:
    types.check_values({"seed": 20180615}, {"seed": types.Seed})


def test_all_wrong_variables_of_make_are_named_with_a_value_that_would_do() -> None:
    kinds = {"CLIENTS": types.SyntheticClients, "TRIALS": types.TrialsOrDefault}
    with pytest.raises(InvalidInput, match=r"CLIENTS=many TRIALS=0: .*CLIENTS=20000 TRIALS=20"):
        types.read_variables({"CLIENTS": "many", "TRIALS": "0"}, kinds)


def test_an_empty_variable_of_make_is_the_default_or_refused() -> None:
    assert types.read_variables({"T": ""}, {"T": types.TrialsOrDefault}) == {"T": None}
    with pytest.raises(InvalidInput, match="CLIENTS=: "):
        types.read_variables({"CLIENTS": ""}, {"CLIENTS": types.SyntheticClients})
