"""Take the credit that a checkout has set aside: once, whole or in part; the rest is free again."""

from dataclasses import dataclass
from datetime import datetime

from portal.domain import journal
from portal.domain.credit import HoldSettled, HoldState, check_free, spend_plan
from portal.domain.errors import BadAmount, NotFound
from portal.domain.money import Money, parse
from portal.records import books, credit
from portal.records.sessions import Session
from portal.records.tables.credit import CreditAccount, CreditHold
from portal.services.answer_once import Answer, Call, Say, answer_once
from portal.services.show_hold import Hold, checkout_actor, drawn
from portal.services.toolkit import Toolkit


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Which hold, by the API key that made it, and how much of it as a plain decimal; None takes all of it."""

    api_key_id: int
    hold_ref: str
    amount: str | None = None


def capture_credit(toolkit: Toolkit, call: Call, capture: Capture, say: Say) -> Answer:
    """Spend a hold from the account's lots and book it, once for the call; see `answer_once` for what it gives.

    The same amount again, under any key, gives the same hold and moves nothing. A hold whose time is over is still
    taken while its amount is free, because the shop has been paid the rest by now. Refused as NotFound, HoldSettled,
    BadAmount, or ShortOfCredit where an expired hold's credit went elsewhere; raises KeyUsedBefore.
    """
    return answer_once(toolkit, call, lambda session: _capture(toolkit, session, capture), say)


def _capture(toolkit: Toolkit, session: Session, capture: Capture) -> Hold:
    found = credit.lock_hold(session, capture.api_key_id, capture.hold_ref)
    if found is None:
        raise NotFound("there is no such hold")
    hold, account = found
    # The moment is read under the lock, so that the account's history is in the order of its moments.
    now = toolkit.now()
    amount = _asked(capture, Money(hold.amount_minor, account.currency))
    if _was_captured(hold, amount):
        return drawn(hold, account, now)
    _spend(session, hold, account, amount, now)
    entry = journal.credit_spent(hold.ref, amount)
    books.record(session, entry, actor=checkout_actor(hold.api_key_id), now=now, zone=toolkit.zone)
    return drawn(hold, account, now)


def _asked(capture: Capture, held: Money) -> Money:
    amount = held if capture.amount is None else parse(capture.amount, held.currency)
    if amount.minor <= 0 or held < amount:
        raise BadAmount("a capture is above zero and at most what is held")
    return amount


def _was_captured(hold: CreditHold, amount: Money) -> bool:
    state = HoldState(hold.state)
    same = state is HoldState.CAPTURED and hold.captured_minor == amount.minor
    if state in {HoldState.CAPTURED, HoldState.RELEASED} and not same:
        raise HoldSettled(state)
    return same


def _spend(session: Session, hold: CreditHold, account: CreditAccount, amount: Money, now: datetime) -> None:
    lots = credit.lots(session, account)
    since = hold.created_at
    if hold.expires_at <= now:
        # Its time is over, so it takes only what is free now, as anybody else would.
        check_free(lots, credit.live_holds(session, account, now), amount, now)
        since = now
    parts = [(lot.ref, -part) for lot, part in spend_plan(lots, amount, since)]
    actor = checkout_actor(hold.api_key_id)
    credit.move(session, account, parts, kind="spend", source=hold.ref, actor=actor, now=now)
    credit.settle_hold(session, hold, HoldState.CAPTURED, amount, now)
