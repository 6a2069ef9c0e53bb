"""The clients to train a challenger on: those of the features, and whose outcome came meanwhile.

A client of the journal is known by the inputs of the score that the outcome followed; what that
score was not asked is taken from the table of features, where the client is in it. The newest
outcome of a client counts. What cannot be used is counted, by why.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lib.decision import InvalidInput
from lib.features.file import check_features_file
from lib.features.workshop import put_in_place, workshop
from lib.serving.journal import Journal, Kind, WrittenEntry

OWN_COLUMNS = ("client_id", "target")
# A feature that was not asked of more of the clients than this is missing because they are new: a
# model would learn who is, and so by which outcomes they were chosen.
MOST_UNASKED = 0.005


@dataclass(frozen=True)
class Retraining:
    """What a challenger can learn from.

    Attributes
    ----------
    clients : int
        All of the table that have an outcome.
    new, renewed, unchanged : int
        Outcomes of the journal: of clients who were not in the features or had no outcome there, of
        those who had another one or other inputs, and of those who were there just so.
    unusable : mapping of str to int
        Outcomes of the journal that cannot be used, by why.
    unasked : tuple of str
        Features that too many new clients were not asked: the challenger has to do without them.
    """

    clients: int
    new: int
    renewed: int
    unchanged: int
    unusable: Mapping[str, int]
    unasked: tuple[str, ...]

    @property
    def in_words(self) -> str:
        """Say what was used and what was not."""
        told = [
            f"{self.clients:,} clients with an outcome: {self.new:,} new by the journal, "
            f"{self.renewed:,} renewed by it, {self.unchanged:,} that it only confirms"
        ]
        if self.unusable:
            reasons = "; ".join(f"{count:,} {why}" for why, count in self.unusable.items())
            told.append(f"not usable: {reasons}")
        if self.unasked:
            told.append(
                f"{len(self.unasked)} features were not asked of more than {MOST_UNASKED:.1%} of "
                "them, and are left out"
            )
        return "; ".join(told)


@dataclass(frozen=True)
class _Came:
    """An outcome that can be used, with the inputs of its score."""

    client_id: int
    defaulted: bool
    features: Mapping[str, Any]


def write_retraining_table(journal: Journal, features: Path, output: Path) -> Retraining:
    """Write a table of features, of old and of new outcomes.

    Parameters
    ----------
    journal : Journal
    features : Path
        What notebook 01 has written.
    output : Path
        In the same form; replaced at once, when all is written.

    Returns
    -------
    Retraining

    Raises
    ------
    InvalidInput
        If there are no features, a score's input is of another type than its column, or another run
        is writing the output.
    JournalUnavailable
        If the journal cannot be read.
    """
    check_features_file(features)
    table = pq.read_table(features).replace_schema_metadata(None)
    # DuckDB may declare that a column misses nothing: of a new client it may.
    table = table.cast(pa.schema([field.with_nullable(True) for field in table.schema]))
    came, unusable = _usable(journal)
    places = {client_id: at for at, client_id in enumerate(table["client_id"].to_pylist())}
    known = [one for one in came if one.client_id in places]
    strangers = [one for one in came if one.client_id not in places]
    kept = table.take(pa.array([places[one.client_id] for one in known], pa.int64()))
    told = _told(kept, known)
    is_new = np.array(pc.is_null(kept["target"]).to_pylist(), dtype=np.bool_)
    is_same = np.array(
        [old == new for old, new in zip(kept.to_pylist(), told.to_pylist(), strict=True)],
        dtype=np.bool_,
    )
    missing = {field.name: pa.nulls(len(strangers), field.type) for field in table.schema}
    fresh = _told(pa.table(missing, schema=table.schema), strangers)
    others = table.filter(
        pc.invert(pc.is_in(table["client_id"], kept["client_id"].combine_chunks()))
    )
    whole = pa.concat_tables([others, told, fresh]).sort_by("client_id")
    with workshop(output) as folder:
        pq.write_table(whole, folder / output.name)
        put_in_place(folder / output.name, output)
    clients = len(whole) - whole["target"].null_count
    return Retraining(
        clients=clients,
        new=len(strangers) + int(is_new.sum()),
        renewed=int((~is_new & ~is_same).sum()),
        unchanged=int(is_same.sum()),
        unusable=unusable,
        unasked=_unasked(table.column_names, strangers, clients),
    )


def _usable(journal: Journal) -> tuple[list[_Came], Mapping[str, int]]:
    """Read the newest usable outcome of each client, and count the others."""
    unusable: Counter[str] = Counter()
    came: dict[int, _Came] = {}
    # The last report of each score, in the order of the scores' first reports.
    told = {entry.facts["score_id"]: entry for entry in journal.read([Kind.OUTCOME])}
    for score_id, outcome in sorted(told.items(), key=lambda one: _day_of(one[1])):
        score = journal.entry(score_id)
        if outcome.client_id is None:
            unusable["of forgotten clients, whose inputs nobody can read"] += 1
        elif score is None:
            unusable["of scores that were removed by age"] += 1
        elif "features" not in (score.sealed or {}):
            unusable["of scores from before the journal kept inputs"] += 1
        else:
            if outcome.client_id in came:
                unusable["of an earlier credit of the same client"] += 1
            features = (score.sealed or {})["features"]
            came[outcome.client_id] = _Came(
                outcome.client_id, bool(outcome.facts["defaulted"]), features
            )
    return list(came.values()), dict(unusable)


def _day_of(outcome: WrittenEntry) -> str:
    return str((outcome.sealed or {}).get("day", ""))


def _told(clients: pa.Table, came: Sequence[_Came]) -> pa.Table:
    """Put inputs and outcomes in the place of what a table has of these clients, row by row."""
    columns = {}
    for field in clients.schema:
        column = clients[field.name]
        if field.name == "client_id":
            column = pa.array([one.client_id for one in came], field.type)
        elif field.name == "target":
            column = pa.array([int(one.defaulted) for one in came], field.type)
        elif any(field.name in one.features for one in came):
            values = [
                one.features.get(field.name, old)
                for one, old in zip(came, column.to_pylist(), strict=True)
            ]
            column = _column(field, values)
        columns[field.name] = column
    return pa.table(columns, schema=clients.schema)


def _column(field: pa.Field, values: Sequence[Any]) -> pa.Array:
    try:
        if pa.types.is_integer(field.type) or pa.types.is_boolean(field.type):
            # The API takes whole numbers as numbers.
            return pa.array(values, pa.float64()).cast(field.type)
        return pa.array(values, field.type)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise InvalidInput(
            f"inputs of scores, feature {field.name}",
            f"they are of the type of its column, {field.type}",
            "build the features with the release that has scored",
        ) from error


def _unasked(columns: Sequence[str], strangers: Sequence[_Came], clients: int) -> tuple[str, ...]:
    """Name the features that too many clients were not asked."""
    most = MOST_UNASKED * clients
    return tuple(
        name
        for name in columns
        if name not in OWN_COLUMNS and sum(name not in one.features for one in strangers) > most
    )
