"""Letters that wait to leave: at most one per recipient, template, object and version of that object."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.domain.refs import new_ref
from portal.records import outbox
from portal.records.tables.inbox import Letter

_letters = cast("Table", Letter.__table__)
_LEAVE = insert(_letters).on_conflict_do_nothing().returning(_letters.c.id)
_WAITING = (
    select(Letter).where(Letter.ref == bindparam("ref"), Letter.state == "queued").with_for_update(skip_locked=True)
)
_SENT = (
    update(_letters)
    .where(_letters.c.id == bindparam("letter_id"))
    .values(state="sent", sent_at=bindparam("now"), title=bindparam("words_title"), body=bindparam("words"))
)


def leave(
    session: Session,
    template: str,
    *,
    recipient: str,
    locale: str,
    subject_ref: str,
    context: dict[str, Any],
    subject_version: int = 1,
    claim_id: int | None = None,
) -> None:
    """Leave a letter and the job that sends it, unless the same one was left before. context must be JSON-ready."""
    ref = new_ref("LTR", 10)
    values = {
        "ref": ref,
        "claim_id": claim_id,
        "recipient": recipient,
        "template": template,
        "subject_ref": subject_ref,
        "subject_version": subject_version,
        "locale": locale,
        "context": context,
        "state": "queued",
    }
    if session.execute(_LEAVE, values).first():
        outbox.defer(session, "letters.send", letter_ref=ref)


def waiting(session: Session, ref: str) -> Letter | None:
    """Find a letter that has not left yet, and hold it against a second worker."""
    return session.scalars(_WAITING, {"ref": ref}).one_or_none()


def of_claim(session: Session, claim_id: int) -> list[Letter]:
    """List the letters of a claim, oldest first."""
    return list(session.scalars(select(Letter).where(Letter.claim_id == claim_id).order_by(Letter.id)))


def mark_sent(session: Session, letter: Letter, *, title: str, body: str, now: datetime) -> None:
    """Keep the words as they left, and when."""
    session.execute(_SENT, {"letter_id": letter.id, "now": now, "words_title": title, "words": body})


def mark_undeliverable(letter: Letter, *, title: str, body: str, why: str) -> None:
    """Keep the words that no mailbox took, and why."""
    letter.state, letter.title, letter.body = "undeliverable", title, body
    letter.context = {**letter.context, "undeliverable": why[:200]}
