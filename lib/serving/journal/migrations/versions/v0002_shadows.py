"""Indices by which what a shadow said, and outcomes, are read without reading all scores."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the indices."""
    for kind in ("shadow", "outcome"):
        rows = sa.text(f"kind = '{kind}'")
        op.create_index(
            f"{kind}s_by_seq", "entries", ["seq"], sqlite_where=rows, postgresql_where=rows
        )
