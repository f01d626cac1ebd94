"""A customer's store credit."""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.records.credit_statements import statements
from portal.services.new_credit_code import new_credit_code as change_code
from portal.web.customer.building.credit import credit_page
from portal.web.shared.access import customer, customer_id
from portal.web.shared.means import glancing, toolkit


@customer
def credit() -> Response:
    """Show balances, codes and what came and went."""
    tools = toolkit()
    with glancing() as session:
        accounts = statements(session, customer_id(), secret_key=tools.secret_key, now=tools.now())
    page = credit_page(accounts, tools.zone, fresh_code="fresh" in request.args)
    return make_response(render_template("customer/credit.html", page=page))


@customer
def new_credit_code() -> Answer:
    """Give an account another code."""
    change_code(toolkit(), customer_id=customer_id(), account_ref=request.form.get("account", ""))
    return redirect(url_for("customer.credit", fresh="1"), 303)
