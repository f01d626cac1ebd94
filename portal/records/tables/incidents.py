"""Incidents: patterns that a person confirmed, as staff declare, work on and close them."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.incidents import Flag, Outcome, StepKind
from portal.domain.patterns import Measure
from portal.records.tables.base import (
    Base,
    CreatedAt,
    Document,
    Key,
    Moment,
    OptionalDocument,
    OptionalMoment,
    Ref,
    one_of,
)


class Incident(Base):
    """Something that goes wrong for many. about: which claim lines it is about, see ``portal.domain.incidents``.

    One that was merged into another stays open as long as that one, so that policy goes on to know what it is about.
    """

    __tablename__ = "incidents"
    __table_args__ = (
        CheckConstraint("about <> '{}'", name="about_something"),
        CheckConstraint("(closed_by IS NULL) = (closed_at IS NULL)", name="closed_by_somebody"),
        CheckConstraint("(outcome IS NULL) = (closed_at IS NULL)", name="closed_with_an_outcome"),
        CheckConstraint(one_of("outcome", Outcome), name="outcome"),
        CheckConstraint("outcome <> 'not_proven' OR close_reason <> ''", name="not_proven_with_a_reason"),
        CheckConstraint(one_of("flag", Flag), name="flag"),
        CheckConstraint(one_of("measure", Measure), name="measure"),
        CheckConstraint("merged_into <> ref", name="not_into_itself"),
        CheckConstraint("(cause = '') = (cause_at IS NULL)", name="cause_with_its_moment"),
        CheckConstraint("cause_confirmed_at IS NULL OR cause <> ''", name="confirmed_cause_is_said"),
        CheckConstraint("(fix = '') = (fix_on IS NULL) AND (fix = '') = (fix_at IS NULL)", name="fix_with_its_day"),
        Index("ix_incidents_open", "opened_at", postgresql_where="closed_at IS NULL"),
        Index("ix_incidents_merged_into", "merged_into", postgresql_where="merged_into IS NOT NULL"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    words: Mapped[str] = mapped_column(Text)
    about: Mapped[Document]
    opened_by: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[CreatedAt]
    closed_by: Mapped[str | None] = mapped_column(String(80))
    closed_at: Mapped[OptionalMoment]
    # Counted by whoever changes it by hand, so that a page that is out of date is told apart.
    version: Mapped[int] = mapped_column(server_default="1")
    # What must fall, and since when it was raised.
    measure: Mapped[str | None] = mapped_column(String(24))
    since_on: Mapped[date] = mapped_column(Date)
    # The stage of the journey whose owner answers for it.
    stage: Mapped[str | None] = mapped_column(String(32), ForeignKey("journey_stages.stage"))
    cause: Mapped[str] = mapped_column(Text, server_default="")
    cause_by: Mapped[str | None] = mapped_column(String(80))
    cause_at: Mapped[OptionalMoment]
    cause_confirmed_by: Mapped[str | None] = mapped_column(String(80))
    cause_confirmed_at: Mapped[OptionalMoment]
    fix: Mapped[str] = mapped_column(Text, server_default="")
    fix_on: Mapped[date | None] = mapped_column(Date)
    fix_by: Mapped[str | None] = mapped_column(String(80))
    fix_at: Mapped[OptionalMoment]
    # What was counted before and after the fix, as ``portal.services.prove_incident`` writes it.
    proof: Mapped[OptionalDocument]
    proof_asked_at: Mapped[OptionalMoment]
    outcome: Mapped[str | None] = mapped_column(String(16))
    close_reason: Mapped[str] = mapped_column(Text, server_default="")
    flag: Mapped[str | None] = mapped_column(String(16))
    merged_into: Mapped[str | None] = mapped_column(String(24), ForeignKey("incidents.ref"))


class IncidentStep(Base):
    """What is done so that an incident strikes nobody else until its cause is gone."""

    __tablename__ = "incident_steps"
    __table_args__ = (
        CheckConstraint(one_of("kind", StepKind), name="kind"),
        CheckConstraint("until_on >= from_on", name="ends_after_it_begins"),
        CheckConstraint("(ended_by IS NULL) = (ended_at IS NULL)", name="ended_by_somebody"),
    )

    id: Mapped[Key]
    incident_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("incidents.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    words: Mapped[str] = mapped_column(Text, server_default="")
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    set_by: Mapped[str] = mapped_column(String(80))
    set_at: Mapped[Moment]
    ended_by: Mapped[str | None] = mapped_column(String(80))
    ended_at: Mapped[OptionalMoment]


class IncidentTelling(Base):
    """One letter to all customers with a claim that an incident is about. words: what it says, by language.

    told_to: the ``parts`` of the incident (``about``, ``measure``) and ``since`` when claims belong to it, as it stood
    when it was sent: it goes to whom a second person sent it, whatever the incident becomes later.
    """

    __tablename__ = "incident_tellings"
    __table_args__ = (
        UniqueConstraint("incident_id", "number"),
        CheckConstraint("sent_by <> proposed_by", name="two_people"),
        CheckConstraint("(sent_by IS NULL) = (sent_at IS NULL)", name="sent_by_somebody"),
        CheckConstraint("(told_to IS NULL) = (sent_at IS NULL)", name="sent_to_somebody"),
        CheckConstraint("NOT (sent_at IS NOT NULL AND dropped_at IS NOT NULL)", name="sent_or_dropped"),
        Index(
            "ix_incident_tellings_one_waits",
            "incident_id",
            unique=True,
            postgresql_where="sent_at IS NULL AND dropped_at IS NULL",
        ),
    )

    id: Mapped[Key]
    incident_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("incidents.id"))
    number: Mapped[int]
    words: Mapped[Document]
    proposed_by: Mapped[str] = mapped_column(String(80))
    proposed_at: Mapped[Moment]
    sent_by: Mapped[str | None] = mapped_column(String(80))
    sent_at: Mapped[OptionalMoment]
    told_to: Mapped[OptionalDocument]
    dropped_at: Mapped[OptionalMoment]


class IncidentTold(Base):
    """A customer who was told, once for each letter, and the claim that they read it with."""

    __tablename__ = "incident_told"

    telling_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("incident_tellings.id"), primary_key=True)
    customer_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("customers.id"), primary_key=True)
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claims.id"))
    told_at: Mapped[Moment]
