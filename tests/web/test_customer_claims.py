"""The claim page: the apology first, then what is decided, accepted once whatever is tapped."""

from flask import Flask

from tests.support.builders import LATE, Shop
from tests.support.page import Visitor
from tests.support.web import rows, sign_in_customer, toolkit_of


def a_shop(app: Flask) -> Shop:
    shop = Shop(toolkit_of(app))
    shop.default_policy()
    return shop


def a_visitor(app: Flask, customer_id: int) -> Visitor:
    visitor = Visitor(app)
    sign_in_customer(visitor.client, customer_id)
    return visitor


def test_from_orders_to_a_remedy_in_two_forms(app: Flask):
    shop = a_shop(app)
    order = shop.an_order(parcels={"1": LATE}, status="shipped")
    page = a_visitor(app, order.customer_id).get("/orders")

    page = page.follow(f"Something’s wrong with order {order.number}")
    page = page.submit("Tell us", **{"line_1-problem": "missing_package"})
    print(page.text)
    assert "sorry" in page.text
    page = page.submit("Give me R$60.00 back")

    print(page.text)
    assert rows(app, "SELECT kind, amount_minor FROM remedies") == [("refund", 6000)]
