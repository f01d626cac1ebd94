"""Letters that wait to leave: at most one per recipient, template, object and version of that object."""

from datetime import datetime
from string import Template
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from portal.domain.refs import new_ref
from portal.records import outbox
from portal.records.in_transaction import ask
from portal.records.letter_facts import About
from portal.records.rows_to_write import as_json
from portal.records.tables.claims import Claim
from portal.records.tables.inbox import Letter
from portal.records.tables.orders import Order

# A part of a larger statement, or a whole one. claim: what gives the key of its claim; of: the table before that.
LEAVE = Template("""
  INSERT INTO letters (claim_id, ref, recipient, template, subject_ref, subject_version, locale, context, state)
  SELECT $claim, told.ref, recipient, template, subject_ref, subject_version, told.locale, context, told.state
  FROM ${of}json_populate_record(NULL::letters, %(letter)s) AS told
  ON CONFLICT DO NOTHING RETURNING id
""")
_LEAVE = LEAVE.substitute(claim="told.claim_id", of="")
_letters = cast("Table", Letter.__table__)
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


def new_letter(
    template: str,
    *,
    recipient: str,
    locale: str,
    subject_ref: str,
    context: dict[str, Any],
    claim_id: int | None,
    subject_version: int = 1,
) -> dict[str, Any]:
    """Make the row of a letter of the claim that its context names. context must be JSON-ready."""
    return {
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


def leave(session: Session, letter: dict[str, Any]) -> None:
    """Leave a letter, and what sends it, unless the same one was left before."""
    if ask(session, _LEAVE, {"letter": as_json(letter)}):
        outbox.follow(session, letter["context"]["claim"])


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
