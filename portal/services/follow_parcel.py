"""Follow a replacement: what the warehouse says of it, in any order and any number of times."""

from dataclasses import dataclass
from datetime import date, datetime, time

from portal.domain import journal
from portal.domain.actors import Actor
from portal.domain.money import Money
from portal.domain.offers import OfferTerms, PolicyClass, RemedyKind
from portal.domain.refunds import Capacity
from portal.records import books, claims, remedies
from portal.records.sessions import Session
from portal.records.tables.claims import Claim, ClaimLine
from portal.records.tables.remedies import Remedy, Replacement
from portal.services.apply_verdict import make_offer, touch
from portal.services.fail_remedy import ANOTHER_WAY_DAYS, fail_remedy
from portal.services.finish_remedy import finish
from portal.services.letter_of_claim import leave_letter, leave_letter_about
from portal.services.promise_effects import about
from portal.services.read_order import read_order
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


_LATER = {"requested": 0, "accepted": 1, "shipped": 2, "delivered": 3}


@tried_again
def follow_parcel(toolkit: Toolkit, *, replacement_ref: str, news: ParcelNews, actor: Actor = WAREHOUSE) -> bool:
    """Record what the warehouse says, in any order and any number of times; tell whether the parcel is known."""
    with toolkit.transaction() as session:
        held = remedies.hold_replacement(session, replacement_ref)
        if held is None:
            return False
        replacement, remedy = held
        if replacement.state == "refused" or _is_old(replacement.state, news.state):
            return True
        _write(replacement, news, toolkit.now())
        follow = _refused if news.state == "refused" else _went_on
        follow(toolkit, session, remedy, replacement, actor)
        return True


def _is_old(known: str, told: str) -> bool:
    return told != "refused" and _LATER[told] <= _LATER[known]


def _write(replacement: Replacement, news: ParcelNews, now: datetime) -> None:
    replacement.state = news.state
    replacement.warehouse_ref = news.warehouse_ref or replacement.warehouse_ref
    replacement.carrier = news.carrier or replacement.carrier
    replacement.tracking_number = news.tracking_number or replacement.tracking_number
    replacement.reason = news.reason
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
    """Let the customer choose again among what does work: the warehouse says no, and we still owe it."""
    now, claim = toolkit.now(), claims.hold_by_id(session, remedy.claim_id)
    line, events = fail_remedy(
        claim,
        remedy,
        "replacement_failed",
        effect={"replacement": replacement.ref},
        reason=replacement.reason,
        actor=actor,
        now=now,
    )
    session.add_all(events)
    read = read_order(session, claim.order, now)
    for terms in _other_ways(line, remedy, read.capacities):
        make_offer(line, terms, made_by=actor, now=now)
    touch(claim)
    leave_letter(session, claim)


def _other_ways(line: ClaimLine, remedy: Remedy, capacities: list[Capacity]) -> list[OfferTerms]:
    """Offer the line's whole value again, to the card where one can take it, and as credit."""
    value = Money(line.facts["line_value"]["amount_minor"], remedy.currency)
    kinds = [RemedyKind.STORE_CREDIT]
    if any(capacity.reachable and capacity.left for capacity in capacities):
        kinds.insert(0, RemedyKind.REFUND)
    return [
        OfferTerms(kind, value, Money(0, remedy.currency), PolicyClass(remedy.policy_class), None, ANOTHER_WAY_DAYS)
        for kind in kinds
        if value
    ]
