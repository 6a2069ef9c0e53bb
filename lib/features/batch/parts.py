"""The parts that the clients are cut into, and the features of each of them.

Every feature is a client's own, so parts can be built by themselves, in bounded memory.
"""

from collections.abc import Callable, Mapping, Sequence

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lib.decision import InvalidInput
from lib.features.batch.engines import Engine, Session
from lib.features.build import APPLICATIONS, build_blocks, finish, unbound_tables
from lib.features.expressions import CLIENT
from lib.features.one_client.compiled import APPLICATION_FEATURES, HISTORY_FEATURES

ClientIds = npt.NDArray[np.int64]
Columns = dict[str, pa.Array | pa.ChunkedArray]

MOST_A_PART = 50_000  # more clients cost memory and save no time
FEWEST_A_PART = 1_000
CLIENTS_PER_GIB = 25_000  # with their history, in all parts at once, for each GiB of the limit

APPLICATION_TABLES = ("application_train", "application_test")
KEY = "client_id"
JOIN = "join"
PART = "clients_of_the_part"  # a table of the engine


def chosen_clients(client_ids: npt.ArrayLike, sample_clients: int | None = None) -> ClientIds:
    """Sort the clients, or as many of them as are asked for.

    Parameters
    ----------
    client_ids : array of int
        Numbers of all clients of the application tables.
    sample_clients : int, optional
        How many to choose, by their number alone: the same ones each time, wherever they stand.

    Raises
    ------
    InvalidInput
        If a client has more than one application, or fewer than 1 client is asked for.

    Examples
    --------
    >>> chosen_clients([7, 3, 5]).tolist()
    [3, 5, 7]
    """
    if sample_clients is not None and sample_clients < 1:
        raise InvalidInput("sample_clients", "at least 1 client", "give a number, or None for all")
    everyone = np.sort(np.asarray(client_ids, dtype=np.int64))
    repeated = np.unique(everyone[1:][everyone[1:] == everyone[:-1]])
    if len(repeated):
        raise InvalidInput(
            f"{len(repeated)} clients such as {', '.join(map(str, repeated[:3]))}",
            "a client has one application, in application_train or application_test",
            "remove the duplicates",
        )
    if sample_clients is None:
        return everyone
    return np.sort(everyone[np.argsort(scattered(everyone), kind="stable")[:sample_clients]])


def scattered(client_ids: ClientIds) -> ClientIds:
    """Give each client a number without relation to any other: Knuth's multiplicative hash."""
    return client_ids * 2_654_435_761 % 4_294_967_296


def parts_of(
    clients: ClientIds, at_once: int = 1, memory_limit_gib: float | None = None
) -> Sequence[ClientIds]:
    """Cut the clients into parts that fit the memory, so many at once, with work for all of these.

    Examples
    --------
    >>> [len(part) for part in parts_of(np.arange(30_000))]
    [30000]
    >>> [len(part) for part in parts_of(np.arange(30_000), at_once=3)]
    [10000, 10000, 10000]
    >>> len(parts_of(np.arange(30_000), at_once=3, memory_limit_gib=0.4))
    12
    """
    size = MOST_A_PART
    if memory_limit_gib is not None:
        fitting = int(memory_limit_gib * CLIENTS_PER_GIB / at_once)
        size = max(FEWEST_A_PART, min(size, fitting))
    least = max(1, -(-len(clients) // size))
    for_all = -(-least // at_once) * at_once
    worth_it = -(-len(clients) // FEWEST_A_PART)
    return np.array_split(clients, max(least, min(for_all, worth_it)))


class PartBuilder:
    """Builds the features of any part of the clients, by queries that are prepared once.

    Parameters
    ----------
    engine : Engine
        It need not have the raw tables yet.

    Attributes
    ----------
    steps : tuple of str
        The steps of a part: the raw tables whose features are built, then the join.
    """

    def __init__(self, engine: Engine) -> None:
        blocks = build_blocks(of_the_part(unbound_tables()))
        self._blocks = {name: engine.prepare(block) for name, block in blocks.items()}
        self._finish = finish(blocks)
        self._prepared_finish = engine.prepare(self._finish.query)
        self.steps = (*blocks, JOIN)

    def build(
        self, clients: ClientIds, session: Session, on_step: Callable[[str], None]
    ) -> pa.Table:
        """Build the features of some clients.

        Parameters
        ----------
        clients : ndarray of int
            They give the order of the rows.
        session : Session
            Of the engine, for this part alone as long as it lasts.
        on_step : callable
            Told the name of each step as it ends.
        """
        keys = put_part(session, clients)
        application: Columns = {KEY: keys}
        histories: Columns = {KEY: keys}
        for name, prepared in self._blocks.items():
            block = aligned(session.fetch(prepared), keys)
            side = application if name == APPLICATIONS else histories
            side.update(zip(block.column_names, block.columns, strict=True))
            on_step(name)
        built = self._joined(application, histories, keys, session)
        on_step(JOIN)
        return built

    def _joined(
        self, application: Columns, histories: Columns, keys: pa.Array, session: Session
    ) -> pa.Table:
        given = {APPLICATION_FEATURES: application, HISTORY_FEATURES: histories}
        for table, needed in self._finish.reads().items():
            session.put(table, pa.table({name: given[table][name] for name in needed}))
        added = aligned(session.fetch(self._prepared_finish), keys)
        finished = dict(zip(added.column_names, added.columns, strict=True))
        columns = histories | application | finished
        return pa.table({name: columns[name] for name in self._finish.columns})


def of_the_part(tables: Mapping[str, ir.Table]) -> dict[str, ir.Table]:
    """Keep the rows of the clients of the part in all tables."""
    clients = ibis.table({CLIENT: "int64"}, name=PART)
    kept = {
        name: table.semi_join(clients, CLIENT)
        for name, table in tables.items()
        if CLIENT in table.columns
    }
    credits_elsewhere = kept["bureau"].select("SK_ID_BUREAU")
    balance = tables["bureau_balance"].semi_join(credits_elsewhere, "SK_ID_BUREAU")
    return {**kept, "bureau_balance": balance}


def put_part(session: Session, clients: ClientIds) -> pa.Array:
    """Give a session the clients of the part; they come back as Arrow has them."""
    keys = as_arrow(clients)
    session.put(PART, pa.table({CLIENT: keys}))
    return keys


def client_ids(engine: Engine) -> ClientIds:
    """Fetch the numbers of all clients of the application tables."""
    applications = (unbound_tables()[name].select(CLIENT) for name in APPLICATION_TABLES)
    everyone = engine.fetch(engine.prepare(ibis.union(*applications, distinct=False)))
    return np.asarray(np.from_dlpack(everyone[CLIENT].combine_chunks()), dtype=np.int64)


def as_arrow(clients: ClientIds) -> pa.Array:
    """Give numbers to Arrow as they lie; by itself it would look for pandas first, for seconds."""
    numbers = pa.py_buffer(np.ascontiguousarray(clients, dtype=np.int64))
    return pa.Array.from_buffers(pa.int64(), len(clients), [None, numbers])


def aligned(table: pa.Table, clients: pa.Array) -> pa.Table:
    """Give one row for each client, in the clients' order; missing where the table has none.

    Parameters
    ----------
    table : Table
        At most one row a client, in any order, with ``client_id``.
    clients : array of int64, length n

    Returns
    -------
    Table
        The other columns, n rows.

    Examples
    --------
    >>> table = pa.table({"client_id": [7, 3], "number_of_cards": [2.0, 1.0]})
    >>> aligned(table, pa.array([3, 5, 7]))["number_of_cards"].to_pylist()
    [1.0, None, 2.0]
    """
    whole = table.combine_chunks()
    return whole.drop_columns(KEY).take(pc.index_in(clients, value_set=whole[KEY]))
