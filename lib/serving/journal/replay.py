"""Every score of the journal anew, by the stored scorer that gave it: the same, to the last bit.

So is what a shadow would have said, from the inputs of the score that it followed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from lib.decision import InvalidInput
from lib.scoring.encoder import Features
from lib.serving.handlers.scores import explain_clients, score_clients
from lib.serving.journal.entries import Kind, WrittenEntry
from lib.serving.journal.journal import Journal
from lib.serving.journal.recording import what_was_told
from lib.serving.resources import Resources
from lib.serving.shadow import entries_of
from lib.serving.wire import Score

FIGURES = ("default_probability", "decision", "threshold", "coverage")
CHANGED = "another than what is kept"


@dataclass
class Replay:
    """What came of scoring anew.

    Parameters
    ----------
    identical : int
        Scores that came out as they were told, with all reasons and notes.
    differing : list of str
        Those that did not, each with its place and what differs.
    forgotten : int
        Scores of clients who are forgotten: nobody can repeat them.
    without_inputs : int
        Scores from before the journal kept what was scored.
    without_scorer : int
        Scores whose scorer cannot be loaded: whether they come out the same, nobody knows.
    missing : dict
        Why it cannot be, by the scorer's tag.
    """

    identical: int = 0
    differing: list[str] = field(default_factory=list)
    forgotten: int = 0
    without_inputs: int = 0
    without_scorer: int = 0
    missing: dict[str, str] = field(default_factory=dict)

    @property
    def scores(self) -> int:
        """How many were looked at."""
        unknown = self.forgotten + self.without_inputs + self.without_scorer
        return self.identical + len(self.differing) + unknown


def replay(journal: Journal, resources_of: Callable[[str], Resources]) -> Replay:
    """Score all entries anew, those of shadows too.

    Parameters
    ----------
    journal : Journal
    resources_of : callable
        Gives what scores by a tag; InvalidInput where the store does not hold it.

    Raises
    ------
    JournalUnavailable
        If the journal cannot be read.
    """
    found = Replay()
    for entry in journal.read([Kind.SCORE, Kind.SHADOW]):
        is_shadow = entry.kind is Kind.SHADOW
        scored = journal.entry(entry.facts["score_id"]) if is_shadow else entry
        if entry.sealed is None or (scored and scored.sealed is None):
            found.forgotten += 1
        elif scored is None or "features" not in (scored.sealed or {}):
            found.without_inputs += 1
        elif (resources := _resources(found, entry.facts["scorer"], resources_of)) is None:
            found.without_scorer += 1
        elif difference := difference_of(entry, scored, resources):
            found.differing.append(f"entry {entry.seq}: {difference}")
        else:
            found.identical += 1
    return found


def _resources(
    found: Replay, tag: str, resources_of: Callable[[str], Resources]
) -> Resources | None:
    """Give what scores by a tag, or note why nothing does; it is tried once."""
    if tag in found.missing:
        return None
    try:
        return resources_of(tag)
    except InvalidInput as fault:
        found.missing[tag] = str(fault)
        return None


def difference_of(entry: WrittenEntry, scored: WrittenEntry, resources: Resources) -> str:
    """Say in what a score differs from what was told; nothing where it is the same.

    Parameters
    ----------
    entry : WrittenEntry
        The score, or what a shadow said to it.
    scored : WrittenEntry
        What holds the inputs: the score.
    resources : Resources
        What scores by the entry's tag.
    """
    try:
        if entry.kind is Kind.SHADOW:
            again = said_again(entry, scored, resources)
        else:
            score = scored_again(entry, resources)
            again = {name: getattr(score, name) for name in FIGURES} | what_was_told(score)
    except InvalidInput as fault:
        return str(fault)
    told = entry.facts | (entry.sealed or {})
    for name, value in again.items():
        if value != told[name]:
            is_figure = name in FIGURES
            return f"{name} was {told[name]}, and is {value}" if is_figure else f"{name}: {CHANGED}"
    return ""


def said_again(
    entry: WrittenEntry, scored: WrittenEntry, resources: Resources
) -> dict[str, object]:
    """Let a shadow score anew what it followed, and give its figures."""
    (again,) = entries_of(
        resources.scorer, resources.tag, [(scored.id, scored.client_id, _features_of(scored))]
    )
    told = {**again.facts, **(again.sealed or {})}
    return {name: told[name] for name in FIGURES}


def scored_again(entry: WrittenEntry, resources: Resources) -> Score:
    """Score what an entry holds, with reasons where they were told."""
    clients = [entry.client_id], [_features_of(entry)]
    if "reasons" in (entry.sealed or {}):
        return explain_clients(resources, *clients)[0]
    return score_clients(resources, *clients)[0]


def _features_of(entry: WrittenEntry) -> Features:
    features: Features = (entry.sealed or {})["features"]
    return features
