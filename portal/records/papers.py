"""Everything that was ever written about one claim, and about its customer before it: a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

# One statement, because staff read all of it on one page: each list comes as one document.
_PAPERS = text("""
SELECT
  (SELECT jsonb_agg(to_jsonb(e) ORDER BY e.id) FROM claim_events e WHERE e.claim_id = :claim) AS events,
  (SELECT jsonb_agg(to_jsonb(m) ORDER BY m.id) FROM claim_messages m WHERE m.claim_id = :claim) AS messages,
  (SELECT jsonb_agg(jsonb_build_object(
      'ref', p.ref, 'added_at', p.added_at,
      'seen_on', (SELECT min(c.ref) FROM evidence q JOIN claims c ON c.id = q.claim_id
                  WHERE q.sha256 = p.sha256 AND q.claim_id <> p.claim_id)) ORDER BY p.id)
    FROM evidence p WHERE p.claim_id = :claim) AS photos,
  (SELECT jsonb_agg(jsonb_build_object(
      'template', l.template, 'state', l.state, 'title', l.title, 'body', l.body,
      'why', l.context->>'undeliverable',
      'at', coalesce(l.sent_at, l.created_at)) ORDER BY l.id) FROM letters l WHERE l.claim_id = :claim
      OR l.id = (SELECT letter_id FROM outreach_targets WHERE claim_id = :claim)) AS letters,
  (SELECT jsonb_agg(jsonb_build_object(
      'ref', d.ref, 'line_id', d.claim_line_id, 'kind', d.kind, 'state', d.state, 'terms', d.terms,
      'digest', encode(d.digest, 'hex'), 'reason', d.reason, 'words', d.words, 'decided_by', d.decided_by_id,
      'decided_at', d.decided_at, 'second_by', d.second_by_id, 'second_at', d.second_at) ORDER BY d.id)
    FROM decisions d JOIN claim_lines cl ON cl.id = d.claim_line_id WHERE cl.claim_id = :claim) AS decisions,
  (SELECT jsonb_agg(jsonb_build_object(
      'id', s.id, 'ref', s.ref, 'name', s.name, 'role', s.role, 'active', s.active) ORDER BY s.name, s.id)
    FROM staff s) AS staff,
  (SELECT jsonb_agg(jsonb_build_object(
      'ref', n.ref, 'kind', n.kind, 'subject', n.subject, 'shown', n.shown, 'reason', n.reason, 'added_by', n.added_by,
      'added_at', n.added_at, 'live', n.ended_at IS NULL AND n.expires_at > :now) ORDER BY n.id)
    FROM list_entries n WHERE n.id IN (
      SELECT live.id FROM claim_subjects s JOIN list_entries live ON live.key = s.key AND live.ended_at IS NULL
        WHERE s.claim_id = :claim
      UNION SELECT told.id FROM claim_lines cl CROSS JOIN LATERAL jsonb_array_elements(
          coalesce(cl.standing -> 'held', '[]') || coalesce(cl.standing -> 'at_choice' -> 'held', '[]')) AS h
        JOIN list_entries told ON told.ref = h ->> 'entry' WHERE cl.claim_id = :claim)) AS entries,
  (SELECT jsonb_object_agg(a.currency, a.amount_minor) FROM authority_limits a WHERE a.staff_id = :staff) AS limits
""")
_EFFECTS = text("""
SELECT c.ref AS claim_ref, c.id = :claim AS here, m.ref, m.kind, m.state, m.amount_minor, m.bonus_minor, m.currency,
       m.promised_at, m.settled_at, r.ref AS refund_ref, r.state AS refund_state, r.amount_minor AS refund_minor,
       r.reason AS refund_reason, p.sequence AS payment_sequence,
       g.state AS goods_state, g.carrier, g.tracking_number, g.reason AS goods_reason
FROM remedies m
JOIN claims c ON c.id = m.claim_id
LEFT JOIN refunds r ON r.remedy_id = m.id
LEFT JOIN payments p ON p.id = r.payment_id
LEFT JOIN replacements g ON g.remedy_id = m.id
WHERE c.customer_id = :customer
ORDER BY m.id DESC, r.id
LIMIT :most
""")
_HISTORY = text("""
SELECT o.order_number, o.placed_at, o.payments_total_minor, o.currency,
       (SELECT jsonb_agg(jsonb_build_object('ref', c.ref, 'state', c.state, 'created_at', c.created_at,
                'not_right', (SELECT jsonb_agg(DISTINCT e.happened_at) FROM claim_events e
                   WHERE e.claim_id = c.id AND e.action = 'not_restored'),
                'after', (SELECT min(x.ref) FROM claim_lines l JOIN replacements g ON g.id = l.about_replacement_id
                   JOIN claim_lines k ON k.id = g.claim_line_id JOIN claims x ON x.id = k.claim_id
                   WHERE l.claim_id = c.id),
                'problems', (SELECT jsonb_agg(DISTINCT l.problem) FROM claim_lines l WHERE l.claim_id = c.id))
                ORDER BY c.id DESC)
          FROM claims c WHERE c.order_id = o.id) AS claims
FROM orders o WHERE o.customer_id = :customer
ORDER BY o.placed_at DESC, o.id DESC
LIMIT :most
""")
_MOST = 100


@dataclass(frozen=True, slots=True)
class Papers:
    """What was written about a claim, as rows by column name; moments are ISO texts.

    staff: everybody who works here, by id. limits: of the staff member who asks, by currency. entries: of lists, those
    that policy found and those that are in force for what the claim was reported with.
    """

    events: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    photos: list[dict[str, Any]]
    letters: list[dict[str, Any]]
    decisions: list[dict[str, Any]]
    staff: dict[int, dict[str, Any]]
    limits: dict[str, int]
    entries: list[dict[str, Any]]


def of_claim(session: Session, claim_id: int, *, staff_id: int, now: datetime) -> Papers:
    """Read all papers of a claim in one query."""
    row = session.execute(_PAPERS, {"claim": claim_id, "staff": staff_id, "now": now}).one()
    return Papers(
        events=row.events or [],
        messages=row.messages or [],
        photos=row.photos or [],
        letters=row.letters or [],
        decisions=row.decisions or [],
        staff={one["id"]: one for one in row.staff or []},
        limits=row.limits or {},
        entries=row.entries or [],
    )


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect of a remedy of a customer: a refund to a payment, a parcel, or (with neither) store credit alone."""

    claim_ref: str
    here: bool
    ref: str
    kind: str
    state: str
    amount_minor: int
    bonus_minor: int
    currency: str
    promised_at: datetime
    settled_at: datetime | None
    refund_ref: str | None
    refund_state: str | None
    refund_minor: int | None
    refund_reason: str | None
    payment_sequence: int | None
    goods_state: str | None
    carrier: str | None
    tracking_number: str | None
    goods_reason: str | None


def effects_of_customer(session: Session, customer_id: int, claim_id: int) -> list[Effect]:
    """List the newest effects of remedies of a customer, on this claim and on others, in one query."""
    values = {"customer": customer_id, "claim": claim_id, "most": _MOST}
    return [Effect(**row) for row in session.execute(_EFFECTS, values).mappings()]


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An order of a customer with the claims on it."""

    order_number: str
    placed_at: datetime
    payments_total_minor: int
    currency: str
    claims: list[dict[str, Any]]


def orders_of_customer(session: Session, customer_id: int) -> list[PastOrder]:
    """List the newest orders of a customer with their claims, in one query."""
    rows = session.execute(_HISTORY, {"customer": customer_id, "most": _MOST})
    return [
        PastOrder(row.order_number, row.placed_at, row.payments_total_minor, row.currency, row.claims or [])
        for row in rows
    ]
