"""What a made-up year reads of the database, before it is lived in it and after every act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.records.sessions import Session
from portal.records.single_reads import ask_one

_YEARS = r"""
    SELECT array_agg(seed ORDER BY seed) FROM (
      SELECT DISTINCT substr(split_part(order_number, '-', 1), 2) AS seed FROM orders
      WHERE order_number ~ '^Y\d+-\d{6}$') AS there
"""
_CUSTOMERS = "SELECT json_object_agg(mailbox, id) FROM customers WHERE mailbox = ANY($1)"
_SEEN = """
    SELECT c.version, c.waits_for_answer, c.next_action_at, json_agg(json_build_array(
        l.state, l.evidence_wanted IS NOT NULL,
        EXISTS (SELECT FROM remedies AS r WHERE r.claim_line_id = l.id),
        (SELECT json_agg(json_build_array(o.ref, o.kind) ORDER BY o.id) FROM offers AS o
          WHERE o.claim_line_id = l.id AND o.state = 'live')) ORDER BY l.id)
    FROM claims AS c JOIN claim_lines AS l ON l.claim_id = c.id WHERE c.ref = $1 GROUP BY c.id
"""
# A worker beats each few seconds; one that has not for so long is gone.
_WORKING = """
    SELECT EXISTS (SELECT FROM jobs.procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds')
"""


def years_there(session: Session) -> list[str]:
    """Name the seeds of the years whose orders are there."""
    row = ask_one(session, _YEARS, [])
    return list(row[0] or ()) if row else []


def is_worked_on(session: Session) -> bool:
    """Tell whether a worker runs on this database: it would carry a year's claims on by its own clock."""
    row = ask_one(session, _WORKING, [])
    return row is not None and bool(row[0])


@dataclass(frozen=True, slots=True)
class LiveOffer:
    """An offer that can be taken."""

    ref: str
    kind: str


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A line of a claim as its customer sees it. owed: a remedy of it was promised before."""

    state: str
    wants_photo: bool
    owed: bool
    offers: tuple[LiveOffer, ...]


@dataclass(frozen=True, slots=True)
class SeenClaim:
    """A claim as those see it who are to do something about it."""

    version: int
    waits_for_answer: bool
    next_action_at: datetime | None
    lines: tuple[SeenLine, ...]


def seen(session: Session, claim_ref: str) -> SeenClaim | None:
    """Read a claim in one statement: it is looked at after every act."""
    row = ask_one(session, _SEEN, [claim_ref])
    if row is None:
        return None
    version, waits, next_action_at, lines = row
    return SeenClaim(
        version,
        waits,
        next_action_at,
        tuple(
            SeenLine(state, wants, owed, tuple(LiveOffer(*offer) for offer in offers or ()))
            for state, wants, owed, offers in lines
        ),
    )


def customer_ids(session: Session, mailboxes: Sequence[str]) -> dict[str, int]:
    """Find customers by their mailboxes."""
    row = ask_one(session, _CUSTOMERS, [list(mailboxes)])
    return dict(row[0] or {}) if row else {}
