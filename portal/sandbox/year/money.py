"""The cards of a year: most refunds arrive at once, some after days, and a few come back from a closed account."""

from collections.abc import Iterable
from pathlib import Path

from portal.domain.money import stripe_factor
from portal.domain.ports_feed import FeedPayment
from portal.sandbox.imports import LARGEST_BATCH, import_payments
from portal.sandbox.store import Store
from portal.sandbox.stripe_double.cards import NORMAL
from portal.sandbox.year.chance import dice_of

# Of all orders, how many are paid with a card whose refunds go this way.
_WAYS = (("pending", 0.05), ("fails_later", 0.012), ("pending_then_fails", 0.008))


def way_of_money(seed: int, order_number: str) -> str:
    """Tell how refunds of an order's cards go: a behaviour of the double."""
    luck = dice_of(seed, "money", order_number).random()
    for way, share in _WAYS:
        if luck < share:
            return way
        luck -= share
    return NORMAL


def moves_later(seed: int, order_number: str) -> bool:
    """Tell whether a refund of an order's cards goes on days after it was sent."""
    return way_of_money(seed, order_number) != NORMAL


class YearBooker:
    """Makes the double hold the card payments of a year, each with the way that its refunds go."""

    def __init__(self, folder: Path, seed: int) -> None:
        """Know the folder of the double's books."""
        self._store, self._seed = Store(folder), seed

    def make(self, payments: Iterable[FeedPayment]) -> dict[str, str]:
        """Give the double's reference by feed reference."""
        wanted = [self._wanted(payment) for payment in payments]
        made: dict[str, str] = {}
        for start in range(0, len(wanted), LARGEST_BATCH):
            with self._store.write() as db:
                taken = import_payments(db, wanted[start : start + LARGEST_BATCH], 0)
            made |= {one["feed_reference"]: one["id"] for one in taken}
        return made

    def _wanted(self, payment: FeedPayment) -> dict[str, object]:
        return {
            "feed_reference": payment.feed_reference,
            "order_number": payment.order_number,
            "amount": payment.amount.minor * stripe_factor(payment.amount.currency),
            "currency": payment.amount.currency.lower(),
            "captured_at": payment.captured_at.isoformat(),
            "card_brand": payment.card_brand,
            "card_last4": payment.card_last4,
            "behaviour": way_of_money(self._seed, payment.order_number),
        }
