"""What the order feed needs from the world outside in a sandbox: Stripe payments for orders that were never charged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from portal.domain.money import Money


@dataclass(frozen=True, slots=True)
class CardPayment:
    """A card payment of the feed without a reference. ref is our payment's own; the same ref twice is one payment."""

    ref: str
    order_number: str
    amount: Money
    card_brand: str | None
    card_last4: str | None
    captured_at: datetime | None


class PaymentBooker(Protocol):
    """Makes the provider hold payments as though it had taken them."""

    def book(self, payments: Sequence[CardPayment]) -> dict[str, str]:
        """Give the provider's reference by our ref; raise UnknownOutcome when no clear answer came."""
