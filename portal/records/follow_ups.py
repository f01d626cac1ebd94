"""Follow-ups: what is carried out and not asked about, what is due of one customer, and who takes over a no."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from string import Template
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.domain.authority import DECIDES
from portal.domain.claims import ClaimState
from portal.domain.follow_up import UNFINISHED, CarriedOut, Parcel
from portal.records.erasure import IS_NOBODY
from portal.records.rows_as_json import read
from portal.records.single_reads import ask_one
from portal.records.tables.claims import Claim
from portal.records.tables.follow_ups import FollowUp
from portal.records.tables.orders import Order

# A unit for which a later report speaks is asked about with that one.
_STILL_ITS_OWN = "EXISTS (SELECT FROM claim_units u WHERE u.claim_line_id = k.id AND u.live)"
_NOTICE = Template("""
    INSERT INTO follow_ups (claim_id, customer_id, turn, state, next_at, created_at)
    SELECT c.id, c.customer_id, 1 + (SELECT count(*) FROM follow_ups f WHERE f.claim_id = c.id), 'waiting', :now, :now
    FROM claims c JOIN customers ON customers.id = c.customer_id
    WHERE c.id IN (SELECT k.claim_id FROM claim_lines k WHERE k.state = 'made_whole' AND $own)
      AND NOT EXISTS (SELECT FROM follow_ups f WHERE f.claim_id = c.id AND f.next_at IS NOT NULL)
      AND NOT EXISTS (SELECT FROM claim_lines k WHERE k.claim_id = c.id AND k.state = ANY (:unfinished))
      AND NOT ($nobody)
    LIMIT :most ON CONFLICT DO NOTHING RETURNING id
""").substitute(own=_STILL_ITS_OWN, nobody=IS_NOBODY)
_UNFINISHED = [state.value for state in UNFINISHED]
# Of each claim its lines, and what the remedies of those that are carried out came to.
_STANDING = Template("""
    SELECT c.id,
      (SELECT json_agg(json_build_array(k.state, l.title, $own) ORDER BY k.id)
         FROM claim_lines k JOIN order_lines l ON l.id = k.order_line_id WHERE k.claim_id = c.id) AS lines,
      (SELECT json_agg(json_build_array(
          (SELECT json_agg(r.settled_at) FROM refunds r WHERE r.remedy_id = d.id AND r.state = 'succeeded'),
          (SELECT json_agg(json_build_array(g.shipped_at, g.arrives_on, g.delivered_at)) FROM replacements g
            WHERE g.remedy_id = d.id AND g.state IN ('shipped', 'delivered') AND g.not_right_at IS NULL),
          (SELECT max(t.issued_at) FROM credit_lots t WHERE t.source = d.ref),
          (SELECT min(m.happened_at) FROM credit_lots t JOIN credit_moves m ON m.lot_id = t.id AND m.kind = 'spend'
            WHERE t.source = d.ref)))
         FROM remedies d JOIN claim_lines k ON k.id = d.claim_line_id
        WHERE d.claim_id = c.id AND d.state = 'settled' AND k.state = 'made_whole') AS remedies
    FROM claims c WHERE c.id = ANY (:claims)
""").substitute(own=_STILL_ITS_OWN)
# Whoever worked on it stays with it, or on another claim of the order; else whoever has the least to do, agents first.
# A claim that is not written yet has no key.
_TAKES_OVER = text("""
    SELECT s.id, s.name FROM staff s JOIN customers u ON u.id = :customer
    WHERE s.active AND s.role = ANY (:roles) AND s.mailbox <> u.mailbox AND :raised_by <> 'staff:' || s.id
    ORDER BY s.id = CAST(:assignee AS bigint) DESC NULLS LAST,
      EXISTS (SELECT FROM decisions d JOIN claim_lines k ON k.id = d.claim_line_id
        WHERE k.claim_id = CAST(:claim AS bigint) AND d.decided_by_id = s.id) DESC,
      EXISTS (SELECT FROM claims q WHERE q.order_id = :order AND (q.assignee_id = s.id
        OR EXISTS (SELECT FROM decisions d JOIN claim_lines k ON k.id = d.claim_line_id
          WHERE k.claim_id = q.id AND d.decided_by_id = s.id))) DESC,
      s.role = 'agent' DESC,
      (SELECT count(*) FROM claims q WHERE q.assignee_id = s.id AND q.answer_by IS NOT NULL), s.id
    LIMIT 1
""")
_IS_NOBODY = Template("SELECT $nobody FROM customers WHERE id = :id").substitute(nobody=IS_NOBODY)
_OWN_LINES = Template("SELECT k.id FROM claim_lines k WHERE k.claim_id = :claim AND $own").substitute(
    own=_STILL_ITS_OWN
)
_NEWEST = Template("""
    SELECT row_to_json(f), c.created_at, c.locale, c.answer_by, s.name
    FROM claims c JOIN follow_ups f ON f.claim_id = c.id JOIN customers ON customers.id = c.customer_id
    LEFT JOIN staff s ON s.id = c.assignee_id
    WHERE c.ref = $$1 AND NOT ($nobody) ORDER BY f.turn DESC LIMIT 1
""").substitute(nobody=IS_NOBODY)


@dataclass(frozen=True, slots=True)
class Asked:
    """A follow-up as the page behind its link needs it. first_name: of whoever works on the claim; may be empty."""

    follow_up: FollowUp
    claim_ref: str
    reported_at: datetime
    locale: str
    answer_by: datetime | None
    first_name: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a claim stands that is asked about. titles: of the lines that are carried out and speak for their units."""

    titles: tuple[str, ...]
    unfinished: bool
    remedies: tuple[CarriedOut, ...]

    @property
    def can_be_asked(self) -> bool:
        """Tell whether there is something to ask about, and nothing is still to happen."""
        return bool(self.titles) and not self.unfinished


def notice(session: Session, now: datetime, limit: int) -> int:
    """Begin a follow-up of claims that were carried out and have none; tell how many."""
    values = {"now": now, "unfinished": _UNFINISHED, "most": limit}
    return len(session.execute(text(_NOTICE), values).all())


def due_customers(session: Session, now: datetime, limit: int) -> list[int]:
    """List customers of whom a follow-up is due, the longest due first."""
    asked = (
        select(FollowUp.customer_id)
        .where(FollowUp.next_at <= now)
        .group_by(FollowUp.customer_id)
        .order_by(func.min(FollowUp.next_at))
        .limit(limit)
    )
    return list(session.scalars(asked))


def hold_due(session: Session, customer_id: int, now: datetime) -> list[FollowUp]:
    """Lock the orders, then the claims, then the open follow-ups of one customer; give those that are due."""
    of_customer = FollowUp.customer_id == customer_id
    is_open = select(FollowUp.claim_id).where(of_customer, FollowUp.next_at.is_not(None))
    about = select(Claim.order_id).where(Claim.id.in_(is_open))
    session.execute(select(Order.id).where(Order.id.in_(about)).order_by(Order.id).with_for_update()).all()
    session.execute(select(Claim.id).where(Claim.id.in_(is_open)).order_by(Claim.id).with_for_update()).all()
    held = select(FollowUp).where(of_customer, FollowUp.next_at.is_not(None)).order_by(FollowUp.id).with_for_update()
    rows = session.scalars(held.execution_options(populate_existing=True)).all()
    return [row for row in rows if row.next_at is not None and row.next_at <= now]


def last_mail(session: Session, customer_id: int) -> datetime | None:
    """Tell when a customer was last asked or reminded, about whatever claim."""
    newest = func.max(func.greatest(FollowUp.asked_at, FollowUp.reminded_at))
    return session.scalars(select(newest).where(FollowUp.customer_id == customer_id)).one()


def places_of(session: Session, claim_ids: Sequence[int]) -> list[tuple[str, str]]:
    """Name the countries and regions that the orders of claims went to."""
    asked = select(Order.ship_to_country, Order.ship_to_region).distinct().join(Claim, Claim.order_id == Order.id)
    return [(row[0], row[1]) for row in session.execute(asked.where(Claim.id.in_(claim_ids)))]


def standings(session: Session, claim_ids: Sequence[int]) -> dict[int, Standing]:
    """Tell how claims stand, by their keys."""
    rows = session.execute(text(_STANDING), {"claims": list(claim_ids)})
    return {row.id: _standing(row.lines or (), row.remedies or ()) for row in rows}


def _standing(lines: Sequence[Any], remedies: Sequence[Any]) -> Standing:
    return Standing(
        titles=tuple(title for state, title, own in lines if own and state == ClaimState.MADE_WHOLE),
        unfinished=any(state in UNFINISHED for state, _, _ in lines),
        remedies=tuple(_carried_out(*one) for one in remedies),
    )


def _carried_out(
    refunds: list[str | None] | None,
    parcels: list[list[str | None]] | None,
    given_at: str | None,
    used_at: str | None,
) -> CarriedOut:
    return CarriedOut(
        refunds_settled=tuple(datetime.fromisoformat(at) for at in refunds or () if at),
        parcels=tuple(Parcel(*map(_moment, one)) for one in parcels or ()),
        credit_given_at=_moment(given_at),
        credit_used_at=_moment(used_at),
    )


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def hold_newest(session: Session, claim_id: int) -> FollowUp | None:
    """Lock the newest follow-up of a claim that is held."""
    asked = select(FollowUp).where(FollowUp.claim_id == claim_id).order_by(FollowUp.turn.desc()).limit(1)
    return session.scalars(asked.with_for_update().execution_options(populate_existing=True)).one_or_none()


def newest(session: Session, claim_ref: str) -> Asked | None:
    """Find the newest follow-up of a claim; nothing where its customer was erased."""
    row = ask_one(session, _NEWEST, (claim_ref,))
    if row is None:
        return None
    follow_up, reported_at, locale, answer_by, name = row
    return Asked(read(FollowUp, follow_up), claim_ref, reported_at, locale, answer_by, (name or "").partition(" ")[0])


def who_takes_over(session: Session, claim: Claim) -> tuple[int, str] | None:
    """Name who answers what failed a second time: key and name; nobody where nobody who may decide it works here."""
    values = {
        "claim": claim.id,
        "order": claim.order_id,
        "customer": claim.customer_id,
        "raised_by": claim.raised_by,
        "assignee": claim.assignee_id,
        "roles": [role.value for role in DECIDES],
    }
    row = session.execute(_TAKES_OVER, values).one_or_none()
    return None if row is None else (row.id, row.name)


def is_erased(session: Session, customer_id: int) -> bool:
    """Tell whether nobody stands in a customer's place."""
    return bool(session.scalar(text(_IS_NOBODY), {"id": customer_id}))


def own_lines(session: Session, claim_id: int) -> frozenset[int]:
    """Name the lines of a claim that still speak for units of theirs."""
    return frozenset(session.scalars(text(_OWN_LINES), {"claim": claim_id}))
