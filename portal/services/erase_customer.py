"""Erase a customer who asks for it: the person goes, the sums stay (reliability P10)."""

from portal.domain.actors import Actor
from portal.domain.claims import ClaimState
from portal.domain.errors import Conflict, NotFound
from portal.domain.mailboxes import normalise
from portal.domain.ports import PhotoStore
from portal.records import deeds, erasure
from portal.services.create_staff import COMMAND
from portal.services.toolkit import Toolkit

_AT_REST = (
    ClaimState.MADE_WHOLE,
    ClaimState.DECLINED,
    ClaimState.RESTORED,
    ClaimState.CLOSED_NOT_KNOWN,
    ClaimState.WITHDRAWN,
    ClaimState.CLOSED_ELSEWHERE,
)


def erase_customer(toolkit: Toolkit, photos: PhotoStore, *, mailbox: str, actor: Actor = COMMAND) -> str:
    """Put nobody in a customer's place and give the name that the tombstone has.

    What financial rows need stays, without a name. Raises NotFound, and Conflict while something is still under way,
    because money that comes back would find nobody to tell.
    """
    with toolkit.transaction() as session:
        customer_id = erasure.hold_customer(session, normalise(mailbox))
        if customer_id is None:
            raise NotFound("there is no customer of that mailbox")
        under_way = erasure.claims_under_way(session, customer_id, [state.value for state in _AT_REST])
        if under_way:
            raise Conflict(f"still under way: {', '.join(under_way)}")
        names = erasure.photos_of(session, customer_id)
        erasure.erase(session, customer_id)
        tombstone = f"customer {customer_id}"
        deeds.note(session, "customer_erased", tombstone, actor=actor, now=toolkit.now(), detail={"photos": len(names)})
        # Before the end of the transaction: a photo that cannot be taken out leaves everything as it was, to try again.
        for name in names:
            photos.remove(name)
    return tombstone
