"""Import the order feed again and again, with its dates moved, with its card payments booked, and with the sample."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.domain.actors import Actor
from portal.domain.ports_feed import FeedPayment
from portal.gateways.photo_folder import PhotoFolder
from portal.sandbox import sample
from portal.services.erase_customer import erase_customer
from portal.services.import_orders import import_orders
from tests.support.feed import line, payment
from tests.support.feed_desk import NOW, Desk, feed_desk

SAMPLE = Path(sample.__file__).parent


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with feed_desk(database_url) as opened:
        yield opened


class Books:
    """A booker with memory."""

    def __init__(self) -> None:
        self.taken: dict[str, FeedPayment] = {}

    def make(self, payments: Sequence[FeedPayment]) -> dict[str, str]:
        self.taken |= {payment.feed_reference: payment for payment in payments}
        return {payment.feed_reference: f"pi_{payment.feed_reference}" for payment in payments}


def test_importing_again_changes_nothing_that_is_the_same(desk: Desk):
    feed = [line("A-1"), line("A-2")], [payment("A-1"), payment("A-2")]
    desk.imported(*feed)
    before = desk.versions()

    report = desk.imported(*feed)

    assert desk.versions() == before
    assert {(written.new, written.changed, written.unchanged) for written in report.written.values()} == {(0, 0, 2)}


def test_importing_again_updates_rows_that_keep_their_ids(desk: Desk):
    desk.imported([line(status="shipped", delivered_at=""), line("A-2")], [payment(amount="80")])
    ids = """
        SELECT o.id, l.id AS line, s.id AS parcel
        FROM orders o JOIN order_lines l ON l.order_id = o.id JOIN shipments s ON s.id = l.shipment_id ORDER BY 1"""
    before = desk.rows(ids)

    report = desk.imported([line(title="Red bowl", signed_by="Vizinha"), line("A-3")], [payment()])

    assert desk.rows(ids)[:2] == before
    assert [(w.new, w.changed) for w in report.written.values()] == [(1, 1), (0, 1), (1, 1), (1, 1)]
    [order] = desk.rows("SELECT * FROM orders WHERE order_number = 'A-1'")
    assert (order["status"], order["payments_total_minor"]) == ("delivered", 8980)
    assert desk.rows("SELECT signed_by FROM shipments WHERE shipment_number = 'A-1-1'") == [{"signed_by": "Vizinha"}]


@pytest.mark.proves("P10")
def test_a_later_feed_brings_nobody_back_who_was_erased(desk: Desk, tmp_path: Path):
    parcel = {"signed_by": "Ana Lima", "left_at": "Ana's door", "tracking_number": "ANA1"}
    other = {"email": "bia@example.com", "ship_to_name": "Bia"}
    desk.imported([line(**parcel), line("A-2", customer_name="Bia", **other)], [payment()])
    erase_customer(desk.toolkit, PhotoFolder(tmp_path), mailbox="ana@example.com")

    desk.imported(
        [
            line(status="shipped", delivered_at="", **parcel | {"signed_by": ""}),
            line("A-2", customer_name="Bia Lima", **other),
        ],
        [payment()],
    )

    [order] = desk.rows("SELECT * FROM orders WHERE order_number = 'A-1'")
    assert order["status"] == "shipped"
    everything = (
        "SELECT to_jsonb(t) AS told FROM customers t UNION ALL SELECT to_jsonb(t) FROM orders t"
        " UNION ALL SELECT to_jsonb(t) FROM shipments t"
    )
    assert [row for row in desk.rows(everything) if "ana" in str(row).lower()] == []
    assert desk.count("customers") == 2
    assert desk.one("SELECT name FROM customers WHERE mailbox = 'bia@example.com'") == "Bia Lima"


@pytest.mark.proves("P10")
def test_who_was_erased_and_orders_again_is_a_new_customer(desk: Desk, tmp_path: Path):
    desk.imported([line()])
    erase_customer(desk.toolkit, PhotoFolder(tmp_path), mailbox="ana@example.com")

    desk.imported([line(), line("A-9")])

    owners = """
        SELECT order_number, mailbox = 'ana@example.com' AS hers
        FROM orders JOIN customers ON customers.id = customer_id"""
    assert {row["order_number"]: row["hers"] for row in desk.rows(owners)} == {"A-1": False, "A-9": True}


def test_what_vanished_from_the_feed_stays_and_still_counts(desk: Desk):
    desk.imported([line(), line(line_number="2")], [payment(), payment(sequence="2")])

    desk.imported([line(quantity="1")], [payment(amount="1")])

    assert desk.one("SELECT count(*) FROM order_lines") == 2
    assert desk.rows("SELECT lines_total_minor, payments_total_minor FROM orders") == [
        {"lines_total_minor": 4490 + 8980, "payments_total_minor": 100 + 8980}
    ]


def test_payments_of_a_known_order_come_without_its_lines(desk: Desk):
    desk.imported([line("A-1"), line("A-2")], [])

    desk.imported([line("A-2")], [payment("A-1")])

    assert desk.one("SELECT payments_total_minor FROM orders WHERE order_number = 'A-1'") == 8980


def test_a_known_reference_stays_when_the_feed_has_none_and_never_changes(desk: Desk):
    desk.imported([line()], [payment(reference="pi_1", account="acct_1")])

    desk.imported([line()], [payment()])
    told = desk.told([line(), line("A-2")], [payment(reference="pi_2"), payment("A-2", reference="pi_1")])

    assert desk.rows("SELECT provider_ref, provider_account FROM payments") == [
        {"provider_ref": "pi_1", "provider_account": "acct_1"}
    ]
    assert [(number, reason[:40]) for _, number, reason in told] == [
        (3, "the reference pi_1 belongs to a payment "),
        (2, "the payment is known with the reference "),
    ]


def test_a_card_is_known_by_the_providers_name_for_it_until_its_owner_is_erased(desk: Desk, tmp_path: Path):
    card = "SELECT card_fingerprint FROM payments"
    desk.imported([line()], [payment(card_fingerprint="Xt5EWLLDS7FJjR1c")])
    desk.imported([line()], [payment()])
    kept = desk.one(card)

    desk.imported([line()], [payment(card_fingerprint="another")])
    changed = desk.one(card)
    erase_customer(desk.toolkit, PhotoFolder(tmp_path), mailbox=desk.one("SELECT mailbox FROM customers"))
    erased = desk.one(card)
    desk.imported([line()], [payment(card_fingerprint="another")])

    assert (kept, changed, erased, desk.one(card)) == ("Xt5EWLLDS7FJjR1c", "another", None, None)


def test_the_currency_of_a_known_order_never_changes(desk: Desk):
    desk.imported([line()], [])

    assert desk.told([line(currency="USD")]) == [
        ("orders", 2, "the order A-1 is known in BRL; its currency cannot change")
    ]


def test_a_customer_is_a_mailbox_named_as_on_its_newest_order(desk: Desk):
    desk.imported(
        [line("A-1", customer_name="Ana L.", placed_at="2026-03-02T10:00:00Z"), line("A-2", customer_name="A.")], []
    )
    desk.imported([line("A-3", customer_name="Old", placed_at="2026-01-01T10:00:00Z")], [])

    named = desk.rows("SELECT mailbox, name FROM customers")

    desk.imported([line("A-4", customer_name="Ana Lima", placed_at="2026-04-01T10:00:00Z", locale="en")], [])
    assert named == [{"mailbox": "ana@example.com", "name": "Ana L."}]
    assert desk.rows("SELECT name, locale FROM customers") == [{"name": "Ana Lima", "locale": "en"}]


def test_dates_move_so_that_the_newest_order_was_placed_yesterday(desk: Desk):
    report = desk.imported([line("A-1"), line("A-2", placed_at="2026-03-04T22:30:00-03:00")], [], rebase_dates=True)

    assert report.moved_days == 117
    placed = desk.rows("SELECT placed_at FROM orders ORDER BY order_number")
    assert [row["placed_at"] for row in placed] == [
        datetime(2026, 6, 26, 13, 0, tzinfo=UTC), datetime(2026, 6, 30, 1, 30, tzinfo=UTC),
    ]  # fmt: skip


def test_what_would_lie_in_the_future_has_not_happened(desk: Desk):
    later = {"handed_to_carrier_at": "2026-03-05T10:00:00Z", "delivered_at": "2026-03-09T10:00:00Z"}
    desk.imported(
        [
            line("A-0", placed_at="2026-03-03T10:00:00Z", **later),
            line("A-1", signed_by="Ana", left_at="Porch", **later | {"handed_to_carrier_at": "2026-03-02T10:00:00Z"}),
            line("A-2", status="canceled", **later),
        ],
        [payment("A-0"), payment("A-1", captured_at="2026-03-30T10:00:00Z")],
        rebase_dates=True,
    )

    parcels = desk.rows("""
        SELECT status, handed_over_at IS NOT NULL AS left_us, delivered_at, signed_by, s.left_at
        FROM orders JOIN shipments s ON s.order_id = orders.id ORDER BY order_number""")
    nothing = {"delivered_at": None, "signed_by": None, "left_at": None}
    assert [(row["status"], row["left_us"]) for row in parcels] == [
        ("processing", False), ("shipped", True), ("canceled", False),
    ]  # fmt: skip
    assert all(row.items() >= nothing.items() for row in parcels)
    assert desk.rows("""
        SELECT captured_at FROM payments JOIN orders ON orders.id = order_id WHERE order_number = 'A-1'""") == [
        {"captured_at": None}
    ]


def test_dates_stay_where_nobody_asked_to_move_them(desk: Desk):
    desk.imported([line(delivered_at="2026-12-24T10:00:00Z")], [])

    assert desk.one("SELECT status FROM orders") == "delivered"
    assert desk.one("SELECT delivered_at FROM shipments") == datetime(2026, 12, 24, 10, 0, tzinfo=UTC)


def test_card_payments_without_a_reference_are_booked_in_the_sandbox_once(desk: Desk):
    books = Books()
    lines = [line("A-1"), line("A-2"), line("A-3", status="created")]
    payments = [
        payment("A-1", reference="pi_1"),
        payment("A-2"),
        payment("A-2", sequence="2", method="boleto"),
        payment("A-3"),
    ]

    first = desk.imported(lines, payments, booker=books)
    second = desk.imported(lines, payments, booker=books)

    [taken] = books.taken.values()
    assert (first.booked, second.booked, taken.order_number, taken.amount.minor) == (1, 0, "A-2", 8980)
    references = desk.rows("SELECT provider_ref FROM payments WHERE provider_ref IS NOT NULL ORDER BY id")
    assert [row["provider_ref"] for row in references] == ["pi_1", f"pi_{taken.feed_reference}"]


def test_the_sample_has_no_bad_line_and_shows_every_state(desk: Desk):
    with (SAMPLE / "orders.csv").open("rb") as orders, (SAMPLE / "payments.csv").open("rb") as payments:
        report = import_orders(
            desk.toolkit, orders=orders, payments=payments, actor=Actor.system("test"), rebase_dates=True
        )

    assert (report.bad_count, report.written["orders"].new, report.moved_days) == (0, 200, 0)
    statuses = {row["status"] for row in desk.rows("SELECT DISTINCT status FROM orders")}
    assert statuses == {"created", "processing", "invoiced", "shipped", "delivered", "canceled", "unavailable"}
    assert {row["currency"] for row in desk.rows("SELECT DISTINCT currency FROM orders")} >= {
        "BRL",
        "USD",
        "JPY",
        "KWD",
    }


def test_the_newest_order_of_the_sample_was_placed_yesterday_on_any_day(desk: Desk):
    desk.now = NOW + timedelta(days=400)
    with (SAMPLE / "orders.csv").open("rb") as orders, (SAMPLE / "payments.csv").open("rb") as payments:
        import_orders(desk.toolkit, orders=orders, payments=payments, actor=Actor.system("test"), rebase_dates=True)

    assert desk.one("SELECT max(placed_at) FROM orders").date() == (desk.now - timedelta(days=1)).date()
