"""What happened in a period, from the journal, as tables: the one place that knows its entries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa

from lib.decision import InvalidInput
from lib.features.description import CREDIT_AMOUNT
from lib.scoring.scorer import Scorer
from lib.serving.journal import Journal, Kind, WrittenEntry

SCORES = {
    "score_id": "str",
    "client_id": "Int64",
    "time": "datetime64[us, UTC]",
    "default_probability": "float64",
    "threshold": "float64",
    "decision": "str",
    "needs_review": "bool",
    "scorer": "str",
    "amount": "float64",
}
DECISIONS = {
    "score_id": "str",
    "client_id": "Int64",
    "time": "datetime64[us, UTC]",
    "score_time": "datetime64[us, UTC]",
    "person": "str",
    "decision": "str",
    "model_decision": "str",
    "reason": "str",
    "defaulted": "float64",
    "amount": "float64",
}
OUTCOMES = {
    "score_id": "str",
    "day": "datetime64[us, UTC]",
    "defaulted": "int64",
    "default_probability": "float64",
    "threshold": "float64",
    "decision": "str",
    "model_decision": "str",
    "scorer": "str",
    "amount": "float64",
}


@dataclass(frozen=True)
class Entries:
    """What happened from one day to another, both included.

    An `amount` is that of the credit asked for, missing where it was not told or the client is
    forgotten; of decisions it is given where they were against the model and the outcome is known.

    Attributes
    ----------
    first_day, last_day : date
        In UTC.
    scores : DataFrame
        One row a client, the last score; every score of who came without a number. Columns as in
        `SCORES`.
    features : Table
        What was scored, a row for each of `scores`, a column for each feature of the model; null
        where it was not given, or the client is forgotten.
    decisions : DataFrame
        Of persons; `defaulted` is missing while the outcome is not known. Columns as in
        `DECISIONS`.
    outcomes : DataFrame
        That became known, one row a score, the last report. Columns as in `OUTCOMES`.
    outcome_features : Table
        As `features`, for `outcomes`.
    """

    first_day: date
    last_day: date
    scores: pd.DataFrame
    features: pa.Table
    decisions: pd.DataFrame
    outcomes: pd.DataFrame
    outcome_features: pa.Table

    def client_ids(self) -> list[int]:
        """Give the numbers of all clients who were scored or decided on."""
        told = pd.concat([self.scores["client_id"], self.decisions["client_id"]])
        return [int(number) for number in told.dropna().unique()]

    def between(self, first_day: date, last_day: date) -> "Entries":
        """Give a part of the period."""
        start, end = moments_of(first_day, last_day)
        scores, decisions, outcomes = (
            ((table[column] >= start) & (table[column] < end)).to_numpy()
            for table, column in (
                (self.scores, "time"),
                (self.decisions, "time"),
                (self.outcomes, "day"),
            )
        )
        return replace(
            self,
            first_day=first_day,
            last_day=last_day,
            scores=self.scores[scores],
            features=self.features.filter(pa.array(scores)),
            decisions=self.decisions[decisions],
            outcomes=self.outcomes[outcomes],
            outcome_features=self.outcome_features.filter(pa.array(outcomes)),
        )


def moments_of(first_day: date, last_day: date) -> tuple[datetime, datetime]:
    """Give the first moment of a stretch of days, and the first after it."""
    start = datetime.combine(first_day, time(), UTC)
    return start, datetime.combine(last_day, time(), UTC) + timedelta(days=1)


def days_of(period: str) -> tuple[date, date]:
    """Read a period: a year, a month, a day, or two days with two dots between them.

    Raises
    ------
    InvalidInput
        If it is none of these, or ends before it begins.

    Examples
    --------
    >>> days_of("2026-02")
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))
    >>> days_of("2026-02-10..2026-03-01")
    (datetime.date(2026, 2, 10), datetime.date(2026, 3, 1))
    """
    first, _, last = period.partition("..")
    try:
        days = _ends(first)[0], _ends(last or first)[1]
    except (ValueError, OverflowError):
        days = (date.max, date.min)
    if days[0] > days[1]:
        raise InvalidInput(
            f"period {period}",
            "a year, a month, a day, or two days: 2026, 2026-11, 2026-11-30, "
            "2026-11-01..2026-11-30",
            "write it so",
        )
    return days


def _ends(written: str) -> tuple[date, date]:
    """Give the first and the last day of a year, a month or a day."""
    year, month, day = (*(int(part) for part in written.split("-")), 0, 0)[:3]
    if day:
        return date(year, month, day), date(year, month, day)
    if month:
        following = date(year + month // 12, month % 12 + 1, 1)
        return date(year, month, 1), following - timedelta(days=1)
    return date(year, 1, 1), date(year, 12, 31)


def read_entries(journal: Journal, scorer: Scorer, first_day: date, last_day: date) -> Entries:
    """Read what happened in a period.

    Parameters
    ----------
    journal : Journal
    scorer : Scorer
        Whose features are wanted.
    first_day, last_day : date
        In UTC, both included.

    Raises
    ------
    JournalUnavailable
        If the journal cannot be read.
    """
    start, end = moments_of(first_day, last_day)
    scores = _last_of_each_client(journal.read((Kind.SCORE,), start, end))
    told = {entry.facts["score_id"]: entry for entry in journal.read((Kind.OUTCOME,))}
    decisions = list(journal.read((Kind.DECISION,), start, end))
    known = [entry for entry in told.values() if start <= _moment(_day_of(entry)) < end]
    scored = [journal.entry(entry.facts["score_id"]) for entry in known]
    return Entries(
        first_day=first_day,
        last_day=last_day,
        scores=_table([_score_row(entry) for entry in scores], SCORES),
        features=feature_table(scorer, [_features_of(entry) for entry in scores]),
        decisions=_table(
            [
                _decision_row(entry, told.get(entry.facts["score_id"]), journal)
                for entry in decisions
            ],
            DECISIONS,
        ),
        outcomes=_table(list(map(_outcome_row, known, scored)), OUTCOMES),
        outcome_features=feature_table(scorer, [_features_of(entry) for entry in scored]),
    )


def feature_table(scorer: Scorer, clients: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Lay features out as a table, a column for each feature of the model."""
    kinds = {
        name: pa.string() if name in scorer.encoder.codes else pa.float64()
        for name in scorer.features
    }
    return pa.table(
        {
            name: pa.chunked_array([pa.array([one.get(name) for one in clients], kind)])
            for name, kind in kinds.items()
        }
    )


def _last_of_each_client(entries: Iterable[WrittenEntry]) -> list[WrittenEntry]:
    last: dict[int | str, WrittenEntry] = {}
    for entry in entries:
        if not entry.facts.get("simulates"):
            last[entry.id if entry.client_id is None else entry.client_id] = entry
    return list(last.values())


def _score_row(entry: WrittenEntry) -> tuple[Any, ...]:
    facts = entry.facts
    return (
        entry.id,
        entry.client_id,
        _moment(entry.at),
        _probability(entry),
        facts.get("threshold"),  # a journal of the first form kept none
        facts["decision"],
        bool(facts["review"]),
        facts["scorer"],
        amount_of(entry),
    )


def _decision_row(
    entry: WrittenEntry, outcome: WrittenEntry | None, journal: Journal
) -> tuple[Any, ...]:
    facts = entry.facts
    return (
        facts["score_id"],
        entry.client_id,
        _moment(entry.at),
        _moment(facts["score_at"]),
        entry.author.person or entry.author.caller,
        facts["decision"],
        facts["model_decision"],
        facts["reason"] or "",
        None if outcome is None else float(outcome.facts["defaulted"]),
        amount_of(journal.entry(facts["score_id"])) if outcome and facts["is_override"] else None,
    )


def _outcome_row(entry: WrittenEntry, score: WrittenEntry | None) -> tuple[Any, ...]:
    facts = entry.facts
    return (
        facts["score_id"],
        _moment(_day_of(entry)),
        int(facts["defaulted"]),
        _probability(entry),
        facts["threshold"],
        facts["decision"] or "",
        facts["model_decision"],
        facts["scorer"],
        amount_of(score),
    )


def _probability(entry: WrittenEntry) -> float:
    """Give the default probability; of a forgotten client only the rounded one is left."""
    return float((entry.sealed or {}).get("default_probability", entry.facts["about"]))


def amount_of(score: WrittenEntry | None) -> float:
    """Give the amount of the credit that a score was about; NaN where it is not known."""
    amount = _features_of(score).get(CREDIT_AMOUNT)
    return float("nan") if amount is None else float(amount)


def _features_of(entry: WrittenEntry | None) -> Mapping[str, Any]:
    features: Mapping[str, Any] = ((entry.sealed if entry else None) or {}).get("features", {})
    return features


def _day_of(entry: WrittenEntry) -> str:
    """Give the day of an outcome; of a forgotten client only the month is left."""
    return str((entry.sealed or {}).get("day", f"{entry.facts['month']}-01"))


def _moment(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _table(rows: Sequence[tuple[Any, ...]], columns: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns)).astype(dict(columns))
