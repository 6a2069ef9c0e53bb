"""The chain of entries, and the keys apart from it."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEYS = "journal_keys"
IS_DECISION = sa.text("kind = 'decision'")
HAS_KEY = sa.text("idempotency_key IS NOT NULL")


def upgrade() -> None:
    """Make all tables."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE SCHEMA IF NOT EXISTS {KEYS}")
    op.create_table(
        "entries",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("id", sa.LargeBinary, nullable=False),
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("subject", sa.LargeBinary),
        sa.Column("idempotency_key", sa.Text),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.create_index("entries_by_id", "entries", ["id"], unique=True)
    op.create_index("entries_of_a_client", "entries", ["subject", "seq"])
    op.create_index(
        "decisions_by_seq",
        "entries",
        ["seq"],
        sqlite_where=IS_DECISION,
        postgresql_where=IS_DECISION,
    )
    op.create_index(
        "one_entry_a_key",
        "entries",
        ["caller", "person", "idempotency_key"],
        unique=True,
        sqlite_where=HAS_KEY,
        postgresql_where=HAS_KEY,
    )
    op.create_table(
        "feature_names",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("names", sa.Text, nullable=False),
    )
    op.create_table("journal_identity", sa.Column("journal_id", sa.Text, primary_key=True))
    # The keys may be there already, where the chain was lost and is put back from a copy.
    op.create_table(
        "client_keys",
        sa.Column("subject", sa.LargeBinary, primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("owner", name="one_key_an_owner"),
        schema=KEYS,
        if_not_exists=True,
    )
    op.create_table(
        "chain_keys",
        sa.Column("journal_id", sa.Text, primary_key=True),
        sa.Column("key", sa.LargeBinary, nullable=False),
        schema=KEYS,
        if_not_exists=True,
    )
    op.create_table(
        "anchors",
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        schema=KEYS,
        if_not_exists=True,
    )
