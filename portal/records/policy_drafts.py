"""Drafts of policies, and all that was done to them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from portal.domain.actors import Actor
from portal.domain.drafts import OPEN, WRITING, DraftMove, DraftState
from portal.domain.refs import new_ref
from portal.records.tables.policies import PolicyDraft, PolicyDraftEvent

_REF_LETTERS = 10


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody did, to be written into a draft's history. source: the whole text, where it changed."""

    move: DraftMove
    actor: Actor
    now: datetime
    words: str = ""
    rule_key: str | None = None
    source: str | None = None


def start(session: Session, *, market: str, title: str, based_on_id: int | None, said: Said) -> PolicyDraft:
    """Write a new draft, with the beginning of its history."""
    draft = PolicyDraft(
        ref=new_ref("DRF", _REF_LETTERS),
        market=market,
        title=title,
        state=DraftState.DRAFT.value,
        version=1,
        source=said.source or "",
        based_on_id=based_on_id,
        started_by=str(said.actor),
        started_at=said.now,
        changed_by=str(said.actor),
        changed_at=said.now,
    )
    session.add(draft)
    session.flush()
    note(session, draft, said)
    return draft


def hold(session: Session, ref: str) -> PolicyDraft | None:
    """Lock a draft."""
    asked = select(PolicyDraft).where(PolicyDraft.ref == ref).with_for_update()
    return session.scalars(asked.execution_options(populate_existing=True)).one_or_none()


def note(session: Session, draft: PolicyDraft, said: Said) -> None:
    """Write what was done to a draft into its history."""
    event = PolicyDraftEvent(
        draft_id=draft.id,
        kind=said.move.value,
        version=draft.version,
        actor=str(said.actor),
        happened_at=said.now,
        words=said.words,
        rule_key=said.rule_key,
        source=said.source,
    )
    session.add(event)
    session.flush()


def found(session: Session, ref: str) -> PolicyDraft | None:
    """Find a draft by its ref."""
    return session.scalars(select(PolicyDraft).where(PolicyDraft.ref == ref)).one_or_none()


def open_drafts(session: Session) -> list[PolicyDraft]:
    """List the drafts that somebody still works on, the one that changed last first, without their texts."""
    asked = select(PolicyDraft).where(PolicyDraft.state.in_(OPEN)).options(defer(PolicyDraft.source))
    return list(session.scalars(asked.order_by(PolicyDraft.changed_at.desc(), PolicyDraft.id.desc())))


def recent_drafts(session: Session, *, limit: int) -> list[PolicyDraft]:
    """List drafts that were published or abandoned, the last one first, without their texts."""
    asked = select(PolicyDraft).where(PolicyDraft.state.not_in(OPEN)).options(defer(PolicyDraft.source))
    return list(session.scalars(asked.order_by(PolicyDraft.changed_at.desc(), PolicyDraft.id.desc()).limit(limit)))


def of_version(session: Session, version_id: int) -> PolicyDraft | None:
    """Find the draft that became a version; there is none where it came from the command line."""
    return session.scalars(select(PolicyDraft).where(PolicyDraft.published_id == version_id)).one_or_none()


def history(session: Session, draft_id: int) -> list[PolicyDraftEvent]:
    """List all that was done to a draft, oldest first, without the texts."""
    asked = select(PolicyDraftEvent).where(PolicyDraftEvent.draft_id == draft_id)
    return list(session.scalars(asked.order_by(PolicyDraftEvent.id)))


def comments(session: Session, draft_id: int) -> list[PolicyDraftEvent]:
    """List the comments on a draft, oldest first."""
    asked = select(PolicyDraftEvent).where(
        PolicyDraftEvent.draft_id == draft_id, PolicyDraftEvent.kind == DraftMove.COMMENT.value
    )
    return list(session.scalars(asked.order_by(PolicyDraftEvent.id)))


def last_event(session: Session, draft_id: int) -> PolicyDraftEvent | None:
    """Give what was done to a draft last."""
    asked = select(PolicyDraftEvent).where(PolicyDraftEvent.draft_id == draft_id)
    return session.scalars(asked.order_by(PolicyDraftEvent.id.desc()).limit(1)).one_or_none()


def text_at(session: Session, draft_id: int, version: int) -> str | None:
    """Give the text of a draft as it was at a version of it."""
    asked = select(PolicyDraftEvent.source).where(
        PolicyDraftEvent.draft_id == draft_id,
        PolicyDraftEvent.version <= version,
        PolicyDraftEvent.source.is_not(None),
    )
    return session.scalars(asked.order_by(PolicyDraftEvent.id.desc()).limit(1)).one_or_none()


def authors(session: Session, draft_id: int) -> list[str]:
    """List who wrote any of a draft's text, as actors are written."""
    asked = select(PolicyDraftEvent.actor).where(
        PolicyDraftEvent.draft_id == draft_id, PolicyDraftEvent.kind.in_(WRITING)
    )
    return list(session.scalars(asked.distinct()))
