"""Policy versions, and the stages of the journey with their owners."""

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.tables.base import Base, CreatedAt, Document, Key


class PolicyVersion(Base):
    """An immutable publication of the policy table of a market."""

    __tablename__ = "policy_versions"
    __table_args__ = (
        UniqueConstraint("market", "number"),
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


class JourneyStage(Base):
    """A stage of an order's journey and who answers for it across teams."""

    __tablename__ = "journey_stages"

    stage: Mapped[str] = mapped_column(String(32), primary_key=True)
    position: Mapped[int]
    owner: Mapped[str] = mapped_column(String(200))


class ProblemStage(Base):
    """Where in the journey a problem belongs, by what state its parcel is in."""

    __tablename__ = "problem_stages"

    problem: Mapped[str] = mapped_column(String(32), primary_key=True)
    parcel_state: Mapped[str] = mapped_column(String(32), primary_key=True)
    stage: Mapped[str] = mapped_column(String(32))
