"""What customers do: report, send a photo, choose, ask for a person, answer, take it back, or nothing at all."""

import hashlib
import struct
import zlib
from datetime import timedelta

from portal.domain.claims import ClaimState
from portal.domain.errors import OutOfStock
from portal.domain.problems import Problem
from portal.services.accept_offers import Acceptance, accept_offers
from portal.services.add_photos import Photo, add_photos
from portal.services.ask_for_person import Asking, ask_for_person
from portal.services.report_problem import Report, ReportedLine, report_problem
from portal.services.withdraw_claim import withdraw_claim
from portal.services.write_to_us import Words, write_to_us
from portal.year.case import Case, Means
from portal.year.reading import LiveOffer, SeenClaim, SeenLine

_SENDS_PHOTO, _ACCEPTS, _ASKS_PERSON, _TAKES_BACK = 0.88, 0.88, 0.92, 0.95
_SAYS_IT_CAME, _ASKS_AGAIN = 0.6, 0.15
_A_LITTLE_LATER, _HALF_AN_HOUR = timedelta(minutes=2), 0.5
_WORDS = {
    Problem.MISSING_PACKAGE: "Nothing has come, and nobody here has taken it in.",
    Problem.MISSING_LINE: "It was not in the box.",
    Problem.DAMAGED: "The box was crushed and what is in it is broken.",
    Problem.WRONG: "This is not what I ordered.",
    Problem.FAULTY: "It worked for a while, and then it stopped.",
    Problem.LATE: "It should have been here by now.",
    Problem.NOT_AS_DESCRIBED: "It looks quite different from the picture.",
    Problem.CHARGED_WRONGLY: "Please look at what I was charged.",
    Problem.OTHER: "The delivery left a mess in the stairway, and the note was for another flat.",
}
# One grey pixel each: nobody looks at a photo of a year, but it is there, and it is a picture.
_SIDE = 1


def report(means: Means, case: Case) -> None:
    """Report what went wrong, as it seems to the customer."""
    problem = case.truth.problem
    if problem is None:
        raise LookupError(case.truth.shipment)
    reported = Report(
        order_number=case.truth.order_number,
        client_key=case.key,
        lines=tuple(ReportedLine(one.line_number, one.quantity, problem) for one in case.truth.affected),
        words=_WORDS[problem],
        locale="",
    )
    case.ref = report_problem(means.toolkit, customer_id=case.customer_id, reported=reported)
    means.counts["reports"] += 1


def plan_next(means: Means, case: Case, claim: SeenClaim) -> None:
    """Plan what the customer does about a claim as it stands now."""
    states = {line.state for line in claim.lines}
    dice, now = case.dice, means.clock.now
    soon = now + timedelta(hours=dice.lognormvariate(0, 1.4) * _HALF_AN_HOUR)
    if ClaimState.OFFERED in states:
        _plan_choice(means, case, claim)
    elif ClaimState.AWAITING_CUSTOMER in states:
        means.plan(soon + timedelta(hours=3), case, lambda case, _: _answer(means, case))
    elif ClaimState.WAITING in states and dice.random() < _SAYS_IT_CAME and case.truth.delivered_at:
        came_at = case.truth.delivered_at + timedelta(hours=dice.uniform(1, 20))
        if came_at > now:
            means.plan(came_at, case, lambda case, _: _it_came(means, case))
    elif ClaimState.DECLINED in states and not case.asked_again and dice.random() < _ASKS_AGAIN:
        case.asked_again = True
        means.plan(soon + timedelta(hours=5), case, lambda case, _: _ask(means, case))


def _plan_choice(means: Means, case: Case, claim: SeenClaim) -> None:
    dice = case.dice
    at = means.clock.now + _A_LITTLE_LATER + timedelta(hours=dice.lognormvariate(0, 1.5) * _HALF_AN_HOUR)
    mood = dice.random()
    if any(line.wants_photo for line in claim.lines):
        if mood < _SENDS_PHOTO:
            means.plan(at, case, lambda case, _: _send_photo(means, case))
        return
    if mood < _ACCEPTS:
        means.plan(at, case, lambda case, claim: accept(means, case, claim))
    elif mood < _ASKS_PERSON:
        means.plan(at, case, lambda case, _: _ask(means, case))
    elif mood < _TAKES_BACK and not any(_is_owed(line) for line in claim.lines):
        means.plan(at, case, lambda case, _: _take_back(means, case))


def accept(means: Means, case: Case, claim: SeenClaim) -> None:
    """Take, of what is offered on each line, what this customer likes best; the next best where that is sold out."""
    tastes = case.tastes()
    while tastes:
        refs = [_best(line, [str(taste) for taste in tastes]).ref for line in claim.lines if _is_offered(line)]
        acceptance = Acceptance(case.ref, tuple(refs), claim.version)
        try:
            accept_offers(means.toolkit, customer_id=case.customer_id, acceptance=acceptance)
        except OutOfStock:
            tastes = tastes[1:]
            continue
        means.counts["acceptances"] += 1
        return


def _is_offered(line: SeenLine) -> bool:
    return line.state == ClaimState.OFFERED and bool(line.offers)


def _is_owed(line: SeenLine) -> bool:
    """Tell whether a remedy of a line was promised: then it is owed, and nothing is taken back."""
    return line.state != ClaimState.OFFERED or line.owed


def _best(line: SeenLine, tastes: list[str]) -> LiveOffer:
    return min(line.offers, key=lambda offer: tastes.index(offer.kind) if offer.kind in tastes else len(tastes))


def _send_photo(means: Means, case: Case) -> None:
    content = _picture(zlib.crc32(case.key.encode()) % 256)
    photo = Photo(content, "image/png", _SIDE, _SIDE, hashlib.sha256(content).digest())
    add_photos(means.toolkit, means.photos, customer_id=case.customer_id, claim_ref=case.ref, photos=[photo])
    means.counts["photos"] += 1


def _picture(grey: int) -> bytes:
    """Draw a picture of one grey pixel as PNG."""
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 0, 0, 0, 0)
    pieces = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes((0, grey)))), (b"IEND", b""))
    drawn = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in pieces
    )
    return b"\x89PNG\r\n\x1a\n" + drawn


def _ask(means: Means, case: Case) -> None:
    case.tries += 1
    asking = Asking(case.ref, f"{case.key}-{case.tries}", "Could somebody please look at this?")
    ask_for_person(means.toolkit, customer_id=case.customer_id, asking=asking)
    means.counts["asked for a person"] += 1


def _answer(means: Means, case: Case) -> None:
    case.tries += 1
    words = Words(case.ref, f"{case.key}-{case.tries}", "Yes, that is how it was.")
    write_to_us(means.toolkit, customer_id=case.customer_id, words=words)


def _it_came(means: Means, case: Case) -> None:
    withdraw_claim(means.toolkit, customer_id=case.customer_id, claim_ref=case.ref, it_came=True)
    means.counts["it came after all"] += 1


def _take_back(means: Means, case: Case) -> None:
    withdraw_claim(means.toolkit, customer_id=case.customer_id, claim_ref=case.ref)
    means.counts["taken back"] += 1
