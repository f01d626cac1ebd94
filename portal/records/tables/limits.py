"""Whose claims are counted together, and the lists of those whom no limit holds back, or whom a person answers."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.limits import ListKind, Subject
from portal.records.tables.base import Base, CreatedAt, Key, Moment, OptionalMoment, Ref, one_of

_LISTED = "subject IN ('mailbox', 'card', 'address', 'device')"


class ClaimSubject(Base):
    """A mailbox, card, address or device that a claim is about, as a keyed hash: equal for equal ones, and no more."""

    __tablename__ = "claim_subjects"
    __table_args__ = (
        CheckConstraint(one_of("kind", Subject), name="kind"),
        Index("ix_claim_subjects_claim_id", "claim_id"),
    )

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claims.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))


class ListEntry(Base):
    """An entry of the allow or the block list, until it expires or somebody ends it; none is ever deleted.

    shown: how staff tell it from others, masked. Both it and the reason go with a customer who is erased.
    """

    __tablename__ = "list_entries"
    __table_args__ = (
        CheckConstraint(one_of("kind", ListKind), name="kind"),
        CheckConstraint(_LISTED, name="subject"),
        CheckConstraint("expires_at > added_at", name="expires_later"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        Index("ix_list_entries_one_live", "key", "kind", unique=True, postgresql_where="ended_at IS NULL"),
        Index("ix_list_entries_claim_id", "claim_id", postgresql_where="claim_id IS NOT NULL"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    kind: Mapped[str] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(String(16))
    key: Mapped[bytes] = mapped_column(LargeBinary)
    shown: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text)
    # The claim on whose account it was added, where there was one.
    claim_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("claims.id"))
    added_by: Mapped[str] = mapped_column(String(80))
    added_at: Mapped[CreatedAt]
    expires_at: Mapped[Moment]
    ended_at: Mapped[OptionalMoment]
    ended_by: Mapped[str | None] = mapped_column(String(80))
    end_reason: Mapped[str | None] = mapped_column(Text)
