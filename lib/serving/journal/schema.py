"""The tables of the journal, on SQLite and on PostgreSQL.

What must never be in a backup of the journal, the clients' keys, is in a schema of its own: on
PostgreSQL a schema, on SQLite a second file beside the first.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

KEYS_SCHEMA = "journal_keys"
# The table in which Alembic notes how far the schema has come.
VERSION_TABLE = "journal_version"

METADATA = MetaData()
KEYS_METADATA = MetaData(schema=KEYS_SCHEMA)

# The chain. `subject` stands for the client, see `client_keys`.
ENTRIES = Table(
    "entries",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("id", LargeBinary, nullable=False),
    Column("caller", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("subject", LargeBinary),
    Column("idempotency_key", Text),
    Column("facts", Text, nullable=False),
    Column("sealed", LargeBinary),
    Column("hash", LargeBinary, nullable=False),
)
Index("entries_by_id", ENTRIES.c.id, unique=True)
Index("entries_of_a_client", ENTRIES.c.subject, ENTRIES.c.seq)
for name, columns, rows in (
    ("decisions_by_seq", ["seq"], ENTRIES.c.kind == "decision"),
    ("shadows_by_seq", ["seq"], ENTRIES.c.kind == "shadow"),
    ("outcomes_by_seq", ["seq"], ENTRIES.c.kind == "outcome"),
    ("one_entry_a_key", ["caller", "person", "idempotency_key"], ENTRIES.c.idempotency_key != None),  # noqa: E711 (SQL)
):
    Index(
        name,
        *(ENTRIES.c[column] for column in columns),
        unique=name == "one_entry_a_key",
        sqlite_where=rows,
        postgresql_where=rows,
    )

# Names of features, once for all entries that have the same ones.
FEATURE_NAMES = Table(
    "feature_names",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("names", Text, nullable=False),
)
# Which journal it is.
IDENTITY = Table(
    "journal_identity",
    METADATA,
    Column("journal_id", Text, primary_key=True),
)

# `owner` is the client's number, or the month of those who came without one.
CLIENT_KEYS = Table(
    "client_keys",
    KEYS_METADATA,
    Column("subject", LargeBinary, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("key", LargeBinary, nullable=False),
    UniqueConstraint("owner", name="one_key_an_owner"),
)
# By which the chain is hashed, and of which journal.
CHAIN_KEYS = Table(
    "chain_keys",
    KEYS_METADATA,
    Column("journal_id", Text, primary_key=True),
    Column("key", LargeBinary, nullable=False),
)
# The last entry that was there on a day: a chain that was cut off does not reach it.
ANCHORS = Table(
    "anchors",
    KEYS_METADATA,
    Column("day", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
