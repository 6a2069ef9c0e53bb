"""A journal of some weeks: scores, decisions and outcomes, written by the journal's own code."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from lib.decision import Decision
from lib.monitoring.watch import watch_journal
from lib.scoring.scorer import Scorer
from lib.serving.handlers.scores import score_clients
from lib.serving.journal import Author, Entry, Journal, Kind
from lib.serving.journal import journal as journal_module
from lib.serving.journal.outcomes import record_outcomes
from lib.serving.journal.recording import score_entry
from lib.serving.resources import Resources
from lib.serving.wire import MonitoringReport, OutcomeGiven, Score

FIRST_DAY = date(2026, 9, 1)
PERSONS = ("anna", "ben", "chloe")
REASONS = ("not_in_file", "security", "unusual")
DAYS, CLIENTS_A_DAY = 12, 90
# The source of this feature fails little by little, in the last days of a story.
FAILING, FAILING_DAYS = "external_score_2", 4
API = Author("partner", "", "scoring")


@contextmanager
def written_on(day: date) -> Iterator[None]:
    """Let the journal believe that it is some day."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime(day.year, day.month, day.day, 9, tzinfo=tz or UTC)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal_module, "datetime", Clock)
        yield


def write_scores(resources: Resources, table: pa.Table, day: date) -> list[Score]:
    """Score clients and write it, as an endpoint does, on a day."""
    names = [name for name in table.column_names if name in resources.scorer.features]
    rows = table.select(names).to_pylist()
    scores = score_clients(resources, table["client_id"].to_pylist(), rows)
    with written_on(day):
        resources.journal.write([score_entry(one, "score", API, simulates=False) for one in scores])
    return scores


def write_decisions(
    journal: Journal, scores: list[Score], day: date, random: np.random.Generator, against: float
) -> dict[int, Decision]:
    """Let persons decide, a share of them against the model."""
    decided = {}
    entries = []
    for one in scores:
        is_override = bool(random.random() < against)
        other = Decision.GRANT if one.decision is Decision.REFUSE else Decision.REFUSE
        decision = other if is_override else one.decision
        decided[one.client_id or 0] = decision
        entries.append(
            Entry(
                Kind.DECISION,
                Author("dashboard", str(random.choice(PERSONS)), "dashboard"),
                facts={
                    "score_id": one.score_id,
                    "score_at": f"{day - timedelta(days=int(random.integers(0, 2)))}T08:00+00:00",
                    "decision": decision,
                    "reason": str(random.choice(REASONS)) if is_override else None,
                    "model_decision": one.decision,
                    "is_override": is_override,
                    "about": round(one.default_probability, 2),
                    "threshold": one.threshold,
                    "scorer": one.scorer,
                },
                sealed={"comment": "", "default_probability": one.default_probability},
                client_id=one.client_id,
            )
        )
    with written_on(day):
        journal.write(entries)
    return decided


def tell_story(
    resources: Resources, clients: list[pa.Table], against: float = 0.08, seed: int = 0
) -> date:
    """Write a day a table: scores, decisions on nearly all, outcomes of granted ones a day later.

    Returns
    -------
    date
        The last day.
    """
    random = np.random.default_rng(seed)
    day = FIRST_DAY
    for table in clients:
        scores = write_scores(resources, table, day)
        seen = [one for one in scores if random.random() < 0.95]
        decided = write_decisions(resources.journal, seen, day, random, against)
        came = dict(zip(table["client_id"].to_pylist(), table["target"].to_pylist(), strict=True))
        day += timedelta(days=4)
        given = [
            OutcomeGiven(client_id=client_id, day=day, defaulted=bool(came[client_id]))
            for client_id, decision in decided.items()
            if decision is Decision.GRANT and came[client_id] is not None
        ]
        with written_on(day):
            record_outcomes(resources.journal, given, Author("operator", "", "operator"))
    return day


def resources_of(scorer: Scorer, tag: str, journal: Journal) -> Resources:
    """Give what scores are made with, without a portfolio."""
    from lib.portfolio import Portfolio

    return Resources(scorer, tag, Portfolio(Path("none.parquet")), journal)


def watch_a_story(
    scorer: Scorer, tag: str, features: Path, portfolio: Path, journal: Journal
) -> MonitoringReport:
    """Let clients come, be decided on and repay or not, and see what the monitoring finds.

    Parameters
    ----------
    scorer, tag : Scorer, str
        In place.
    features, portfolio : Path
        Files of the chain; the clients are those whose outcome is known, with their own outcomes.
    journal : Journal
        An empty one.
    """
    table = pq.read_table(features)
    table = table.filter(pc.is_valid(table["target"]))
    days = [
        _failing(table.slice(day * CLIENTS_A_DAY, CLIENTS_A_DAY), day - (DAYS - FAILING_DAYS))
        for day in range(DAYS)
    ]
    last = tell_story(resources_of(scorer, tag, journal), days)
    now = datetime.combine(last, time(18), UTC)
    period = f"{FIRST_DAY}..{last}"
    return watch_journal(journal, scorer, tag, period, "", now, portfolio)


def _failing(table: pa.Table, days: int) -> pa.Table:
    """Let a source give less the longer it fails, by a tenth of the clients a day."""
    place = table.column_names.index(FAILING)
    lost = pa.array(np.arange(len(table)) % 10 <= days)
    kept = pc.if_else(lost, pa.scalar(None, table[FAILING].type), table[FAILING])
    return table.set_column(place, FAILING, kept)
