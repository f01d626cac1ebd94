"""The allow and the block list: entries found, added, ended and listed. None is ever deleted."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from portal.domain.actors import Actor
from portal.domain.limits import ListKind
from portal.domain.refs import new_ref
from portal.records.limits import SubjectKey
from portal.records.tables.claims import Claim
from portal.records.tables.limits import ListEntry
from portal.records.tables.people import StaffMember

# Whoever adds an entry for the same subject waits, so that none stands on both lists.
_TURN = text("SELECT pg_advisory_xact_lock(1280133450, hashtext(encode(:key, 'hex')))")
# Of whoever is asked about: any mailbox, card, address or device that their own mailbox reported with.
_THEIRS = text("""
SELECT EXISTS (SELECT FROM claim_subjects AS mine JOIN claim_subjects AS other ON other.claim_id = mine.claim_id
  WHERE mine.key = :mailbox AND other.key = :key)
""")


class Standing(StrEnum):
    """Whether an entry is in force."""

    LIVE = "live"
    ENDED = "ended"
    """Its time is over, or somebody ended it."""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as staff read it, with the names of the staff who added and ended it."""

    entry: ListEntry
    claim_ref: str | None
    added_name: str | None
    ended_name: str | None


def take_turn(session: Session, key: bytes) -> None:
    """Let nobody else add an entry for a subject until the transaction ends."""
    session.execute(_TURN, {"key": key})


def is_of(session: Session, key: bytes, mailbox: SubjectKey) -> bool:
    """Tell whether a subject is somebody's own: their mailbox, or what they ever reported with."""
    return key == mailbox.key or bool(session.scalar(_THEIRS, {"key": key, "mailbox": mailbox.key}))


def live_of(session: Session, key: bytes, now: datetime) -> ListEntry | None:
    """Find the entry in force for a subject, on either list."""
    asked = select(ListEntry).where(ListEntry.key == key, ListEntry.ended_at.is_(None), ListEntry.expires_at > now)
    return session.scalars(asked).first()


def close_expired(session: Session, key: bytes, *, actor: Actor, now: datetime) -> None:
    """Write of entries whose time is over when that was, which makes room for another of the same subject."""
    asked = update(ListEntry).where(ListEntry.key == key, ListEntry.ended_at.is_(None), ListEntry.expires_at <= now)
    session.execute(asked.values(ended_at=ListEntry.expires_at, ended_by=str(actor)))


def add(session: Session, values: dict[str, Any]) -> str:
    """Write an entry and give its ref."""
    ref = new_ref("LST")
    session.execute(insert(ListEntry).values(ref=ref, **values))
    return ref


def hold(session: Session, ref: str) -> ListEntry | None:
    """Find an entry and hold it until the transaction ends."""
    return session.scalars(select(ListEntry).where(ListEntry.ref == ref).with_for_update()).one_or_none()


def found(session: Session, ref: str) -> EntryRow | None:
    """Find an entry as staff read it."""
    row = session.execute(_rows().where(ListEntry.ref == ref)).one_or_none()
    return None if row is None else _entry(row)


def listing(
    session: Session, *, now: datetime, standing: Standing, kind: ListKind | None, after: str, limit: int
) -> list[EntryRow]:
    """List entries, the newest first. after: the ref of the last one that was shown; an unknown one is the beginning.

    kind: of one list only.
    """
    asked = _rows().where(_is(standing, now))
    if kind is not None:
        asked = asked.where(ListEntry.kind == kind.value)
    if after:
        last = select(ListEntry.id).where(ListEntry.ref == after).scalar_subquery()
        asked = asked.where(or_(last.is_(None), ListEntry.id < last))
    return [_entry(row) for row in session.execute(asked.order_by(ListEntry.id.desc()).limit(limit))]


def count(session: Session, now: datetime) -> dict[Standing, int]:
    """Count entries by whether they are in force."""
    live = func.count().filter(_is(Standing.LIVE, now))
    row = session.execute(select(live, func.count()).select_from(ListEntry)).one()
    return {Standing.LIVE: row[0], Standing.ENDED: row[1] - row[0]}


def _entry(row: Row[ListEntry, str, str, str]) -> EntryRow:
    entry, claim_ref, added_name, ended_name = row
    return EntryRow(entry, claim_ref, added_name, ended_name)


def _rows() -> Select[ListEntry, str, str, str]:
    added, ended = aliased(StaffMember), aliased(StaffMember)
    return (
        select(ListEntry, Claim.ref, added.name, ended.name)
        .outerjoin(Claim, Claim.id == ListEntry.claim_id)
        .outerjoin(added, func.concat("staff:", added.id) == ListEntry.added_by)
        .outerjoin(ended, func.concat("staff:", ended.id) == ListEntry.ended_by)
    )


def _is(standing: Standing, now: datetime) -> ColumnElement[bool]:
    live = and_(ListEntry.ended_at.is_(None), ListEntry.expires_at > now)
    return live if standing is Standing.LIVE else ~live
