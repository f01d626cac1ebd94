"""The prevention list: parcels about to go wrong because of an open incident, what was done, and what became of it."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.prevention import Became, Done, Told
from portal.records.tables.base import Base, Key, Moment, OptionalMoment, Ref, one_of


class Precaution(Base):
    """A parcel on the list because of one incident, once. It holds nothing of the customer."""

    __tablename__ = "precautions"
    __table_args__ = (
        UniqueConstraint("shipment_id", "incident_id"),
        CheckConstraint(one_of("told", Told), name="told"),
        CheckConstraint("(told = 'waiting') = (told_at IS NULL)", name="told_at_a_moment"),
        CheckConstraint(one_of("done", Done), name="done"),
        CheckConstraint("(done IS NULL) = (done_by IS NULL) AND (done IS NULL) = (done_at IS NULL)", name="done_by"),
        CheckConstraint(one_of("became", Became), name="became"),
        CheckConstraint("(became IS NULL) = (became_at IS NULL)", name="became_at_a_moment"),
        Index("ix_precautions_incident_id", "incident_id"),
        Index("ix_precautions_open", "promised_at", postgresql_where="became IS NULL"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    shipment_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("shipments.id"))
    incident_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("incidents.id"))
    listed_at: Mapped[Moment]
    # The facts of the incident that the parcel shares, and the promise as it stood: what moves later changes neither.
    why: Mapped[dict[str, str]] = mapped_column(JSONB)
    promised_at: Mapped[Moment]
    # Whether whoever can call ahead was told by a message.
    told: Mapped[str] = mapped_column(String(16), server_default="waiting")
    told_at: Mapped[OptionalMoment]
    told_reason: Mapped[str | None] = mapped_column(String(80))
    done: Mapped[str | None] = mapped_column(String(16))
    done_by: Mapped[str | None] = mapped_column(String(80))
    done_at: Mapped[OptionalMoment]
    # When a message that said it was signed: one from before it comes too late. None where a person wrote it down here.
    said_at: Mapped[OptionalMoment]
    note: Mapped[str] = mapped_column(Text, server_default="")
    became: Mapped[str | None] = mapped_column(String(16))
    became_at: Mapped[OptionalMoment]
