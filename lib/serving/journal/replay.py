"""Every score of the journal anew, by the stored scorer that gave it: the same, to the last bit."""

from collections.abc import Callable
from dataclasses import dataclass, field

from lib.decision import InvalidInput
from lib.serving.handlers.scores import explain_clients, score_clients
from lib.serving.journal.entries import Kind, WrittenEntry
from lib.serving.journal.journal import Journal
from lib.serving.journal.recording import what_was_told
from lib.serving.resources import Resources
from lib.serving.wire import Score


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
    """

    identical: int = 0
    differing: list[str] = field(default_factory=list)
    forgotten: int = 0
    without_inputs: int = 0

    @property
    def scores(self) -> int:
        """How many were looked at."""
        return self.identical + len(self.differing) + self.forgotten + self.without_inputs


def replay(journal: Journal, resources_of: Callable[[str], Resources]) -> Replay:
    """Score all entries anew.

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
    for entry in journal.read([Kind.SCORE]):
        if entry.sealed is None:
            found.forgotten += 1
        elif "features" not in entry.sealed:
            found.without_inputs += 1
        elif difference := difference_of(entry, resources_of):
            found.differing.append(f"entry {entry.seq}: {difference}")
        else:
            found.identical += 1
    return found


def difference_of(entry: WrittenEntry, resources_of: Callable[[str], Resources]) -> str:
    """Say in what a score differs from what was told; nothing where it is the same."""
    try:
        again = scored_again(entry, resources_of(entry.facts["scorer"]))
    except InvalidInput as fault:
        return str(fault)
    told = entry.facts | (entry.sealed or {})
    for name in ("default_probability", "decision", "threshold", "coverage"):
        if getattr(again, name) != told[name]:
            return f"{name} was {told[name]}, and is {getattr(again, name)}"
    for name, value in what_was_told(again).items():
        if value != told[name]:
            return f"{name}: another than what is kept"
    return ""


def scored_again(entry: WrittenEntry, resources: Resources) -> Score:
    """Score what an entry holds, with reasons where they were told."""
    sealed = entry.sealed or {}
    clients = [entry.client_id], [sealed["features"]]
    if "reasons" in sealed:
        return explain_clients(resources, *clients)[0]
    return score_clients(resources, *clients)[0]
