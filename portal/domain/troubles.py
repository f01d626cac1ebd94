"""What only a person can put right, by kind."""

from collections.abc import Mapping
from enum import StrEnum


class TroubleKind(StrEnum):
    """Why people must look. Each is told once about its subject, as long as it is open."""

    LATE_FAILURE = "late_failure"
    """A refund that had succeeded came back from the bank. Subject: our refund."""
    KEY_MISUSED = "key_misused"
    """The provider knows the key of a refund with other parameters: the row is stopped. Subject: our refund."""
    UNKNOWN_TOO_LONG = "unknown_too_long"
    """No answer for so long that the key may be forgotten, and the provider's list has none. Subject: our refund."""
    REFUND_REFUSED = "refund_refused"
    """The provider said no for good; a person decides how the customer gets it. Subject: our refund."""
    REFUNDED_ELSEWHERE = "refunded_elsewhere"
    """Somebody refunded a payment at the provider itself. Subject: the refund as adopted."""
    PAYMENT_DISPUTED = "payment_disputed"
    """The bank disputes a payment of an order with an open claim or a waiting refund. Subject: its name there."""
    POISON_EVENT = "poison_event"
    """A message from outside could not be applied, however often it was tried. Subject: sender and event."""
    CUSTOMER_MUST_ACT = "customer_must_act"
    """A refund waits for its customer, who was reminded and did nothing. Subject: our refund."""
    REFUND_UNSEEN = "refund_unseen"
    """The provider does not show us a refund that waits any more. Subject: our refund, or the one as adopted."""
    PAID_AFTER_RELEASE = "paid_after_release"
    """A refund that was given up is at the provider all the same: it may be paid twice. Subject: our refund."""
    SENT_AFTER_REFUSAL = "sent_after_refusal"
    """The warehouse sends a parcel that it had refused: goods go out beside another way. Subject: the replacement."""
    ORDER_CORRECTED = "order_corrected"
    """The order feed says other amounts of an order that was put right; they are not taken up. Subject: the order."""
    INVARIANT_BROKEN = "invariant_broken"
    """The nightly check found rows that break what must hold. Subject: the invariant's name."""
    PROVIDER_LOCKED = "provider_locked"
    """The provider does not accept our key; what waits goes on once it does. Subject: what we asked for."""
    EVENTS_UNREADABLE = "events_unreadable"
    """The provider's list of events has one that we cannot read; all others are heard. Subject: what we asked for."""
    BALANCE_LOW = "balance_low"
    """Refunds wait because our balance there is too low. Subject: the account at the provider, and the currency."""
    MAIL_UNDELIVERABLE = "mail_undeliverable"
    """No mailbox takes what we write to a customer; a person reaches them another way. Subject: the claim."""
    PHOTOS_AWAY = "photos_away"
    """The store takes no photo: it is full or cannot be reached. Subject: the store."""
    UNKNOWN_JOB = "unknown_job"
    """Jobs of a kind that this release does not know are parked until one that does runs. Subject: the kind."""
    PARCEL_UNJUDGED = "parcel_unjudged"
    """A parcel could not be judged as its customer was to be told of it first. Subject: the outreach."""


class Ways(StrEnum):
    """What can be done about a trouble on its own page."""

    DECIDE = "unknown"
    """Read the provider's list, and say whether our refund is in it."""
    CANCEL = "cancel"
    """Cancel the refund, so that the customer gets another way."""
    LEAVE = "leave"
    """Leave the message for good, with a reason."""
    LOOK = "rows"
    """Look at the rows; it closes with a clean check."""


WAYS: Mapping[TroubleKind, Ways] = {
    TroubleKind.KEY_MISUSED: Ways.DECIDE,
    TroubleKind.UNKNOWN_TOO_LONG: Ways.DECIDE,
    TroubleKind.CUSTOMER_MUST_ACT: Ways.CANCEL,
    TroubleKind.POISON_EVENT: Ways.LEAVE,
    TroubleKind.INVARIANT_BROKEN: Ways.LOOK,
}
# Saying that one of these is put right is not enough: it has a page with what can be done.
HAS_WAYS = frozenset(WAYS)
# Of these nobody knows whether the money went back: a person reads the list and decides.
UNKNOWN_OUTCOME = frozenset(kind for kind, ways in WAYS.items() if ways is Ways.DECIDE)
