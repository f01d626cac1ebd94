"""Claims: their lines and units, offers, events, messages, evidence and staff decisions."""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.domain.claims import ClaimState
from portal.domain.follow_up import Answer
from portal.domain.offers import RemedyKind
from portal.domain.problems import Problem
from portal.records.tables.base import (
    Base,
    CreatedAt,
    Currency,
    Document,
    Key,
    Minor,
    Moment,
    OptionalDocument,
    OptionalMinor,
    OptionalMoment,
    Ref,
    one_of,
)
from portal.records.tables.orders import Customer, Order, OrderLine


class Claim(Base):
    """A report of a problem with an order. Its state is the least finished one of its lines."""

    __tablename__ = "claims"
    __table_args__ = (
        UniqueConstraint("order_id", "client_key"),
        CheckConstraint(one_of("state", ClaimState), name="state"),
        Index("ix_claims_customer_created", "customer_id", "created_at"),
        Index("ix_claims_created_at", "created_at"),
        Index("ix_claims_queue", "answer_by", postgresql_where="answer_by IS NOT NULL"),
        Index("ix_claims_next_action", "next_action_at", postgresql_where="next_action_at IS NOT NULL"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("orders.id"))
    customer_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("customers.id"))
    # Made by the page that reports, and kept over reloads: the same key is the same report.
    client_key: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(32))
    version: Mapped[int] = mapped_column(server_default="1")
    locale: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text, server_default="")
    # The apology as it was shown first: heading, paragraphs, wording key, locale.
    apology: Mapped[Document]
    raised_by: Mapped[str] = mapped_column(String(80))
    policy_version_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("policy_versions.id"))
    corrects_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("claims.id"))
    assignee_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    # When a person answers by, where one must; and when a sweep must look again, where one must.
    answer_by: Mapped[OptionalMoment]
    next_action_at: Mapped[OptionalMoment]
    # The customer asks for a person beside whatever the state is, and has not been answered yet.
    waits_for_answer: Mapped[bool] = mapped_column(server_default="false")
    # When the customer last said that what we did was not right, by a no or by a report about the same again; it stands
    # first in the queue from then on.
    reopened_at: Mapped[OptionalMoment]
    created_at: Mapped[CreatedAt]

    order: Mapped[Order] = relationship(lazy="raise")
    customer: Mapped[Customer] = relationship(lazy="raise")
    lines: Mapped[list["ClaimLine"]] = relationship(lazy="raise", order_by="ClaimLine.id", back_populates="claim")


HELD = "standing -> 'held' IS NOT NULL OR standing -> 'at_choice' IS NOT NULL"


class ClaimLine(Base):
    """One affected order line and quantity, with the facts and the verdict that hold, frozen until something is new.

    What decided it before is kept in ``ClaimLineJudgement`` first.
    """

    __tablename__ = "claim_lines"
    __table_args__ = (
        CheckConstraint(one_of("problem", Problem), name="problem"),
        CheckConstraint(one_of("state", ClaimState), name="state"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        Index(
            "ix_claim_lines_about_replacement_id",
            "about_replacement_id",
            postgresql_where="about_replacement_id IS NOT NULL",
        ),
        # What is carried out and not answered for yet, for who asks about it.
        Index("ix_claim_lines_made_whole", "claim_id", postgresql_where="state = 'made_whole'"),
        # The few that a limit, a list or a budget had a say in.
        Index("ix_claim_lines_held", "claim_id", postgresql_where=HELD),
    )

    id: Mapped[Key]
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claims.id"), index=True)
    order_line_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("order_lines.id"), index=True)
    quantity: Mapped[int]
    problem: Mapped[str] = mapped_column(String(32))
    parcel_state: Mapped[str] = mapped_column(String(32))
    stage: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(32))
    facts: Mapped[Document]
    verdict: Mapped[Document]
    # What was known of its subjects and of budgets then, and what was held back for it; none of before this was kept.
    standing: Mapped[OptionalDocument]
    # Why a photo is asked for, until it is there.
    evidence_wanted: Mapped[str | None] = mapped_column(String(64))
    wait_until: Mapped[OptionalMoment]
    reason: Mapped[str | None] = mapped_column(String(64))
    alternative: Mapped[str | None] = mapped_column(String(64))
    # What a person wrote with a decline, shown to the customer as it stands.
    decline_words: Mapped[str | None] = mapped_column(Text)
    # The parcel that it is about, where that is one which was sent again; none for the order's own.
    about_replacement_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("replacements.id", use_alter=True, name="fk_claim_lines_about_replacement_id")
    )

    claim: Mapped[Claim] = relationship(lazy="raise", back_populates="lines")
    order_line: Mapped[OrderLine] = relationship(lazy="raise")
    offers: Mapped[list["Offer"]] = relationship(lazy="raise", order_by="Offer.id", back_populates="claim_line")


class ClaimUnit(Base):
    """A unit of an order line that a claim line speaks for; one live claim per unit, whatever the code forgets."""

    __tablename__ = "claim_units"
    __table_args__ = (
        Index("ix_claim_units_one_live", "order_line_id", "unit", unique=True, postgresql_where="live"),
        CheckConstraint("unit > 0", name="unit_positive"),
    )

    id: Mapped[Key]
    claim_line_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim_lines.id"), index=True)
    order_line_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("order_lines.id"))
    unit: Mapped[int]
    live: Mapped[bool]


class Offer(Base):
    """A remedy we show: amount and expiry frozen, not yet taken."""

    __tablename__ = "offers"
    __table_args__ = (
        CheckConstraint(one_of("kind", RemedyKind), name="kind"),
        CheckConstraint("state IN ('live', 'accepted', 'superseded', 'expired')", name="state"),
        CheckConstraint("amount_minor >= 0 AND bonus_minor >= 0", name="amounts_not_negative"),
        Index("ix_offers_one_accepted", "claim_line_id", unique=True, postgresql_where="state = 'accepted'"),
        Index("ix_offers_claim_line_id", "claim_line_id"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    claim_line_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim_lines.id"))
    kind: Mapped[str] = mapped_column(String(16))
    amount_minor: Mapped[Minor]
    bonus_minor: Mapped[Minor]
    currency: Mapped[Currency]
    # Of the amount: for the shipping, and overpaid; none where nobody said what the amount is for.
    of_shipping_minor: Mapped[OptionalMinor]
    of_overpaid_minor: Mapped[OptionalMinor]
    policy_class: Mapped[str] = mapped_column(String(32))
    arrives_in_days: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(16))
    made_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[Moment]

    claim_line: Mapped[ClaimLine] = relationship(lazy="raise", back_populates="offers")


class ClaimEvent(Base):
    """A line in a claim's history. Never changed, never taken out."""

    __tablename__ = "claim_events"
    __table_args__ = (
        Index(
            "ix_claim_events_failed_follow_ups",
            "claim_id",
            postgresql_where="action IN ('not_restored', 'told_again')",
        ),
    )

    id: Mapped[Key]
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claims.id"), index=True)
    claim_line_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("claim_lines.id"))
    action: Mapped[str] = mapped_column(String(48))
    from_state: Mapped[str | None] = mapped_column(String(32))
    to_state: Mapped[str | None] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(80))
    happened_at: Mapped[Moment]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")


class ClaimMessage(Base):
    """Words between the customer and a person, or a note that only staff see."""

    __tablename__ = "claim_messages"
    __table_args__ = (
        UniqueConstraint("claim_id", "client_key"),
        CheckConstraint("kind IN ('from_customer', 'to_customer', 'note')", name="kind"),
        CheckConstraint(one_of("answer", Answer), name="answer"),
        # The few that came with a yes or a no to "did we make it right?".
        Index("ix_claim_messages_answers", "written_at", postgresql_where="answer IS NOT NULL"),
    )

    id: Mapped[Key]
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claims.id"), index=True)
    client_key: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    body: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(80))
    written_at: Mapped[Moment]
    # What was answered with these words, where they came with an answer.
    answer: Mapped[str | None] = mapped_column(String(8))


class Evidence(Base):
    """A photo with a claim line; the store holds the clean picture under the ref."""

    __tablename__ = "evidence"

    id: Mapped[Key]
    ref: Mapped[Ref]
    claim_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claims.id"), index=True)
    claim_line_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("claim_lines.id"))
    media_type: Mapped[str] = mapped_column(String(32))
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    added_by: Mapped[str] = mapped_column(String(80))
    added_at: Mapped[Moment]


class Decision(Base):
    """What a staff member decided on a claim line; above their limit it waits for a second person."""

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint("kind IN ('approve', 'decline')", name="kind"),
        CheckConstraint("state IN ('proposed', 'in_force', 'void')", name="state"),
        CheckConstraint("second_by_id IS NULL OR second_by_id <> decided_by_id", name="two_people"),
        Index("ix_decisions_one_proposed", "claim_line_id", unique=True, postgresql_where="state = 'proposed'"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    claim_line_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("claim_lines.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    # Offers to make, or the decline's reason and alternative; the digest is over exactly this and the claim's version.
    terms: Mapped[Document]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    decided_by_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"))
    decided_at: Mapped[Moment]
    second_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    second_at: Mapped[OptionalMoment]
    snapshot: Mapped[OptionalDocument]
