"""Outreaches: whom we tell before they tell us, each parcel with what became of it, and who wants no such letter."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.outreach import OutreachState, Skip, TargetState
from portal.records.tables.base import Base, Key, Moment, OptionalDocument, OptionalMoment, Ref, one_of


class Outreach(Base):
    """One undertaking to reach customers first: drawn up, counted, told in two waves by two people's word."""

    __tablename__ = "outreaches"
    __table_args__ = (
        CheckConstraint(one_of("state", OutreachState), name="state"),
        CheckConstraint("num_nonnulls(incident_id, silent_days) = 1", name="of_one_cause"),
        CheckConstraint("(state = 'paused') = (paused_in IS NOT NULL)", name="paused_somewhere"),
        CheckConstraint("(started_by IS NULL) = (started_at IS NULL)", name="started_by_somebody"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_by_somebody"),
        CheckConstraint("approved_by <> started_by AND approved_by <> drawn_by", name="approved_by_a_second"),
        CheckConstraint("approved_by IS NULL OR started_by IS NOT NULL", name="started_before_approved"),
        CheckConstraint("wave_size > 0 AND per_minute > 0 AND kept_back_share >= 0", name="careful"),
        Index("ix_outreaches_drawn_at", "drawn_at"),
        Index("ix_outreaches_incident_id", "incident_id"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    state: Mapped[str] = mapped_column(String(16))
    paused_in: Mapped[str | None] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text)
    incident_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("incidents.id"))
    # By standing rule: parcels past their day of which nothing was scanned for so many days.
    silent_days: Mapped[int | None]
    wave_size: Mapped[int]
    per_minute: Mapped[int]
    kept_back_share: Mapped[int]
    kept_back_days: Mapped[int]
    drawn_by: Mapped[str] = mapped_column(String(80))
    drawn_at: Mapped[Moment]
    # How far the search for parcels and the count of what policy offers have come; the worker goes on from here.
    searched_to: Mapped[int] = mapped_column(BigInteger, server_default="0")
    found: Mapped[int | None]
    counted_to: Mapped[int] = mapped_column(BigInteger, server_default="0")
    counted: Mapped[int] = mapped_column(server_default="0")
    # What was counted: by outlook, by remedy and currency, and a letter in each language.
    preview: Mapped[OptionalDocument]
    counted_at: Mapped[OptionalMoment]
    started_by: Mapped[str | None] = mapped_column(String(80))
    started_at: Mapped[OptionalMoment]
    approved_by: Mapped[str | None] = mapped_column(String(80))
    approved_at: Mapped[OptionalMoment]
    kept_back_until: Mapped[OptionalMoment]
    # From when on the next letters count against how many may leave in a minute.
    given_until: Mapped[OptionalMoment]
    ended_at: Mapped[OptionalMoment]
    failure: Mapped[str] = mapped_column(Text, server_default="")
    # Counts what people did to it, so that a page that is out of date is told.
    version: Mapped[int] = mapped_column(server_default="1")


class OutreachTarget(Base):
    """A parcel of an outreach. A parcel is told of once, whatever outreach it is found by."""

    __tablename__ = "outreach_targets"
    __table_args__ = (
        UniqueConstraint("outreach_id", "shipment_id"),
        CheckConstraint(one_of("state", TargetState), name="state"),
        CheckConstraint(one_of("skip", Skip), name="skip"),
        CheckConstraint("(state = 'skipped') = (skip IS NOT NULL)", name="skipped_with_a_reason"),
        CheckConstraint("state <> 'told' OR claim_id IS NOT NULL", name="told_by_a_claim"),
        CheckConstraint("(claim_id IS NULL) = (letter_id IS NULL)", name="told_by_a_letter"),
        CheckConstraint("claim_id IS NULL OR state = 'told' OR skip IN ('opted_out', 'erased')", name="claim_is_told"),
        CheckConstraint("(state = 'told') = (told_at IS NOT NULL)", name="told_at_a_moment"),
        Index("ix_outreach_targets_one_told", "shipment_id", unique=True, postgresql_where="state = 'told'"),
        Index("ix_outreach_targets_customer_told", "customer_id", "told_at", postgresql_where="state = 'told'"),
        Index("ix_outreach_targets_due", "outreach_id", "due_at", postgresql_where="state = 'waiting'"),
        Index("ix_outreach_targets_claim_id", "claim_id", unique=True),
        Index("ix_outreach_targets_letter_id", "letter_id"),
        Index("ix_outreach_targets_customer", "outreach_id", "customer_id"),
    )

    id: Mapped[Key]
    outreach_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("outreaches.id"))
    customer_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("customers.id"))
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("orders.id"))
    shipment_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("shipments.id"))
    state: Mapped[str] = mapped_column(String(16))
    # 1 for the small first wave, 2 for the rest.
    wave: Mapped[int]
    # Drawn by lot to be told later; stays so once it is told.
    drawn_back: Mapped[bool] = mapped_column(server_default=false())
    # What it would have come to when it was counted: ``offer``, ``person``, or why it would be skipped.
    outlook: Mapped[str | None] = mapped_column(String(24))
    skip: Mapped[str | None] = mapped_column(String(24))
    due_at: Mapped[Moment]
    # Both stay where the letter was kept, because its customer wants no more of them.
    claim_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("claims.id"))
    # One for all parcels that a customer is told of at once; it belongs to the first of their claims.
    letter_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("letters.id"))
    told_at: Mapped[OptionalMoment]


class OutreachOptOut(Base):
    """A customer who wants no letter that they did not ask for."""

    __tablename__ = "outreach_opt_outs"

    customer_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("customers.id"), primary_key=True, autoincrement=False
    )
    said_by: Mapped[str] = mapped_column(String(80))
    said_at: Mapped[Moment]
