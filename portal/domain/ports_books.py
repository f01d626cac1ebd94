"""The payment provider's own books, as they are held beside ours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from portal.domain.money import Money


@dataclass(frozen=True, slots=True)
class BookedRefund:
    """A refund as the provider's books have it. refund_ref: our own ref from its metadata, where it has one.

    left_balance and came_back: whether its amount has left the balance there, and returned to it.
    """

    provider_ref: str
    payment_ref: str
    refund_ref: str | None
    amount: Money
    state: str
    account: str | None
    live: bool
    left_balance: bool
    came_back: bool
    created_at: datetime

    def to_document(self) -> dict[str, str | int | bool | None]:
        """Write as a document that JSON can hold."""
        return {
            "provider_ref": self.provider_ref,
            "payment_ref": self.payment_ref,
            "refund_ref": self.refund_ref,
            "amount_minor": self.amount.minor,
            "currency": self.amount.currency,
            "state": self.state,
            "account": self.account,
            "live": self.live,
            "left_balance": self.left_balance,
            "came_back": self.came_back,
            "created_at": self.created_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class BookedDispute:
    """A dispute as the provider's books have it; state is the provider's word, such as ``needs_response``.

    withdrawn_at: when its money was taken, the last time that it was; before that it was an inquiry, or it was won.
    """

    provider_ref: str
    payment_ref: str
    amount: Money
    state: str
    withdrawn_at: datetime

    def to_document(self) -> dict[str, str | int]:
        """Write as a document that JSON can hold."""
        return {
            "provider_ref": self.provider_ref,
            "payment_ref": self.payment_ref,
            "amount_minor": self.amount.minor,
            "state": self.state,
            "withdrawn_at": self.withdrawn_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Books:
    """What the provider holds. unequal: what in its own books does not add up, by name."""

    refunds: Sequence[BookedRefund] = field(default_factory=tuple)
    disputes: Sequence[BookedDispute] = field(default_factory=tuple)
    unequal: Sequence[str] = field(default_factory=tuple)


class ProviderBooks(Protocol):
    """Reads the provider's books."""

    def read(self, accounts: Sequence[str | None], since: datetime | None) -> Books:
        """Read the refunds and disputes of these accounts, None being our own, all or those made since a moment.

        Raises UnknownOutcome where the provider does not answer.
        """


class MovementKind(StrEnum):
    """What moves on the provider's balance because of a refund or a dispute."""

    REFUND = "refund"
    REFUND_FAILED = "refund_failed"
    DISPUTED = "disputed"
    DISPUTE_WON = "dispute_won"


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement on the provider's balance. subject_ref: the refund or dispute there; amount: signed, without fees."""

    ref: str
    kind: MovementKind
    subject_ref: str
    amount: Money
    moved_at: datetime

    def to_document(self) -> dict[str, str | int]:
        """Write as a document that JSON can hold."""
        return {
            "ref": self.ref,
            "kind": self.kind.value,
            "subject_ref": self.subject_ref,
            "amount_minor": self.amount.minor,
            "currency": self.amount.currency,
            "moved_at": self.moved_at.isoformat(),
        }


class ProviderBalance(Protocol):
    """Reads what moved on the provider's balance."""

    def movements_since(self, moment: datetime, account: str | None = None) -> Iterable[Movement]:
        """List every movement of a refund or a dispute since a moment (timezone-aware), in any order.

        Raises UnknownOutcome, ProviderBusy or ProviderLocked.
        """
