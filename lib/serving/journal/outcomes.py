"""Outcomes into the journal: each tied to the score and the decision that it followed.

All are taken, or none: what is wrong is named, row by row.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from lib.decision import InvalidInput
from lib.serving.journal.entries import Author, Entry, Kind, WrittenEntry
from lib.serving.journal.journal import Journal
from lib.serving.wire import OutcomeGiven, OutcomesRecorded

COLUMNS = ("client_id", "day", "defaulted")
OPTIONAL = ("score_id",)
# So many bad rows are named; more of them are the same mistake.
MOST_NAMED = 10
ROW = "a row has a client's number, a day such as 2026-11-30, and 1 for a default or 0"
TIE = "each outcome is of a score that was given before, and a score has one outcome"


def read_outcomes(path: Path) -> list[OutcomeGiven]:
    """Read a CSV file of outcomes: columns client_id, day, defaulted, and score_id where known.

    Raises
    ------
    InvalidInput
        If there is no such file, a column is missing or unknown, or a row makes no sense: it names
        the rows, by their lines.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            str(path), "it is a text that can be read", "check FILE=<path of a CSV file>"
        ) from error
    rows = csv.DictReader(text.splitlines(), strict=True)
    _check_columns(path, rows.fieldnames or ())
    given: list[OutcomeGiven] = []
    faults: list[str] = []
    for row in rows:
        try:
            given.append(OutcomeGiven.model_validate(_filled(row)))
        except ValidationError as error:
            faults.append(f"line {rows.line_num}, {_fault(error)}")
    _refuse(faults, path.name, ROW, "correct these rows: none was read")
    if not given:
        raise InvalidInput(str(path), "it has a row for each outcome", "add rows below the names")
    return given


def _check_columns(path: Path, names: Sequence[str]) -> None:
    missing = [name for name in COLUMNS if name not in names]
    unknown = [name for name in names if name not in (*COLUMNS, *OPTIONAL)]
    if missing or unknown:
        told = [f"column {name} is missing" for name in missing]
        told += [f"column {name} is unknown" for name in unknown]
        raise InvalidInput(
            f"{path.name}, {'; '.join(told)}",
            f"it has the columns {', '.join(COLUMNS)}, and {OPTIONAL[0]} where it is known",
            "correct the first line: none was read",
        )


def _filled(row: dict[str | None, str | None]) -> dict[str, str | None]:
    # A row with too many values has the others under None, which no message knows.
    return {str(name): value or None for name, value in row.items()}


def _fault(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    message = first["msg"]
    return f"{'.'.join(map(str, first['loc']))}: {message[:1].lower()}{message[1:]}"


def _refuse(faults: Sequence[str], where: str, rule: str, remedy: str) -> None:
    if faults:
        more = len(faults) - MOST_NAMED
        named = "; ".join(faults[:MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")
        raise InvalidInput(f"{where}, {named}", rule, remedy)


def record_outcomes(
    journal: Journal,
    given: Sequence[OutcomeGiven],
    author: Author,
    before_writing: Callable[[], None] = lambda: None,
) -> OutcomesRecorded:
    """Write outcomes, each with what was told and decided; a later one replaces an earlier.

    Parameters
    ----------
    journal : Journal
    given : sequence of OutcomeGiven
    author : Author
        Who reports them.
    before_writing : callable, optional
        Raises where nothing is to be written any more.

    Raises
    ------
    InvalidInput
        If one belongs to no score, or two say the same credit's differently: it names them all.
    JournalUnavailable
        If the journal cannot be read or written.
    """
    entries: list[Entry] = []
    faults: list[str] = []
    known_before = 0
    seen: dict[str, OutcomeGiven] = {}
    for place, one in enumerate(given):
        history = journal.about(one.client_id)
        tied = _opened(journal, _tied(one, history))
        where = f"outcomes[{place}] of client {one.client_id}"
        if tied is None:
            faults.append(f"{where}: no such score on {one.day} or before")
            continue
        before = seen.get(tied.id)
        seen[tied.id] = one
        if before and before.defaulted is not one.defaulted:
            faults.append(f"{where}: another outcome of the same credit says otherwise")
        last = _opened(journal, _last_on(tied, Kind.OUTCOME, history))
        # Row by row, as if each had been sent alone: a row may be there twice, or correct a day.
        if before.day == one.day if before else _is_known(one, last):
            known_before += 1
        else:
            decision = _last_on(tied, Kind.DECISION, _until(one.day, history))
            entries.append(_entry(one, tied, decision, author))
    where = f"{len(faults)} of {len(given)} outcomes"
    _refuse(faults, where, TIE, "leave these rows out, or correct them: none was recorded")
    before_writing()
    if entries:
        journal.write(entries, durable=True)
    return OutcomesRecorded(
        recorded=len(entries),
        known_before=known_before,
        overrides=sum(bool(entry.facts["is_override"]) for entry in entries),
    )


def _tied(one: OutcomeGiven, history: Sequence[WrittenEntry]) -> WrittenEntry | None:
    """Find the score that an outcome belongs to, among all entries of the client in their order."""
    before = _until(one.day, history)
    scores = {entry.id: entry for entry in _scores_of(before)}
    if one.score_id is not None:
        return scores.get(one.score_id)
    decided = [e.facts["score_id"] for e in before if e.kind is Kind.DECISION]
    shown = list(scores)
    last = next((name for name in [*reversed(decided), *reversed(shown)] if name in scores), None)
    return scores[last] if last else None


def _until(day: date, history: Sequence[WrittenEntry]) -> list[WrittenEntry]:
    """Give the entries from before a day, and of the day itself."""
    return [entry for entry in history if entry.at[:10] <= day.isoformat()]


def _scores_of(history: Sequence[WrittenEntry]) -> Iterator[WrittenEntry]:
    """Give the scores of the client as the client is."""
    for entry in history:
        if entry.kind is Kind.SCORE and not entry.facts.get("simulates"):
            yield entry


def _last_on(
    score: WrittenEntry, kind: Kind, history: Sequence[WrittenEntry]
) -> WrittenEntry | None:
    """Give the last entry of a kind about a score: a decision, or an outcome."""
    about = (e for e in reversed(history) if e.kind is kind and e.facts["score_id"] == score.id)
    return next(about, None)


def _is_known(one: OutcomeGiven, told: WrittenEntry | None) -> bool:
    """Say whether the last outcome of the same credit says the same."""
    return told is not None and (told.facts["defaulted"], (told.sealed or {}).get("day")) == (
        one.defaulted,
        one.day.isoformat(),
    )


def _opened(journal: Journal, entry: WrittenEntry | None) -> WrittenEntry | None:
    """Give an entry with what is sealed of it; None where the client was forgotten meanwhile."""
    opened = journal.entry(entry.id) if entry else None
    return opened if opened and opened.sealed is not None else None


def _entry(
    one: OutcomeGiven, score: WrittenEntry, decision: WrittenEntry | None, author: Author
) -> Entry:
    """Write an outcome with what was told and decided of it: a client may be forgotten later."""
    return Entry(
        Kind.OUTCOME,
        author,
        facts={
            "score_id": score.id,
            "defaulted": one.defaulted,
            "month": one.day.isoformat()[:7],
            "model_decision": score.facts["decision"],
            "decision_id": decision.id if decision else None,
            "decision": decision.facts["decision"] if decision else None,
            "is_override": bool(decision and decision.facts["is_override"]),
            **{name: score.facts[name] for name in ("about", "scorer")},
            "threshold": score.facts.get("threshold"),  # a journal of the first form kept none
        },
        sealed={
            "day": one.day.isoformat(),
            "default_probability": (score.sealed or {})["default_probability"],
        },
        client_id=one.client_id,
    )
