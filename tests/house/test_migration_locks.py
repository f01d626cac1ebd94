"""A migration that meets a long query gives up, so that the site lives; and goes through once nobody is in its way."""

import time

import psycopg
import pytest
from alembic import command
from sqlalchemy.exc import OperationalError

from portal.launch.schema import alembic_config, upgrade

_BEFORE = "0008"


def version(connection: psycopg.Connection) -> str:
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    assert row is not None
    return str(row[0])


@pytest.mark.proves("fault 60")
def test_a_migration_in_the_way_of_a_long_query_gives_up_within_seconds(empty_database_url: str):
    command.upgrade(alembic_config(empty_database_url), _BEFORE)
    with (
        psycopg.connect(empty_database_url) as long_query,
        psycopg.connect(empty_database_url, autocommit=True) as site,
    ):
        long_query.execute("SELECT count(*) FROM refunds")
        began = time.monotonic()
        with pytest.raises(OperationalError, match="lock timeout"):
            upgrade(empty_database_url)
        waited = time.monotonic() - began

        site.execute("SET lock_timeout = '1s'")
        assert site.execute("SELECT count(*) FROM refunds").fetchone() == (0,)
        assert version(site) == _BEFORE
        long_query.rollback()
        upgrade(empty_database_url)

        assert version(site) > _BEFORE
    assert waited < 15
