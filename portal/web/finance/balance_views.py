"""What moved at Stripe and has no match here, or the other way round: as the last comparison found it."""

from dataclasses import dataclass
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import Role
from portal.domain.money import Money
from portal.records import outbox, reconciling
from portal.records.tables.reconciling import Difference, Reconciliation
from portal.services.ask_to_reconcile import TASK, ask_to_reconcile
from portal.web.shared.access import finance, staff, staff_on_duty
from portal.web.shared.language import lazy_gettext as lazy
from portal.web.shared.means import toolkit
from portal.web.shared.names import named
from portal.web.shared.workbench import frame

KINDS: dict[str, Any] = {
    "refund": lazy("Refund"),
    "refund_failed": lazy("Refund that came back"),
    "disputed": lazy("Taken for a dispute"),
    "dispute_won": lazy("Given back after a dispute"),
}
REASONS: dict[str, Any] = {
    "unknown": lazy("We do not know what it belongs to."),
    "twice": lazy("The same moved before."),
    "amount": lazy("Our amount is another one."),
    "state": lazy("Here it stands otherwise."),
    "missing": lazy("We have it, and nothing moved at Stripe."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One difference."""

    difference: Difference
    kind: str
    why: str
    amount: Money


@dataclass(frozen=True, slots=True)
class BalancePage:
    """Rendered by ``finance/balance.html``. run: the newest comparison, None before the first.

    under_way: one was asked for and is not done yet. unread: what this reader asked for ended without one.
    again: leads to this page, which then tells how it ended.
    """

    run: Reconciliation | None
    rows: tuple[Row, ...]
    may_compare: bool
    under_way: bool
    unread: bool
    again: str


@finance
def balance() -> Answer:
    """Show what came of the newest comparison, and what becomes of one that was asked for."""
    with toolkit().reading() as session:
        # Asked before the newest is read, so that one that ends in between is seen.
        under_way = outbox.is_under_way(session, TASK)
        run = reconciling.newest(session)
        found = reconciling.differences_of(session, run) if run else []
    after = request.args.get("after", _name(run))
    unread = not under_way and "after" in request.args and after == _name(run)
    may_compare = staff_on_duty().role is Role.FINANCE
    page = BalancePage(
        run, tuple(_row(one) for one in found), may_compare, under_way, unread, url_for("finance.balance", after=after)
    )
    return make_response(render_template("finance/balance.html", page=page, **frame("finance.balance")))


@staff(Role.FINANCE)
def compare() -> Answer:
    """Have the worker compare at once; the page that follows tells whether anything came after what there is now."""
    with toolkit().reading() as session:
        newest = reconciling.newest(session)
    ask_to_reconcile(toolkit())
    return redirect(url_for("finance.balance", after=_name(newest)), 303)


def _name(run: Reconciliation | None) -> str:
    return run.ref if run else "none"


def _row(one: Difference) -> Row:
    amount = Money(one.amount_minor or 0, one.currency)
    return Row(one, named(KINDS, one.kind), named(REASONS, one.why), amount)
