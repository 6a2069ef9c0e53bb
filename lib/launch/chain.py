"""The chain from raw tables to a scorer in the store, as steps."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile

from lib.decision.faults import system_fault
from lib.features.code import code_hash
from lib.launch.notebooks import NOTEBOOKS, check_parameters, execute, write_report
from lib.launch.steps import Step, StepReport, perform
from lib.scoring.scorer import SCORER_FILE, SCORER_NAME

SEED = 20
Run = Callable[[Path, Path, Mapping[str, object]], None]
STUDY = "study"  # how the names of the files of Optuna's study begin, in the selection's folder


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
    served_portfolio : Path or None
        File of the known clients that the API reads; None is one in `data`.
    runs : Path
        Folder under which the executed notebooks are kept, in one folder a run.
    engine : str
        Engine of the features: see notebook 01.
    trials, missed_default_cost, refused_good_cost, currency : optional
        Parameters of notebook 02; None leaves the notebook's own default.
    """

    raw: Path | None = None
    clients: int = 20_000
    data: Path = Path("data")
    served_portfolio: Path | None = None
    runs: Path = Path("runs")
    engine: str = "duckdb"
    trials: int | None = None
    missed_default_cost: float | None = None
    refused_good_cost: float | None = None
    currency: str | None = None

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
    def portfolio(self) -> Path:
        """File of the known clients."""
        return self.served_portfolio or self.data / "portfolio.parquet"

    def notebook_parameters(self) -> dict[str, dict[str, object]]:
        """Say what each notebook is called with, in the order in which they run."""
        choices = {
            "trials": self.trials,
            "missed_default_cost": self.missed_default_cost,
            "refused_good_cost": self.refused_good_cost,
            "currency": self.currency,
        }
        return {
            "01_build_features": {
                "raw_dir": str(self.tables),
                "output": str(self.features),
                "engine": self.engine,
            },
            "02_select_model": {
                "features": str(self.features),
                "output_dir": str(self.selection),
                **{name: value for name, value in choices.items() if value is not None},
            },
            "03_save_scorer": {
                "selection_dir": str(self.selection),
                "features": str(self.features),
                "portfolio": str(self.portfolio),
            },
        }


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

    Raises
    ------
    InvalidInput
        If a parameter does not fit or a folder cannot be written, before any work; or a step fails.
    """
    for name, parameters in chain.notebook_parameters().items():
        check_parameters(NOTEBOOKS / f"{name}.ipynb", parameters)
    for folder in (chain.data, chain.runs, store_home()):
        _require_writable(folder)
    copies = chain.runs / f"{datetime.now():%Y-%m-%d-%H%M%S}"
    reports: list[StepReport] = []
    for key, step in describe_steps(chain, copies).items():
        before = reports[-1].result if reports else ""
        following = replace(step, depends_on={**step.depends_on, "before": before})
        reports.append(perform(following, chain.data / "steps", say))
        if key == until:
            break
    return reports


def store_home() -> Path:
    """Give the folder of the BentoML store, which a setting of BentoML's own moves."""
    return Path(os.environ.get("BENTOML_HOME") or ".bentoml")


def scorer_folder(tag: str = SCORER_NAME) -> Path:
    """Give the folder of a scorer in the store; the latest where the tag names no version.

    It is found by BentoML's files, since importing BentoML takes seconds.
    """
    name, _, version = tag.partition(":")
    scorers = store_home() / "models" / name
    latest = scorers / "latest"
    if version in ("", "latest") and latest.is_file():
        version = latest.read_text().strip()
    return scorers / (version or "latest")


def _require_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise system_fault(error, str(folder)) from error


def describe_steps(chain: Chain, copies: Path) -> dict[str, Step]:
    """Describe the steps in their order, each but for the result of the one before."""
    parameters = chain.notebook_parameters()

    def notebook(
        name: str,
        stages: tuple[str, ...],
        outputs: Callable[[], Iterable[Path]],
        run: Run = execute,
    ) -> Step:
        return notebook_step(copies, name, parameters[name], stages, outputs, run)

    return {
        "tables": _raw_tables(chain.raw) if chain.raw else _synthetic_tables(chain),
        "features": notebook(
            "01_build_features", ("decision", "tables", "features"), lambda: [chain.features]
        ),
        "selection": notebook(
            "02_select_model",
            ("decision", "features", "scoring", "training"),
            lambda: written_by_selection(chain.selection),
            run=execute_and_report,
        ),
        "scorer": notebook(
            "03_save_scorer",
            ("decision", "features", "scoring", "portfolio", "monitoring"),
            lambda: [scorer_folder(), chain.portfolio],
        ),
    }


def _raw_tables(folder: Path) -> Step:
    """Only look whether they are still the same: they are written elsewhere."""
    from lib.tables import fingerprint

    source = {"source": fingerprint(folder)}
    return Step("raw tables", outputs=list, depends_on=source, run=lambda: None)


def _synthetic_tables(chain: Chain) -> Step:
    return Step(
        name="synthetic tables",
        outputs=lambda: [chain.tables],
        depends_on={
            "clients": chain.clients,
            "seed": SEED,
            "code": code_hash("tables", "synthetic"),
        },
        run=partial(_write_tables, chain),
    )


def _write_tables(chain: Chain) -> None:
    # What draws them takes seconds to import: here it is needed, to look what is there it is not.
    from lib.synthetic import write_synthetic_tables

    write_synthetic_tables(chain.tables, clients=chain.clients, seed=SEED)


def notebook_step(
    copies: Path,
    name: str,
    parameters: Mapping[str, object],
    stages: tuple[str, ...],
    outputs: Callable[[], Iterable[Path]],
    run: Run = execute,
) -> Step:
    """Describe the execution of a notebook.

    Parameters
    ----------
    copies : Path
        Folder of the executed one.
    name : str
        Of its file, without the ending.
    parameters : mapping
        What it is called with.
    stages : tuple of str
        Folders of code on which it depends.
    outputs : callable
        Names what it has written.
    run : callable
        Takes the notebook, the path of the executed one and the parameters.
    """
    notebook = NOTEBOOKS / f"{name}.ipynb"
    return Step(
        name=f"notebook {name}",
        outputs=outputs,
        depends_on={
            "parameters": dict(parameters),
            "notebook": notebook.read_text(),
            "code": code_hash(*stages),
        },
        run=partial(run, notebook, copies / f"{name}.ipynb", parameters),
    )


def execute_and_report(notebook: Path, copy: Path, parameters: Mapping[str, object]) -> None:
    """Execute a notebook, and write it as a page for readers beside the executed copy."""
    execute(notebook, copy, parameters)
    write_report(copy)


def written_by_selection(folder: Path) -> list[Path]:
    """Name what notebook 02 wrote last; its study beside that grows whenever a search goes on."""
    found = folder.iterdir() if folder.is_dir() else ()
    written = {path for path in found if not path.name.startswith(STUDY)}
    return sorted({*written, folder / SCORER_FILE})
