"""Take back the promise of what did not get through, because something else takes its place, or nothing is owed."""

from datetime import datetime

from portal.domain.actors import Actor
from portal.domain.journal import Entry, remedy_released
from portal.domain.money import Money
from portal.records import budgets, remedies
from portal.records.sessions import Session
from portal.records.tables.claims import Claim, ClaimLine
from portal.records.tables.remedies import Remedy
from portal.services.promise_effects import about


def release_debt(session: Session, claim: Claim, line: ClaimLine, *, actor: Actor, now: datetime) -> list[Entry]:
    """Mark what is owed on a line as replaced, give it back to its budgets, and give the entries to book.

    The order is held.

    Each refund is released by itself, because another one of the same remedy may come back later.
    """
    entries = []
    for failed in remedies.failed_of_line(session, line.id):
        for refund in remedies.refunds_owed(session, failed):
            amount = Money(refund.amount_minor, refund.currency)
            of_it = about(claim, failed, of=refund.parts)
            entries.append(remedy_released(refund.ref, amount, failed.policy_class, of_it))
            _give_back(session, failed, refund.ref, amount, actor, now)
            refund.replaced_at = now
        goods = Money(remedies.goods_owed(session, failed), failed.currency)
        if goods:
            entries.append(remedy_released(failed.ref, goods, failed.policy_class, about(claim, failed, of={})))
            _give_back(session, failed, failed.ref, goods, actor, now)
        failed.state = "replaced"
    return entries


def _give_back(session: Session, failed: Remedy, source: str, amount: Money, actor: Actor, now: datetime) -> None:
    budgets.release(
        session,
        remedy=failed.ref,
        source=source,
        policy_class=failed.policy_class,
        minor=amount.minor,
        actor=actor,
        now=now,
    )
