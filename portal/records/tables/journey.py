"""The journey in numbers: what is counted of each stage, what it cost, whether people came back, and its digests.

Everything but the digests can be counted anew from claims, orders and the journal, and is, every night.
"""

from datetime import date

from sqlalchemy import CheckConstraint, Date, Double, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.journey import Asked, Kept, Span
from portal.records.tables.base import Base, CreatedAt, Key, Minor, Moment, OptionalMinor, OptionalMoment, Ref, one_of

_Seconds = Mapped[float | None]


class JourneyCount(Base):
    """What went wrong in a stage within some days. ``*`` stands for all stages and all currencies.

    Medians and nine in ten are in seconds; none where there was nothing to be quick about.
    """

    __tablename__ = "journey_counts"
    __table_args__ = (CheckConstraint(one_of("span", Span), name="span"),)

    span: Mapped[str] = mapped_column(String(8), primary_key=True)
    first_on: Mapped[date] = mapped_column(Date, primary_key=True)
    stage: Mapped[str] = mapped_column(String(32), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    last_on: Mapped[date] = mapped_column(Date)
    # Placed within the days, whatever their stage.
    orders: Mapped[int]
    # Lines that were reported within the days and not taken back.
    problems: Mapped[int]
    # Of these lines: how often what was done was not right, how many were asked about, and how many are restored.
    second_failures: Mapped[int]
    asked: Mapped[int]
    restored: Mapped[int]
    remedied: Mapped[int]
    apology_median: _Seconds = mapped_column(Double)
    apology_p90: _Seconds = mapped_column(Double)
    remedy_median: _Seconds = mapped_column(Double)
    remedy_p90: _Seconds = mapped_column(Double)
    restored_median: _Seconds = mapped_column(Double)
    restored_p90: _Seconds = mapped_column(Double)
    counted_at: Mapped[Moment]


class JourneyCost(Base):
    """What was booked as cost of remedies within some days, by what its entries froze; empty where they froze none."""

    __tablename__ = "journey_costs"
    __table_args__ = (CheckConstraint(one_of("span", Span), name="span"),)

    span: Mapped[str] = mapped_column(String(8), primary_key=True)
    first_on: Mapped[date] = mapped_column(Date, primary_key=True)
    stage: Mapped[str] = mapped_column(String(32), primary_key=True)
    policy_class: Mapped[str] = mapped_column(String(32), primary_key=True)
    problem: Mapped[str] = mapped_column(String(32), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    amount_minor: Mapped[Minor]
    # How many claims it is about.
    claims: Mapped[int]


class JourneyKept(Base):
    """Whether those who reported a problem bought again, beside people alike who had reported none.

    Shares stand in the row of all currencies, what later orders were worth in the row of one.
    """

    __tablename__ = "journey_kept"
    __table_args__ = (CheckConstraint(one_of("grouped_by", Kept), name="grouped_by"),)

    days: Mapped[int] = mapped_column(primary_key=True)
    grouped_by: Mapped[str] = mapped_column(String(16), primary_key=True)
    value: Mapped[str] = mapped_column(String(32), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    # Customers who reported a problem; those of them who have somebody alike; how many people these tell as much as.
    reported: Mapped[int]
    matched: Mapped[int]
    alike: Mapped[float] = mapped_column(Double)
    # Of the matched: shares that bought again, theirs and of people alike, and the difference with its interval.
    share: Mapped[float | None] = mapped_column(Double)
    usual: Mapped[float | None] = mapped_column(Double)
    low: Mapped[float | None] = mapped_column(Double)
    high: Mapped[float | None] = mapped_column(Double)
    # Later orders for each customer in minor units: theirs, of people alike, and the interval of the difference.
    worth_minor: Mapped[OptionalMinor]
    usual_worth_minor: Mapped[OptionalMinor]
    worth_low_minor: Mapped[OptionalMinor]
    worth_high_minor: Mapped[OptionalMinor]


class JourneyAnswer(Base):
    """What customers said when they were asked whether it was made right, by ``Asked``.

    Of a month these are claims: asked, and said to be right or not, or closed without an answer. Of a stage, lines of
    the last three months: asked about, restored, and how often what was done was not right.
    """

    __tablename__ = "journey_answers"
    __table_args__ = (CheckConstraint(one_of("grouped_by", Asked), name="grouped_by"),)

    grouped_by: Mapped[str] = mapped_column(String(8), primary_key=True)
    value: Mapped[str] = mapped_column(String(32), primary_key=True)
    asked: Mapped[int]
    was_right: Mapped[int]
    was_not: Mapped[int]
    not_known: Mapped[int]


class JourneyDigest(Base):
    """The mail about a week to one mailbox: one, however often the worker is killed. It is kept without its words."""

    __tablename__ = "journey_digests"
    __table_args__ = (
        UniqueConstraint("week_on", "recipient"),
        CheckConstraint("state IN ('waiting', 'sent', 'undeliverable')", name="state"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_its_moment"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    # The Monday with which the week began.
    week_on: Mapped[date] = mapped_column(Date)
    recipient: Mapped[str] = mapped_column(String(254))
    state: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[OptionalMoment]
