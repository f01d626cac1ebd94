"""Alembic's environment: online only, one transaction per migration, the job tables left alone."""

import os

from alembic import context
from sqlalchemy import Connection, create_engine, pool

from portal.records.tables import Base

# Whoever waits for a lock holds up everybody behind them: a migration gives up first, and is tried again later.
_PATIENCE = "-c lock_timeout=4s"


def include_name(name: str | None, type_: str, _parents: object) -> bool:
    """Leave out the schema of the job queue: it is Procrastinate's own."""
    return not (type_ == "schema" and name == "jobs")


def run() -> None:
    """Run the migrations on the configured database."""
    url = context.config.get_main_option("sqlalchemy.url") or os.environ["PORTAL_DATABASE_URL"]
    engine = create_engine(url, poolclass=pool.NullPool, connect_args={"options": _PATIENCE})
    with engine.connect() as connection:
        _run_on(connection)


def _run_on(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_schemas=False,
        include_name=include_name,
        compare_server_default=False,
        # What one locks is free again before the next begins, and what was done stays done where a later one gives up.
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
