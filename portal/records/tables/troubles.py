"""What only a person can put right, kept until one has."""

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.tables.base import Base, Key, Moment, OptionalMoment, Ref


class Trouble(Base):
    """One thing that people must see: of its kind about its subject once, as long as it is open."""

    __tablename__ = "troubles"
    __table_args__ = (
        Index("ix_troubles_one_open", "kind", "subject", unique=True, postgresql_where="closed_at IS NULL"),
        # What was told before, open or closed.
        Index("ix_troubles_subject", "subject", "kind"),
        Index("ix_troubles_claim_id", "claim_id", postgresql_where="claim_id IS NOT NULL"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    kind: Mapped[str] = mapped_column(String(32))
    claim_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("claims.id"))
    # The ref of what it is about: a refund, a payment, an event, a lane.
    subject: Mapped[str] = mapped_column(String(255))
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    opened_at: Mapped[Moment]
    closed_at: Mapped[OptionalMoment]
    closed_by: Mapped[str | None] = mapped_column(String(80))
