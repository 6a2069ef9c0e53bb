"""A challenger on old and new outcomes: the chain's notebooks once more, on another table."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from lib.decision import InvalidInput
from lib.features.code import code_hash
from lib.launch.chain import (
    Chain,
    execute_and_report,
    notebook_step,
    run_chain,
    scorer_folder,
    written_by_selection,
)
from lib.launch.notebooks import NOTEBOOKS, execute, write_report
from lib.launch.steps import Step, StepReport, perform
from lib.monitoring.retraining import Retraining, write_retraining_table
from lib.scoring.scorer import CHALLENGER_NAME, SCORER_NAME
from lib.serving.journal import Journal, Kind


@dataclass(frozen=True)
class Retrained:
    """Where a challenger's files are, and what its notebooks are called with.

    Parameters
    ----------
    chain : Chain
        Of the scorer in place; its features are the old outcomes.
    journal : str
        Path or URL: of the new ones.
    """

    chain: Chain
    journal: str

    @property
    def folder(self) -> Path:
        """Of all that is written on the way."""
        return self.chain.data / "retraining"

    @property
    def table(self) -> Path:
        """What the challenger learns from."""
        return self.folder / "features.parquet"

    @property
    def found(self) -> Path:
        """What could be used of the journal, and what not."""
        return self.folder / "outcomes.json"

    @property
    def selection(self) -> Path:
        """Folder of the selected challenger and its evidence."""
        return self.folder / "selection"

    def notebook_parameters(self, unasked: tuple[str, ...] = ()) -> dict[str, dict[str, object]]:
        """Say what notebooks 02 and 03 are called with.

        Parameters
        ----------
        unasked : tuple of str
            Features that the challenger has to do without.
        """
        of_chain = self.chain.notebook_parameters()
        return {
            "02_select_model": {
                **of_chain["02_select_model"],
                "features": str(self.table),
                "output_dir": str(self.selection),
                "excluded_features": list(unasked),
            },
            "03_save_scorer": {**self.saving, "keep_as_challenger": True},
        }

    @property
    def saving(self) -> dict[str, object]:
        """What notebook 03 is called with, whether it keeps the challenger or promotes it."""
        return {
            **self.chain.notebook_parameters()["03_save_scorer"],
            "selection_dir": str(self.selection),
            "training_features": str(self.table),
        }

    def promoting(self, challenger: str) -> dict[str, object]:
        """Say what notebook 03 is called with to give a challenger the place."""
        return {**self.saving, "challenger": challenger, "journal": self.journal}


def retrain(
    chain: Chain, journal: str, say: Callable[[str], None] = print
) -> tuple[list[StepReport], str]:
    """Build a challenger on old and new outcomes; the scorer in place stays.

    Steps that have nothing to do are not run again: the same outcomes give the same challenger.

    Parameters
    ----------
    chain : Chain
    journal : str
        Path or URL.
    say : callable
        Receives the progress, a line at a time.

    Returns
    -------
    (list of StepReport, str)
        One for each step; and the challenger's tag.

    Raises
    ------
    InvalidInput
        If no scorer is in place, or a step fails.
    JournalUnavailable
        If the journal cannot be read.
    """
    if not scorer_folder().is_dir():
        raise InvalidInput(
            f"scorer {SCORER_NAME}:latest", "a challenger has one to challenge", "run `make model`"
        )
    retrained = Retrained(chain, journal)
    reports = run_chain(chain, "features", say)
    copies = chain.runs / f"{datetime.now():%Y-%m-%d-%H%M%S}"

    def run(step: Step) -> None:
        following = replace(step, depends_on={**step.depends_on, "before": reports[-1].result})
        reports.append(perform(following, retrained.folder / "steps", say))

    run(_outcomes_step(retrained))
    found = read_found(retrained.found)
    say(f"  {found.in_words}")
    parameters = retrained.notebook_parameters(found.unasked)
    run(
        notebook_step(
            copies,
            "02_select_model",
            parameters["02_select_model"],
            ("decision", "features", "scoring", "training"),
            lambda: written_by_selection(retrained.selection),
            run=execute_and_report,
        )
    )
    run(
        notebook_step(
            copies,
            "03_save_scorer",
            parameters["03_save_scorer"],
            ("decision", "features", "scoring", "portfolio", "monitoring"),
            lambda: [scorer_folder(CHALLENGER_NAME)],
            run=execute_and_report,
        )
    )
    return reports, f"{CHALLENGER_NAME}:{scorer_folder(CHALLENGER_NAME).name}"


def promote(chain: Chain, journal: str, challenger: str = "") -> Path:
    """Let a challenger take the place, if it surely costs less and outcomes do not object.

    Parameters
    ----------
    chain : Chain
    journal : str
        Path or URL, of outcomes of scores that it gave silently.
    challenger : str
        Its tag; empty is the newest.

    Returns
    -------
    Path
        The page that says what came of it, and what changes for whom.

    Raises
    ------
    InvalidInput
        If there is no such challenger, or the notebook fails.
    """
    folder = scorer_folder(challenger or CHALLENGER_NAME)
    if not folder.is_dir():
        raise InvalidInput(
            f"scorer {challenger or CHALLENGER_NAME}", "it is in the store", "run `make retrain`"
        )
    tag = f"{folder.parent.name}:{folder.name}"
    copy = chain.runs / f"{datetime.now():%Y-%m-%d-%H%M%S}" / "03_save_scorer.ipynb"
    execute(NOTEBOOKS / "03_save_scorer.ipynb", copy, Retrained(chain, journal).promoting(tag))
    return write_report(copy)


def read_found(path: Path) -> Retraining:
    """Read what could be used of the journal."""
    told = json.loads(path.read_text())
    return Retraining(**{**told, "unasked": tuple(told["unasked"])})


def _outcomes_step(retrained: Retrained) -> Step:
    return Step(
        name="old and new outcomes",
        outputs=lambda: [retrained.table, retrained.found],
        depends_on={
            "journal": retrained.journal,
            "outcomes": _state_of(retrained.journal),
            "code": code_hash("serving", "monitoring"),
        },
        run=partial(_write_table, retrained),
    )


def _state_of(journal: str) -> list[list[object]]:
    """Name the last entries that change what can be learned from: outcomes, and who is gone."""
    kept = Journal(journal)
    try:
        last: dict[str, list[object]] = {}
        for entry in kept.read([Kind.OUTCOME, Kind.FORGOTTEN, Kind.PURGED]):
            last[entry.kind] = [entry.kind, entry.seq, entry.id]
        return list(last.values())
    finally:
        kept.close()


def _write_table(retrained: Retrained) -> None:
    kept = Journal(retrained.journal)
    try:
        found = write_retraining_table(kept, retrained.chain.features, retrained.table)
    finally:
        kept.close()
    retrained.found.write_text(json.dumps(asdict(found), indent=1))
