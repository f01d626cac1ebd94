"""Compose the digest of a week: the stages that somebody answers for, or every one of them for a leader."""

from collections.abc import Sequence
from datetime import date, timedelta

from portal.domain.journey import EVERY, Kept, Span
from portal.domain.money import Money
from portal.letters.journey import (
    JourneyDigest,
    KeptTold,
    StageTold,
    StageWeek,
    kept_sentences,
    names,
    stage_name,
    week_sentences,
)
from portal.letters.language import LOCALES
from portal.records import journey
from portal.records.journey import Counted, StageOwner
from portal.records.sessions import Session
from portal.records.tables.journey import JourneyKept
from portal.services.toolkit import Toolkit

_SIX_DAYS = timedelta(days=6)
# Staff have no language of their own here; mails to them are in the one that everything is written in.
LOCALE = LOCALES[0]


def compose_digest(session: Session, toolkit: Toolkit, week: date, recipient: str | None) -> JourneyDigest:
    """Compose what a mailbox reads of the week that began on a Monday; without one, what a leader reads."""
    owners = journey.owners(session)
    every = recipient is None or recipient in journey.leaders(session)
    own = [one for one in owners if every or one.mailbox == recipient]
    counts = journey.counts(session, EVERY, Span.WEEK, Span.YEAR)
    costs = [one for one in journey.booked(session, Span.WEEK) if one.first_on == week]
    unread = [one.stage for one in owners if not one.mailbox] if every else []
    return JourneyDigest(
        first_on=week,
        last_on=week + _SIX_DAYS,
        stages=tuple(
            _told(one, _week(one.stage, week, counts, [cost.amount for cost in costs if cost.stage == one.stage]))
            for one in own
        ),
        kept=_kept(journey.kept(session, Kept.ALL)) if every else (),
        without_mailbox=names(unread, LOCALE),
        link=f"{toolkit.shop.origin}/staff/journey/",
    )


def _told(owner: StageOwner, week: StageWeek) -> StageTold:
    return StageTold(stage_name(owner.stage, LOCALE), owner.name, week_sentences(week, LOCALE))


def _week(stage: str, week: date, counts: Sequence[Counted], costs: Sequence[Money]) -> StageWeek:
    """Take a stage's week out of what is counted. Where it had no problem, orders are those of all stages."""
    weeks = [one for one in counts if one.span == Span.WEEK.value]
    this = next((one for one in weeks if one.stage == stage and one.first_on == week), None)
    before = [one for one in weeks if one.first_on < week]
    year = next((one for one in counts if one.span == Span.YEAR.value and one.stage == stage), None)
    return StageWeek(
        orders=sum(one.orders for one in weeks if one.stage == EVERY and one.first_on == week),
        problems=this.problems if this else 0,
        usual_orders=sum(one.orders for one in before if one.stage == EVERY),
        usual_problems=sum(one.problems for one in before if one.stage == stage),
        second_failures=this.second_failures if this else 0,
        remedy_median=this.remedy_median if this else None,
        asked=year.asked if year else 0,
        restored=year.restored if year else 0,
        costs=tuple(costs),
    )


def _kept(rows: Sequence[JourneyKept]) -> tuple[str, ...]:
    """Tell of the shortest time whether customers came back, all currencies together."""
    of_all = next((one for one in rows if one.currency == EVERY), None)
    if of_all is None:
        return ()
    told = KeptTold(
        of_all.days,
        of_all.reported,
        of_all.matched,
        of_all.alike,
        of_all.share,
        of_all.usual,
        of_all.low,
        of_all.high,
    )
    return kept_sentences(told, LOCALE)
