"""Replays of policies: asked for, followed while they run, and kept."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, defer, undefer

from portal.domain.actors import Actor
from portal.domain.refs import new_ref
from portal.domain.replays import UNDER_WAY, ReplayState, Span
from portal.records.tables.policies import PolicyDraft, PolicyVersion
from portal.records.tables.replays import PolicyReplay

_REF_LETTERS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """The text that is judged, and of which draft or version it is."""

    source: str
    draft_id: int | None = None
    draft_version: int | None = None
    version_id: int | None = None


def digest_of(source: str) -> bytes:
    """Give the SHA-256 of a text, by which it is known again."""
    return hashlib.sha256(source.encode()).digest()


def ask(session: Session, judged: Judged, span: Span, *, minutes: int, actor: Actor, now: datetime) -> tuple[str, bool]:
    """Ask for a replay and give its ref, and whether it is new: the same that is under way is not asked for twice."""
    same = {
        "digest": digest_of(judged.source),
        "since_on": span.since_on,
        "until_on": span.until_on,
        "market": span.market,
        "every": span.every,
        "minutes": minutes,
    }
    row = insert(PolicyReplay).values(
        ref=new_ref("RPY", _REF_LETTERS),
        state=ReplayState.WAITING.value,
        draft_id=judged.draft_id,
        draft_version=judged.draft_version,
        version_id=judged.version_id,
        source=judged.source,
        asked_by=str(actor),
        asked_at=now,
        **same,
    )
    ref = session.scalar(row.on_conflict_do_nothing().returning(PolicyReplay.ref))
    if ref is not None:
        return ref, True
    alike = [getattr(PolicyReplay, name).is_not_distinct_from(value) for name, value in same.items()]
    # The one that was in the way may have ended since; it is the answer all the same.
    asked = select(PolicyReplay.ref).where(*alike).order_by(PolicyReplay.id.desc()).limit(1)
    return session.scalars(asked).one(), False


class OfWhat(NamedTuple):
    """A replay with the draft or the version that it is of."""

    replay: PolicyReplay
    draft: PolicyDraft | None
    version: PolicyVersion | None


def found(session: Session, ref: str) -> OfWhat | None:
    """Find a replay by its ref, with its text and what came of it; the draft comes with its text of today."""
    whole = undefer(PolicyReplay.result), undefer(PolicyReplay.source)
    asked = _of_what().where(PolicyReplay.ref == ref).options(*whole)
    row = session.execute(asked).one_or_none()
    return OfWhat(*row) if row else None


def latest(session: Session, *, limit: int) -> list[OfWhat]:
    """List the replays that were asked for last, without texts and results. One query."""
    asked = _of_what().options(defer(PolicyDraft.source)).order_by(PolicyReplay.asked_at.desc(), PolicyReplay.id.desc())
    return [OfWhat(*row) for row in session.execute(asked.limit(limit))]


def _of_what() -> Select[PolicyReplay, PolicyDraft, PolicyVersion]:
    return (
        select(PolicyReplay, PolicyDraft, PolicyVersion)
        .outerjoin(PolicyDraft, PolicyDraft.id == PolicyReplay.draft_id)
        .outerjoin(PolicyVersion, PolicyVersion.id == PolicyReplay.version_id)
        .options(defer(PolicyVersion.source), defer(PolicyVersion.document))
    )


def glance(session: Session, ref: str) -> PolicyReplay | None:
    """Find a replay by its ref, without its text and without what came of it."""
    return session.scalars(select(PolicyReplay).where(PolicyReplay.ref == ref)).one_or_none()


def with_text(session: Session, ref: str) -> PolicyReplay | None:
    """Find a replay by its ref, with the text that it judges."""
    asked = select(PolicyReplay).where(PolicyReplay.ref == ref).options(undefer(PolicyReplay.source))
    return session.scalars(asked).one_or_none()


def tell(session: Session, ref: str, *, done: int, whole: int) -> bool:
    """Write how far a replay is; tell whether it is still wanted."""
    return _change(session, ref, state=ReplayState.RUNNING.value, lines_done=done, lines_whole=whole)


def end(session: Session, ref: str, state: ReplayState, now: datetime, **more: object) -> bool:
    """Let a replay end; tell whether it was under way."""
    return _change(session, ref, state=state.value, ended_at=now, **more)


def _change(session: Session, ref: str, **values: object) -> bool:
    changed = update(PolicyReplay).where(PolicyReplay.ref == ref, PolicyReplay.state.in_(UNDER_WAY)).values(values)
    return session.scalar(changed.returning(PolicyReplay.id)) is not None
