"""Scores every known client and writes the portfolio."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from shutil import rmtree

import pyarrow as pa
import pyarrow.parquet as pq

from lib.decision import InvalidInput
from lib.features.file import features_files
from lib.features.workshop import workshop
from lib.portfolio.ahead import write_answers
from lib.portfolio.alike import FEWEST_INDEXED
from lib.portfolio.beside import AHEAD, BESIDE, ROWS, TABLES, place_beside
from lib.portfolio.file import ScoredBy
from lib.portfolio.portfolio import Portfolio
from lib.portfolio.rows import write_rows
from lib.portfolio.scores import CLIENTS_PER_BATCH, SCORES, score_frame
from lib.portfolio.tables import write_tables
from lib.scoring.scorer import Scorer

# What is read before any question, where each column of each group of rows lies, grows with the
# number of groups.
CLIENTS_PER_GROUP = 65_536

OWN_COLUMNS = [
    pa.field("client_id", pa.int64(), nullable=False),
    pa.field("defaulted", pa.bool_()),
    *SCORES,
]


def build_portfolio(features_path: Path, scorer: Scorer, tag: str, output: Path) -> int:
    """Score all clients of a features file and write them, sorted by client number.

    Parameters
    ----------
    features_path : Path
        ``features.parquet``, a file or a folder of files, sorted by client number.
    scorer : Scorer
        Gives the default probabilities and decisions.
    tag : str
        Its tag in the store: who serves another scorer refuses the file.
    output : Path
        Replaced at once, when all is written: readers see the old file or the new one.

    Returns
    -------
    int
        Number of clients.

    Raises
    ------
    InvalidInput
        If there is no such file, it is not sorted, the scorer misses a column, the output's path is
        one that DuckDB cannot open or holds something else, or another run is writing it.

    Notes
    -----
    Clients are read and written in batches, so memory does not grow with their number. What will be
    asked of all of them is answered afterwards, a feature at a time, and kept beside the file: see
    `lib.portfolio.ahead`.
    """
    if "?" in str(output.resolve()):
        rule = "its path has no ?, after which DuckDB reads settings"
        raise InvalidInput(f"portfolio {output}", rule, "rename the folder, or write it elsewhere")
    _check_place(output)
    files = features_files(Path(features_path))
    with workshop(output) as folder:
        made = folder / output.name
        try:
            count = _write(files, scorer, ScoredBy(tag, scorer.threshold), made)
            write_beside(made, scorer.feature_weights)
            # First what lies beside the file: it is not read before the file is in place.
            for what in BESIDE:
                if place_beside(made, what).exists():
                    place_beside(made, what).replace(place_beside(output, what))
            made.replace(output)
        finally:
            rmtree(folder)
    return count


def _check_place(output: Path) -> None:
    """Refuse to put clients in the place of anything but clients who were scored before."""
    try:
        is_portfolio = {field.name for field in OWN_COLUMNS} <= set(pq.read_schema(output).names)
    except (OSError, pa.ArrowException):
        is_portfolio = not output.exists()
    if not is_portfolio:
        rule = "a portfolio takes the place of a portfolio, or of nothing"
        raise InvalidInput(str(output), rule, "choose another path, or move what is there")


def write_beside(
    clients: Path, weights: Mapping[str, float], features: Sequence[str] | None = None
) -> None:
    """Write what is made of a file of clients, so that nobody has to wait for it, beside the file.

    Parameters
    ----------
    clients : Path
        A file that `build_portfolio` has written.
    weights : mapping of str to float
        Importance of each feature, by which clients are alike.
    features : sequence of str or None
        Which ones are described; None is all.
    """
    write_rows(clients, place_beside(clients, ROWS))
    portfolio = Portfolio(clients)
    is_indexed = pq.read_metadata(clients).num_rows >= FEWEST_INDEXED
    coordinates = portfolio.coordinates(weights) if is_indexed else []
    write_tables(clients, coordinates, place_beside(clients, TABLES))
    answers = portfolio.ask_ahead(portfolio.file.told_by().threshold, features)
    write_answers(answers, clients, place_beside(clients, AHEAD))


def _write(files: Sequence[Path], scorer: Scorer, scored_by: ScoredBy, part: Path) -> int:
    names = {"client_id", "target"}
    kept = [_as_text(field) for field in pq.read_schema(files[0]) if field.name not in names]
    schema = pa.schema([*OWN_COLUMNS, *kept], metadata=scored_by.metadata)
    count = 0
    with pq.ParquetWriter(part, schema, compression="zstd") as writer:
        batches = (_scored(batch, scorer, schema) for batch in _in_order(files))
        for group in _in_groups(batches):
            writer.write_table(group)
            count += group.num_rows
    return count


def _as_text(field: pa.Field) -> pa.Field:
    """Give a field of the one type of text that is asked for; pandas writes the other one."""
    return field.with_type(pa.string()) if pa.types.is_large_string(field.type) else field


def _in_order(files: Sequence[Path]) -> Iterator[pa.Table]:
    """Read the clients of all files in batches, or refuse numbers that do not rise."""
    last = -1
    for file in files:
        # Buffered ahead, all that was read would stay in memory.
        for batch in pq.ParquetFile(file, pre_buffer=False).iter_batches(CLIENTS_PER_BATCH):
            last = _check_order(batch["client_id"], last)
            yield pa.table(batch)


def _in_groups(batches: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Join batches until there are enough clients for a group of rows; the last may have fewer."""
    waiting: list[pa.Table] = []
    for batch in batches:
        waiting.append(batch)
        if sum(map(len, waiting)) >= CLIENTS_PER_GROUP:
            yield pa.concat_tables(waiting)
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting)


def _scored(clients: pa.Table, scorer: Scorer, schema: pa.Schema) -> pa.Table:
    scores = score_frame(scorer, clients)
    columns = {
        **dict(zip(clients.column_names, clients.columns, strict=True)),
        "defaulted": clients["target"].cast(pa.bool_()),
        **dict(zip(scores.column_names, scores.columns, strict=True)),
    }
    return pa.table([columns[name] for name in schema.names], schema.names).cast(schema)


def _check_order(client_ids: pa.Array, last: int) -> int:
    """Return the last number, or refuse numbers that do not rise."""
    numbers = client_ids.to_numpy()
    if len(numbers) and not (numbers[0] > last and (numbers[1:] > numbers[:-1]).all()):
        raise InvalidInput(
            "column client_id", "client numbers rise from row to row", "run notebook 01 again"
        )
    return int(numbers[-1]) if len(numbers) else last
