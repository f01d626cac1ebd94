"""Follow-ups: what a customer is asked about a claim after its remedy has arrived, and what they said."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.follow_up import OPEN, Answer, FollowUpState
from portal.records.tables.base import Base, CreatedAt, Key, OptionalMoment, one_of

_OPEN = ", ".join(f"'{state.value}'" for state in FollowUpState if state in OPEN)


class FollowUp(Base):
    """Whether a claim was made right: one row each time that it was carried out. Its events are the claim's."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        UniqueConstraint("claim_id", "turn"),
        CheckConstraint(one_of("state", FollowUpState), name="state"),
        CheckConstraint(f"(next_at IS NOT NULL) = (state IN ({_OPEN}))", name="open_has_a_date"),
        CheckConstraint(one_of("answer", Answer), name="answer"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_has_its_moment"),
        CheckConstraint("reminded_at IS NULL OR asked_at IS NOT NULL", name="asked_before_reminded"),
        Index("ix_follow_ups_due", "next_at", postgresql_where="next_at IS NOT NULL"),
        Index("ix_follow_ups_one_open", "claim_id", unique=True, postgresql_where="next_at IS NOT NULL"),
        Index("ix_follow_ups_customer_id", "customer_id"),
    )

    id: Mapped[Key]
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claims.id"))
    customer_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("customers.id"))
    # Which time it is that this claim was carried out, from 1.
    turn: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    # When something is to be done about it; none once it is over.
    next_at: Mapped[OptionalMoment]
    arrived_at: Mapped[OptionalMoment]
    asked_at: Mapped[OptionalMoment]
    reminded_at: Mapped[OptionalMoment]
    # The last answer; the claim's history holds all of them.
    answer: Mapped[str | None] = mapped_column(String(8))
    answered_at: Mapped[OptionalMoment]
    created_at: Mapped[CreatedAt]
