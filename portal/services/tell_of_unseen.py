"""Tell staff of a refund that waits and that the provider shows us no more, because its end would not be heard."""

from datetime import timedelta

from portal.domain.actors import Actor
from portal.domain.refunds import PERSON_ACTS_WITHIN
from portal.domain.troubles import TroubleKind
from portal.records import provider_money, troubles
from portal.services.open_trouble import open_trouble
from portal.services.toolkit import Toolkit, tried_again

# What a person has closed is told again after this, as long as the refund waits.
_TOLD_AGAIN_AFTER = timedelta(days=7)


@tried_again
def tell_of_unseen(toolkit: Toolkit, provider_ref: str, reason: str) -> None:
    """Open it with the day by which somebody has looked; not again what was told within a week, be it closed."""
    with toolkit.transaction() as session:
        waits, now = provider_money.waiting(session, provider_ref), toolkit.now()
        if waits is None:
            return
        since = now - _TOLD_AGAIN_AFTER
        if troubles.was_told(session, TroubleKind.REFUND_UNSEEN, subject=waits.ref, reason=reason, since=since):
            return
        open_trouble(
            session,
            TroubleKind.REFUND_UNSEEN,
            subject=waits.ref,
            now=now,
            claim_id=waits.claim_id,
            provider_ref=provider_ref,
            reason=reason,
            amount_minor=waits.amount_minor,
            currency=waits.currency,
            due_at=(now + PERSON_ACTS_WITHIN).isoformat(),
        )


@tried_again
def seen_again(toolkit: Toolkit, provider_ref: str) -> None:
    """Take it off the list of people: the provider shows the refund."""
    with toolkit.transaction() as session:
        waits, actor = provider_money.waiting(session, provider_ref), str(Actor.system("worker"))
        if waits is not None:
            kinds = [TroubleKind.REFUND_UNSEEN]
            troubles.close_about(session, kinds, subject=waits.ref, actor=actor, now=toolkit.now())
