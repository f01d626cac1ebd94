"""Letters that wait to leave: at most one per recipient, template, object and version of that object."""

from collections.abc import Sequence
from datetime import datetime
from string import Template
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.claims import WITHDRAWABLE, ClaimState
from portal.domain.outreach import Skip
from portal.domain.refs import new_ref
from portal.domain.troubles import TroubleKind
from portal.records import letter_facts, outbox, outreach_targets
from portal.records.in_transaction import ask
from portal.records.letter_facts import FACTS, Facts, values_at
from portal.records.rows_as_json import read
from portal.records.rows_to_write import as_json, row_of
from portal.records.tables.inbox import Letter

# A part of a larger statement, or a whole one. claim: what gives the key of its claim; of: the table before that.
LEAVE = Template("""
  INSERT INTO letters (claim_id, ref, recipient, template, subject_ref, subject_version, locale, context, state)
  SELECT $claim, told.ref, recipient, template, subject_ref, subject_version, told.locale, context, told.state
  FROM ${of}json_populate_record(NULL::letters, %(letter)s) AS told
  ON CONFLICT DO NOTHING RETURNING id
""")
_LEAVE = LEAVE.substitute(claim="told.claim_id", of="")
_REFUSED = Template("""$letter.template = 'told_first'
      AND EXISTS (SELECT FROM claims AS ours JOIN outreach_opt_outs AS said ON said.customer_id = ours.customer_id
        WHERE ours.id = $letter.claim_id)""")
# What is overtaken is marked here: a letter that says what is on its way helps nobody once every remedy it speaks of
# has come to its end, and has a letter of its own; nor does one that tells where a claim stands, once no line of it
# stands there; nor do an apology and its offers, once every line has what was chosen for it or is over; nor does the
# question whether it is right, once that is answered; nor does what we write first to who wants no such letters by now.
# Why it was overtaken is told by the same look, because a customer may allow such letters again a moment later.
_HOLD = Template("""
WITH claim AS (
  SELECT id FROM claims WHERE ref = %(claim)s
), overtaken AS (
  UPDATE letters SET state = 'overtaken'
  WHERE id IN (
    SELECT waiting.id FROM letters AS waiting
    WHERE waiting.claim_id = (SELECT id FROM claim) AND waiting.state = 'queued' AND (
      waiting.template = 'remedy_on_its_way'
      AND NOT EXISTS (SELECT FROM remedies WHERE remedies.claim_id = waiting.claim_id AND remedies.state = 'promised'
        AND waiting.context -> 'remedies' ? remedies.ref)
      OR waiting.template IN ('escalated', 'waiting', 'declined')
      AND NOT EXISTS (SELECT FROM claim_lines
        WHERE claim_lines.claim_id = waiting.claim_id AND claim_lines.state = waiting.template)
      OR waiting.template = 'reopened'
      AND NOT EXISTS (SELECT FROM claim_lines
        WHERE claim_lines.claim_id = waiting.claim_id AND claim_lines.state = 'escalated')
      OR waiting.template = 'follow_up'
      AND NOT EXISTS (SELECT FROM jsonb_array_elements(waiting.context -> 'about') AS about
        JOIN claims AS asked ON asked.ref = about ->> 'claim' JOIN follow_ups ON follow_ups.claim_id = asked.id
        WHERE follow_ups.next_at IS NOT NULL)
      OR $refused
      OR waiting.template = 'told_first'
      AND NOT EXISTS (SELECT FROM outreach_targets AS told JOIN claim_lines ON claim_lines.claim_id = told.claim_id
        WHERE told.letter_id = waiting.id AND claim_lines.state = ANY(%(asks)s))
      OR waiting.template = 'apology_with_offers'
      AND NOT EXISTS (SELECT FROM claim_lines
        WHERE claim_lines.claim_id = waiting.claim_id AND claim_lines.state = ANY(%(asks)s)))
    FOR UPDATE SKIP LOCKED
  )
  RETURNING id, $unwanted AS unwanted
), held AS (
  SELECT id, claim_id, ref, recipient, template, locale, context FROM letters
  WHERE claim_id = (SELECT id FROM claim) AND state = 'queued' AND id NOT IN (SELECT id FROM overtaken)
  FOR UPDATE SKIP LOCKED
)
SELECT json_agg(json_build_array(row_to_json(l), $facts) ORDER BY l.id),
  (SELECT count(*) FROM letters WHERE claim_id = (SELECT id FROM claim) AND state = 'queued')
    - (SELECT count(*) FROM overtaken) - (SELECT count(*) FROM held),
  EXISTS (SELECT FROM troubles WHERE kind = %(told)s AND subject = %(claim)s AND closed_at IS NULL),
  NOT EXISTS (SELECT FROM letters WHERE claim_id = (SELECT id FROM claim) AND state = 'sent')
    AND NOT EXISTS (SELECT FROM outreach_targets AS told JOIN letters ON letters.id = told.letter_id
      WHERE told.claim_id = (SELECT id FROM claim) AND letters.state = 'sent'),
  (SELECT array_agg(id) FROM overtaken WHERE unwanted)
FROM held AS l JOIN claims AS c ON c.id = l.claim_id JOIN orders AS o ON o.id = c.order_id
""").substitute(
    facts=FACTS, refused=_REFUSED.substitute(letter="waiting"), unwanted=_REFUSED.substitute(letter="letters")
)
# Where a line stands that the customer was told of, and that something is still to come of.
_ASKS = sorted(state.value for state in WITHDRAWABLE | {ClaimState.DECLINED})
_CLOSE = """
UPDATE letters SET state = told.state, title = told.title, body = told.body, sent_at = told.sent_at,
  context = told.context
FROM json_populate_recordset(NULL::letters, %(letters)s) AS told WHERE letters.id = told.id
"""


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


def leave_alone(session: Session, letter: dict[str, Any]) -> None:
    """Leave a letter that is about no claim, unless the same one was left before; what sends it, the caller leaves."""
    ask(session, _LEAVE, {"letter": as_json(letter)})


class HeldLetters(NamedTuple):
    """The letters of a claim that are held here, oldest first, with what they are told; how many others hold.

    told: a person was told that no mail about the claim arrives. first: nothing has been sent about it yet, nor
    a letter that told of it first with others.
    """

    here: list[tuple[Letter, Facts]]
    elsewhere: int
    told: bool
    first: bool


def hold_waiting(session: Session, claim_ref: str, now: datetime) -> HeldLetters:
    """Hold the letters of a claim that have not left against a second worker.

    No session knows these objects. Letters that later ones have overtaken are left out for good.
    """
    told = {"told": TroubleKind.MAIL_UNDELIVERABLE.value, "asks": _ASKS}
    row = ask(session, _HOLD, {"claim": claim_ref, **told, **values_at(now)})
    found, elsewhere, was_told, first, kept = row or (None, 0, False, False, None)
    if kept:
        outreach_targets.not_told(session, kept, Skip.OPTED_OUT)
    told_of = [(row, _told_of(session, row, facts)) for row, facts in found or ()]
    here = [(read(Letter, row), facts) for row, facts in told_of if facts is not None]
    return HeldLetters(here, elsewhere + len(told_of) - len(here), was_told, first)


def _told_of(session: Session, row: dict[str, Any], facts: Facts) -> Facts | None:
    """Add what a letter that tells first is told of each of its claims that still asks for something.

    Nothing where none does since it was held: whoever looks next marks it as overtaken.
    """
    if row["template"] != "told_first":
        return facts
    told = letter_facts.of_all_told(session, row["id"], _ASKS)
    return {**facts, "told": told} if told else None


def of_claim(session: Session, claim_id: int) -> list[Letter]:
    """List the letters of a claim, oldest first."""
    return list(session.scalars(select(Letter).where(Letter.claim_id == claim_id).order_by(Letter.id)))


def mark_sent(letter: Letter, *, title: str, body: str, now: datetime) -> None:
    """Note the words as they left, and when."""
    letter.state, letter.title, letter.body, letter.sent_at = "sent", title, body, now


def mark_undeliverable(letter: Letter, *, title: str, body: str, why: str) -> None:
    """Note the words that no mailbox took, and why."""
    letter.state, letter.title, letter.body = "undeliverable", title, body
    letter.context = {**letter.context, "undeliverable": why[:200]}


def close(session: Session, letters: Sequence[Letter]) -> None:
    """Write held letters as they were marked."""
    if letters:
        ask(session, _CLOSE, {"letters": as_json(row_of(letter) for letter in letters)})
