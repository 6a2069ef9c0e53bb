"""What has been recorded since the scorer is in use: the journal's counts, monitoring's figures."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from lib.decision import Decision, InvalidInput
from lib.features.description import Text
from lib.monitoring.watch import watch_journal
from lib.scoring.scorer import Scorer
from lib.serving.journal import Journal, JournalUnavailable, Kind


@dataclass(frozen=True)
class Watched:
    """One figure of monitoring.

    Parameters
    ----------
    name, sentence : Text
        What it is called, and what it says.
    level : {"green", "amber", "red", "unknown"}
    """

    name: Text
    sentence: Text
    level: Literal["green", "amber", "red", "unknown"]


@dataclass(frozen=True)
class Recorded:
    """What the journal tells of all clients together.

    Parameters
    ----------
    first, last : str
        Times of the first and of the last entry, ISO 8601; empty where there is none.
    scores, refusals, under_review : int
        Scores given, simulations aside; those that say refuse; those that a person must look at.
    simulations : int
        Scores given of what might be.
    decisions, overrides : int
        Of people; those that differ from the model's.
    granted_against : int
        Overrides that grant what the model would refuse.
    looks : int
        Entries that tell who has seen whom.
    forgotten : int
        Clients who were forgotten.
    entries, faults : int
        Entries of the chain that were verified, and how many of them are wrong.
    """

    first: str
    last: str
    scores: int
    refusals: int
    under_review: int
    simulations: int
    decisions: int
    overrides: int
    granted_against: int
    looks: int
    forgotten: int
    entries: int
    faults: int


def read_journal(where: str) -> Recorded | None:
    """Count what a journal holds, and verify it; None where nothing was ever recorded.

    Parameters
    ----------
    where : str
        Path of a file, or the URL of a database.

    Raises
    ------
    JournalUnavailable
        If it cannot be read.
    """
    # To open a file that is not there would make it.
    if "://" not in where and not Path(where).is_file():
        return None
    journal = Journal(where)
    try:
        return _count(journal)
    finally:
        journal.close()


def read_monitoring(where: str, scorer: Scorer, tag: str, now: datetime) -> list[Watched]:
    """Judge the last days of a journal; nothing without a reference on the card, or scores of late.

    Parameters
    ----------
    where : str
        Path of a file that is there, or the URL of a database.
    scorer, tag : Scorer, str
        In place.
    now : datetime

    Raises
    ------
    JournalUnavailable
        If the journal cannot be read.
    """
    if scorer.card.reference is None:
        return []
    journal = Journal(where)
    try:
        report = watch_journal(journal, scorer, tag, "", "", now)
    except JournalUnavailable:
        raise
    except InvalidInput:  # it has scored nobody of late
        return []
    finally:
        journal.close()
    return [Watched(one.label, one.sentence, one.level) for one in report.figures]


def _count(journal: Journal) -> Recorded:
    counted: Counter[str] = Counter()
    first = last = ""
    for entry in journal.read():
        first, last = first or entry.at, entry.at
        counted[entry.kind] += 1
        facts = entry.facts
        if entry.kind is Kind.SCORE:
            simulates = bool(facts.get("simulates"))
            counted["simulations"] += simulates
            counted["refusals"] += not simulates and facts["decision"] == Decision.REFUSE
            counted["under_review"] += not simulates and bool(facts["review"])
        if entry.kind is Kind.DECISION and facts["is_override"]:
            counted["overrides"] += 1
            counted["granted_against"] += facts["decision"] == Decision.GRANT
    check = journal.verify()
    return Recorded(
        first=first,
        last=last,
        scores=counted[Kind.SCORE] - counted["simulations"],
        refusals=counted["refusals"],
        under_review=counted["under_review"],
        simulations=counted["simulations"],
        decisions=counted[Kind.DECISION],
        overrides=counted["overrides"],
        granted_against=counted["granted_against"],
        looks=counted[Kind.LOOK],
        forgotten=counted[Kind.FORGOTTEN],
        entries=check.entries,
        faults=len(check.faults),
    )
