"""The digests of a week: one row for each mailbox, whoever writes them and however often."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.domain.refs import new_ref
from portal.records.tables.journey import JourneyDigest


def add(session: Session, week: date, recipients: Iterable[str], now: datetime) -> None:
    """Write a digest for each mailbox that has none of this week."""
    for recipient in recipients:
        row = {"ref": new_ref("DIG"), "week_on": week, "recipient": recipient, "state": "waiting", "created_at": now}
        session.execute(insert(JourneyDigest).values(row).on_conflict_do_nothing())


def waiting(session: Session, week: date) -> list[str]:
    """Name the digests of a week that have not left."""
    asked = select(JourneyDigest.ref).where(JourneyDigest.week_on == week, JourneyDigest.state == "waiting")
    return list(session.scalars(asked.order_by(JourneyDigest.id)))


def hold_waiting(session: Session, ref: str) -> JourneyDigest | None:
    """Lock a digest that has not left; nothing where it has, or where somebody else is about to send it."""
    asked = select(JourneyDigest).where(JourneyDigest.ref == ref, JourneyDigest.state == "waiting")
    return session.scalars(asked.with_for_update(skip_locked=True)).one_or_none()


def of_week(session: Session, week: date) -> list[JourneyDigest]:
    """List the digests of a week."""
    asked = select(JourneyDigest).where(JourneyDigest.week_on == week).order_by(JourneyDigest.id)
    return list(session.scalars(asked))
