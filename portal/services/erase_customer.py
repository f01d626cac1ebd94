"""Erase a customer who asks for it: the person goes, the sums stay (reliability P10)."""

from portal.domain.actors import Actor
from portal.domain.claims import ClaimState
from portal.domain.errors import AmendsError, Conflict, NotFound
from portal.domain.mailboxes import normalise
from portal.domain.ports import PhotoStore
from portal.records import deeds, erasure
from portal.services.create_staff import COMMAND
from portal.services.listable_subjects import of_mailbox
from portal.services.take_back_ours import take_back_ours
from portal.services.toolkit import Toolkit, tried_again

_AT_REST = (
    ClaimState.MADE_WHOLE,
    ClaimState.DECLINED,
    ClaimState.RESTORED,
    ClaimState.CLOSED_NOT_KNOWN,
    ClaimState.WITHDRAWN,
    ClaimState.CLOSED_ELSEWHERE,
)


class PhotosLeft(AmendsError):
    """The person is erased, but a photo of theirs could not be taken out of the store; the same again goes on."""


def erase_customer(toolkit: Toolkit, photos: PhotoStore, *, mailbox: str, actor: Actor = COMMAND) -> str:
    """Put nobody in a customer's place and give the name that the tombstone has.

    What financial rows need stays, without a name; what we told them of first, and they never answered, is taken back.
    Raises NotFound; Conflict while something is still under way, because money that comes back would find nobody to
    tell, or while a feed comes in; and PhotosLeft, after which the mailbox of the tombstone is erased again.
    """
    customer_id, names = _erase(toolkit, normalise(mailbox), actor)
    # After the end of the transaction: what it takes back would bring no photo back. Their rows say what is left to do.
    try:
        for name in names:
            photos.remove(name)
    except OSError as error:
        raise PhotosLeft(erasure.mailbox_of_nobody(customer_id)) from error
    _forget(toolkit, names)
    return f"customer {customer_id}"


@tried_again
def _erase(toolkit: Toolkit, mailbox: str, actor: Actor) -> tuple[int, list[str]]:
    """Erase what the rows hold; give the customer's number and the names of their photos."""
    with toolkit.transaction() as session:
        if not erasure.no_feed_comes_in(session):
            raise Conflict("a feed is being imported")
        customer_id = erasure.hold_customer(session, mailbox)
        if customer_id is None:
            raise NotFound("there is no customer of that mailbox")
        take_back_ours(session, toolkit, customer_id, actor)
        under_way = erasure.claims_under_way(session, customer_id, [state.value for state in _AT_REST])
        if under_way:
            raise Conflict(f"still under way: {', '.join(under_way)}")
        names = erasure.photos_of(session, customer_id)
        erasure.erase(session, customer_id, of_mailbox(toolkit, mailbox).key.key, toolkit.now())
        subject, detail = f"customer {customer_id}", {"photos": len(names)}
        deeds.note(session, "customer_erased", subject, actor=actor, now=toolkit.now(), detail=detail)
        return customer_id, names


@tried_again
def _forget(toolkit: Toolkit, names: list[str]) -> None:
    with toolkit.transaction() as session:
        erasure.forget_photos(session, names)
