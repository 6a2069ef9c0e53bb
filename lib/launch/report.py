"""An executed notebook as one page for readers: its words, figures and tables, without code."""

import re
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter

from lib.decision import InvalidInput

NUMBER = re.compile(r"^# \d+\. ")
TEMPLATES = Path(__file__).parent / "report_templates"
# The model card looks the same.
STYLE = Path(__file__).parents[1] / "scoring" / "page.css"
FIRST, LEFT_OUT = "summary", "not-in-report"


def write_report(executed: Path, page: Path | None = None) -> Path:
    """Write an executed notebook as one HTML page that asks for nothing else.

    What a cell returns is shown; what it prints is for whoever runs it, and is left out, and so
    are cells tagged ``not-in-report``. A cell tagged ``summary`` comes first, under the title.

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
        "title": _title(notebook),
        "ran": ran[:10],
    }
    body, _ = exporter.from_notebook_node(notebook, resources)
    target = page or executed.with_suffix(".html")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(body, encoding="utf-8")
    return target


def _check_outputs(executed: Path, notebook: nbformat.NotebookNode) -> None:
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", ())]
    if not outputs:
        raise InvalidInput(str(executed), "it was executed", "run it with papermill")
    if any(out.output_type == "error" for out in outputs):
        raise InvalidInput(str(executed), "no cell failed", "read the failed cell, and run again")


def _in_reading_order(cells: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Put the title's cell, then the summary, before all the others that are shown."""
    shown = [cell for cell in cells if LEFT_OUT not in _tags(cell)]
    summary = [cell for cell in shown if FIRST in _tags(cell)]
    others = [cell for cell in shown if FIRST not in _tags(cell)]
    return [*others[:1], *summary, *others[1:]]


def _tags(cell: nbformat.NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def _title(notebook: nbformat.NotebookNode) -> str:
    return notebook.cells[0].source.splitlines()[0].lstrip("# ")
