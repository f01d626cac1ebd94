"""Policy versions and the drafts that they are made of, and the stages of the journey with their owners."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.drafts import DraftMove, DraftState, OrdersKeep
from portal.records.tables.base import Base, CreatedAt, Document, Key, Moment, Ref, one_of


class PolicyVersion(Base):
    """An immutable publication of the policy table of a market."""

    __tablename__ = "policy_versions"
    __table_args__ = (
        UniqueConstraint("market", "number"),
        CheckConstraint("in_force_from >= published_at", name="begins_when_published"),
        Index("ix_policy_versions_market_published", "market", "published_at"),
    )

    id: Mapped[Key]
    market: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    published_at: Mapped[CreatedAt]
    published_by: Mapped[str] = mapped_column(String(80))
    # The file as it was written, so that git and the database can be compared word for word.
    source: Mapped[str] = mapped_column(Text)
    document: Mapped[Document]
    # From then on it decides, unless a version with a higher number does.
    in_force_from: Mapped[Moment]
    # How many warnings the check had, and why it was published all the same.
    warnings: Mapped[int] = mapped_column(server_default="0")
    despite: Mapped[str] = mapped_column(Text, server_default="")


class PolicyDraft(Base):
    """A text that may become a version. Its row is the lock for every change; once published it never changes."""

    __tablename__ = "policy_drafts"
    __table_args__ = (
        CheckConstraint(one_of("state", DraftState), name="state"),
        CheckConstraint("(state = 'published') = (published_id IS NOT NULL)", name="published_as_something"),
        Index("ix_policy_drafts_changed_at", "changed_at"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    market: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(16))
    # Counts every change, so that a page that shows an older one is told.
    version: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
    # The newest version of the market when the text was last held against it; none where the market had none.
    based_on_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("policy_versions.id"))
    started_by: Mapped[str] = mapped_column(String(80))
    started_at: Mapped[Moment]
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[Moment]
    published_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("policy_versions.id"), unique=True)


class PolicyDraftEvent(Base):
    """One thing that somebody did to a draft, a comment among them. Never changed, never taken out."""

    __tablename__ = "policy_draft_events"
    __table_args__ = (
        CheckConstraint(one_of("kind", DraftMove), name="kind"),
        CheckConstraint("kind <> 'comment' OR words <> ''", name="comment_has_words"),
        Index("ix_policy_draft_events_draft_id_id", "draft_id", "id"),
    )

    id: Mapped[Key]
    draft_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("policy_drafts.id"))
    kind: Mapped[str] = mapped_column(String(16))
    # The draft's own count after it.
    version: Mapped[int]
    actor: Mapped[str] = mapped_column(String(80))
    happened_at: Mapped[Moment]
    words: Mapped[str] = mapped_column(Text, server_default="")
    # Which rule a comment is about, where it is about one.
    rule_key: Mapped[str | None] = mapped_column(String(60))
    # The whole text, where it changed.
    source: Mapped[str | None] = mapped_column(Text, deferred=True)


class PolicyMarket(Base):
    """What a market wants of its policy. A market without a row does as the market ``*`` does."""

    __tablename__ = "policy_markets"
    __table_args__ = (CheckConstraint(one_of("orders_keep", OrdersKeep), name="orders_keep"),)

    market: Mapped[str] = mapped_column(String(16), primary_key=True)
    orders_keep: Mapped[str] = mapped_column(String(16))


class JourneyStage(Base):
    """A stage of an order's journey and who answers for it across teams."""

    __tablename__ = "journey_stages"

    stage: Mapped[str] = mapped_column(String(32), primary_key=True)
    position: Mapped[int]
    owner: Mapped[str] = mapped_column(String(200))
    # Where the owner reads mail; empty where nobody said so.
    owner_mailbox: Mapped[str] = mapped_column(String(254), server_default="")


class ProblemStage(Base):
    """Where in the journey a problem belongs, by what state its parcel is in."""

    __tablename__ = "problem_stages"

    problem: Mapped[str] = mapped_column(String(32), primary_key=True)
    parcel_state: Mapped[str] = mapped_column(String(32), primary_key=True)
    stage: Mapped[str] = mapped_column(String(32))
