"""A refund whose bytes are about to leave: noted, and read with what decides whether they may, in one statement."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.domain.disputes import BLOCKING
from portal.domain.refunds import STOPPED
from portal.domain.troubles import TroubleKind
from portal.records.single_reads import ask_one

# Of a note only its transaction is kept: whoever notes after it makes another one, and so does every news.
_BEGIN = """
    WITH found AS MATERIALIZED (
      SELECT id, state, request, payment_id, coalesce(first_sent_at < $2, false) AS old, first_sent_at IS NULL AS unsent
      FROM refunds
      WHERE ref = $1 AND state IN ('requested', 'sent', 'unknown') AND reason IS DISTINCT FROM $4
      FOR UPDATE
    ), asked AS MATERIALIZED (
      -- What is unknown is looked for first, also where a worker died over its only call, so that none is noted.
      SELECT id, request, old, unsent,
        EXISTS (
          SELECT FROM disputes WHERE disputes.payment_id = found.payment_id AND disputes.state = ANY ($5)
        ) AS disputed,
        CASE WHEN unsent THEN 0 ELSE greatest((state = 'unknown')::int,
          (SELECT count(*) FROM refund_calls WHERE refund_id = found.id AND outcome = 'unknown')) END AS unanswered
      FROM found
    ), sent AS (
      UPDATE refunds SET state = CASE WHEN refunds.state = 'unknown' THEN refunds.state ELSE 'sent' END,
        first_sent_at = coalesce(first_sent_at, $3)
      FROM asked WHERE refunds.id = asked.id AND NOT asked.old AND NOT asked.disputed
      RETURNING refunds.xmin::text AS note
    )
    SELECT request, old, disputed, unanswered, unsent, (SELECT note FROM sent) FROM asked
"""
_LEFT = text("SELECT EXISTS (SELECT FROM troubles WHERE kind = :kind AND subject = :ref AND closed_at IS NULL)")
_TAKE_BACK = text("UPDATE refunds SET first_sent_at = NULL WHERE ref = :ref AND state = 'sent' AND xmin::text = :note")


class Begun(NamedTuple):
    """A refund that waits for an answer, with its frozen request.

    old: first sent so long ago that its key may be forgotten; disputed: its payment is. Of these two nothing was noted.
    unanswered: calls so far that gave no clear answer; of what is unknown at least one.
    unsent: none of its calls until now can have been carried out.
    note: what the note of this call is known by.
    """

    request: dict[str, Any]
    old: bool
    disputed: bool
    unanswered: int
    unsent: bool
    note: str | None


def begin_to_send(session: Session, ref: str, *, safe_since: datetime, now: datetime) -> Begun | None:
    """Note that a refund's bytes are about to leave; give nothing where it needs no call.

    What had no answer stays unknown until it has one. safe_since: a key used first before that may be forgotten.
    It is one statement, and written when this returns.
    """
    row = ask_one(session, _BEGIN, (ref, safe_since, now, STOPPED, list(BLOCKING)))
    return None if row is None else Begun(*row)


def is_left_to_a_person(session: Session, ref: str) -> bool:
    """Tell whether a person is to say what became of a refund, who may give it up at any moment."""
    return bool(session.scalar(_LEFT, {"kind": TroubleKind.UNKNOWN_TOO_LONG.value, "ref": ref}))


def take_back(session: Session, ref: str, note: str) -> None:
    """Take back that a refund was sent, where the only call of it surely was not carried out.

    Only the note of that call is taken back: where anybody else noted anything since, they may have sent it.
    """
    session.execute(_TAKE_BACK, {"ref": ref, "note": note})
