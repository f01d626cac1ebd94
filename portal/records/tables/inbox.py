"""What comes in from and goes out to the world: provider events, warehouse events, and letters."""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.tables.base import Base, CreatedAt, Key, Moment, OptionalMoment, Ref


class IncomingEvent(Base):
    """A signed message from Stripe or the warehouse: stored first, applied later, once."""

    __tablename__ = "incoming_events"
    __table_args__ = (
        UniqueConstraint("sender", "event_id"),
        CheckConstraint("sender IN ('stripe', 'warehouse')", name="sender"),
        Index("ix_incoming_events_open", "received_at", postgresql_where="applied_at IS NULL"),
    )

    id: Mapped[Key]
    sender: Mapped[str] = mapped_column(String(16))
    event_id: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    received_at: Mapped[CreatedAt]
    applied_at: Mapped[OptionalMoment]
    outcome: Mapped[str | None] = mapped_column(String(80))


class EventPoll(Base):
    """Up to when a sender was asked for all that it has to tell, each connected account of it for itself."""

    __tablename__ = "event_polls"

    sender: Mapped[str] = mapped_column(String(255), primary_key=True)
    polled_at: Mapped[Moment]


class Letter(Base):
    """A mail to a customer: at most one per recipient, template, object and version of that object."""

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("recipient", "template", "subject_ref", "subject_version"),
        CheckConstraint("state IN ('queued', 'sent', 'overtaken', 'undeliverable')", name="state"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    claim_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("claims.id"), index=True)
    recipient: Mapped[str] = mapped_column(String(254))
    template: Mapped[str] = mapped_column(String(40))
    subject_ref: Mapped[str] = mapped_column(String(64))
    subject_version: Mapped[int] = mapped_column(server_default="1")
    locale: Mapped[str] = mapped_column(String(16))
    # What the letter says is rendered when it leaves, from this.
    context: Mapped[dict[str, Any]] = mapped_column(JSONB)
    # The words as they left; staff see them on the claim.
    title: Mapped[str | None] = mapped_column(String(300))
    body: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[OptionalMoment]
