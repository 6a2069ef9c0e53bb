"""Notebooks as functions: parameters in, an executed copy and a page for readers out.

Papermill and nbconvert take seconds to import: whoever asks for neither does without them.
"""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lib.decision import InvalidInput
from lib.decision.faults import storage_fault
from lib.launch import parameters as types

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from papermill import PapermillExecutionError

NOTEBOOKS = Path("notebooks")

NUMBER = re.compile(r"^# \d+\. ")
TEMPLATES = Path(__file__).parent / "report_templates"
# The model card looks the same.
STYLE = Path(__file__).parents[1] / "scoring" / "page.css"
FIRST, LEFT_OUT = "summary", "not-in-report"


def declared_types(notebook: Path) -> dict[str, Any]:
    """Read the parameters that a notebook declares in its parameters cell, with their types."""
    import papermill

    declared = papermill.inspect_notebook(str(notebook))
    return {name: getattr(types, told["inferred_type_name"]) for name, told in declared.items()}


def check_parameters(notebook: Path, parameters: Mapping[str, object]) -> None:
    """Refuse parameters that a notebook does not declare, and values that do not fit.

    Papermill would only log an unknown one; the notebook itself would find a wrong value a little
    later, when its kernel has started.

    Raises
    ------
    InvalidInput
        If a name is unknown, then it lists the known ones, or a value does not fit its type.
    """
    known = declared_types(notebook)
    unknown = sorted(set(parameters) - set(known))
    if unknown:
        raise InvalidInput(
            f"parameter {', '.join(unknown)}",
            f"{notebook.name} has {', '.join(sorted(known))}",
            "use one of these names",
        )
    types.check_values(parameters, known)


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
        If a parameter is unknown or does not fit, or a cell fails: with the cell's error and where
        the copy is; or the system ends the notebook.
    """
    import papermill
    from nbclient.exceptions import DeadKernelError

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
        raise _failure(notebook, copy, error) from error
    except DeadKernelError as error:
        raise InvalidInput(
            notebook.name,
            "it runs to its end, and the system ended it, mostly for want of memory",
            f"give it more memory, or fewer clients; {copy} shows how far it came",
        ) from error


def _failure(notebook: Path, copy: Path, error: "PapermillExecutionError") -> InvalidInput:
    """Say in one line why a cell failed."""
    where = f"{notebook.name}, cell {error.exec_count}"
    if error.ename == InvalidInput.__name__:
        return InvalidInput(where, error.evalue.rstrip("."), f"see {copy}")
    return storage_fault(where, error.evalue) or InvalidInput(
        where, f"it failed with {error.ename}: {error.evalue}", f"read {copy}"
    )


def write_report(executed: Path, page: Path | None = None) -> Path:
    """Write an executed notebook as one HTML page that asks for nothing else.

    What a cell returns is shown; what it prints is for whoever runs it, and is left out, and so
    are code and cells tagged ``not-in-report``. A cell tagged ``summary`` comes first, under the
    title.

    Parameters
    ----------
    executed : Path
        The notebook, with its outputs.
    page : Path, optional
        Where the page goes; beside the notebook, as ``.html``, by default.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    InvalidInput
        If there is no such notebook, it was not executed, or a cell failed.
    """
    import nbformat
    from nbconvert import HTMLExporter

    if not executed.is_file():
        raise InvalidInput(str(executed), "it is an executed notebook", "run it with papermill")
    notebook = nbformat.read(executed, as_version=4)
    _check_outputs(executed, notebook)
    notebook.cells = _in_reading_order(notebook.cells)
    notebook.cells[0].source = NUMBER.sub("# ", notebook.cells[0].source)
    exporter = HTMLExporter(
        template_name="committee",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_anchor_links=True,
        embed_images=True,
    )
    ran = notebook.metadata.get("papermill", {}).get("end_time", "")
    resources = {
        "style": STYLE.read_text(encoding="utf-8"),
        "title": notebook.cells[0].source.splitlines()[0].lstrip("# "),
        "ran": ran[:10],
    }
    body, _ = exporter.from_notebook_node(notebook, resources)
    target = page or executed.with_suffix(".html")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(body, encoding="utf-8")
    return target


def _check_outputs(executed: Path, notebook: "NotebookNode") -> None:
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", ())]
    if not outputs:
        raise InvalidInput(str(executed), "it was executed", "run it with papermill")
    if any(out.output_type == "error" for out in outputs):
        raise InvalidInput(str(executed), "no cell failed", "read the failed cell, and run again")


def _in_reading_order(cells: list["NotebookNode"]) -> list["NotebookNode"]:
    """Put the title's cell, then the summary, before all the others that are shown."""
    shown = [cell for cell in cells if LEFT_OUT not in _tags(cell)]
    summary = [cell for cell in shown if FIRST in _tags(cell)]
    others = [cell for cell in shown if FIRST not in _tags(cell)]
    return [*others[:1], *summary, *others[1:]]


def _tags(cell: "NotebookNode") -> list[str]:
    return cell.metadata.get("tags", [])
