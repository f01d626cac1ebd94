"""Follow a replacement: what the warehouse says of it, in any order and any number of times."""

from dataclasses import dataclass
from datetime import date, datetime, time

from portal.domain import journal
from portal.domain.actors import Actor
from portal.domain.claims import PERSON_ANSWERS_WITHIN
from portal.domain.money import Money
from portal.domain.reasons import EscalateReason
from portal.domain.stock import moves_of_refusal, take
from portal.domain.troubles import TroubleKind
from portal.records import books, claims, remedies, stock
from portal.records.sessions import Session
from portal.records.tables.claims import Claim
from portal.records.tables.remedies import Remedy, Replacement
from portal.services.apply_verdict import touch
from portal.services.fail_remedy import fail_remedy
from portal.services.finish_remedy import finish, line_of
from portal.services.letter_of_claim import leave_letter_about
from portal.services.offer_other_ways import offer_again, other_ways
from portal.services.open_trouble import open_trouble
from portal.services.promise_effects import about
from portal.services.toolkit import Toolkit, tried_again

WAREHOUSE = Actor.system("warehouse")


@dataclass(frozen=True, slots=True)
class ParcelNews:
    """What the warehouse says of one replacement. state: accepted, shipped, delivered or refused."""

    state: str
    warehouse_ref: str | None = None
    carrier: str | None = None
    tracking_number: str | None = None
    arrives_on: date | None = None
    reason: str | None = None


_LATER = {"requested": 0, "accepted": 1, "refused": 2, "shipped": 3, "delivered": 4}


@tried_again
def follow_parcel(toolkit: Toolkit, *, replacement_ref: str, news: ParcelNews, actor: Actor = WAREHOUSE) -> bool:
    """Record what the warehouse says, in any order and any number of times; tell whether the parcel is known."""
    with toolkit.transaction() as session:
        held = remedies.hold_replacement(session, replacement_ref)
        if held is None:
            return False
        replacement, remedy = held
        if replacement.state == "refused":
            _tell_if_sent(session, remedy, replacement, news, toolkit.now())
            return True
        if _is_old(replacement.state, news.state):
            return True
        _move_stock(session, replacement, news, actor, toolkit.now())
        _write(replacement, news, toolkit.now())
        follow = _refused if news.state == "refused" else _went_on
        follow(toolkit, session, remedy, replacement, actor)
        return True


def _is_old(known: str, told: str) -> bool:
    """Tell news that is older than what we know. What has left is not refused any more, whatever comes late."""
    return _LATER[told] <= _LATER[known]


def _tell_if_sent(session: Session, remedy: Remedy, replacement: Replacement, news: ParcelNews, now: datetime) -> None:
    """Tell a person where a refused parcel goes out all the same, because the customer was offered another way."""
    if news.state in {"shipped", "delivered"}:
        open_trouble(
            session,
            TroubleKind.SENT_AFTER_REFUSAL,
            subject=replacement.ref,
            now=now,
            claim_id=remedy.claim_id,
            state=news.state,
        )


def _write(replacement: Replacement, news: ParcelNews, now: datetime) -> None:
    replacement.state = news.state
    replacement.warehouse_ref = news.warehouse_ref or replacement.warehouse_ref
    replacement.carrier = news.carrier or replacement.carrier
    replacement.tracking_number = news.tracking_number or replacement.tracking_number
    replacement.reason = news.reason
    replacement.delivered_at = now if news.state == "delivered" else None
    if news.arrives_on is not None:
        replacement.arrives_on = datetime.combine(news.arrives_on, time(12), tzinfo=now.tzinfo)


def _went_on(toolkit: Toolkit, session: Session, remedy: Remedy, replacement: Replacement, actor: Actor) -> None:
    now = toolkit.now()
    happening = {
        "accepted": "replacement_sent",
        "shipped": "replacement_on_its_way",
        "delivered": "replacement_delivered",
    }[replacement.state]
    claims.add_event(
        session,
        remedy.claim_id,
        happening,
        actor=actor,
        now=now,
        line_id=replacement.claim_line_id,
        detail={"replacement": replacement.ref},
    )
    if replacement.state == "accepted":
        return
    claim = claims.hold_by_id(session, remedy.claim_id)
    if replacement.shipped_at is None:
        replacement.shipped_at = now
        _book(toolkit, session, claim, remedy, replacement, actor, now)
        leave_letter_about(session, claim, "replacement_shipped", replacement=replacement.ref)
    if remedies.are_settled(session, remedy, settled=replacement.ref):
        session.add_all(finish(claim, remedy, actor=actor, now=now))


def _book(
    toolkit: Toolkit,
    session: Session,
    claim: Claim,
    remedy: Remedy,
    replacement: Replacement,
    actor: Actor,
    now: datetime,
) -> None:
    promised = Money(remedy.amount_minor, remedy.currency)
    if not promised:
        return
    # A shop that does not tell what goods cost it is booked at their price: the most that they can have cost.
    cost = promised if replacement.cost_minor is None else Money(replacement.cost_minor, remedy.currency)
    entry = journal.replacement_sent(replacement.ref, promised, cost, remedy.policy_class, about(claim, remedy))
    books.record(session, entry, actor=actor, now=now, zone=toolkit.zone)


def _refused(toolkit: Toolkit, session: Session, remedy: Remedy, replacement: Replacement, actor: Actor) -> None:
    """Let the customer choose again among what does work: the warehouse says no, and we still owe it.

    Where nothing else was offered, a person finds a way.
    """
    now, claim = toolkit.now(), claims.hold_by_id(session, remedy.claim_id)
    ways = other_ways(session, claim, line_of(claim, remedy.claim_line_id), remedy, now)
    line, events = fail_remedy(
        claim,
        remedy,
        "replacement_failed",
        effect={"replacement": replacement.ref},
        reason=replacement.reason,
        actor=actor,
        now=now,
        to_person=not ways,
    )
    session.add_all(events)
    offer_again(line, ways, actor=actor, now=now)
    if not ways:
        line.reason = EscalateReason.OUT_OF_STOCK.value
    touch(claim, answer_within=None if ways else now + PERSON_ANSWERS_WITHIN)
    leave_letter_about(session, claim, "replacement_failed", replacement=replacement.ref)


def _move_stock(session: Session, replacement: Replacement, news: ParcelNews, actor: Actor, now: datetime) -> None:
    """Let go of the pieces that do not leave, or take those that have left; each happens once, in one of both ways."""
    if replacement.stock_item_id is None or replacement.shipped_at is not None or news.state == "accepted":
        return
    (shelf,) = stock.hold(session, [replacement.stock_item_id])
    quantity, source = replacement.quantity, replacement.ref
    if news.state == "refused":
        moves = moves_of_refusal(shelf, quantity, source, news.reason)
    else:
        moves = [take(shelf, quantity, source)]
    stock.write(session, moves, actor=actor, now=now)
