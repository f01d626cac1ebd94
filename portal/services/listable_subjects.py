"""What of a claim can be put on a list: its mailbox, cards, address and browser, as limits count them."""

from dataclasses import dataclass

from portal.domain.limits import Subject
from portal.domain.subjects import masked_address, masked_card, masked_mailbox, one_mailbox
from portal.records import claims, limits
from portal.records.limits import SubjectKey
from portal.records.sessions import Session
from portal.records.tables.claims import Claim
from portal.records.tables.orders import Payment
from portal.services.subject_keys import key_of
from portal.services.toolkit import Toolkit


@dataclass(frozen=True, slots=True)
class Listable:
    """A subject that can be listed. name: how a form chooses it; shown: masked, so that staff tell it from others."""

    name: str
    key: SubjectKey
    shown: str


def of_claim(toolkit: Toolkit, session: Session, claim: Claim) -> tuple[Listable, ...]:
    """List what a claim is counted by. Nothing is left of a claim whose customer was erased."""
    order, cards = claim.order, _cards(toolkit, limits.payments_of(session, claim.order_id))
    shown = {
        Subject.MAILBOX: masked_mailbox(claim.customer.mailbox),
        Subject.ADDRESS: masked_address(order.ship_to_postcode, order.ship_to_city, order.ship_to_country),
    }
    found = limits.subjects_of(session, claim.id)
    several = len([one for one in found if one.kind is Subject.CARD]) > 1
    return tuple(
        Listable(
            name=f"{one.kind}-{one.key.hex()[:8]}" if several and one.kind is Subject.CARD else one.kind.value,
            key=one,
            shown=shown.get(one.kind) or cards.get(one.key) or one.key.hex()[:8],
        )
        for one in found
    )


def of_mailbox(toolkit: Toolkit, mailbox: str) -> Listable:
    """Make a subject of a mailbox in its kept form."""
    key = key_of(toolkit.secret_key, Subject.MAILBOX, one_mailbox(mailbox))
    return Listable(Subject.MAILBOX.value, key, masked_mailbox(mailbox))


def claim_of(session: Session, claim_ref: str) -> Claim | None:
    """Find the claim on whose account an entry is made."""
    return claims.found(session, claim_ref)


def _cards(toolkit: Toolkit, payments: list[Payment]) -> dict[bytes, str]:
    return {
        key_of(toolkit.secret_key, Subject.CARD, one.card_fingerprint).key: masked_card(one.card_brand, one.card_last4)
        for one in payments
        if one.card_fingerprint
    }
