"""Issue the store credit of a remedy: what was paid for, and the bonus from us, each once."""

from datetime import datetime

from portal.domain.actors import Actor
from portal.domain.credit import Origin
from portal.domain.credit_rules import ends_at
from portal.domain.money import Money
from portal.records import books, claims, effects
from portal.services.finish_remedy import finish
from portal.services.grant_credit import Grant, grant_credit
from portal.services.letter_of_claim import letter_about
from portal.services.promise_effects import about
from portal.services.toolkit import Toolkit, tried_again

WORKER = Actor.system("worker")


@tried_again
def issue_remedy_credit(toolkit: Toolkit, *, remedy_ref: str) -> None:
    """Grant the credit that a remedy promised, tell the customer its code, and finish what is finished."""
    with toolkit.transaction() as session:
        held, now = effects.hold_remedy(session, remedy_ref), toolkit.now()
        claim, remedy = held.claim, held.remedy
        grants = _grants(held, now)
        if held.granted or not grants:
            return
        _, entries = grant_credit(session, grants, actor=WORKER, now=now, secret_key=toolkit.secret_key)
        detail, line_id = {"remedy": remedy.ref}, remedy.claim_line_id
        events = [claims.event_of(claim.id, "credit_issued", actor=WORKER, now=now, line_id=line_id, detail=detail)]
        if not held.others_wait:
            events += finish(claim, remedy, actor=WORKER, now=now)
        booked = books.values_of(entries, actor=WORKER, now=now, zone=toolkit.zone)
        effects.write(session, held, events, letter_about(claim, "credit_issued", remedy=remedy.ref), booked)


def _grants(held: effects.Held, now: datetime) -> list[Grant]:
    claim, remedy = held.claim, held.remedy
    promised = ((Origin.PAID_VALUE, remedy.credit_minor), (Origin.GOODWILL, remedy.bonus_minor))
    return [
        Grant(
            customer_id=claim.customer_id,
            amount=Money(minor, remedy.currency),
            origin=origin,
            source=remedy.ref,
            jurisdiction=claim.order.market,
            about=about(claim, remedy, of=remedy.credit_parts if origin is Origin.PAID_VALUE else {}),
            expires_at=ends_at(claim.order.market, origin, now),
        )
        for origin, minor in promised
        if minor
    ]
