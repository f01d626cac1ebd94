"""What Stripe's objects say, in our words. Beside the client only this module knows them."""

from datetime import UTC, datetime

import stripe

from portal.domain.money import Money, stripe_factor
from portal.domain.ports import DisputeAnswer, ProviderEvent
from portal.domain.ports_books import Movement, MovementKind

MOVEMENTS = {
    "refund": MovementKind.REFUND,
    "refund_failure": MovementKind.REFUND_FAILED,
    "dispute": MovementKind.DISPUTED,
    "dispute_reversal": MovementKind.DISPUTE_WON,
}


def event_of(event: stripe.Event) -> ProviderEvent:
    """Read an event: what it is about, and of a charge how much has gone back."""
    told = event.data.object
    if event.object != "event" or not event.id:
        raise TypeError(event.object)
    charge = told if isinstance(told, stripe.Charge) else None
    return ProviderEvent(
        event_id=event.id,
        kind=event.type,
        object_kind=str(told["object"]),
        object_ref=str(told["id"]),
        created_at=datetime.fromtimestamp(event.created, UTC),
        live=event.livemode is True,
        payment_ref=_id(charge.payment_intent) if charge else None,
        amount_refunded=charge.amount_refunded if charge else None,
    )


def dispute_of(dispute: stripe.Dispute) -> DisputeAnswer:
    """Read a dispute."""
    if dispute.object != "dispute" or not dispute.id:
        raise TypeError(dispute.object)
    return DisputeAnswer(
        provider_ref=dispute.id,
        payment_refs=names_of(dispute),
        amount=from_stripe(dispute.amount, dispute.currency),
        state=str(dispute.status),
        opened_at=datetime.fromtimestamp(dispute.created, UTC),
    )


def movement_of(moved: stripe.BalanceTransaction) -> Movement:
    """Read what moved. A balance that is kept in another currency holds it converted; its source has it as it was."""
    kind, source = MOVEMENTS[moved.reporting_category], moved.source
    amount = from_stripe(moved.amount, moved.currency)
    if isinstance(source, stripe.Refund | stripe.Dispute) and source.currency != moved.currency:
        sign = -1 if kind in (MovementKind.REFUND, MovementKind.DISPUTED) else 1
        amount = from_stripe(sign * source.amount, source.currency)
    return Movement(
        ref=moved.id,
        kind=kind,
        subject_ref=_id(source) or "",
        amount=amount,
        moved_at=datetime.fromtimestamp(moved.created, UTC),
    )


def names_of(of: stripe.Refund | stripe.Dispute) -> tuple[str, ...]:
    """Give every name of a payment: a shop may know it by the payment, or by its charge."""
    return tuple(name for name in (_id(of.payment_intent), _id(of.charge)) if name)


def _id(reference: str | stripe.StripeObject | None) -> str | None:
    return reference if reference is None or isinstance(reference, str) else str(reference["id"])


def from_stripe(minor: int, currency: str) -> Money:
    """Read an amount in Stripe's minor units."""
    code = currency.upper()
    return Money(minor // stripe_factor(code), code)
