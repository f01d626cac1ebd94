"""Read the provider's list of a payment, in the lane: what of it can be read, and why the rest cannot."""

from functools import partial
from typing import NamedTuple

from portal.domain.ports import RefundAnswer, RefundProvider, Unreadable
from portal.services.enter_lane import Pass, in_turn
from portal.services.toolkit import Toolkit


class RefundList(NamedTuple):
    """The refunds of a payment, as far as they can be read. unread: why not all of them are here."""

    answers: list[RefundAnswer]
    unread: Unreadable | None


def list_refunds(
    toolkit: Toolkit, provider: RefundProvider, payment_ref: str, account: str | None, entered: Pass | None = None
) -> RefundList:
    """Read the list, so that a refund in words that we do not know hides no other.

    entered: a slot that was taken already. Raises LaneShut, UnknownOutcome, NotFound (no payment of that name).
    """
    try:
        return RefundList(in_turn(toolkit, partial(provider.of_payment, payment_ref, account), entered), None)
    except Unreadable as error:
        return RefundList(list(error.read), error)
