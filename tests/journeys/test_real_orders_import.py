"""The real orders come in whole: run where PORTAL_REAL_ORDERS names the folder of their two files."""

import csv
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import psycopg

from portal.domain.actors import Actor
from portal.records.sessions import make_engine, make_sessions
from portal.services.import_orders import ImportReport, import_orders
from portal.services.toolkit import Shop, Toolkit
from tests.journeys.real_orders import FOLDER, ORDERS, PAYMENTS

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)


def brought_in(url: str) -> ImportReport:
    engine = make_engine(url)
    shop = Shop("Test", "https://shop.example", "shop@example.com", None, "#000000")
    toolkit = Toolkit(make_sessions(engine), lambda: NOW, ZoneInfo("UTC"), shop, "secret")
    with ORDERS.open("rb") as orders, PAYMENTS.open("rb") as payments:
        report = import_orders(toolkit, orders=orders, payments=payments, actor=Actor.system("test"), rebase_dates=True)
    engine.dispose()
    return report


def rows_of(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_real_order_comes_in_and_every_cent_with_it(database_url: str):
    lines, payments = rows_of("orders.csv"), rows_of("payments.csv")
    numbers = {line["order_number"] for line in lines}

    report = brought_in(database_url)

    with psycopg.connect(database_url) as database:
        sums = database.execute(
            "SELECT count(*), sum(lines_total_minor), sum(payments_total_minor) FROM orders"
        ).fetchone()
        newest = database.execute("SELECT max(placed_at) FROM orders").fetchone()
    cents = sum(Decimal(line["unit_price"]) + Decimal(line["shipping_price"]) for line in lines) * 100
    paid = sum(Decimal(payment["amount"]) for payment in payments) * 100
    assert (report.lines, report.payments, report.bad_count) == (len(lines), len(payments), 0)
    assert sums == (len(numbers), cents, paid)
    assert newest is not None
    assert newest[0].date() == (NOW - timedelta(days=1)).date()


def test_what_does_not_add_up_in_the_real_orders_is_counted_as_it_is(database_url: str):
    bought: defaultdict[str, Decimal] = defaultdict(Decimal)
    paid: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in rows_of("orders.csv"):
        bought[line["order_number"]] += Decimal(line["unit_price"]) + Decimal(line["shipping_price"])
    for payment in rows_of("payments.csv"):
        paid[payment["order_number"]] += Decimal(payment["amount"])

    report = brought_in(database_url)

    assert report.mismatched == sum(bought[number] != paid[number] for number in bought)
