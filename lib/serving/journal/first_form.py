"""A journal of the first form, two tables of a file that were only added to, becomes a chain.

What was kept then is kept: scores without their inputs, decisions without a reason.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, inspect

from lib.serving.journal.entries import CLEAR_DECIMALS, Author, Entry, Kind, new_id

TABLES = ("decisions", "scores")
_SCORES = "SELECT * FROM scores ORDER BY id"
_DECISIONS = "SELECT * FROM decisions ORDER BY id"


def is_of_first_form(connection: Connection) -> bool:
    """Say whether there are entries of the first form."""
    if connection.dialect.name != "sqlite":
        return False
    return set(TABLES) <= set(inspect(connection).get_table_names())


def entries_of_first_form(connection: Connection) -> list[Entry]:
    """Read all entries, in the order of their times."""
    scores = {row["id"]: dict(row) for row in connection.exec_driver_sql(_SCORES).mappings()}
    for score in scores.values():
        score["entry_id"] = new_id()
    entries = [score_of(score) for score in scores.values()]
    entries += decisions_of(connection, scores)
    return sorted(entries, key=lambda entry: entry.at or "")


def remove_first_form(connection: Connection) -> None:
    """Remove the tables, with the triggers that let nobody change them."""
    for table in TABLES:
        connection.exec_driver_sql(f"DROP TABLE {table}")


def score_of(row: Mapping[str, Any]) -> Entry:
    """Give the entry of a score."""
    review = {note.split()[0] for note in row.get("review", "").split(", ") if note}
    return Entry(
        Kind.SCORE,
        author_of(row["caller"]),
        {
            **{name: row[name] for name in ("endpoint", "scorer", "decision")},
            "about": round(row["default_probability"], CLEAR_DECIMALS),
            "review": sorted(review),
        },
        {name: row[name] for name in ("default_probability", "input_sha256")},
        client_id=row["client_id"],
        id=row["entry_id"],
        at=row["at"],
    )


def decisions_of(
    connection: Connection, scores: Mapping[int, Mapping[str, Any]]
) -> Iterator[Entry]:
    """Give the entries of decisions, each with the score that it was about."""
    for row in connection.exec_driver_sql(_DECISIONS).mappings():
        score = scores[row["score_id"]]
        yield Entry(
            Kind.DECISION,
            author_of(row["caller"]),
            {
                "score_id": score["entry_id"],
                "score_at": score["at"],
                "decision": row["decision"],
                "reason": None,
                "model_decision": score["decision"],
                "is_override": row["decision"] != score["decision"],
                "about": round(score["default_probability"], CLEAR_DECIMALS),
                "threshold": None,
                "scorer": score["scorer"],
            },
            {"comment": row["comment"], "default_probability": score["default_probability"]},
            client_id=score["client_id"],
            idempotency_key=row.get("idempotency_key"),
            at=row["at"],
        )


def author_of(caller: str) -> Author:
    """Give who an entry is by; of which role the key was is not known."""
    name, _, person = caller.partition(":")
    return Author(name, person)
