"""What Alembic runs for each migration, within the transaction of the caller."""

from alembic import context

from lib.serving.journal.schema import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
context.run_migrations()
