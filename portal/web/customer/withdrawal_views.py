"""Withdrawing from the contract: declared in one step, confirmed in a second one, and received in writing.

A guest proves nothing and sees nothing that they did not type. Whoever is signed in ticks the lines of their order.
"""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.errors import NotFound
from portal.domain.refs import new_secret
from portal.records import customer_pages, withdrawals
from portal.records.tables.orders import Order
from portal.services.declare_withdrawal import declare_withdrawal
from portal.web.customer.pages.withdrawal import ConfirmPage, ReceiptPage, WithdrawPage
from portal.web.customer.withdrawal_forms import LineToReturn, WithdrawForm, withdraw_form
from portal.web.shared.access import customer, customer_id, public
from portal.web.shared.browser_session import current_session
from portal.web.shared.intake import CONTROL
from portal.web.shared.language import current_locale, speak_as_order
from portal.web.shared.means import toolkit, visitor
from portal.web.shared.report_forms import field_of

_FOUND, _REFUSED = 200, 422
_CHANGE = "change"
_SKIPPED = frozenset({"csrf_token", "act"})


@public
def withdraw() -> Response:
    """Show the form to anybody."""
    return _form_page(withdraw_form(formdata=None), None, _FOUND)


@public
def check_withdrawal() -> Response:
    """Show what was typed once more, to be confirmed; nothing is done yet."""
    return _checked(withdraw_form(), None)


@public
def confirm_withdrawal() -> Answer:
    """Keep the declaration and lead to its receipt."""
    return _confirmed(withdraw_form(), None)


@public
def withdraw_again() -> Answer:
    """Lead somebody who reloads a step to the beginning."""
    return redirect(url_for("customer.withdrawal"), 303)


@customer
def withdraw_order(number: str) -> Response:
    """Show the form for an order of whoever is signed in, with what is known filled in."""
    order, choices = _order(number)
    known = {"name": order.customer_name, "mailbox": order.customer.mailbox, "order_number": order.order_number}
    return _form_page(withdraw_form(choices, formdata=None, data=known), order, _FOUND)


@customer
def check_order_withdrawal(number: str) -> Response:
    """Show what was chosen once more, to be confirmed."""
    order, choices = _order(number)
    return _checked(withdraw_form(choices), order)


@customer
def confirm_order_withdrawal(number: str) -> Answer:
    """Keep the declaration of whoever is signed in."""
    order, choices = _order(number)
    return _confirmed(withdraw_form(choices), order)


@customer
def withdraw_order_again(number: str) -> Answer:
    """Lead somebody who reloads the second step to the first."""
    order, _ = _order(number)
    return redirect(url_for("customer.withdraw_order", number=order.order_number), 303)


@public
def withdrawn(ref: str) -> str:
    """Show the receipt to the browser that declared, and to the customer whose order it is."""
    with toolkit().reading() as session:
        found = withdrawals.found(session, ref)
        order = session.get_one(Order, found.order_id) if found is not None and found.order_id is not None else None
    if found is None:
        raise NotFound(ref)
    is_theirs = order is not None and current_session().number == order.customer_id
    if bytes(found.browser_hash) != visitor().browser_hash and not is_theirs:
        raise NotFound(ref)
    page = ReceiptPage(found.ref, found.name, found.mailbox, found.order_number, found.goods or None, found.declared_at)
    return render_template("customer/withdrawn.html", page=page)


def _order(number: str) -> tuple[Order, tuple[LineToReturn, ...]]:
    with toolkit().reading() as session:
        order = withdrawals.own_order(session, number, customer_id())
        if order is None:
            raise NotFound(number)
        lines = customer_pages.lines_of(session, order.id)
    speak_as_order(order.locale)
    return order, tuple(
        LineToReturn(field_of(line.line_number), line.line_number, line.title, line.quantity) for line in lines
    )


def _checked(form: WithdrawForm, order: Order | None) -> Response:
    if not _is_well(form, order):
        return _form_page(form, order, _REFUSED)
    page = ConfirmPage(
        action=_confirm_url(order),
        name=str(form.name.data),
        mailbox=str(form.mailbox.data),
        order_number=str(form.order_number.data),
        goods=form.said() or None,
        fields=(*_typed(), ("once", str(form.once.data))),
    )
    return make_response(render_template("customer/withdraw_confirm.html", page=page))


def _confirmed(form: WithdrawForm, order: Order | None) -> Answer:
    if request.form.get("act") == _CHANGE:
        return _form_page(form, order, _FOUND)
    if not _is_well(form, order):
        return _form_page(form, order, _REFUSED)
    ref = declare_withdrawal(
        toolkit(),
        declaration=form.declaration(current_locale()),
        visitor=visitor(),
        customer_id=customer_id() if order is not None else None,
    )
    return redirect(url_for("customer.withdrawn", ref=ref), 303)


def _is_well(form: WithdrawForm, order: Order | None) -> bool:
    """Check a form; of an order that somebody is signed in for, the number is what the address says."""
    if order is not None:
        form.order_number.data = order.order_number
    return bool(form.validate())


def _typed() -> tuple[tuple[str, str], ...]:
    skipped = _SKIPPED | {"once"}
    return tuple((name, CONTROL.sub("", value)) for name, value in request.form.items() if name not in skipped)


def _confirm_url(order: Order | None) -> str:
    if order is None:
        return url_for("customer.confirm_withdrawal")
    return url_for("customer.confirm_order_withdrawal", number=order.order_number)


def _form_page(form: WithdrawForm, order: Order | None, status: int) -> Response:
    number = order.order_number if order else None
    if form.once.errors:
        # Nobody types it, so there is nothing to mend: the page gets a new one.
        form.once.data, form.once.errors = new_secret(), []
    action = (
        url_for("customer.check_order_withdrawal", number=number) if order else url_for("customer.check_withdrawal")
    )
    page = WithdrawPage(action=action, order_number=number)
    return make_response(render_template("customer/withdraw.html", page=page, form=form), status)
