"""Give every card payment of a demonstration shop its PaymentIntent in the sandbox Stripe."""

from portal.domain.errors import AmendsError
from portal.domain.ports_feed import PaymentBooker
from portal.records import feed_log
from portal.services.toolkit import Toolkit

_AT_ONCE = 500


class BookingStuck(AmendsError):
    """The sandbox answered without a reference for a payment that it was asked for."""


def book_sandbox_payments(toolkit: Toolkit, booker: PaymentBooker) -> int:
    """Book all card payments without a reference, some hundred at a time; tell how many.

    The call is made with no transaction open. Stopped anywhere and run again it ends the same, because the sandbox
    knows a payment by our ref. Raises UnknownOutcome, and BookingStuck when an answer leaves payments out.
    """
    booked = 0
    while True:
        with toolkit.reading() as session:
            payments = feed_log.unbooked_cards(session, limit=_AT_ONCE)
        if not payments:
            return booked
        references = booker.make(payments)
        missing = [payment.feed_reference for payment in payments if payment.feed_reference not in references]
        if missing:
            raise BookingStuck(f"the sandbox gave no reference for {missing[0]} and {len(missing) - 1} more")
        with toolkit.transaction() as session:
            booked += feed_log.keep_references(session, references)
