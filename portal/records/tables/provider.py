"""What else happens at the payment provider: disputes, refunds that are not ours, and its pace."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.tables.base import Base, Currency, Key, Minor, Moment, OptionalMoment, Ref


class Dispute(Base):
    """A chargeback or an inquiry of the bank, as it stood when it was last read at the provider."""

    __tablename__ = "disputes"

    id: Mapped[Key]
    ref: Mapped[Ref]
    payment_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("payments.id"), index=True)
    provider_ref: Mapped[str] = mapped_column(String(255), unique=True)
    # The provider's word, such as ``needs_response``.
    state: Mapped[str] = mapped_column(String(32))
    amount_minor: Mapped[Minor]
    currency: Mapped[Currency]
    opened_at: Mapped[Moment]
    closed_at: Mapped[OptionalMoment]
    read_at: Mapped[Moment]
    # When it was first known here to keep money from going back; never where it only was an inquiry.
    known_at: Mapped[OptionalMoment]


class ExternalRefund(Base):
    """A refund that somebody made at the provider itself: adopted once, so that what is left is right."""

    __tablename__ = "external_refunds"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        Index("ix_external_refunds_open", "looked_at", postgresql_where="state IN ('pending', 'requires_action')"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    payment_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("payments.id"), index=True)
    provider_ref: Mapped[str] = mapped_column(String(255), unique=True)
    amount_minor: Mapped[Minor]
    currency: Mapped[Currency]
    state: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(String(80))
    adopted_at: Mapped[Moment]
    settled_at: Mapped[OptionalMoment]
    # When it was last read at the provider.
    looked_at: Mapped[OptionalMoment]


class RefundLane(Base):
    """The way to the provider that all workers share: when the next call may leave, and whether any may."""

    __tablename__ = "refund_lanes"

    lane: Mapped[str] = mapped_column(String(16), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    # Calls since the last pause, and pauses that followed each other closely: the next is twice as long.
    since_pause: Mapped[int]
    pauses: Mapped[int]
    paused_until: Mapped[OptionalMoment]
    # Since when our key is not accepted, and when one call tries whether it is again.
    locked_at: Mapped[OptionalMoment]
    probe_at: Mapped[OptionalMoment]
