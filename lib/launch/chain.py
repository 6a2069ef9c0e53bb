"""The chain from raw tables to a scorer in the store, as steps."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from lib.features.code import code_hash
from lib.launch.notebooks import NOTEBOOKS, execute
from lib.launch.report import write_report
from lib.launch.steps import Step, StepReport, perform
from lib.synthetic import write_synthetic_tables
from lib.tables import fingerprint

SEED = 20
SCORER_NAME = "credit_scorer"


@dataclass(frozen=True)
class Chain:
    """Where the chain reads and writes, and how much of everything.

    Parameters
    ----------
    raw : Path or None
        Folder of raw tables in Kaggle's form; None makes synthetic ones.
    clients : int
        How many synthetic clients, where `raw` is None.
    data : Path
        Folder of the working files.
    runs : Path
        Folder under which the executed notebooks are kept, in one folder a run.
    engine : str
        Engine of the features: see notebook 01.
    trials : int or None
        Trials of the search; None leaves notebook 02's own default.
    """

    raw: Path | None = None
    clients: int = 20_000
    data: Path = Path("data")
    runs: Path = Path("runs")
    engine: str = "duckdb"
    trials: int | None = None

    @property
    def tables(self) -> Path:
        """Folder of the raw tables."""
        return self.raw or self.data / "raw"

    @property
    def features(self) -> Path:
        """File of the features."""
        return self.data / "features.parquet"

    @property
    def selection(self) -> Path:
        """Folder of the selected model and its evidence."""
        return self.data / "selection"

    @property
    def store(self) -> Path:
        """Folder of the scorers in the BentoML store, where BentoML's own setting puts it."""
        return Path(os.environ["BENTOML_HOME"]) / "models" / SCORER_NAME

    @property
    def portfolio(self) -> Path:
        """File of the known clients."""
        return self.data / "portfolio.parquet"


def run_chain(
    chain: Chain, until: str = "scorer", say: Callable[[str], None] = print
) -> list[StepReport]:
    """Run the steps that have something to do, up to and including `until`.

    Parameters
    ----------
    chain : Chain
        What to run on.
    until : {"tables", "features", "selection", "scorer"}
        The last step.
    say : callable
        Receives the progress, a line at a time.

    Returns
    -------
    list of StepReport
        One for each step, in order.
    """
    copies = chain.runs / f"{datetime.now():%Y-%m-%d-%H%M%S}"
    stamps = chain.data / "steps"
    reports: list[StepReport] = []
    before = ""
    for key, make_step in (
        ("tables", _tables),
        ("features", _features),
        ("selection", _selection),
        ("scorer", _scorer),
    ):
        step = make_step(chain, copies, before)
        reports.append(perform(step, stamps, say))
        before = step.fingerprint
        if key == until:
            break
    return reports


def _tables(chain: Chain, copies: Path, before: str) -> Step:
    if chain.raw is not None:
        return Step(
            name="raw tables",
            outputs=(chain.raw,),
            depends_on={"source": fingerprint(chain.raw)},
            run=lambda: None,
        )
    return Step(
        name="synthetic tables",
        outputs=(chain.tables,),
        depends_on={
            "clients": chain.clients,
            "seed": SEED,
            "code": code_hash("tables", "synthetic"),
        },
        run=partial(write_synthetic_tables, chain.tables, clients=chain.clients, seed=SEED),
    )


def notebook_parameters(chain: Chain) -> dict[str, dict[str, object]]:
    """Say what each notebook is called with, in the order in which they run."""
    trials = {} if chain.trials is None else {"trials": chain.trials}
    return {
        "01_build_features": {
            "raw_dir": str(chain.tables),
            "output": str(chain.features),
            "engine": chain.engine,
        },
        "02_select_model": {
            "features": str(chain.features),
            "output_dir": str(chain.selection),
            **trials,
        },
        "03_save_scorer": {
            "selection_dir": str(chain.selection),
            "features": str(chain.features),
            "portfolio": str(chain.portfolio),
        },
    }


def _features(chain: Chain, copies: Path, before: str) -> Step:
    stages = ("tables", "features")
    return _notebook_step(chain, copies, before, "01_build_features", (chain.features,), stages)


def _selection(chain: Chain, copies: Path, before: str) -> Step:
    stages = ("decision", "features", "training")
    return _notebook_step(
        chain, copies, before, "02_select_model", (chain.selection,), stages, run=_report
    )


def _report(notebook: Path, copy: Path, parameters: Mapping[str, object]) -> None:
    """Execute a notebook, and write it as a page for readers beside the executed copy."""
    execute(notebook, copy, parameters)
    write_report(copy)


def _scorer(chain: Chain, copies: Path, before: str) -> Step:
    stages = ("decision", "features", "scoring", "portfolio")
    outputs = (chain.store, chain.portfolio)
    return _notebook_step(chain, copies, before, "03_save_scorer", outputs, stages)


def _notebook_step(
    chain: Chain,
    copies: Path,
    before: str,
    name: str,
    outputs: tuple[Path, ...],
    stages: tuple[str, ...],
    run: Callable[[Path, Path, Mapping[str, object]], None] = execute,
) -> Step:
    notebook = NOTEBOOKS / f"{name}.ipynb"
    parameters = notebook_parameters(chain)[name]
    return Step(
        name=f"notebook {name}",
        outputs=outputs,
        depends_on={
            "parameters": parameters,
            "before": before,
            "notebook": notebook.read_text(),
            "code": code_hash(*stages),
        },
        run=partial(run, notebook, copies / f"{name}.ipynb", parameters),
    )
