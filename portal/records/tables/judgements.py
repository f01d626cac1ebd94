"""Judgements of claim lines that a later one took the place of."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.judged_again import WhyAgain
from portal.records.tables.base import Base, Document, Key, Moment, OptionalDocument, one_of


class ClaimLineJudgement(Base):
    """What decided a claim line until something new was known. Never changed, never taken out.

    The policy version is that of the claim, which never changes. The judgement that holds stands on the line itself.
    """

    __tablename__ = "claim_line_judgements"
    __table_args__ = (
        CheckConstraint(one_of("why", WhyAgain), name="why"),
        Index("ix_claim_line_judgements_claim_line_id", "claim_line_id"),
    )

    id: Mapped[Key]
    claim_line_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim_lines.id"))
    facts: Mapped[Document]
    standing: Mapped[OptionalDocument]
    verdict: Mapped[Document]
    # What took its place, whose doing that was, and when.
    why: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str] = mapped_column(String(80))
    replaced_at: Mapped[Moment]
