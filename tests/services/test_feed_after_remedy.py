"""A later feed that says other amounts of an order that was put right: what went back goes on fitting what is known."""

from typing import Any

import pytest
from sqlalchemy import event

from portal.domain.actors import Actor
from portal.domain.problems import Problem
from portal.services.close_trouble import close_trouble
from portal.services.import_orders import ImportReport, import_orders
from tests.support.an_order import Beside
from tests.support.engines import engine_of
from tests.support.feed import line, orders_file, payment, payments_file
from tests.support.shop import AnOrder, Shop

KETTLES = (("Blue kettle", "20.00", 2),)
MONEY = "SELECT quantity, unit_price_minor, shipping_minor, discount_minor FROM order_lines ORDER BY line_number"


def fed(shop: Shop, order: AnOrder, *lines: dict[str, str], paid: tuple[str, ...], **more: str) -> ImportReport:
    """Import what the feed says of an order by now, and how much was paid in each of its payments."""
    about = of_parcel(shop, order) | more
    payments = [payment(order.number, sequence=str(n), amount=each) for n, each in enumerate(paid, 1)]
    return imported([about | one for one in lines], payments, shop)


def of_parcel(shop: Shop, order: AnOrder) -> dict[str, str]:
    ((parcel,),) = shop.rows("SELECT shipment_number FROM shipments WHERE order_id = :id", id=order.order_id)
    return line(order.number, email=order.mailbox, shipment=parcel, status="shipped", delivered_at="")


def imported(lines: list[dict[str, str]], payments: list[dict[str, str]], shop: Shop) -> ImportReport:
    return import_orders(
        shop.toolkit, orders=orders_file(*lines), payments=payments_file(*payments), actor=Actor.system("test")
    )


def a_line(quantity: int = 2, price: str = "20.00", **cells: str) -> dict[str, str]:
    return {"quantity": str(quantity), "unit_price": price, "shipping_price": "5.00", "sku": "SKU-Blue kettl", **cells}


def refunded(shop: Shop, **wanted: Any) -> AnOrder:
    """Give all of an order back."""
    order = shop.lost_order(**{"lines": KETTLES, **wanted})
    ref = shop.report(order, Problem.MISSING_PACKAGE, quantity=2)
    shop.accept(order, ref, "refund")
    shop.work()
    return order


def troubles(shop: Shop) -> list[Any]:
    return shop.rows("SELECT ref, subject FROM troubles WHERE kind = 'order_corrected' AND closed_at IS NULL")


@pytest.mark.proves("M1", "M8", "M9", "M16", "M17")
@pytest.mark.parametrize(
    ("said", "paid"),
    [
        (a_line(price="15.00"), "40.00"),
        (a_line(), "40.00"),
        (a_line(quantity=1), "50.00"),
        (a_line(line_discount="1.00"), "50.00"),
        (a_line(line_tax="9.00", tax_included="yes"), "50.00"),
    ],
    ids=["cheaper", "paid less", "fewer", "discounted", "taxed"],
)
def test_what_was_given_back_goes_on_fitting_and_people_are_told_once(
    shop: Shop, said: dict[str, str], paid: str
) -> None:
    order = refunded(shop)
    before = shop.rows(MONEY), shop.rows("SELECT lines_total_minor, payments_total_minor FROM orders")

    reports = [fed(shop, order, said, paid=(paid,)) for _ in range(2)]
    ((ref, subject),) = troubles(shop)
    close_trouble(shop.toolkit, ref=ref, actor=Actor.staff(1))
    fed(shop, order, said, paid=(paid,))
    closed = troubles(shop)
    fed(shop, order, a_line(price="12.00"), paid=("34.00",))

    assert [report.held for report in reports] == [1, 1]
    assert reports[1].written["order_lines"].unchanged == 1
    assert (shop.rows(MONEY), shop.rows("SELECT lines_total_minor, payments_total_minor FROM orders")) == before
    assert shop.rows("SELECT amount_minor FROM payments") == [(5_000,)]
    assert (subject, closed, len(troubles(shop))) == (order.number, [], 1)


def test_what_was_told_of_all_orders_is_asked_at_once(shop: Shop) -> None:
    both = [refunded(shop), refunded(shop)]
    lines = [{**of_parcel(shop, order), **a_line(price="15.00")} for order in both]
    asked: list[str] = []
    event.listen(engine_of(shop.toolkit), "before_cursor_execute", lambda *told: asked.append(told[2]))

    reports = [imported(lines, [payment(order.number, amount="40.00") for order in both], shop) for _ in range(2)]

    assert [report.held for report in reports] == [2, 2]
    assert len([one for one in asked if "FROM troubles" in one]) == 2
    assert len(troubles(shop)) == 2


@pytest.mark.proves("M16")
def test_a_discount_that_came_off_what_went_back_is_not_made_smaller(shop: Shop) -> None:
    order = refunded(shop, beside=(Beside(discount=1_000),))

    report = fed(shop, order, a_line(line_discount="5.00"), paid=("40.00",))

    assert (report.held, shop.rows(MONEY)) == (1, [(2, 2_000, 1_000, 1_000)])


@pytest.mark.proves("M8")
def test_a_unit_that_somebody_speaks_for_does_not_vanish_and_other_amounts_are_taken_up(shop: Shop) -> None:
    order = shop.lost_order(lines=KETTLES)
    shop.report(order, Problem.MISSING_PACKAGE, quantity=2)

    fewer = fed(shop, order, a_line(quantity=1), paid=("25.00",))
    kept = shop.rows(MONEY)
    cheaper = fed(shop, order, a_line(price="15.00"), paid=("40.00",))

    assert (fewer.held, kept) == (1, [(2, 2_000, 1_000, 0)])
    assert (cheaper.held, shop.rows(MONEY)) == (0, [(2, 1_500, 1_000, 0)])


@pytest.mark.proves("M8", "M9", "M17")
def test_a_new_line_comes_to_what_was_put_right_once_it_is_paid_for(shop: Shop) -> None:
    order = refunded(shop)
    more = a_line(quantity=1, line_number="2", shipment="another")

    unpaid = fed(shop, order, a_line(), more, paid=("50.00",))
    before = len(shop.rows(MONEY)), shop.rows("SELECT count(*) FROM shipments")
    paid = fed(shop, order, a_line(), more, paid=("50.00", "25.00"), tracking_number="BR1")

    assert (unpaid.held, before) == (1, (1, [(1,)]))
    assert (paid.held, len(shop.rows(MONEY))) == (0, 2)
    assert shop.rows("SELECT lines_total_minor, payments_total_minor FROM orders") == [(7_500, 7_500)]


def test_what_is_no_amount_is_taken_up(shop: Shop) -> None:
    order = refunded(shop)

    report = fed(shop, order, a_line(price="15.00", title="Red kettle"), paid=("50.00",), signed_by="Vizinha")

    assert (report.held, shop.rows("SELECT title FROM order_lines")) == (1, [("Red kettle",)])
    assert shop.rows("SELECT signed_by FROM shipments") == [("Vizinha",)]
