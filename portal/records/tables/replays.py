"""Replays of policies over past claims, and what came of them."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.replays import ReplayState
from portal.records.tables.base import Base, Key, Moment, OptionalDocument, OptionalMoment, Ref, one_of


class PolicyReplay(Base):
    """A text judged over past claims. What came of it never changes."""

    __tablename__ = "policy_replays"
    __table_args__ = (
        CheckConstraint(one_of("state", ReplayState), name="state"),
        CheckConstraint("num_nonnulls(draft_id, version_id) = 1", name="of_a_draft_or_a_version"),
        CheckConstraint("(state = 'done') = (result IS NOT NULL)", name="done_with_a_result"),
        CheckConstraint("since_on <= until_on AND every > 0 AND minutes > 0", name="span"),
        Index("ix_policy_replays_asked_at", "asked_at"),
        Index("ix_policy_replays_draft_id", "draft_id", postgresql_where="draft_id IS NOT NULL"),
        # Asking twice for the same while it is under way gives the one that is.
        Index(
            "ix_policy_replays_one_under_way",
            "digest",
            "since_on",
            "until_on",
            "market",
            "every",
            "minutes",
            unique=True,
            postgresql_where="state IN ('waiting', 'running')",
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    state: Mapped[str] = mapped_column(String(16))
    draft_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("policy_drafts.id"))
    # The draft's own count when its text was taken.
    draft_version: Mapped[int | None]
    version_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("policy_versions.id"))
    # The text that is judged, word for word, and its SHA-256: a draft may have changed since.
    source: Mapped[str] = mapped_column(Text, deferred=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    since_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    market: Mapped[str | None] = mapped_column(String(16))
    every: Mapped[int]
    # How long a person works on a claim.
    minutes: Mapped[int]
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[Moment]
    lines_done: Mapped[int] = mapped_column(BigInteger, server_default="0")
    lines_whole: Mapped[int | None] = mapped_column(BigInteger)
    ended_at: Mapped[OptionalMoment]
    # Why it failed, as the reader of policies said it.
    failure: Mapped[str] = mapped_column(Text, server_default="")
    result: Mapped[OptionalDocument] = mapped_column(deferred=True)
