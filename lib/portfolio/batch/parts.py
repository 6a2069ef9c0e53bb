"""The parts that clients are scored in: what each is made of, and its file of scores.

A part is some row groups of a file of features. Its scores are one Parquet file, which says in its
metadata whose they are and what they were made of, and which is there whole or not at all.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from lib.decision import InvalidInput
from lib.features.code import code_hash
from lib.features.file import check_features_file, features_files
from lib.portfolio.file import ScoredBy
from lib.portfolio.scores import CLIENTS_PER_BATCH, REASONS, SCORES, score_frame
from lib.scoring.scorer import BOOSTER_FILE, FEATURES_FILE, SCORER_FILE, Scorer

# Of seconds each: little is lost when a run is killed, and executors end at about the same time.
CLIENTS_A_PART = 100_000
CLIENT_ID = pa.field("client_id", pa.int64(), nullable=False)
MADE_OF = b"made_of"
SCORER_FILES = (SCORER_FILE, BOOSTER_FILE, FEATURES_FILE)
# A column of a file is read page by page, so that a large row group need not fit into memory.
READ_BYTES = 1 << 16


@dataclass(frozen=True)
class Part:
    """Some clients of a file of features.

    Parameters
    ----------
    number : int
        Its place among all parts, from 0.
    source : Path
        The Parquet file.
    first, after : int
        Which of its row groups: from the first, up to and without the last.
    clients : int
        How many there are in them.
    made_of : str
        Digest of all that its scores follow from.
    """

    number: int
    source: Path
    first: int
    after: int
    clients: int
    made_of: str

    @property
    def name(self) -> str:
        """The name of its file of scores."""
        return f"part-{self.number:05}.parquet"


@dataclass(frozen=True)
class Ask:
    """What is to be told of each client, and by whom.

    Parameters
    ----------
    tag : str
        The scorer's, in the store.
    explained : bool
        Whether refusals come with their reasons.
    """

    tag: str
    explained: bool

    def schema(self, scorer: Scorer) -> pa.Schema:
        """Give the columns of a file of scores, and what is told of all its rows at once."""
        told = ScoredBy(self.tag, scorer.threshold).metadata
        fields = [CLIENT_ID, *SCORES]
        if self.explained:
            labels = {name: vars(label) for name, label in scorer.fact_labels.items()}
            told[b"base_log_odds"] = repr(scorer.base_log_odds).encode()
            told[b"fact_labels"] = json.dumps(labels, ensure_ascii=False).encode()
            fields.append(REASONS)
        return pa.schema(fields, told)


def parts_of(features: Path, scorer: Scorer, identity: str) -> list[Part]:
    """Cut the clients of a file or folder into parts, after a look at the columns of every file.

    Parameters
    ----------
    features : Path
        A Parquet file of features, or a folder of such files.
    scorer : Scorer
        Which features are needed.
    identity : str
        What scores follow from beside the features, from `identity_of`.

    Returns
    -------
    list of Part
        At least one, so that scores of no clients are a file as well.

    Raises
    ------
    InvalidInput
        If there is no such file, or one lacks a column or has it of a wrong type.
    """
    found = [
        (file.resolve(), first, after, clients)
        for file in features_files(features)
        for first, after, clients in _runs(_checked(file, scorer))
    ]
    some = [part for part in found if part[-1]] or found[:1]
    return [
        Part(number, file, first, after, clients, _digest(identity, _stamp(file), first, after))
        for number, (file, first, after, clients) in enumerate(some)
    ]


def identity_of(scorer_folder: Path, ask: Ask) -> str:
    """Digest what scores follow from beside the features: the scorer, what is asked, the code."""
    contents = [
        (scorer_folder / name).read_bytes() if (scorer_folder / name).is_file() else b""
        for name in SCORER_FILES
    ]
    digests = [blake2b(content, digest_size=16).hexdigest() for content in contents]
    return _digest(ask, digests, code_hash("decision", "scoring", "portfolio"))


def write_part(part: Part, scorer: Scorer, ask: Ask, folder: Path) -> int:
    """Score a part and write its file, whole or not at all, in memory that no part's size changes.

    Parameters
    ----------
    part : Part
    scorer : Scorer
    ask : Ask
    folder : Path
        Where the file goes.

    Returns
    -------
    int
        The number of clients.

    Raises
    ------
    InvalidInput
        If a client has no number, or a feature is infinite.
    """
    schema = ask.schema(scorer)
    schema = schema.with_metadata({**schema.metadata, MADE_OF: part.made_of.encode()})
    # Two executors may score the same part, where one seems lost: each has a file of its own.
    half = folder / f".{part.name}.{uuid4().hex}"
    count = 0
    try:
        with pq.ParquetWriter(half, schema, compression="zstd") as writer:
            for clients in _read(part, scorer):
                scores = score_frame(scorer, clients, ask.explained)
                numbers = _client_ids(clients, part)
                writer.write_table(pa.table([numbers, *scores.columns], schema))
                count += clients.num_rows
        half.replace(folder / part.name)
    finally:
        half.unlink(missing_ok=True)
    return count


def is_finished(part: Part, folder: Path) -> bool:
    """Whether a folder holds the file of a part, to its end and made of the very same.

    Parquet closes with what is needed to read it: a file that was broken off cannot be opened.
    """
    try:
        told = pq.read_schema(folder / part.name).metadata or {}
    except (OSError, pa.ArrowException):
        return False
    return bool(told.get(MADE_OF) == part.made_of.encode())


def is_scores(path: Path) -> bool:
    """Whether a file is a finished part of some scores."""
    try:
        return MADE_OF in (pq.read_schema(path).metadata or {})
    except (OSError, pa.ArrowException):
        return False


def _checked(file: Path, scorer: Scorer) -> pq.FileMetaData:
    """Look whether the scorer can read the columns of a file, before any work; give its footer."""
    check_features_file(file)
    opened = pq.ParquetFile(file)
    schema = opened.schema_arrow
    remedy = "write the file by notebooks/01_build_features.ipynb"
    if CLIENT_ID.name not in schema.names:
        raise InvalidInput(f"column client_id of {file}", "the clients have numbers", remedy)
    try:
        scorer.encoder.frame_as_given(schema.empty_table())
    except InvalidInput as fault:
        raise InvalidInput(f"{fault.offender} of {file}", fault.rule, fault.remedy) from fault
    return opened.metadata


def _runs(footer: pq.FileMetaData) -> Iterator[tuple[int, int, int]]:
    """Cut a file into runs of row groups; give the first, the one after the last, the clients."""
    first, clients = 0, 0
    for group in range(footer.num_row_groups):
        rows = footer.row_group(group).num_rows
        if clients and clients + rows > CLIENTS_A_PART:
            yield first, group, clients
            first, clients = group, 0
        clients += rows
    yield first, footer.num_row_groups, clients


def _read(part: Part, scorer: Scorer) -> Iterator[pa.Table]:
    footer = _footer(part.source, _stamp(part.source))
    with pq.ParquetFile(part.source, metadata=footer, buffer_size=READ_BYTES) as file:
        batches = file.iter_batches(
            CLIENTS_PER_BATCH,
            row_groups=range(part.first, part.after),
            columns=[CLIENT_ID.name, *scorer.features],
            use_threads=False,  # parts are scored side by side already
        )
        for batch in batches:
            yield pa.table(batch)


@lru_cache(maxsize=4)
def _footer(file: Path, stamp: str) -> pq.FileMetaData:
    """Read a footer once for all parts of a file: that of a large one has megabytes."""
    return pq.read_metadata(file)


def _client_ids(clients: pa.Table, part: Part) -> pa.ChunkedArray:
    numbers = clients[CLIENT_ID.name]
    if numbers.null_count:
        raise InvalidInput(
            f"column client_id of {part.source}", "every client has a number", "remove the others"
        )
    return numbers.cast(CLIENT_ID.type)


def _stamp(file: Path) -> str:
    """Say what the disk knows of a file: writing changes it."""
    known = file.stat()
    return f"{file} {known.st_size} {known.st_mtime_ns}"


def _digest(*what: object) -> str:
    return blake2b(repr(what).encode(), digest_size=16).hexdigest()
