"""Follow a replacement: what the warehouse says of it, in any order and any number of times."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from portal.domain import journal
from portal.domain.actors import Actor
from portal.domain.certainty import certain
from portal.domain.claims import PERSON_ANSWERS_WITHIN, Action, ClaimState
from portal.domain.money import Money
from portal.domain.reasons import EscalateReason
from portal.domain.stock import moves_of_leaving, moves_of_refusal
from portal.domain.troubles import TroubleKind
from portal.records import books, claims, effects, remedies, stock
from portal.records.sessions import Session
from portal.records.tables.remedies import Remedy, Replacement
from portal.services.apply_verdict import moved, supersede_offers, touch
from portal.services.fail_remedy import fail_remedy
from portal.services.finish_remedy import finish, line_of
from portal.services.letter_of_claim import leave_letter_about, letter_of_turn, letter_telling
from portal.services.offer_other_ways import offer_again, other_ways
from portal.services.open_trouble import open_trouble
from portal.services.promise_effects import about
from portal.services.take_up_again import can_be_taken_up, take_up_again
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


_HAPPENING = {
    "accepted": "replacement_sent",
    "shipped": "replacement_on_its_way",
    "delivered": "replacement_delivered",
}
_LATER = {"requested": 0, "accepted": 1, "refused": 2, "shipped": 3, "delivered": 4}


@tried_again
def follow_parcel(toolkit: Toolkit, *, replacement_ref: str, news: ParcelNews, actor: Actor = WAREHOUSE) -> bool:
    """Record what the warehouse says, in any order and any number of times; tell whether the parcel is known."""
    with toolkit.transaction() as session:
        if news.state == "refused":
            return _refuse(toolkit, session, replacement_ref, news, actor)
        held = effects.hold_parcel(session, replacement_ref, leaves=news.state != "accepted")
        if held is None:
            return False
        parcel = certain(held.parcel, "it was asked for")
        if parcel.state == "refused" and not can_be_taken_up(held):
            _tell_if_sent(toolkit, session, held, parcel, news.state)
        elif not _is_old(parcel.state, news.state):
            _go_on(toolkit, session, held, parcel, news, actor)
        return True


def _is_old(known: str, told: str) -> bool:
    """Tell news that is older than what we know. What has left is not refused any more, whatever comes late."""
    return _LATER[told] <= _LATER[known]


def _tell_if_sent(toolkit: Toolkit, session: Session, held: effects.Held, parcel: Replacement, state: str) -> None:
    """Tell a person where a refused parcel goes out all the same, and something else took its place meanwhile.

    Where that something did not work either, they decide instead of the customer: else goods and money could go out.
    """
    claim, line, now = held.claim, line_of(held.claim, held.remedy.claim_line_id), toolkit.now()
    if state not in {"shipped", "delivered"} or not open_trouble(
        session, TroubleKind.SENT_AFTER_REFUSAL, subject=parcel.ref, now=now, claim_id=claim.id, state=state
    ):
        return
    if line.state == ClaimState.OFFERED:
        supersede_offers(line)
        line.reason = EscalateReason.PERSON_DECIDES.value
        gone = {"replacement": parcel.ref, "reason": line.reason}
        event = moved(claim, line, Action.FAIL_TO_PERSON, actor=WAREHOUSE, now=now, event="escalated", **gone)
        touch(claim, answer_within=now + PERSON_ANSWERS_WITHIN)
        nothing = books.values_of([], actor=WAREHOUSE, now=now, zone=toolkit.zone)
        effects.write(session, held, [event], letter_telling(claim, "escalated"), nothing)


def _write(replacement: Replacement, news: ParcelNews, now: datetime) -> None:
    replacement.state = news.state
    replacement.warehouse_ref = news.warehouse_ref or replacement.warehouse_ref
    replacement.carrier = news.carrier or replacement.carrier
    replacement.tracking_number = news.tracking_number or replacement.tracking_number
    replacement.reason = news.reason
    replacement.delivered_at = now if news.state == "delivered" else None
    if news.arrives_on is not None:
        replacement.arrives_on = datetime.combine(news.arrives_on, time(12), tzinfo=now.tzinfo)


def _go_on(
    toolkit: Toolkit, session: Session, held: effects.Held, parcel: Replacement, news: ParcelNews, actor: Actor
) -> None:
    """Note that it goes on its way. As it leaves it is booked and told, and the last to leave ends its remedy."""
    now, claim, remedy = toolkit.now(), held.claim, held.remedy
    was_refused = parcel.state == "refused"
    refused = (parcel.reason or "") if was_refused else None
    _write(parcel, news, now)
    detail, line_id = {"replacement": parcel.ref}, parcel.claim_line_id
    events = [claims.event_of(claim.id, _HAPPENING[news.state], actor=actor, now=now, line_id=line_id, detail=detail)]
    if was_refused:
        events.insert(0, take_up_again(session, held, actor=actor, now=now))
    letter: dict[str, Any] | None = None
    entries: list[journal.Entry] = []
    if news.state != "accepted" and parcel.shipped_at is None:
        parcel.shipped_at = now
        for shelf in held.shelves:
            moves = moves_of_leaving(shelf, parcel.quantity, parcel.ref, refused)
            stock.write(session, moves, actor=actor, now=now)
        told = {"after_all": was_refused}
        letter = letter_of_turn(claim, "replacement_shipped", 1, told, replacement=parcel.ref)
        entries = _entries(held, parcel)
    if news.state != "accepted" and held.is_last:
        events += finish(claim, remedy, actor=actor, now=now)
    booked = books.values_of(entries, actor=actor, now=now, zone=toolkit.zone)
    effects.write(session, held, events, letter, booked)


def _entries(held: effects.Held, parcel: Replacement) -> list[journal.Entry]:
    remedy = held.remedy
    promised = Money(remedy.amount_minor, remedy.currency)
    if not promised:
        return []
    # A shop that does not tell what goods cost it is booked at their price: the most that they can have cost.
    cost = promised if parcel.cost_minor is None else Money(parcel.cost_minor, remedy.currency)
    return [journal.replacement_sent(parcel.ref, promised, cost, remedy.policy_class, about(held.claim, remedy))]


def _refuse(toolkit: Toolkit, session: Session, replacement_ref: str, news: ParcelNews, actor: Actor) -> bool:
    """Note that it will not come, once; tell whether the parcel is known."""
    held = remedies.hold_replacement(session, replacement_ref)
    if held is None:
        return False
    replacement, remedy = held
    if not _is_old(replacement.state, news.state):
        _let_go(session, replacement, news, actor, toolkit.now())
        _write(replacement, news, toolkit.now())
        _refused(toolkit, session, remedy, replacement, actor)
    return True


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


def _let_go(session: Session, replacement: Replacement, news: ParcelNews, actor: Actor, now: datetime) -> None:
    """Let go of the pieces that do not leave."""
    if replacement.stock_item_id is None or replacement.shipped_at is not None:
        return
    (shelf,) = stock.hold(session, [replacement.stock_item_id])
    moves = moves_of_refusal(shelf, replacement.quantity, replacement.ref, news.reason)
    stock.write(session, moves, actor=actor, now=now)
