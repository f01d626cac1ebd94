"""Real orders in a real browser: each kind of trouble, found in the data by what it is, driven to its end."""

from typing import Any, NamedTuple

import pytest

from tests.journeys.invariants import assert_invariants_hold
from tests.journeys.people import Guest
from tests.support.running import Running

# Every order with what one needs to tell the kinds apart; amounts stay below what policy leaves to a person.
_ORDERS = """
    SELECT o.order_number, c.mailbox FROM (
        SELECT o.*, count(DISTINCT s.id) AS parcels, max(s.delivered_at) AS delivered_at,
            bool_and(s.delivered_at IS NOT NULL) AS delivered, max(s.promised_at) AS promised_at,
            bool_and(s.handed_over_at IS NOT NULL) AS shipped
        FROM orders o JOIN shipments s ON s.order_id = o.id GROUP BY o.id) AS o
    JOIN customers c ON c.id = o.customer_id
    JOIN LATERAL (
        SELECT count(*) AS payments, max(installments) AS installments, bool_or(method = 'card') AS card,
            bool_or(method = 'voucher') AS voucher, bool_or(method = 'boleto') AS boleto
        FROM payments p WHERE p.order_id = o.id) AS p ON true
    WHERE o.payments_total_minor BETWEEN 1000 AND 60000 AND NOT EXISTS (SELECT FROM claims WHERE order_id = o.id)
      AND {condition}
    ORDER BY o.id DESC LIMIT 1
"""
_LATE = "NOT delivered AND shipped AND o.promised_at < now() - interval '8 days' AND o.status <> 'canceled'"
# Not of the last days: a parcel that was scanned only just now is waited for first.
_RECENT = "delivered AND o.delivered_at BETWEEN now() - interval '80 days' AND now() - interval '4 days'"


class Trouble(NamedTuple):
    """One kind: which orders it is, what is reported, which remedy is taken (none: read the answer), how it ends."""

    condition: str
    problem: str
    remedy: str | None
    end: str


_TROUBLES = {
    "lost in the post": Trouble(f"{_LATE} AND p.card AND parcels = 1", "missing_package", "refund", "Promise kept"),
    "late": Trouble(
        f"{_RECENT} AND p.card AND NOT p.voucher AND o.delivered_at > o.promised_at + interval '1 day'",
        "late",
        "refund",
        "Promise kept",
    ),
    "delivered but not there": Trouble(f"{_RECENT} AND p.card", "missing_package", "replacement", "Tracking"),
    "split payment with vouchers": Trouble(
        f"{_RECENT} AND p.card AND p.voucher AND p.payments < 9", "missing_package", "refund", "Promise kept"
    ),
    "bank slip": Trouble(
        f"{_RECENT} AND p.boleto AND NOT p.card", "missing_package", "store_credit", "Type this code at the checkout"
    ),
    "never shipped": Trouble(
        "NOT shipped AND p.card AND o.promised_at < now() - interval '3 days' AND o.status = 'processing'",
        "late",
        "refund",
        "Promise kept",
    ),
    "cancelled": Trouble(
        "NOT delivered AND o.status = 'canceled' AND p.card", "charged_wrongly", "refund", "Promise kept"
    ),
    "several vendors": Trouble(f"{_RECENT} AND p.card AND parcels > 1", "missing_line", "refund", "Promise kept"),
    "nine payments": Trouble(
        "delivered AND p.payments = 9", "missing_package", "store_credit", "Type this code at the checkout"
    ),
    "totals that do not add up: a cent too much": Trouble(
        "delivered AND p.installments = 1 AND o.payments_total_minor > o.lines_total_minor",
        "charged_wrongly",
        "store_credit",
        "Type this code at the checkout",
    ),
    "totals that do not add up: interest of instalments": Trouble(
        "delivered AND p.installments > 1 AND o.payments_total_minor > o.lines_total_minor + 1000",
        "charged_wrongly",
        None,
        "What we can still do",
    ),
}


@pytest.mark.parametrize("name", _TROUBLES)
def test_a_real_order_in_trouble_is_put_right_in_the_browser(real_shop: Running, opens: Any, name: str):
    trouble, guest = _TROUBLES[name], opens(Guest, real_shop)
    order = real_shop.rows(_ORDERS.format(condition=trouble.condition))[0]

    guest.come_in(order.mailbox, order.order_number)
    ref = guest.tell(order.order_number, {1: trouble.problem}, "É um pedido de verdade.")
    opening = guest.words[:800].lower()
    if guest.page.locator("#photos").count():
        pytest.fail(f"{name}: a photo is asked for where there is nothing to photograph")
    if trouble.remedy:
        guest.take(trouble.remedy)
    guest.until(trouble.end, seconds=60)

    assert "sorry" in opening
    assert guest.mail(order.mailbox, ref, "")
    assert_invariants_hold(real_shop)
