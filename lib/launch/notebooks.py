"""Notebooks as functions: a name, parameters, an executed copy."""

import sys
from collections.abc import Mapping
from pathlib import Path

import papermill

from lib.decision import InvalidInput

NOTEBOOKS = Path("notebooks")


def check_parameters(notebook: Path, parameters: Mapping[str, object]) -> None:
    """Refuse parameters that the notebook does not declare; Papermill would only log them.

    Raises
    ------
    InvalidInput
        If a name is unknown; it lists the known ones.
    """
    known = papermill.inspect_notebook(str(notebook))
    unknown = sorted(set(parameters) - set(known))
    if unknown:
        raise InvalidInput(
            f"parameter {', '.join(unknown)} of {notebook.name}",
            f"it knows {', '.join(sorted(known))}",
            "use one of these names",
        )


def execute(notebook: Path, copy: Path, parameters: Mapping[str, object]) -> None:
    """Execute a notebook from the working directory and keep the executed copy.

    Parameters
    ----------
    notebook : Path
        The notebook; it is not changed.
    copy : Path
        Where the executed copy goes, also when a cell fails.
    parameters : mapping
        Values for its parameters cell.

    Raises
    ------
    InvalidInput
        If a parameter is unknown, or a cell fails: with the cell's error and where the copy is.
    """
    check_parameters(notebook, parameters)
    copy.parent.mkdir(parents=True, exist_ok=True)
    try:
        papermill.execute_notebook(
            str(notebook),
            str(copy),
            parameters=dict(parameters),
            cwd=str(Path.cwd()),
            kernel_name="python3",
            progress_bar=False,
            stdout_file=sys.stdout,
            stderr_file=sys.stderr,
        )
    except papermill.PapermillExecutionError as error:
        raise InvalidInput(
            f"{notebook.name}, cell {error.exec_count}",
            f"it failed with {error.ename}: {error.evalue}",
            f"read {copy}",
        ) from error
