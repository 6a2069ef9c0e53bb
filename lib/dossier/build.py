"""From the store, the journal and the file of answers to the pages."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lib.dossier.answers import read_answers, write_template
from lib.dossier.facts import Evidence
from lib.dossier.items import questions
from lib.dossier.page import write_dossier
from lib.dossier.recorded import read_journal, read_monitoring
from lib.scoring.store import full_tag, load_scorer
from lib.serving.settings import Settings


@dataclass(frozen=True)
class Built:
    """What was built.

    Parameters
    ----------
    pages : list of Path
        One a language.
    fields, open_fields : int
        Questions to people, and those that are not answered in any language.
    """

    pages: list[Path]
    fields: int
    open_fields: int


def build_dossier(settings: Settings, answers: Path, folder: Path) -> Built:
    """Write the dossier of a scorer in the store.

    Parameters
    ----------
    settings : Settings
        Of the service: which scorer, which journal, how long it is kept.
    answers : Path
        What people have written; a file with the questions is written where there is none.
    folder : Path
        Where the pages go.

    Raises
    ------
    InvalidInput
        If there is no such scorer, the journal cannot be read, or the answers make no sense.
    """
    asked = questions()
    write_template(asked, answers)
    written = read_answers(answers, [question.name for _, question in asked])
    now = datetime.now(UTC)
    scorer = load_scorer(settings.model)
    tag = full_tag(settings.model)
    recorded = read_journal(settings.journal)
    has_scores = recorded is not None and recorded.scores > 0
    evidence = Evidence(
        scorer=scorer,
        tag=tag,
        recorded=recorded,
        kept_days=settings.journal_days,
        built=now.date().isoformat(),
        watched=read_monitoring(settings.journal, scorer, tag, now) if has_scores else (),
    )
    answered = sum(bool(text.fr or text.en) for text in written.values())
    return Built(write_dossier(evidence, written, folder), len(asked), len(asked) - answered)
