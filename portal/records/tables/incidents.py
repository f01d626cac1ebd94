"""Incidents: patterns that a person confirmed, as staff declare them."""

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.tables.base import Base, CreatedAt, Document, Key, OptionalMoment, Ref


class Incident(Base):
    """Something that goes wrong for many. about: which claim lines it is about, see ``portal.domain.incidents``."""

    __tablename__ = "incidents"
    __table_args__ = (
        CheckConstraint("about <> '{}'", name="about_something"),
        CheckConstraint("(closed_by IS NULL) = (closed_at IS NULL)", name="closed_by_somebody"),
        Index("ix_incidents_open", "opened_at", postgresql_where="closed_at IS NULL"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    words: Mapped[str] = mapped_column(Text)
    about: Mapped[Document]
    opened_by: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[CreatedAt]
    closed_by: Mapped[str | None] = mapped_column(String(80))
    closed_at: Mapped[OptionalMoment]
