"""An index of who is like whom, so that a client is not compared with all others.

All clients are cut into clusters by what drives the score, and lie cluster by cluster in a Parquet
file beside that of the clients. Who is asked for those like a client compares it with the clusters
nearest to it alone, by the distance itself: what is found has its exact distance and order, and
hardly anybody is missed (`make bench-portfolio` counts). Faiss finds the clusters; to read them
needs nothing but the file.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lib.portfolio.beside import ALIKE, MADE_OF, digest_of, told_beside
from lib.portfolio.groups import quoted
from lib.portfolio.likeness import Scale

# Fewer clients are compared one by one quickly enough.
FEWEST_INDEXED = 200_000
CLIENTS_A_CLUSTER, MOST_CLUSTERS = 1_000, 1_024
# From so many clients of each the clusters are learned.
LEARNED_FROM, ITERATIONS = 64, 10
# A client is compared with this share of all, and at least and at most with so many.
SHARE_COMPARED, FEWEST_COMPARED, MOST_COMPARED = 0.05, 50_000, 300_000
CLIENTS_A_BATCH, CLIENTS_A_GROUP = 65_536, 8_192
# Of the sorting, which goes on on disk beyond it.
MEMORY_LIMIT = "1GB"
CLUSTER = "cluster of those alike"
INDEX = b"index"

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Coordinate:
    """Where clients lie by one feature.

    Attributes
    ----------
    scale : Scale
    middle : float
        Numbers only: what lies in the middle.
    categories : list of str
        Categories only: those that are told apart.
    """

    scale: Scale
    middle: float
    categories: list[str]


@dataclass(frozen=True)
class Index:
    """Where the clusters lie.

    Attributes
    ----------
    coordinates : list of Coordinate
        What they are made of.
    sizes : list of int
        Clients of each.
    written_centres : str
        Their centres, as float32 in Base64.
    """

    coordinates: list[Coordinate]
    sizes: list[int]
    written_centres: str

    @cached_property
    def centres(self) -> Vectors:
        """The centre of each cluster."""
        values = np.frombuffer(b64decode(self.written_centres), np.float32)
        return values.reshape(len(self.sizes), -1)

    @property
    def scales(self) -> list[Scale]:
        """The scales of its distance."""
        return [one.scale for one in self.coordinates]

    def nearest(self, client: Mapping[str, object]) -> list[int]:
        """Give the clusters that a client is compared with, the nearest first."""
        row = pa.Table.from_pylist(
            [{one.scale.name: client.get(one.scale.name) for one in self.coordinates}],
            pa.schema([(one.scale.name, _type_of(one)) for one in self.coordinates]),
        )
        distances = np.square(self.centres - vectors_of(row, self.coordinates)).sum(axis=1)
        order = np.argsort(distances, kind="stable")
        reached = np.cumsum(np.array(self.sizes)[order])
        share = int(SHARE_COMPARED * reached[-1])
        enough = min(max(share, FEWEST_COMPARED), MOST_COMPARED)
        return order[: int(np.searchsorted(reached, enough)) + 1].tolist()


def _type_of(coordinate: Coordinate) -> pa.DataType:
    return pa.string() if coordinate.scale.spread is None else pa.float64()


def vectors_of(clients: pa.Table, coordinates: Sequence[Coordinate]) -> Vectors:
    """Place clients so that those alike lie near each other.

    Numbers lie at most one spread from the middle, a missing one in the middle and apart from all
    others; categories lie apart from each other. A squared difference weighs what the feature does.

    Examples
    --------
    >>> ages = Coordinate(Scale("age", 1.0, 20.0), 40.0, [])
    >>> vectors_of(pa.table({"age": [40.0, 50.0, None, 99.0]}), [ages]).tolist()
    [[0.0, 0.0], [0.5, 0.0], [0.0, 1.0], [1.0, 0.0]]
    """
    width = sum(len(one.categories) or 2 for one in coordinates)
    vectors, at = np.zeros((width, len(clients)), dtype=np.float32), 0
    for one in coordinates:
        column, weight = clients[one.scale.name], one.scale.weight**0.5
        if one.scale.spread is None:
            codes = pc.index_in(column, pa.array(one.categories, pa.string())).to_numpy()
            for place in range(len(one.categories)):
                vectors[at + place] = (codes == place) * (weight * 0.5**0.5)
        else:
            values = column.cast(pa.float64()).to_numpy()
            is_missing = np.isnan(values)
            places = np.clip((values - one.middle) / one.scale.spread, -1.0, 1.0)
            vectors[at] = np.where(is_missing, 0.0, places) * weight
            vectors[at + 1] = is_missing * weight
        at += len(one.categories) or 2
    return np.ascontiguousarray(vectors.T)


def write_index(clients: Path, coordinates: Sequence[Coordinate], output: Path) -> None:
    """Find clusters of the clients of a file, and write these cluster by cluster.

    Parameters
    ----------
    clients : Path
    coordinates : sequence of Coordinate
        At least one.
    output : Path
    """
    import faiss

    file = pq.ParquetFile(clients)
    total = file.metadata.num_rows
    count = min(max(total // CLIENTS_A_CLUSTER, 1), MOST_CLUSTERS)
    step = max(total // (count * LEARNED_FROM), 1)
    sample = np.concatenate(
        [
            vectors_of(batch.take(pa.array(range(0, len(batch), step))), coordinates)
            for batch in _batches(file, coordinates)
        ]
    )
    means = faiss.Kmeans(
        sample.shape[1], count, niter=ITERATIONS, seed=1, min_points_per_centroid=1
    )
    means.train(sample)
    with TemporaryDirectory(dir=output.parent) as folder:
        unsorted, sizes = Path(folder) / "unsorted.parquet", np.zeros(count, dtype=np.int64)
        with pq.ParquetWriter(unsorted, _schema_of(coordinates)) as writer:
            for batch in _batches(file, coordinates):
                _, nearest = means.index.search(vectors_of(batch, coordinates), 1)
                clusters = nearest[:, 0].astype(np.int32)
                sizes += np.bincount(clusters, minlength=count)
                writer.write_table(batch.append_column(CLUSTER, pa.array(clusters)))
        centres = b64encode(np.asarray(means.centroids, np.float32).tobytes()).decode()
        index = Index(list(coordinates), sizes.tolist(), centres)
        _write_sorted(unsorted, index, digest_of(clients), output)


def _schema_of(coordinates: Sequence[Coordinate]) -> pa.Schema:
    features = [(one.scale.name, _type_of(one)) for one in coordinates]
    return pa.schema([("client_id", pa.int64()), *features, (CLUSTER, pa.int32())])


def _batches(file: pq.ParquetFile, coordinates: Sequence[Coordinate]) -> Iterator[pa.Table]:
    schema = _schema_of(coordinates)
    schema = schema.remove(schema.get_field_index(CLUSTER))
    for batch in file.iter_batches(CLIENTS_A_BATCH, columns=schema.names):
        yield pa.Table.from_batches([batch]).select(schema.names).cast(schema)


def _write_sorted(unsorted: Path, index: Index, made_of: bytes, output: Path) -> None:
    """Sort clients by cluster: on disk, where memory is short."""
    told = {MADE_OF.decode(): made_of.decode(), INDEX.decode(): json.dumps(asdict(index))}
    metadata = ", ".join(f"{name}: {_text(value)}" for name, value in told.items())
    source = f"FROM read_parquet({_text(str(unsorted))}) ORDER BY {quoted(CLUSTER)}, client_id"
    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        connection.execute(f"SET temp_directory = {_text(str(unsorted.parent))}")
        connection.execute(
            f"COPY ({source}) TO {_text(str(output))} (FORMAT parquet, COMPRESSION zstd,"
            f" ROW_GROUP_SIZE {CLIENTS_A_GROUP}, KV_METADATA {{{metadata}}})"
        )


def _text(value: str) -> str:
    """Write a text for SQL where no parameter can be."""
    return "'" + value.replace("'", "''") + "'"


def read_index(clients: Path) -> Index | None:
    """Read the index of a file of clients; None where there is none of this file."""
    told = told_beside(clients, ALIKE)
    if told is None:
        return None
    found = json.loads(told[INDEX])
    coordinates = [
        Coordinate(Scale(**one["scale"]), one["middle"], one["categories"])
        for one in found["coordinates"]
    ]
    return Index(coordinates, found["sizes"], found["written_centres"])
