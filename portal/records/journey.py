"""What pages and digests read of the journey: only what was counted before, never a claim or an order."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from string import Template
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.domain.authority import Role
from portal.domain.journey import EVERY, Kept, Span
from portal.domain.money import Money
from portal.domain.offers import PolicyClass
from portal.records.single_reads import ask_one
from portal.records.tables.journey import JourneyCost, JourneyCount, JourneyKept
from portal.records.tables.people import StaffMember
from portal.records.tables.policies import JourneyStage


@dataclass(frozen=True, slots=True)
class StageOwner:
    """Who answers for a stage; name and mailbox may be empty."""

    stage: str
    name: str
    mailbox: str


@dataclass(frozen=True, slots=True)
class Booked:
    """What was booked within a span, for a stage; an empty one where the entries froze none."""

    span: str
    first_on: date
    stage: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Beyond:
    """What was booked within a month for problems that were not ours, by what they were. claims: how many."""

    first_on: date
    problem: str
    amount: Money
    claims: int


@dataclass(frozen=True, slots=True)
class Counted:
    """A row of what was counted, without the price of a mapped one: a page reads a hundred. See ``JourneyCount``."""

    span: str
    first_on: date
    stage: str
    currency: str
    last_on: date
    orders: int
    problems: int
    second_failures: int
    asked: int
    restored: int
    remedied: int
    apology_median: float | None
    apology_p90: float | None
    remedy_median: float | None
    remedy_p90: float | None
    restored_median: float | None
    restored_p90: float | None
    counted_at: datetime


@dataclass(frozen=True, slots=True)
class YearRead:
    """Everything that the page of the stages shows. currencies: those of the year's orders."""

    counts: Sequence[Counted]
    booked: Sequence[Booked]
    owners: Sequence[StageOwner]
    currencies: Sequence[str]


_COUNTED = tuple(getattr(JourneyCount, field.name) for field in fields(Counted))
# One statement, because a page that reads a year asks for little else.
_YEAR = Template("""
    SELECT
      (SELECT json_agg(json_build_array($columns) ORDER BY c.first_on, c.stage)
         FROM journey_counts c WHERE c.span IN ('month', 'year') AND c.currency = $$1),
      (SELECT json_agg(json_build_array(k.span, k.first_on, k.stage, k.currency, k.amount_minor) ORDER BY k.currency)
         FROM (SELECT span, first_on, stage, currency, sum(amount_minor)::bigint AS amount_minor FROM journey_costs
               WHERE span IN ('month', 'year') AND $$1 IN (currency, '$every') GROUP BY 1, 2, 3, 4) AS k),
      (SELECT json_agg(json_build_array(s.stage, btrim(s.owner), s.owner_mailbox) ORDER BY s.position)
         FROM journey_stages s),
      (SELECT json_agg(c.currency ORDER BY c.currency)
         FROM journey_counts c WHERE c.span = 'year' AND c.stage = '$every' AND c.currency <> '$every')
""").substitute(columns=", ".join(f"c.{field.name}" for field in fields(Counted)), every=EVERY)


def year(session: Session, currency: str) -> YearRead:
    """Read the year and each of its months, in one currency or in all; an unknown currency has no counts."""
    found = ask_one(session, _YEAR, (currency,)) or (None,) * 4
    counts, costs, stages, known = (one or [] for one in found)
    return YearRead(
        counts=[_counted(row) for row in counts],
        booked=[
            Booked(span, date.fromisoformat(first), stage, Money(minor, code))
            for span, first, stage, code, minor in costs
        ],
        owners=[StageOwner(*row) for row in stages],
        currencies=known,
    )


def _counted(row: Sequence[Any]) -> Counted:
    span, first, stage, currency, last, *others = row
    days = date.fromisoformat(first), date.fromisoformat(last)
    return Counted(*(span, days[0], stage, currency, days[1], *others[:-1], datetime.fromisoformat(others[-1])))


def owners(session: Session) -> list[StageOwner]:
    """List the stages with their owners, in the journey's order."""
    asked = select(JourneyStage).order_by(JourneyStage.position)
    return [StageOwner(one.stage, one.owner.strip(), one.owner_mailbox) for one in session.scalars(asked)]


def set_owner(session: Session, stage: str, name: str, mailbox: str) -> bool:
    """Name who answers for a stage, and where they read mail; tell whether there is such a stage."""
    changed = update(JourneyStage).where(JourneyStage.stage == stage).values(owner=name, owner_mailbox=mailbox)
    return bool(session.execute(changed.returning(JourneyStage.stage)).all())


def counts(session: Session, currency: str, *spans: Span) -> Sequence[Counted]:
    """Read what was counted within spans, in one currency or in all (``*``), the earliest first."""
    asked = (
        select(*_COUNTED)
        .where(JourneyCount.span.in_([span.value for span in spans]), JourneyCount.currency == currency)
        .order_by(JourneyCount.first_on, JourneyCount.stage)
    )
    return [Counted(*row) for row in session.execute(asked)]


def counted_up_to(session: Session) -> date | None:
    """Give the last day that is counted; none before the first time."""
    return session.scalars(select(func.max(JourneyCount.last_on))).one()


def newest_week(session: Session) -> date | None:
    """Give the Monday of the newest week that is counted; none before the first time."""
    return session.scalars(select(func.max(JourneyCount.first_on)).where(JourneyCount.span == Span.WEEK.value)).one()


def booked(session: Session, *spans: Span) -> list[Booked]:
    """Read what was booked within spans, by stage and currency, the earliest first."""
    group = (JourneyCost.span, JourneyCost.first_on, JourneyCost.stage, JourneyCost.currency)
    asked = (
        select(*group, func.sum(JourneyCost.amount_minor))
        .where(JourneyCost.span.in_([span.value for span in spans]))
        .group_by(*group)
        .order_by(*group)
    )
    rows = session.execute(asked).all()
    return [Booked(span, first, stage, Money(int(minor), currency)) for span, first, stage, currency, minor in rows]


def beyond(session: Session) -> list[Beyond]:
    """Read what problems that were not ours cost, by month and by what they were, the newest month first."""
    asked = (
        select(
            JourneyCost.first_on,
            JourneyCost.problem,
            JourneyCost.currency,
            func.sum(JourneyCost.amount_minor),
            func.sum(JourneyCost.claims),
        )
        .where(JourneyCost.span == Span.MONTH.value, JourneyCost.policy_class == PolicyClass.NOT_OURS.value)
        .group_by(JourneyCost.first_on, JourneyCost.problem, JourneyCost.currency)
        .order_by(JourneyCost.first_on.desc(), JourneyCost.problem, JourneyCost.currency)
    )
    return [
        Beyond(first, problem, Money(int(minor), currency), int(claims))
        for first, problem, currency, minor, claims in session.execute(asked)
    ]


def kept(session: Session, *groups: Kept) -> list[JourneyKept]:
    """Read whether those who reported a problem bought again, by how they are told apart."""
    asked = (
        select(JourneyKept)
        .where(JourneyKept.grouped_by.in_([group.value for group in groups]))
        .order_by(JourneyKept.days, JourneyKept.grouped_by, JourneyKept.value, JourneyKept.currency)
    )
    return list(session.scalars(asked))


def leaders(session: Session) -> list[str]:
    """List the mailboxes of the leaders who work here."""
    asked = select(StaffMember.mailbox).where(StaffMember.role == Role.LEADER.value, StaffMember.active)
    return list(session.scalars(asked.order_by(StaffMember.id)))
