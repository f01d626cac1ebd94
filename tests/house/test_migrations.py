"""The migrations make exactly the tables that the code maps."""

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from portal.launch import schema
from portal.records.tables import Base


def test_there_is_one_newest_migration():
    scripts = ScriptDirectory.from_config(schema.alembic_config("postgresql://"))

    heads = scripts.get_heads()

    assert len(heads) == 1


def test_migrations_are_numbered_without_a_gap():
    scripts = ScriptDirectory.from_config(schema.alembic_config("postgresql://"))

    numbers = sorted(script.revision for script in scripts.walk_revisions())

    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def test_an_empty_database_migrated_to_the_newest_equals_the_models(empty_database_url):
    schema.upgrade(empty_database_url)
    engine = create_engine(empty_database_url)

    with engine.connect() as connection:
        # Only our own schema is looked at: the job tables are Procrastinate's.
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_schemas": False})
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()

    assert differences == []


@pytest.mark.proves("fault 60")
def test_a_migration_that_a_long_query_holds_up_gives_up_and_the_site_lives(empty_database_url):
    command.upgrade(schema.alembic_config(empty_database_url), "0012")
    with psycopg.connect(empty_database_url) as long_query:
        long_query.execute("SELECT count(*) FROM order_lines")

        with pytest.raises(OperationalError, match="lock timeout"):
            schema.upgrade(empty_database_url)
        with psycopg.connect(empty_database_url, options="-c statement_timeout=1s") as visitor:
            served = visitor.execute("SELECT count(*) FROM order_lines").fetchall()
            version = visitor.execute("SELECT version_num FROM alembic_version").fetchall()
    schema.upgrade(empty_database_url)

    assert (served, version) == ([(0,)], [("0012",)])


def test_migrating_twice_changes_nothing(empty_database_url):
    schema.upgrade(empty_database_url)

    schema.upgrade(empty_database_url)
