"""Letters that wait to leave: at most one per recipient, template, object and version of that object."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.domain.refs import new_ref
from portal.records import outbox
from portal.records.letter_facts import About
from portal.records.tables.claims import Claim
from portal.records.tables.inbox import Letter
from portal.records.tables.orders import Order

_letters = cast("Table", Letter.__table__)
_LEAVE = insert(_letters).on_conflict_do_nothing().returning(_letters.c.id)
_WAITING = (
    select(Letter, Claim.ref, Order.customer_name, Claim.order_id)
    .join(Claim, Claim.id == Letter.claim_id)
    .join(Order, Order.id == Claim.order_id)
    .where(Letter.ref == bindparam("ref"), Letter.state == "queued")
    .with_for_update(of=Letter, skip_locked=True)
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
    claim_id: int,
    subject_version: int = 1,
) -> None:
    """Leave a letter of the claim that its context names, unless the same one was left before, and what sends it.

    context must be JSON-ready.
    """
    values = {
        "ref": new_ref("LTR", 10),
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
        outbox.follow(session, context["claim"])


def waiting(session: Session, ref: str) -> tuple[Letter, About] | None:
    """Find a letter of a claim that has not left yet, and hold it against a second worker."""
    row = session.execute(_WAITING, {"ref": ref}).one_or_none()
    return None if row is None else (row[0], About(*row[1:]))


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
