"""Alembic's entry point; the connection comes from `publisher.ledger.database`."""

from alembic import context

from publisher.ledger import list_tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=list_tables.subscribers.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
