"""What customers do: report, choose, choose twice, take back, correct, ask for a person, write, add a photo."""

import hashlib
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from portal.domain.follow_up import Answer
from portal.domain.problems import SENSIBLE, ParcelState, Problem, parcel_state
from portal.services.accept_offers import Acceptance, accept_offers
from portal.services.add_photos import Photo, add_photos
from portal.services.answer_follow_up import Said, answer_by_link, answer_on_page
from portal.services.ask_for_person import Asking, ask_for_person
from portal.services.correct_report import correct_report
from portal.services.follow_up_token import token_for
from portal.services.report_problem import Report, ReportedLine, report_problem
from portal.services.withdraw_claim import withdraw_claim
from portal.services.write_to_us import Words, write_to_us
from tests.prove.simulation.world import NOTHING, World
from tests.support.an_order import AnOrder

_LINES = """
    SELECT l.line_number, l.quantity, o.status, s.handed_over_at, s.promised_at, s.delivered_at
    FROM order_lines l JOIN orders o ON o.id = l.order_id JOIN shipments s ON s.id = l.shipment_id
    WHERE o.id = %s ORDER BY l.line_number
"""
_OFFERS = """
    SELECT k.id AS line, f.ref, f.kind FROM claim_lines k JOIN offers f ON f.claim_line_id = k.id
    WHERE k.claim_id = %s AND k.state = 'offered' AND k.evidence_wanted IS NULL AND f.state = 'live' ORDER BY k.id, f.id
"""
_ASKED = """
    SELECT c.ref, c.customer_id FROM follow_ups f JOIN claims c ON c.id = f.claim_id WHERE f.asked_at IS NOT NULL
    GROUP BY c.id ORDER BY c.id
"""
_FOR_A_PERSON = (Problem.OTHER, Problem.CHARGED_WRONGLY)
_KINDS = ("refund", "store_credit", "replacement")


def report(world: World) -> str:
    """Report a problem with some lines of an order, at times a second time from the same page."""
    order = world.order_to_claim_on()
    reported = _reported(world, order)
    ref = _report(world, order, reported)
    if world.seldom(3):
        assert _report(world, order, reported) == ref, "the same page made two claims"
        return f"{world.named(ref)}, from two taps on one page"
    world.keys.append((order, reported.client_key, ref))
    return world.named(ref)


def report_again(world: World) -> str:
    """Send a page again that was sent long ago, as a tab does that was found again."""
    if not world.keys:
        return NOTHING
    order, key, ref = world.pick(world.keys)
    reported = _reported(world, order)
    again = Report(reported.order_number, key, reported.lines, "", "en")
    assert _report(world, order, again) == ref, "an old page made another claim"
    return "the claim that was there"


def accept(world: World) -> str:
    """Take an offer on every line that has one; from a stale page, twice, or in two tabs with different wishes."""
    claim = world.claim("offered")
    if claim is None:
        return NOTHING
    shown = world.ask(_OFFERS, claim.id)
    first = _chosen(world, shown)
    if not first:
        return f"{world.named(claim.ref)}: nothing can be taken"
    stale = claim.version - 1 if world.seldom(8) else claim.version
    taken = Acceptance(claim.ref, first, stale, "Rua das Flores 12")
    order = world.order_of(claim)
    name = world.named(claim.ref)
    accept_offers(world.stage.toolkit, customer_id=order.customer_id, acceptance=taken)
    if world.seldom(4):
        accept_offers(world.stage.toolkit, customer_id=order.customer_id, acceptance=taken)
        name += ", tapped twice"
    if world.seldom(4):
        other = Acceptance(claim.ref, _chosen(world, shown), claim.version, "Rua das Flores 12")
        accept_offers(world.stage.toolkit, customer_id=order.customer_id, acceptance=other)
        name += ", and the same in another tab"
    return f"{name}: {', '.join(offer.kind for offer in shown if offer.ref in first)}"


def withdraw(world: World) -> str:
    """Take a report back, or say that the parcel came."""
    claim = world.claim()
    if claim is None:
        return NOTHING
    order, came = world.order_of(claim), world.seldom(2)
    withdraw_claim(world.stage.toolkit, customer_id=order.customer_id, claim_ref=claim.ref, it_came=came)
    return world.named(claim.ref)


def correct(world: World) -> str:
    """Replace a report by another one."""
    claim = world.claim()
    if claim is None:
        return NOTHING
    order = world.order_of(claim)
    corrected = _reported(world, order)
    ref = correct_report(world.stage.toolkit, customer_id=order.customer_id, claim_ref=claim.ref, corrected=corrected)
    return f"{world.named(claim.ref)} became {world.named(ref)}"


def ask_person(world: World) -> str:
    """Ask for a person."""
    claim = world.claim("offered", "waiting", "declined")
    if claim is None:
        return NOTHING
    order, asking = world.order_of(claim), Asking(claim.ref, world.key(), "Please look at it.")
    for _ in range(1 + world.chance.below(2)):
        ask_for_person(world.stage.toolkit, customer_id=order.customer_id, asking=asking)
    return world.named(claim.ref)


def write(world: World) -> str:
    """Write to us."""
    claim = world.claim()
    if claim is None:
        return NOTHING
    order, words = world.order_of(claim), Words(claim.ref, world.key(), "Where is it?")
    for _ in range(1 + world.chance.below(2)):
        write_to_us(world.stage.toolkit, customer_id=order.customer_id, words=words)
    return world.named(claim.ref)


def say_whether_right(world: World) -> str:
    """Say yes or no to what was asked, by the link or on the page; at times twice, or change one's mind."""
    found = world.ask(_ASKED)
    if not found:
        return NOTHING
    claim = world.pick(found)
    answers = [world.pick((Answer.YES, Answer.YES, Answer.NO))]
    if world.seldom(4):
        answers.append(world.pick((Answer.YES, Answer.NO)))
    name = world.named(claim.ref)
    for answer in answers:
        _answer(world, claim, Said(answer, world.pick(("", "It is as I said.")), world.key()))
    return f"{name}: {', then '.join(answers)}"


def _answer(world: World, claim: Any, said: Said) -> None:
    toolkit = world.stage.toolkit
    if world.seldom(3):
        answer_on_page(toolkit, customer_id=claim.customer_id, claim_ref=claim.ref, said=said)
    else:
        token = token_for(toolkit.secret_key, claim.ref)
        answer_by_link(toolkit, claim_ref=claim.ref, token=token, said=said)


def photo(world: World) -> str:
    """Add a photo where one is wanted."""
    claim = world.claim("offered")
    if claim is None:
        return NOTHING
    content = f"photo {world.chance.below(3)}".encode()
    added = Photo(content, "image/jpeg", 8, 8, hashlib.sha256(content).digest())
    order = world.order_of(claim)
    add_photos(
        world.stage.toolkit, world.stage.photos, customer_id=order.customer_id, claim_ref=claim.ref, photos=[added]
    )
    return world.named(claim.ref)


def _reported(world: World, order: AnOrder) -> Report:
    rows = world.ask(_LINES, order.order_id)
    first = world.chance.below(len(rows))
    chosen = [rows[first], *(row for row in rows[first + 1 :] if world.seldom(2))]
    overcharged = order.order_id in world.overcharged
    lines = tuple(_line(world, row, overcharged=overcharged) for row in chosen)
    return Report(order.number, world.key(), lines, "", "en")


def _line(world: World, row: tuple, *, overcharged: bool) -> ReportedLine:
    number, quantity, status, handed_over_at, promised_at, delivered_at = row
    state = parcel_state(
        order_status=status,
        handed_over_at=handed_over_at,
        promised_at=promised_at,
        delivered_at=delivered_at,
        now=world.stage.clock(),
    )
    problems = SENSIBLE[ParcelState(state)]
    # Free words and charges go to a person, so they are told less often than the rest.
    usual: Sequence[Problem] = [one for one in problems if one not in _FOR_A_PERSON] or problems
    problem = world.pick(problems if world.seldom(4) else usual)
    if overcharged and Problem.CHARGED_WRONGLY in problems and world.seldom(2):
        problem = Problem.CHARGED_WRONGLY
    return ReportedLine(number, 1 + world.chance.below(quantity), problem)


def _report(world: World, order: AnOrder, reported: Report) -> str:
    return report_problem(world.stage.toolkit, customer_id=order.customer_id, reported=reported)


def _chosen(world: World, shown: Sequence[Any]) -> tuple[str, ...]:
    chosen = []
    for _, offers in groupby(shown, attrgetter("line")):
        if not world.seldom(6):
            in_order = sorted(offers, key=lambda offer: _KINDS.index(offer.kind))
            # Money back is what most people take, and what most can go wrong with.
            chosen.append(world.pick([in_order[0], *in_order]).ref)
    return tuple(chosen)
