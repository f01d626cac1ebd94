"""Back to the release before: a database that a newer one has migrated is read, written and left as it is."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from portal.domain.problems import Problem
from portal.launch import schema
from portal.launch.postgres import Server
from portal.records.sessions import make_engine
from tests.support import database
from tests.support.sandbox_server import Sandbox
from tests.support.shop import Shop, open_shop
from tests.support.web import build_app, close_app, sign_in_customer

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"


@pytest.fixture
def tomorrows(database_server: Server) -> Iterator[str]:
    """Give a database as releases after this one may leave it: more in every table, and tables of their own."""
    template = database.migrated_template(database_server)
    with database.fresh_database(database_server, "amends_of_tomorrow", template=template) as url:
        with psycopg.connect(url) as connection:
            for (table,) in connection.execute(_TABLES).fetchall():
                more = "ALTER TABLE {} ADD COLUMN of_tomorrow text NOT NULL DEFAULT 'new', ADD COLUMN later jsonb"
                connection.execute(sql.SQL(more).format(sql.Identifier(table)))
            connection.execute("CREATE TABLE of_tomorrow (id bigint PRIMARY KEY, claim_id bigint REFERENCES claims)")
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        yield url


@pytest.fixture
def shop(tomorrows: str, sandbox: Sandbox) -> Iterator[Shop]:
    """Open a shop of this release on it; all that must hold is checked at its end, as ever."""
    engine = make_engine(tomorrows, "portal_worker")
    with open_shop(engine, tomorrows, sandbox) as opened:
        yield opened
    engine.dispose()


@pytest.mark.proves("fault 59")
def test_this_release_works_on_the_schema_of_a_newer_one(shop: Shop, tomorrows: str):
    app = build_app(tomorrows, shop.now)
    client = app.test_client()
    ends = []
    for kind in ("refund", "store_credit", "replacement"):
        order = shop.lost_order()
        ref = shop.report(order, Problem.MISSING_PACKAGE)
        shop.accept(order, ref, kind)
        shop.work()
        sign_in_customer(client, order.customer_id)
        ends.append((shop.claim(ref).state, client.get(f"/claims/{ref}").status_code))

    ready = client.get("/readyz")

    assert ends == [("made_whole", 200), ("made_whole", 200), ("accepted", 200)]
    assert (ready.status_code, ready.text) == (200, "ready\n")
    close_app(app)


@pytest.mark.proves("fault 59")
def test_migrating_leaves_a_newer_schema_as_it_is(tomorrows: str):
    schema.upgrade(tomorrows)

    with psycopg.connect(tomorrows) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]
