"""What the order feed needs from the world outside in a sandbox: Stripe payments for orders that were never charged."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from portal.domain.money import Money


@dataclass(frozen=True, slots=True)
class FeedPayment:
    """A card payment of the feed without a reference. feed_reference is our payment's ref: the same is one payment."""

    feed_reference: str
    order_number: str
    amount: Money
    captured_at: datetime
    card_brand: str | None = None
    card_last4: str | None = None


class PaymentBooker(Protocol):
    """Makes the provider hold payments as though it had taken them."""

    def make(self, payments: Iterable[FeedPayment]) -> dict[str, str]:
        """Give the provider's reference by feed reference; raise UnknownOutcome when no clear answer came."""
