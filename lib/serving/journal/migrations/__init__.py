"""How the tables of a journal come to be as this version wants them, by Alembic.

A change of `schema.py` needs a file in `versions`: `upgrade` makes of the tables before it those
after it. What a file has once done is not changed again.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def migrate(connection: Connection) -> None:
    """Bring the tables of a journal up to date, within the transaction of the connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
