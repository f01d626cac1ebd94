"""The tasks: each a loop around one service, by the name under which records leave it in the outbox."""

from dataclasses import dataclass
from functools import partial

from procrastinate import App

from portal.domain.ports import Mailer, RefundProvider, Warehouse
from portal.jobs.retries import Retries, TryLater
from portal.services.apply_stripe_event import apply_stripe_event
from portal.services.apply_warehouse_event import apply_warehouse_event
from portal.services.issue_remedy_credit import issue_remedy_credit
from portal.services.look_again import look_again
from portal.services.reconcile_refunds import reconcile_refund
from portal.services.send_letter import send_letter
from portal.services.send_refund import send_refund
from portal.services.send_replacement import send_replacement
from portal.services.send_sign_in_code import send_sign_in_code
from portal.services.toolkit import Toolkit

_SECONDS = Retries(first=2, longest=300, most=12)
# Money is never given up by a timer: the reconciler goes on when these tries are over.
_MONEY = Retries(first=5, longest=900, most=30)


@dataclass(frozen=True, slots=True)
class Ports:
    """The world outside, as the worker reaches it."""

    refunds: RefundProvider
    mailer: Mailer
    warehouse: Warehouse


def add_tasks(app: App, toolkit: Toolkit, ports: Ports) -> None:
    """Register every task under its name."""
    money = partial(app.task, retry=_MONEY)
    soon = partial(app.task, retry=_SECONDS)
    money(name="refunds.send")(partial(_refund, toolkit, ports))
    money(name="refunds.reconcile")(partial(reconcile_refund, toolkit, ports.refunds))
    money(name="remedies.issue_credit")(partial(issue_remedy_credit, toolkit))
    money(name="replacements.send")(partial(_replacement, toolkit, ports))
    money(name="stripe_events.apply")(partial(apply_stripe_event, toolkit, ports.refunds))
    money(name="warehouse_events.apply")(partial(apply_warehouse_event, toolkit))
    soon(name="letters.send")(partial(send_letter, toolkit, ports.mailer))
    soon(name="sign_in.send")(partial(send_sign_in_code, toolkit, ports.mailer))
    soon(name="claims.look_again")(partial(look_again, toolkit))


def _refund(toolkit: Toolkit, ports: Ports, *, refund_ref: str) -> None:
    if send_refund(toolkit, ports.refunds, refund_ref=refund_ref):
        raise TryLater(refund_ref)


def _replacement(toolkit: Toolkit, ports: Ports, *, replacement_ref: str) -> None:
    if send_replacement(toolkit, ports.warehouse, replacement_ref=replacement_ref):
        raise TryLater(replacement_ref)
