"""Remedies being carried out: refunds with their calls, and replacements."""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.offers import RemedyKind
from portal.domain.refunds import RefundState
from portal.records.tables.base import (
    Base,
    CreatedAt,
    Currency,
    Document,
    Key,
    Minor,
    OptionalDocument,
    OptionalMinor,
    OptionalMoment,
    Ref,
    one_of,
)

_DEAD = "('failed', 'canceled', 'refused', 'blocked_by_dispute')"


class Remedy(Base):
    """An accepted offer being carried out. Its effects (refunds, credit, a replacement) add up to it."""

    __tablename__ = "remedies"
    __table_args__ = (
        CheckConstraint(one_of("kind", RemedyKind), name="kind"),
        CheckConstraint("state IN ('promised', 'settled', 'failed', 'replaced')", name="state"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claims.id"), index=True)
    claim_line_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim_lines.id"), index=True)
    offer_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("offers.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    amount_minor: Mapped[Minor]
    bonus_minor: Mapped[Minor]
    # The part of the amount that comes as store credit; the rest goes to cards, or is the goods themselves.
    credit_minor: Mapped[Minor]
    # Of which units and parts that credit is, frozen; empty for a gift and for goods.
    credit_parts: Mapped[OptionalDocument]
    currency: Mapped[Currency]
    policy_class: Mapped[str] = mapped_column(String(32))
    # What finance groups by, frozen when it was promised: problem, stage, rule, vendor, carrier, lane, market.
    dimensions: Mapped[Document]
    accepted_by: Mapped[str] = mapped_column(String(80))
    promised_at: Mapped[CreatedAt]
    settled_at: Mapped[OptionalMoment]


class Refund(Base):
    """Money returned to one payment: one frozen row, whose ref is the idempotency key of every call of it."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint(one_of("state", RefundState), name="state"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        Index(
            "ix_refunds_one_live",
            "remedy_id",
            "payment_id",
            unique=True,
            postgresql_where=f"state NOT IN {_DEAD}",
        ),
        Index("ix_refunds_provider_ref", "provider_ref", unique=True, postgresql_where="provider_ref IS NOT NULL"),
        Index(
            "ix_refunds_open",
            "created_at",
            postgresql_where="state IN ('requested', 'sent', 'unknown', 'pending', 'requires_action')",
        ),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    remedy_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("remedies.id"))
    payment_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("payments.id"), index=True)
    amount_minor: Mapped[Minor]
    currency: Mapped[Currency]
    state: Mapped[str] = mapped_column(String(24))
    # Everything that goes over the wire, frozen before the first byte.
    request: Mapped[Document]
    # Of which units and parts it is, frozen as well.
    parts: Mapped[OptionalDocument]
    provider_ref: Mapped[str | None] = mapped_column(String(255))
    reason: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[CreatedAt]
    first_sent_at: Mapped[OptionalMoment]
    settled_at: Mapped[OptionalMoment]
    # Where it did not get through: when another way took its place, and it was owed no longer.
    replaced_at: Mapped[OptionalMoment]
    # When it was last looked for at the provider because no clear answer had come.
    looked_at: Mapped[OptionalMoment]


class RefundCall(Base):
    """One HTTP try of a refund row, always under that row's one key."""

    __tablename__ = "refund_calls"

    id: Mapped[Key]
    refund_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("refunds.id"), index=True)
    called_at: Mapped[CreatedAt]
    outcome: Mapped[str] = mapped_column(String(80))


class Replacement(Base):
    """A new shipment of a claim line."""

    __tablename__ = "replacements"
    __table_args__ = (
        CheckConstraint("state IN ('requested', 'accepted', 'shipped', 'delivered', 'refused')", name="state"),
        Index(
            "ix_replacements_one_live",
            "claim_line_id",
            unique=True,
            postgresql_where="state <> 'refused' AND not_right_at IS NULL",
        ),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    remedy_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("remedies.id"), index=True)
    claim_line_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim_lines.id"))
    quantity: Mapped[int]
    address: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(String(16))
    cost_minor: Mapped[OptionalMinor]
    warehouse_ref: Mapped[str | None] = mapped_column(String(80))
    carrier: Mapped[str | None] = mapped_column(String(80))
    tracking_number: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(String(80))
    arrives_on: Mapped[OptionalMoment]
    created_at: Mapped[CreatedAt]
    shipped_at: Mapped[OptionalMoment]
    delivered_at: Mapped[OptionalMoment]
    # Since when it counts as having put nothing right: the customer said so, and a person gave another remedy.
    not_right_at: Mapped[OptionalMoment]
    # The shelf that its pieces are promised from; none where the shop does not keep this SKU's stock.
    stock_item_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stock_items.id"))
