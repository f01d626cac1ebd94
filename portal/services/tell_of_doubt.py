"""Leave a refund that may have been made, and is not sent again, to a person: its outcome is called unknown then."""

from datetime import datetime, timedelta

from portal.domain.actors import Actor
from portal.domain.certainty import certain
from portal.domain.refunds import PERSON_ACTS_WITHIN, STOPPED, RefundState
from portal.domain.troubles import TroubleKind
from portal.records import effects, remedies, sending
from portal.records.tables.remedies import Refund
from portal.services.open_trouble import open_trouble
from portal.services.settle_refund import News, settle_held
from portal.services.toolkit import Toolkit, tried_again

# Stripe may drop a key once it is 24 hours old, and a dropped key starts a new operation.
KEY_IS_SAFE_FOR = timedelta(hours=20)
# The reason of a refund whose call had no answer.
NO_ANSWER = "no_answer"
# Why a person looks at once: the provider has no payment of that name, so its list can say nothing of our refund.
PAYMENT_UNKNOWN = "resource_missing"


@tried_again
def tell_of_doubt(toolkit: Toolkit, refund_ref: str, *, reason: str | None = None) -> bool:
    """Leave a refund to a person where its key may be forgotten by now; tell whether it is left to one.

    reason: why that is not waited for. What was never sent, or has an answer by now, is in no doubt. What is left to
    one stays theirs, whatever the provider says since: they may be giving it up right now.
    """
    with toolkit.reading() as session:
        refund = remedies.read_refund(session, refund_ref)
        if not _is_in_doubt(refund, toolkit.now(), reason):
            return refund.state == RefundState.UNKNOWN and sending.is_left_to_a_person(session, refund_ref)
    with toolkit.transaction() as session:
        held, now = effects.hold_refund(session, refund_ref), toolkit.now()
        refund = certain(held.refund, "it was asked for")
        if not _is_in_doubt(refund, now, reason):
            return False
        # Who sent it died before the answer came: now that it is a person's, they must be able to decide it.
        if refund.state == RefundState.SENT:
            news = News(RefundState.UNKNOWN, None, NO_ANSWER)
            settle_held(toolkit, session, held, news, Actor.system("worker"))
        open_trouble(
            session,
            TroubleKind.UNKNOWN_TOO_LONG,
            subject=refund.ref,
            now=now,
            claim_id=held.claim.id,
            order=held.claim.order.order_number,
            reason=reason,
            amount_minor=refund.amount_minor,
            currency=refund.currency,
            due_at=(now + PERSON_ACTS_WITHIN).isoformat(),
        )
        return True


def _is_in_doubt(refund: Refund, now: datetime, reason: str | None) -> bool:
    if refund.state not in (RefundState.SENT, RefundState.UNKNOWN) or refund.first_sent_at is None:
        return False
    # One whose key is misused has a trouble of its own, with the same ways out.
    if refund.reason == STOPPED:
        return False
    return reason is not None or now - refund.first_sent_at > KEY_IS_SAFE_FOR
