"""The import of the order feed with its database, for tests."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from portal.domain.actors import Actor
from portal.records.sessions import make_sessions
from portal.services.import_orders import FeedRefused, ImportReport, import_orders
from portal.services.toolkit import Shop, Toolkit
from tests.support.feed import orders_file, payments_file
from tests.support.invariants import assert_all_hold
from tests.support.shared_engine import rest, shared_engine

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)


class Desk:
    """Imports feeds into one database, and looks at what came of it. now may be set."""

    def __init__(self, url: str, now: datetime = NOW) -> None:
        self.engine = shared_engine(url)
        shop = Shop("Test", "https://shop.example", "shop@example.com", None, "#000000")
        self.toolkit = Toolkit(make_sessions(self.engine), lambda: self.now, ZoneInfo("UTC"), shop, "secret")
        self.now = now
        self.database = psycopg.connect(url, autocommit=True, row_factory=dict_row)

    def imported(
        self, lines: Sequence[dict[str, str]], payments: Sequence[dict[str, str]] = (), **more: Any
    ) -> ImportReport:
        return import_orders(
            self.toolkit,
            orders=orders_file(*lines),
            payments=payments_file(*payments),
            actor=Actor.system("test"),
            **more,
        )

    def told(
        self, lines: Sequence[dict[str, str]], payments: Sequence[dict[str, str]] = ()
    ) -> list[tuple[str, int, str]]:
        with pytest.raises(FeedRefused) as refusal:
            self.imported(lines, payments)
        return [(bad.file.value, bad.line, bad.reason) for bad in refusal.value.report.bad_lines]

    def rows(self, query: str) -> list[dict[str, Any]]:
        return self.database.execute(query).fetchall()

    def one(self, query: str) -> Any:
        [row] = self.rows(query)
        return next(iter(row.values()))

    def count(self, table: str) -> Any:
        return self.database.execute(sql.SQL("SELECT count(*) AS n FROM {}").format(sql.Identifier(table))).fetchall()[
            0
        ]["n"]

    def versions(self) -> list[list[dict[str, Any]]]:
        """Give every row with the transaction that wrote it and where it lies."""
        asked = sql.SQL("SELECT xmin, ctid, * FROM {} ORDER BY id")
        tables = ("customers", "orders", "order_lines", "shipments", "payments")
        return [self.database.execute(asked.format(sql.Identifier(table))).fetchall() for table in tables]


@contextmanager
def feed_desk(url: str) -> Iterator[Desk]:
    """Open the desk of one test, and check at its end all that must hold."""
    desk = Desk(url)
    try:
        yield desk
        assert_all_hold(desk.toolkit)
    finally:
        desk.database.close()
        rest(desk.engine)
