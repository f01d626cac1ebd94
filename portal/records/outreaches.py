"""Outreaches: drawn up, held while somebody moves them, and listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session, aliased

from portal.domain.actors import Actor
from portal.domain.outreach import ENDED, TELLS, OutreachState, Plan
from portal.domain.refs import new_ref
from portal.records.tables.incidents import Incident
from portal.records.tables.outreach import Outreach

_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('outreach about ' || :cause, 0))")


@dataclass(frozen=True, slots=True)
class OfWhat:
    """An outreach with the incident that it is about, where it is about one, and the one that this became a part of."""

    outreach: Outreach
    incident: Incident | None
    whole: Incident | None

    @property
    def closed(self) -> Incident | None:
        """Its incident, or the whole that this is a part of and that has the reason, where closed before it ended."""
        asked = self.whole or self.incident
        over = asked is None or asked.closed_at is None or self.outreach.state in ENDED
        return None if over else asked


_WHOLE = aliased(Incident)
_OF_WHAT = (
    select(Outreach, Incident, _WHOLE)
    .outerjoin(Incident, Incident.id == Outreach.incident_id)
    .outerjoin(_WHOLE, _WHOLE.ref == Incident.merged_into)
)


def draw(session: Session, plan: Plan, incident_id: int | None, *, by: Actor, now: datetime) -> Outreach:
    """Write an outreach that is to be counted."""
    made = Outreach(
        ref=new_ref("OUT", 10),
        state=OutreachState.COUNTING.value,
        words=plan.words.strip(),
        incident_id=incident_id,
        silent_days=plan.silent_days,
        wave_size=plan.wave_size,
        per_minute=plan.per_minute,
        kept_back_share=plan.kept_back_share,
        kept_back_days=plan.kept_back_days,
        drawn_by=str(by),
        drawn_at=now,
    )
    session.add(made)
    session.flush()
    return made


def found(session: Session, ref: str) -> OfWhat | None:
    """Find an outreach by its ref."""
    row = session.execute(_OF_WHAT.where(Outreach.ref == ref)).one_or_none()
    return OfWhat(*row) if row else None


def latest(session: Session, *, limit: int) -> list[OfWhat]:
    """List the outreaches that were drawn up last. One query."""
    newest_first = _OF_WHAT.order_by(Outreach.drawn_at.desc(), Outreach.id.desc()).limit(limit)
    return [OfWhat(*row) for row in session.execute(newest_first)]


def hold(session: Session, ref: str) -> Outreach | None:
    """Lock an outreach; whoever tells a customer of it at this moment ends first."""
    asked = select(Outreach).where(Outreach.ref == ref).with_for_update()
    return session.scalars(asked.execution_options(populate_existing=True)).one_or_none()


def hold_beside_others(session: Session, ref: str) -> Outreach | None:
    """Keep an outreach from being paused or stopped until the transaction ends; others may do the same beside it."""
    asked = select(Outreach).where(Outreach.ref == ref).with_for_update(read=True)
    return session.scalars(asked.execution_options(populate_existing=True)).one_or_none()


def telling(session: Session) -> Sequence[str]:
    """Name the outreaches that tell customers now."""
    states = [state.value for state in TELLS]
    return session.scalars(select(Outreach.ref).where(Outreach.state.in_(states)).order_by(Outreach.id)).all()


def of_rule(session: Session, silent_days: int) -> list[Outreach]:
    """Lock the outreaches of the standing rule that have not ended, oldest first."""
    ended = [state.value for state in ENDED]
    asked = select(Outreach).where(Outreach.silent_days == silent_days, Outreach.state.not_in(ended))
    return list(session.scalars(asked.order_by(Outreach.id).with_for_update()))


def hold_open_of(session: Session, parts: Sequence[Incident]) -> list[Outreach]:
    """Lock the outreaches about some incidents that have not ended, oldest first.

    Those that nobody started too: whoever starts one at this moment is waited for.
    """
    ended = [state.value for state in ENDED]
    theirs = Outreach.incident_id.in_([part.id for part in parts]), Outreach.state.not_in(ended)
    asked = select(Outreach).where(*theirs).order_by(Outreach.id).with_for_update()
    return list(session.scalars(asked.execution_options(populate_existing=True)))


def incident_of(session: Session, outreach: Outreach) -> Incident:
    """Give the incident of an outreach that is about one."""
    return session.scalars(select(Incident).where(Incident.id == outreach.incident_id)).one()


def is_over(session: Session, outreach: Outreach) -> bool:
    """Tell whether the incident of an outreach, where it is about one, was closed or merged into another."""
    gone = or_(Incident.closed_at.is_not(None), Incident.merged_into.is_not(None))
    return session.scalar(select(Incident.id).where(Incident.id == outreach.incident_id, gone)) is not None


def _alone_about(session: Session, outreach: Outreach) -> str | None:
    """Wait for whoever starts one for the same cause, and name its whole incident; None for the standing rule.

    Also where its incident became a part of another while this waited.
    """
    whole = select(func.coalesce(Incident.merged_into, Incident.ref)).where(Incident.id == outreach.incident_id)
    root = session.scalar(whole)
    session.execute(_ALONE, {"cause": root or "rule"})
    return root if session.scalar(whole) == root else _alone_about(session, outreach)


def unapproved_beside(session: Session, outreach: Outreach, since: datetime) -> bool:
    """Tell whether another one for the same cause was started, that nobody approved and that did not end before.

    Whoever starts one for it at this moment is waited for. The same cause is the same incident with all that was merged
    into it, or the standing rule by however many days. since: when it ended at the latest.
    """
    root = _alone_about(session, outreach)
    parts = select(Incident.id).where(or_(Incident.ref == root, Incident.merged_into == root))
    cause = Outreach.incident_id.in_(parts) if root else Outreach.silent_days.is_not(None)
    others = Outreach.started_by.is_not(None), Outreach.approved_by.is_(None), Outreach.id != outreach.id, cause
    lately = or_(Outreach.ended_at.is_(None), Outreach.ended_at > since), Outreach.state != OutreachState.DONE.value
    return session.scalar(select(Outreach.id).where(*others, *lately).limit(1)) is not None
