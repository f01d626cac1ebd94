"""Accept offers: a remedy per claim line, promised in the book, its effects frozen, their jobs left in the outbox."""

from dataclasses import dataclass
from datetime import datetime

from portal.domain.actors import Actor
from portal.domain.claims import Action, ClaimState
from portal.domain.errors import MissingStreet, MovedOn, NotFound, NotLeft, OfferGone, OutOfStock
from portal.domain.journal import Entry, remedy_promised
from portal.domain.money import Money
from portal.domain.offers import RemedyKind
from portal.domain.ports import Address
from portal.domain.stock import Shelves
from portal.records import acceptances, books, budgets
from portal.records.budgets import HeldBudget
from portal.records.sessions import Session
from portal.records.tables.claims import Claim, ClaimLine, Offer
from portal.records.tables.remedies import Remedy
from portal.services.apply_verdict import moved, supersede_offers, touch
from portal.services.current_policy import version_of
from portal.services.hand_over_not_left import hand_over_not_left
from portal.services.hand_over_unsendable import hand_over_unsendable
from portal.services.hold_choice import draws_on_budgets, leave_to_a_person, sort_out
from portal.services.judge_standing import budgets_of
from portal.services.letter_of_claim import letter_telling
from portal.services.promise_effects import OrderPurse, OrderShare, Taking, about, promise
from portal.services.release_debt import release_debt
from portal.services.toolkit import Toolkit, tried_again


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What the customer tapped. version: the claim as their page showed it; address: only where a parcel goes out."""

    claim_ref: str
    offer_refs: tuple[str, ...]
    version: int
    street: str = ""


@tried_again
def accept_offers(toolkit: Toolkit, *, customer_id: int, acceptance: Acceptance, actor: Actor | None = None) -> None:
    """Turn live offers into remedies and promise them. The same acceptance again changes nothing.

    actor: whoever accepts in the customer's name, where they said before what they want.

    What a limit, a list or a budget no longer lets policy promise by itself goes to a person instead, and is no error.
    Raises NotFound, OfferGone (expired, or not live any more), MovedOn (the lines were decided otherwise meanwhile),
    NotLeft (nothing was promised; its line is with a person by then), OutOfStock (the same, for a line with no other
    offer).
    """
    try:
        _accept(toolkit, customer_id, acceptance, actor or Actor.claimant(customer_id))
    except OutOfStock:
        hand_over_unsendable(toolkit, customer_id=customer_id, claim_ref=acceptance.claim_ref)
        raise
    except NotLeft as error:
        hand_over_not_left(toolkit, customer_id=customer_id, claim_ref=acceptance.claim_ref, offer_ref=str(error))
        raise


def _accept(toolkit: Toolkit, customer_id: int, acceptance: Acceptance, actor: Actor) -> None:
    with toolkit.transaction() as session:
        now = toolkit.now()
        order = acceptances.hold_order(session, acceptance.claim_ref, customer_id, acceptance.offer_refs)
        if order is None:
            raise NotFound("no such claim")
        _, policy = version_of(session, order.version)
        held = acceptances.hold(session, order, budgets_of(policy, now, toolkit.zone, order.classes), now)
        chosen = _chosen(held.claim, acceptance.offer_refs)
        if all(offer.state == "accepted" for _, offer in chosen):
            return
        _check(held.claim, chosen, acceptance, now)
        sorted_out = sort_out(held, policy, chosen)
        taking = Taking(
            claim=held.claim,
            purse=OrderPurse(held.money.payments),
            share=OrderShare(held),
            shelves=Shelves(held.shelves),
            address=address_of(held.claim, acceptance.street),
            actor=actor,
            now=now,
        )
        if sorted_out.fit:
            _take(toolkit, session, taking, sorted_out.fit, held.budgets)
        if sorted_out.held:
            leave_to_a_person(toolkit, session, held.claim.ref, sorted_out.held, policy, held.standing)


def _take(
    toolkit: Toolkit,
    session: Session,
    taking: Taking,
    chosen: list[tuple[ClaimLine, Offer]],
    budgets_held: list[HeldBudget],
) -> None:
    """Promise the chosen offers of a claim that is held, and tell the customer that it is on its way."""
    claim, actor, now = taking.claim, taking.actor, taking.now
    tried_before = [line for line, _ in chosen if any(offer.state == "superseded" for offer in line.offers)]
    entries = [one for line in tried_before for one in release_debt(session, claim, line, actor=actor, now=now)]
    promises, events = [], []
    for line, offer in chosen:
        offer.state = "accepted"
        supersede_offers(line)
        detail = {"offer": offer.ref, "kind": offer.kind}
        events.append(moved(claim, line, Action.ACCEPT, actor=actor, now=now, event="accepted", **detail))
        promises.append(promise(taking, line, offer))
        entries += _promised(claim, promises[-1].remedy)
    touch(claim)
    remedies_told = [promised.remedy.ref for promised in promises]
    letter = letter_telling(claim, "remedy_on_its_way", remedies=remedies_told)
    draws = draws_on_budgets([promised.remedy for promised in promises], budgets_held)
    booked = {
        **books.values_of(entries, actor=actor, now=now, zone=toolkit.zone),
        **budgets.values_of(draws, actor=actor, now=now),
    }
    acceptances.reserve_goods(session, promises, actor=actor, now=now)
    acceptances.write(session, claim, promises, events, letter, booked)


def _promised(claim: Claim, remedy: Remedy) -> list[Entry]:
    entitlement, bonus = Money(remedy.amount_minor, remedy.currency), Money(remedy.bonus_minor, remedy.currency)
    if not entitlement + bonus:
        return []
    return [remedy_promised(remedy.ref, entitlement, bonus, remedy.policy_class, about(claim, remedy))]


def address_of(claim: Claim, street: str) -> Address:
    """Give where a replacement goes: the order's address, its street completed where it was missing."""
    order = claim.order
    return Address(
        name=order.ship_to_name,
        line1=order.ship_to_line1 or street,
        city=order.ship_to_city,
        region=order.ship_to_region,
        postcode=order.ship_to_postcode,
        country=order.ship_to_country,
    )


def _chosen(claim: Claim, refs: tuple[str, ...]) -> list[tuple[ClaimLine, Offer]]:
    by_ref = {offer.ref: (line, offer) for line in claim.lines for offer in line.offers}
    if not refs or any(ref not in by_ref for ref in refs):
        raise NotFound("no such offer on this claim")
    chosen = [by_ref[ref] for ref in dict.fromkeys(refs)]
    if len({line.id for line, _ in chosen}) != len(chosen):
        raise NotFound("one offer for each line")
    return chosen


def _check(claim: Claim, chosen: list[tuple[ClaimLine, Offer]], acceptance: Acceptance, now: datetime) -> None:
    if claim.version != acceptance.version:
        raise MovedOn(claim.ref)
    for line, offer in chosen:
        if line.state != ClaimState.OFFERED:
            raise MovedOn(claim.ref)
        if offer.state != "live" or offer.expires_at <= now or line.evidence_wanted:
            raise OfferGone(offer.ref)
        needs_street = offer.kind == RemedyKind.REPLACEMENT and not address_of(claim, acceptance.street).line1
        if needs_street:
            raise MissingStreet(claim.ref)
