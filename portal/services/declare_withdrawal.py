"""Declare a withdrawal: kept at once, acknowledged by mail, and looked at by the worker.

Nothing of an order is asked here, so that a hit and a miss look and take the same.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.domain.actors import Actor
from portal.domain.claims import PERSON_ANSWERS_WITHIN
from portal.domain.mailboxes import normalise
from portal.domain.refs import new_ref
from portal.domain.withdrawal import MONEY_BACK_WITHIN, State
from portal.records import outbox, post, withdrawals
from portal.records.sessions import Session
from portal.services.limit_rate import Limit, Visitor, by_place, limit_rate
from portal.services.toolkit import Toolkit, tried_again

# As many as codes may be asked for at the door: both write to a mailbox that anybody can type.
PER_MAILBOX = Limit("withdrawal-mailbox", 5, timedelta(hours=1))
PER_BROWSER = Limit("withdrawal-browser", 10, timedelta(minutes=10))
PER_HOST = Limit("withdrawal-host", 30, timedelta(minutes=10))
PER_NETWORK = Limit("withdrawal-network", 120, timedelta(minutes=10))
FOLLOW = "withdrawals.follow"


@dataclass(frozen=True, slots=True)
class Declaration:
    """What was declared. client_key is made by the page that confirms: the same key is the same declaration.

    goods: of which goods, in words; lines: of which lines, each by its number with how many; both empty: of the whole
    order.
    """

    client_key: str
    name: str
    mailbox: str
    order_number: str
    goods: str
    locale: str
    lines: tuple[tuple[int, int], ...] = ()


@tried_again
def declare_withdrawal(
    toolkit: Toolkit, *, declaration: Declaration, visitor: Visitor, customer_id: int | None = None
) -> str:
    """Keep a declaration with its moment, leave its acknowledgement, and give its ref.

    The same declaration again gives the same ref. customer_id: who is signed in, None for a guest. Raises BadMailbox,
    TooMany.
    """
    recipient = normalise(declaration.mailbox)
    with toolkit.reading() as session:
        earlier = withdrawals.ref_of_key(session, declaration.client_key)
    if earlier is not None:
        return earlier
    places = by_place(toolkit, visitor, PER_HOST, PER_NETWORK)
    limit_rate(toolkit, [(PER_MAILBOX, recipient), (PER_BROWSER, visitor.browser_hash), *places])
    now = toolkit.now().astimezone(UTC)
    actor = Actor.guest("withdrawal") if customer_id is None else Actor.claimant(customer_id)
    values = _values(declaration, recipient, visitor, actor, now)
    with toolkit.transaction() as session:
        if withdrawals.declare(session, values, actor, now):
            leave_letter(session, "withdrawal_received", values["ref"], recipient, declaration.locale)
            outbox.defer(session, FOLLOW, withdrawal_ref=values["ref"])
            return str(values["ref"])
        return str(withdrawals.ref_of_key(session, declaration.client_key))


def leave_letter(session: Session, template: str, ref: str, mailbox: str, locale: str, **more: str) -> None:
    """Leave a letter about a withdrawal, once."""
    letter = post.new_letter(
        template, recipient=mailbox, locale=locale, subject_ref=ref, context={"withdrawal": ref, **more}, claim_id=None
    )
    post.leave_alone(session, letter)


def _values(declaration: Declaration, recipient: str, visitor: Visitor, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "ref": new_ref("WDR", 10),
        "client_key": declaration.client_key,
        "name": declaration.name,
        "mailbox": recipient,
        "order_number": declaration.order_number,
        "goods": declaration.goods,
        "lines": [{"line": number, "quantity": quantity} for number, quantity in declaration.lines],
        "locale": declaration.locale,
        "browser_hash": visitor.browser_hash,
        "declared_by": str(actor),
        "declared_at": now,
        "state": State.RECEIVED.value,
        "refund_by": now + MONEY_BACK_WITHIN,
        "due_at": now + PERSON_ANSWERS_WITHIN,
    }
