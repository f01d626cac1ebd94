"""The first import of a shop builds indexes over the finished rows, and leaves the schema exactly as it was."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from portal.domain.actors import Actor
from portal.services.import_orders import ImportReport, import_orders
from tests.bench.shop import FeedFiles, write_feed
from tests.support.feed import line
from tests.support.feed_desk import Desk, feed_desk

_INDEXES = """
    SELECT tablename, indexname, indexdef, pg_get_userbyid(relowner), indisvalid, indisready, indisunique, indisprimary
    FROM pg_indexes JOIN pg_class ON relname = indexname JOIN pg_index ON indexrelid = pg_class.oid
    WHERE tablename IN ('customers', 'orders', 'payments', 'shipments', 'order_lines')
    ORDER BY 1, 2
"""
_CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, contype, convalidated, condeferrable, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE conrelid::regclass::text IN ('customers', 'orders', 'payments', 'shipments', 'order_lines')
    ORDER BY 1, 2
"""
_OIDS = "SELECT indexrelid FROM pg_index WHERE indrelid = 'orders'::regclass ORDER BY 1"


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with feed_desk(database_url) as opened:
        yield opened


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> FeedFiles:
    return write_feed(tmp_path_factory.mktemp("feed"), 5_200)


def _imported(desk: Desk, feed: FeedFiles) -> ImportReport:
    with Path(feed.orders).open("rb") as orders, Path(feed.payments).open("rb") as payments:
        return import_orders(desk.toolkit, orders=orders, payments=payments, actor=Actor.system("test"))


def test_a_large_first_import_leaves_every_index_and_constraint_as_it_was(desk: Desk, feed: FeedFiles):
    before = (desk.rows(_INDEXES), desk.rows(_CONSTRAINTS))
    built = desk.rows(_OIDS)

    report = _imported(desk, feed)

    assert (desk.rows(_INDEXES), desk.rows(_CONSTRAINTS)) == before
    assert desk.rows(_OIDS) != built
    assert (report.written["order_lines"].new, report.written["payments"].new) == (feed.lines, feed.paid)
    assert [desk.count(table) for table in ("order_lines", "payments")] == [feed.lines, feed.paid]


def test_what_a_large_first_import_wrote_is_found_again_unchanged(desk: Desk, feed: FeedFiles):
    _imported(desk, feed)
    built = desk.rows(_OIDS)

    again = _imported(desk, feed)

    assert {(written.new, written.changed) for written in again.written.values()} == {(0, 0)}
    assert desk.rows(_OIDS) == built


def test_indexes_stay_in_place_while_somebody_reads_the_orders(desk: Desk, feed: FeedFiles, database_url: str):
    built = desk.rows(_OIDS)
    with psycopg.connect(database_url) as reader:
        reader.execute("SELECT count(*) FROM orders")

        report = _imported(desk, feed)

    assert report.written["orders"].new == desk.count("orders")
    assert desk.rows(_OIDS) == built


def test_indexes_stay_in_place_in_a_shop_that_has_orders(desk: Desk, feed: FeedFiles):
    desk.imported([line()], [])
    built = desk.rows(_OIDS)

    report = _imported(desk, feed)

    assert report.written["order_lines"].new == feed.lines
    assert desk.rows(_OIDS) == built


def test_a_customer_whom_the_feed_does_not_name_keeps_the_indexes_in_place(desk: Desk, feed: FeedFiles):
    desk.database.execute("INSERT INTO customers (mailbox) VALUES ('rosa@example.com')")
    built = desk.rows(_OIDS)

    _imported(desk, feed)

    assert desk.rows(_OIDS) == built
