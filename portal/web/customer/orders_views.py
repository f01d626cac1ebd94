"""A customer's orders."""

import re

from flask import Response, abort, make_response, render_template, request, url_for

from portal.web.customer.building.orders import orders_page
from portal.web.shared.access import customer, customer_id
from portal.web.shared.means import glancing, toolkit

_NUMBER = re.compile(r"[1-9][0-9]{0,5}")


@customer
def orders() -> Response:
    """Show the orders, newest first."""
    typed = request.args.get("page", "1")
    if not _NUMBER.fullmatch(typed):
        abort(404)
    with glancing() as session:
        page = orders_page(session, toolkit(), customer_id(), number=int(typed), url_of=_url_of)
    if page is None:
        abort(404)
    return make_response(render_template("customer/orders.html", page=page))


def _url_of(number: int) -> str:
    return url_for("customer.orders", page=number) if number > 1 else url_for("customer.orders")
