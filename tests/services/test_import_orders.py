"""Import the order feed: wholly or not at all, and what is told of a feed that cannot be taken."""

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from portal.domain.actors import Actor
from portal.domain.feed_header import FeedUnreadable
from portal.services.import_orders import ImportRunning, import_orders
from tests.support.feed import line, orders_file, payment, payments_file
from tests.support.feed_desk import NOW, Desk, feed_desk

Rows = list[dict[str, str]]


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with feed_desk(database_url) as opened:
        yield opened


def test_an_order_comes_in_whole(desk: Desk):
    report = desk.imported([line(email=" Ana@Example.com")], [payment()])

    assert (report.lines, report.payments, report.mismatched, report.bad_count) == (1, 1, 0, 0)
    assert {table: written.new for table, written in report.written.items()} == {
        "orders": 1, "payments": 1, "shipments": 1, "order_lines": 1,
    }  # fmt: skip
    [order] = desk.rows("SELECT * FROM orders JOIN customers ON customers.id = customer_id")
    assert (order["mailbox"], order["locale"], order["market"]) == ("ana@example.com", "pt_BR", "BR")
    assert (order["lines_total_minor"], order["payments_total_minor"]) == (8980, 8980)
    [kept] = desk.rows("SELECT * FROM order_lines JOIN shipments ON shipments.id = shipment_id")
    assert (kept["unit_price_minor"], kept["shipping_minor"], kept["quantity"]) == (3990, 1000, 2)
    assert (kept["carrier"], kept["delivered_at"]) == (None, datetime(2026, 3, 5, 18, 0, tzinfo=UTC))


@pytest.mark.proves("P6")
def test_an_import_is_written_down_with_its_actor(desk: Desk):
    desk.imported([line()], [payment()])

    [written] = desk.rows("SELECT * FROM feed_imports")
    assert (written["actor"], written["imported_at"], len(written["digest"])) == ("system:test", NOW, 64)
    assert written["counts"]["tables"]["orders"] == {"new": 1, "changed": 0, "unchanged": 0}


def test_optional_amounts_are_for_the_whole_line(desk: Desk):
    desk.imported([line(line_discount="1.50", line_tax="2.25", shipping_tax="0.75", unit_cost="12.34")], [payment()])

    [kept] = desk.rows("SELECT * FROM order_lines")
    assert (kept["discount_minor"], kept["tax_minor"], kept["shipping_tax_minor"]) == (150, 225, 75)
    assert kept["unit_cost_minor"] == 1234
    assert desk.one("SELECT lines_total_minor FROM orders") == 8980 - 150 + 225 + 75


def test_prices_that_include_their_tax_cost_no_more_than_they_say(desk: Desk):
    told = {"line_discount": "1.50", "line_tax": "2.25", "shipping_tax": "0.75"}
    desk.imported([line(**told, tax_included="yes")], [payment()])
    included = desk.one("SELECT lines_total_minor FROM orders"), desk.one("SELECT tax_included FROM order_lines")

    desk.imported([line(**told, tax_included="no")], [payment()])
    on_top = desk.one("SELECT lines_total_minor FROM orders"), desk.one("SELECT tax_included FROM order_lines")

    assert included == (8980 - 150, True)
    assert on_top == (8980 - 150 + 225 + 75, False)


def test_an_order_that_keeps_a_line_keeps_whether_its_prices_include_tax(desk: Desk):
    first = line(line_tax="2.25", tax_included="yes")
    desk.imported([first, line(line_number="2", line_tax="2.25", tax_included="yes")], [payment()])

    desk.imported([first], [payment()])

    assert desk.one("SELECT lines_total_minor FROM orders") == 2 * 8980


@pytest.mark.parametrize("tax", [{"line_tax": "1000"}, {"shipping_tax": "1000"}])
def test_a_tax_above_the_prices_that_include_it_is_told(desk: Desk, tax: dict[str, str]):
    told = desk.told([line(**tax, tax_included="yes")], [payment()])

    assert "more than the prices that are said to include it" in str(told)


@pytest.mark.parametrize(
    ("currency", "price", "minor"), [("JPY", "500", 500), ("KWD", "1.234", 1234), ("EUR", "1.2", 120)]
)
def test_amounts_have_the_digits_of_their_currency(desk: Desk, currency: str, price: str, minor: int):
    desk.imported([line(currency=currency, unit_price=price)], [payment(amount=price)])

    assert desk.one("SELECT unit_price_minor FROM order_lines") == minor
    assert desk.one("SELECT amount_minor FROM payments") == minor


def test_a_payment_without_a_moment_was_taken_when_the_order_was_placed(desk: Desk):
    desk.imported(
        [line("A-1"), line("A-2", status="created")],
        [payment("A-1"), payment("A-2"), payment("A-1", sequence="2", captured_at="2026-03-02T00:00:00Z")],
    )

    captured = desk.rows(
        "SELECT captured_at FROM payments JOIN orders ON orders.id = order_id ORDER BY order_number, sequence"
    )
    assert [row["captured_at"] for row in captured] == [
        datetime(2026, 3, 1, 13, 0, tzinfo=UTC), datetime(2026, 3, 2, 0, 0, tzinfo=UTC), None,
    ]  # fmt: skip


@pytest.mark.proves("input 18", "input 76")
def test_totals_that_do_not_add_up_are_kept_and_counted(desk: Desk):
    report = desk.imported([line("A-1"), line("A-2")], [payment("A-1", amount="89.81"), payment("A-2")])

    assert report.mismatched == 1
    assert desk.rows("SELECT lines_total_minor, payments_total_minor FROM orders ORDER BY order_number") == [
        {"lines_total_minor": 8980, "payments_total_minor": 8981},
        {"lines_total_minor": 8980, "payments_total_minor": 8980},
    ]


def test_lines_of_an_order_need_not_stand_together(desk: Desk):
    report = desk.imported([line("A-1"), line("A-2"), line("A-1", line_number="2", email="ANA@example.com")], [])

    assert (report.written["orders"].new, report.written["order_lines"].new) == (2, 3)


@pytest.mark.proves("input 76")
def test_one_bad_line_keeps_everything_out(desk: Desk):
    told = desk.told([line("A-1"), line("A-2", quantity="1.5")], [payment("A-1")])

    assert told == [("orders", 3, "quantity must be a whole number from 1 to 9999, not “1.5”")]
    tables = ("customers", "orders", "shipments", "order_lines", "payments", "feed_imports")
    assert [desk.count(table) for table in tables] == [0] * len(tables)


def test_a_bad_file_of_payments_keeps_the_orders_out(desk: Desk):
    with pytest.raises(FeedUnreadable, match="semicolons"):
        import_orders(
            desk.toolkit,
            orders=orders_file(line()),
            payments=payments_file().__class__(b"a;b\n"),
            actor=Actor.system("test"),
        )

    assert desk.one("SELECT count(*) FROM orders") == 0


CONTRADICTIONS: list[tuple[Rows, Rows, list[tuple[str, int, str]]]] = [
    (
        [line(), line(line_number="2", email="eva@example.com", currency="USD")],
        [],
        [("orders", 3, "the order A-1 has another email, currency than on line 2")],
    ),
    (
        [line(), line(line_number="2", delivered_at="")],
        [],
        [("orders", 3, "the parcel A-1-1 has another delivered_at than on line 2")],
    ),
    ([line(), line("B-1"), line()], [], [("orders", 4, "the order A-1 already has a line 1, on line 2")]),
    (
        [line("A-1"), line("A-2", shipment="A-1-1")],
        [],
        [("orders", 3, "the parcel A-1-1 already belongs to the order on line 2")],
    ),
    (
        [line(line_discount="89.81")],
        [],
        [("orders", 2, "line_discount is 89.81, which is more than the line costs")],
    ),
    (
        [line()],
        [payment("A-9")],
        [("payments", 2, "there is no order A-9: neither in the orders file nor here")],
    ),
    ([line()], [payment(), payment()], [("payments", 3, "the order A-1 already has a payment 1, on line 2")]),
    (
        [line()],
        [payment(amount="1.999")],
        [("payments", 2, "amount 1.999 has more digits after the point than BRL has")],
    ),
    (
        [line()],
        [payment(reference="pi_1"), payment(sequence="2", reference="pi_1")],
        [("payments", 3, "the reference pi_1 already stands on line 2")],
    ),
]


@pytest.mark.proves("input 76")
@pytest.mark.parametrize(("lines", "payments", "expected"), CONTRADICTIONS)
def test_lines_that_contradict_each_other_are_told(
    desk: Desk, lines: Rows, payments: Rows, expected: list[tuple[str, int, str]]
):
    assert desk.told(lines, payments) == expected


def test_an_order_beyond_what_can_be_kept_is_told(desk: Desk):
    lines = [line(line_number=str(number), quantity="9999", unit_price="9999999999") for number in range(1, 3)]

    assert desk.told(lines) == [("orders", 2, "the order A-1 adds up to more than can be kept")]


@pytest.mark.proves("input 76")
def test_all_bad_lines_of_both_files_are_told_at_once(desk: Desk):
    told = desk.told([line(status="lost"), line("A-2"), line("A-2")], [payment(amount="-1"), payment("A-2", method="")])

    assert [(file, number) for file, number, _ in told] == [
        ("orders", 2),
        ("payments", 2),
        ("payments", 3),
        ("orders", 4),
    ]


def test_two_imports_never_run_at_once(desk: Desk, database_url: str):
    with psycopg.connect(database_url) as other:
        other.execute("SELECT pg_advisory_xact_lock(7203551)")

        with pytest.raises(ImportRunning):
            desk.imported([line()])
