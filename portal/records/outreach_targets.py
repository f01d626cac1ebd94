"""The parcels of outreaches: found, drawn by lot, given to the worker in turn, and counted by what became of them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from string import Template
from typing import Any

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from portal.domain.outreach import IN_A_LETTER, WAVE_SHARE, OutreachState, Skip, TargetState
from portal.domain.outreach_preview import OFFER, PERSON
from portal.domain.problems import NEVER_LEFT
from portal.records.erasure import IS_NOBODY
from portal.records.orders_at_risk import OPEN_FOR, AtRisk
from portal.records.tables.claims import Claim
from portal.records.tables.inbox import Letter
from portal.records.tables.outreach import Outreach, OutreachTarget

# Parcels that are past the end of their day, or left us without one, and of which nothing was heard for so many days:
# no scan, no hand-over, and where neither was, no order. What was started and has not ended tells of its own.
_SILENT = Template("""
    SELECT s.id, s.order_id, o.order_number, o.customer_id, s.promised_at, s.delivered_at, s.last_scan_at
    FROM shipments s JOIN orders o ON o.id = s.order_id JOIN customers ON customers.id = o.customer_id
    WHERE (s.promised_at >= :open AND s.promised_at < CAST(:now AS timestamptz) - interval '1 day'
        OR s.promised_at IS NULL AND s.handed_over_at >= :open AND s.handed_over_at < :now)
      AND s.delivered_at IS NULL
      AND coalesce(s.last_scan_at, s.handed_over_at, o.placed_at)
        <= CAST(:now AS timestamptz) - make_interval(days => :silent)
      AND s.id > :after AND o.status <> ALL (:never) AND NOT ($nobody)
      AND NOT EXISTS (SELECT FROM order_lines l JOIN claim_lines k ON k.order_line_id = l.id
        WHERE l.shipment_id = s.id AND k.state <> 'withdrawn')
      AND EXISTS (SELECT FROM order_lines l WHERE l.shipment_id = s.id)
      AND NOT EXISTS (SELECT FROM outreach_targets t WHERE t.shipment_id = s.id AND t.state = 'told')
      AND NOT EXISTS (SELECT FROM outreaches u JOIN outreach_targets t ON t.outreach_id = u.id
        WHERE u.state IN ('first_wave', 'awaiting_second', 'telling', 'paused')
          AND t.shipment_id = s.id AND t.state IN ('waiting', 'kept_back'))
    ORDER BY s.id LIMIT :most
""").substitute(nobody=IS_NOBODY)
# By a hash of the customer and the outreach's random name, so that the lot falls as it fell before a crash. Who is kept
# back is drawn of all customers; the first wave of those of the rest for whom there is something.
_DRAW_BACK = text("""
    UPDATE outreach_targets SET state = 'kept_back', drawn_back = true
    WHERE outreach_id = :outreach AND state = 'waiting'
      AND ('x' || substr(md5(:ref || ' back ' || customer_id), 1, 8))::bit(32)::bigint % 100 < :share
""")
_DRAW_WAVE = text("""
    UPDATE outreach_targets SET wave = 1 WHERE outreach_id = :outreach AND state = 'waiting' AND customer_id IN (
        SELECT customer_id FROM outreach_targets
        WHERE outreach_id = :outreach AND state = 'waiting' AND outlook = ANY(:telling)
        GROUP BY customer_id ORDER BY md5(:ref || ' wave ' || customer_id)
        LIMIT least(:size, greatest(1, (SELECT count(DISTINCT customer_id) FROM outreach_targets
          WHERE outreach_id = :outreach) / :share)))
""")
_NEXT = text("""
    SELECT customer_id FROM outreach_targets
    WHERE outreach_id = :outreach AND state = 'waiting' AND wave <= :wave AND due_at <= :now
    GROUP BY customer_id ORDER BY min(id) LIMIT :most
""")
_TOLD_LATELY = text("""
    SELECT EXISTS (SELECT FROM outreach_targets
        WHERE customer_id = :customer AND state = 'told' AND outreach_id <> :outreach AND told_at > :since)
      OR EXISTS (SELECT FROM outreach_targets WHERE shipment_id = :shipment AND state = 'told')
""")
# Whether a customer did anything about a claim of ours: chose a remedy, wrote, or said something. claim: its id.
HAS_ANSWERED = Template("""
    EXISTS (SELECT FROM remedies WHERE claim_id = $claim)
      OR EXISTS (SELECT FROM claim_messages WHERE claim_id = $claim AND kind = 'from_customer')
      OR EXISTS (SELECT FROM claim_events WHERE claim_id = $claim AND actor ~ '^(claimant|guest):')
""")
# Whoever did so read of it there, whatever became of the letter.
_NOT_TOLD = Template("""
    UPDATE outreach_targets AS t SET state = 'skipped', skip = :skip, told_at = NULL
    WHERE t.letter_id = ANY(:letters) AND t.state = 'told' AND NOT ($answered)
""").substitute(answered=HAS_ANSWERED.substitute(claim="t.claim_id"))
# Whoever tells the same customer of something else at this moment waits, and then sees that they were told.
_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('outreach to customer ' || :customer, 0))")
TELLING = (OFFER, PERSON)


def silent_ones(session: Session, *, days: int, now: datetime, after: int, most: int) -> list[AtRisk]:
    """List parcels past their day, or without one, silent for days, with no claim, not told of: by key, after a key."""
    values: dict[str, Any] = {"now": now, "open": now - OPEN_FOR, "silent": days, "after": after, "most": most}
    return [AtRisk(*row) for row in session.execute(text(_SILENT), values | {"never": sorted(NEVER_LEFT)})]


def add(session: Session, outreach: Outreach, found: Sequence[AtRisk], now: datetime) -> None:
    """Write parcels that were found, to be told in the second wave until the lot is drawn."""
    shared = {"outreach_id": outreach.id, "state": TargetState.WAITING.value, "wave": 2, "due_at": now}
    rows = [
        {**shared, "customer_id": one.customer_id, "order_id": one.order_id, "shipment_id": one.shipment_id}
        for one in found
    ]
    if rows:
        session.execute(insert(OutreachTarget), rows)


def after(session: Session, outreach: Outreach, *, most: int) -> list[OutreachTarget]:
    """List the parcels that are to be counted next."""
    of_it = OutreachTarget.outreach_id == outreach.id, OutreachTarget.id > outreach.counted_to
    return list(session.scalars(select(OutreachTarget).where(*of_it).order_by(OutreachTarget.id).limit(most)))


def draw_lots(session: Session, outreach: Outreach) -> None:
    """Draw who is told later, and who in the first wave. Customers are drawn, with all of their parcels."""
    values = {"outreach": outreach.id, "ref": outreach.ref}
    session.execute(_DRAW_BACK, {**values, "share": outreach.kept_back_share})
    draw_wave(session, outreach)


def draw_wave(session: Session, outreach: Outreach) -> None:
    """Draw who is told first of those who wait: as many as its plan says, and one in ten of all customers at most."""
    values = {"outreach": outreach.id, "ref": outreach.ref, "size": outreach.wave_size, "share": WAVE_SHARE}
    session.execute(_DRAW_WAVE, {**values, "telling": list(TELLING)})


def next_customers(session: Session, outreach: Outreach, *, now: datetime, most: int) -> list[int]:
    """List the customers that are to be told next."""
    wave = 1 if outreach.state == OutreachState.FIRST_WAVE else 2
    values = {"outreach": outreach.id, "wave": wave, "now": now, "most": most}
    return list(session.scalars(_NEXT, values))


def put_off(session: Session, outreach: Outreach, customers: Sequence[int], until: datetime) -> None:
    """Let what waits for some customers wait until a moment."""
    of_them = OutreachTarget.outreach_id == outreach.id, OutreachTarget.customer_id.in_(customers)
    waiting = OutreachTarget.state == TargetState.WAITING.value
    session.execute(update(OutreachTarget).where(*of_them, waiting).values(due_at=until))


def waits(session: Session, outreach: Outreach) -> bool:
    """Tell whether anybody of the wave that is told now still waits."""
    if outreach.state == OutreachState.FIRST_WAVE:
        return has(session, outreach, TargetState.WAITING, wave=1)
    return has(session, outreach, TargetState.WAITING, TargetState.KEPT_BACK)


def has(session: Session, outreach: Outreach, *states: TargetState, wave: int = 2) -> bool:
    """Tell whether a parcel of an outreach stands in one of some states. wave: the last one that counts."""
    of_it = OutreachTarget.outreach_id == outreach.id, OutreachTarget.wave <= wave
    stands = OutreachTarget.state.in_([state.value for state in states])
    return session.scalar(select(OutreachTarget.id).where(*of_it, stands).limit(1)) is not None


def release(session: Session, outreach: Outreach, now: datetime) -> None:
    """Let those who were kept back be told like the others."""
    kept = OutreachTarget.outreach_id == outreach.id, OutreachTarget.state == TargetState.KEPT_BACK.value
    session.execute(update(OutreachTarget).where(*kept).values(state=TargetState.WAITING.value, due_at=now))


def skip_the_rest(session: Session, outreach: Outreach) -> None:
    """Leave everybody alone who was not told."""
    states = [TargetState.WAITING.value, TargetState.KEPT_BACK.value]
    left = OutreachTarget.outreach_id == outreach.id, OutreachTarget.state.in_(states)
    values = {"state": TargetState.SKIPPED.value, "skip": Skip.STOPPED.value}
    session.execute(update(OutreachTarget).where(*left).values(values))


def hold_waiting(session: Session, outreach: Outreach, customer_id: int) -> list[OutreachTarget]:
    """Lock the parcels of a customer that wait, as many as one letter holds, and keep others from telling them.

    Until the transaction ends.
    """
    session.execute(_ALONE, {"customer": customer_id})
    asked = select(OutreachTarget).where(OutreachTarget.outreach_id == outreach.id)
    waiting = OutreachTarget.customer_id == customer_id, OutreachTarget.state == TargetState.WAITING.value
    held = asked.where(*waiting).order_by(OutreachTarget.id).limit(IN_A_LETTER).with_for_update()
    return list(session.scalars(held.execution_options(populate_existing=True)))


def skip(target: OutreachTarget, reason: Skip) -> None:
    """Leave the customer of a parcel that is held alone."""
    target.state, target.skip = TargetState.SKIPPED.value, reason.value


def key_of_letter(session: Session, letter_ref: str) -> int:
    """Give the key of a letter that is written."""
    return session.scalars(select(Letter.id).where(Letter.ref == letter_ref)).one()


def told(session: Session, target: OutreachTarget, claim_ref: str, letter_id: int, now: datetime) -> None:
    """Note that a parcel that is held was told of, by a claim and a letter that are written."""
    target.claim_id = session.scalars(select(Claim.id).where(Claim.ref == claim_ref)).one()
    target.letter_id, target.state, target.told_at = letter_id, TargetState.TOLD.value, now


def not_told(session: Session, letters: Sequence[int], reason: Skip) -> None:
    """Note that letters do not leave any more, so that nobody was told by them but who acted on their claim."""
    session.execute(text(_NOT_TOLD), {"letters": list(letters), "skip": reason.value})


def told_lately(session: Session, target: OutreachTarget, since: datetime) -> bool:
    """Tell whether another outreach told this customer since a moment, or anybody of this parcel ever."""
    values = {"customer": target.customer_id, "outreach": target.outreach_id, "shipment": target.shipment_id}
    return bool(session.scalar(_TOLD_LATELY, {**values, "since": since}))


def by_end(session: Session, outreach_id: int) -> Counter[str]:
    """Count the parcels of an outreach: by reason where they were skipped, and else by state."""
    asked = text("SELECT coalesce(skip, state), count(*) FROM outreach_targets WHERE outreach_id = :id GROUP BY 1")
    return Counter({row[0]: row[1] for row in session.execute(asked, {"id": outreach_id})})


def how_many(session: Session, outreach: Outreach) -> int:
    """Count the parcels of an outreach."""
    asked = select(func.count()).select_from(OutreachTarget).where(OutreachTarget.outreach_id == outreach.id)
    return session.scalars(asked).one()


def people_and_orders(session: Session, outreach: Outreach) -> tuple[int, int]:
    """Count the customers and the orders for whom something was counted."""
    sums = func.count(OutreachTarget.customer_id.distinct()), func.count(OutreachTarget.order_id.distinct())
    something = OutreachTarget.outreach_id == outreach.id, OutreachTarget.outlook.in_(TELLING)
    customers, orders = session.execute(select(*sums).where(*something)).one()
    return customers, orders
