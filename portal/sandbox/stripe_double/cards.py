"""The magic payment methods, and how a refund to each of them goes."""

from dataclasses import dataclass

NORMAL = "normal"
# What a charge's refunds do: at once, later, or never without the customer.
BEHAVIOURS = {
    NORMAL: ("succeeded", None),
    "pending": ("pending", "succeeded"),
    "insufficient_funds": ("pending", "succeeded"),
    "pending_then_fails": ("pending", "failed"),
    "pending_then_canceled": ("pending", "canceled"),
    "insufficient_funds_then_fails": ("pending", "failed"),
    "fails_later": ("succeeded", "failed"),
    "requires_action": ("requires_action", None),
    "requires_action_then_succeeds": ("requires_action", "succeeded"),
    "requires_action_then_fails": ("requires_action", "failed"),
    "requires_action_then_canceled": ("requires_action", "canceled"),
    "stays_pending": ("pending", None),
}


@dataclass(frozen=True, slots=True)
class Card:
    """A test card: what is printed on it, whether it pays, whether its owner disputes, and how refunds to it go."""

    brand: str
    last4: str
    declined: str | None = None
    behaviour: str = NORMAL
    disputes: bool = False


# The first names are Stripe's own test cards (docs.stripe.com/testing); those with ``sandbox`` are ours.
CARDS = {
    "pm_card_visa": Card("visa", "4242"),
    "pm_card_mastercard": Card("mastercard", "4444"),
    "pm_card_amex": Card("amex", "8431"),
    "pm_card_elo": Card("elo", "1234"),
    "pm_card_chargeDeclined": Card("visa", "0002", declined="card_declined"),
    "pm_card_pendingRefund": Card("visa", "7726", behaviour="pending"),
    "pm_card_refundFail": Card("visa", "5126", behaviour="fails_later"),
    "pm_card_createDispute": Card("visa", "0259", disputes=True),
    "pm_card_sandboxPendingThenFails": Card("visa", "7727", behaviour="pending_then_fails"),
    "pm_card_sandboxInsufficientFunds": Card("visa", "7728", behaviour="insufficient_funds"),
    "pm_card_sandboxStaysPending": Card("visa", "7729", behaviour="stays_pending"),
    "pm_card_sandboxRequiresAction": Card("visa", "7730", behaviour="requires_action"),
}
