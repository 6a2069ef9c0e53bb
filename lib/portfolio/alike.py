"""An index of who is like whom, so that a client is not compared with all others.

All clients are cut into clusters by what drives the score, and lie cluster by cluster in a table
beside the file of the clients (`tables.py`). Who is asked for those like a client compares it with
the clusters nearest to it alone, by the distance itself: what is found has its exact distance and
order, and hardly anybody is missed (`make bench-portfolio` counts). Of a group, as many of its own
are compared as of a portfolio of its size. Faiss finds the clusters; to read them needs nothing but
the table.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lib.portfolio.likeness import Scale

# Fewer clients are compared one by one quickly enough.
FEWEST_INDEXED = 200_000
CLIENTS_A_CLUSTER, MOST_CLUSTERS = 1_000, 1_024
# From so many clients of each the clusters are learned.
LEARNED_FROM, ITERATIONS = 64, 10
# A client is compared with this share of all, and at least and at most with so many.
SHARE_COMPARED, FEWEST_COMPARED, MOST_COMPARED = 0.05, 50_000, 300_000
CLIENTS_A_BATCH = 65_536
CLUSTER = "cluster of those alike"
CLUSTERS = pa.schema([("client_id", pa.int64()), (CLUSTER, pa.int16())])

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

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Self:
        """Make an index of what `dataclasses.asdict` has made of it."""
        coordinates = [
            Coordinate(Scale(**one["scale"]), one["middle"], one["categories"])
            for one in written["coordinates"]
        ]
        return cls(coordinates, written["sizes"], written["written_centres"])

    def nearest(self, client: Mapping[str, object], asked: Mapping[int, int]) -> list[int]:
        """Give the clusters that a client is compared with, the nearest first.

        Parameters
        ----------
        client : mapping of str to float, str or None
        asked : mapping of int to int
            How many clients are asked about, by cluster.

        Returns
        -------
        list of int
            Empty where the client is compared with all of them.
        """
        row = pa.Table.from_pylist(
            [{one.scale.name: client.get(one.scale.name) for one in self.coordinates}],
            pa.schema([(one.scale.name, _type_of(one)) for one in self.coordinates]),
        )
        distances = np.square(self.centres - vectors_of(row, self.coordinates)).sum(axis=1)
        order = [at for at in np.argsort(distances, kind="stable").tolist() if asked.get(at)]
        reached = np.cumsum([asked[at] for at in order])
        total = sum(asked.values())
        enough = min(max(int(SHARE_COMPARED * total), FEWEST_COMPARED), MOST_COMPARED)
        return order[: int(np.searchsorted(reached, enough)) + 1] if enough < total else []


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


def write_clusters(clients: Path, coordinates: Sequence[Coordinate], output: Path) -> Index:
    """Find clusters of the clients of a file, and write which one each is in.

    Parameters
    ----------
    clients : Path
    coordinates : sequence of Coordinate
        At least one.
    output : Path
        A Parquet file of their numbers, with `CLUSTER`.
    """
    import faiss

    # Buffered ahead, all that was read would stay in memory.
    file = pq.ParquetFile(clients, pre_buffer=False)
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
    sizes = np.zeros(count, dtype=np.int64)
    with pq.ParquetWriter(output, CLUSTERS) as writer:
        for batch in _batches(file, coordinates):
            _, nearest = means.index.search(vectors_of(batch, coordinates), 1)
            clusters = nearest[:, 0].astype(np.int16)
            sizes += np.bincount(clusters, minlength=count)
            writer.write_table(pa.table([batch["client_id"], pa.array(clusters)], CLUSTERS))
    centres = b64encode(np.asarray(means.centroids, np.float32).tobytes()).decode()
    return Index(list(coordinates), sizes.tolist(), centres)


def _batches(file: pq.ParquetFile, coordinates: Sequence[Coordinate]) -> Iterator[pa.Table]:
    features = [(one.scale.name, _type_of(one)) for one in coordinates]
    schema = pa.schema([("client_id", pa.int64()), *features])
    for batch in file.iter_batches(CLIENTS_A_BATCH, columns=schema.names):
        yield pa.Table.from_batches([batch]).select(schema.names).cast(schema)
