"""Issue the store credit of a remedy: what was paid for, and the bonus from us, each once."""

from portal.domain.actors import Actor
from portal.domain.certainty import certain
from portal.domain.credit import Origin
from portal.domain.money import Money
from portal.records import claims, remedies
from portal.services.finish_remedy import finish_when_settled
from portal.services.grant_credit import Grant, grant_credit
from portal.services.letter_of_claim import leave_letter_about
from portal.services.promise_effects import about
from portal.services.toolkit import Toolkit, tried_again

WORKER = Actor.system("worker")


@tried_again
def issue_remedy_credit(toolkit: Toolkit, *, remedy_ref: str) -> None:
    """Grant the credit that a remedy promised, tell the customer its code, and finish what is finished."""
    with toolkit.transaction() as session:
        remedies.hold_order_of(session, remedy_ref)
        remedy = certain(remedies.by_ref(session, remedy_ref), "its order is locked")
        if remedies.credit_granted(session, remedy):
            return
        claim = claims.hold_by_id(session, remedy.claim_id)
        now = toolkit.now()
        for origin, minor in ((Origin.PAID_VALUE, remedy.credit_minor), (Origin.GOODWILL, remedy.bonus_minor)):
            if minor:
                grant = Grant(
                    customer_id=claim.customer_id,
                    amount=Money(minor, remedy.currency),
                    origin=origin,
                    source=remedy.ref,
                    jurisdiction=claim.order.market,
                    about=about(claim, remedy),
                )
                grant_credit(session, grant, actor=WORKER, now=now, zone=toolkit.zone, secret_key=toolkit.secret_key)
        detail, line_id = {"remedy": remedy.ref}, remedy.claim_line_id
        claims.add_event(session, claim.id, "credit_issued", actor=WORKER, now=now, line_id=line_id, detail=detail)
        leave_letter_about(session, claim, "credit_issued", remedy=remedy.ref)
        finish_when_settled(session, claim, remedy, actor=WORKER, now=now)
