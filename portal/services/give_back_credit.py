"""Give back credit that a checkout has taken, because the shop cancelled the order or a part of it."""

from dataclasses import dataclass
from datetime import datetime

from portal.domain import journal
from portal.domain.credit import HoldSettled, HoldState, MoreThanCaptured, give_back_plan, new_end
from portal.domain.errors import BadAmount, Conflict, NotFound
from portal.domain.money import Money, parse
from portal.records import books, credit, credit_returns
from portal.records.credit_returns import Returned
from portal.records.sessions import Session
from portal.records.tables.credit import CreditAccount, CreditHold
from portal.services.answer_once import Answer, Call, Say, answer_once
from portal.services.show_hold import Hold, checkout_actor, drawn
from portal.services.toolkit import Toolkit


class SourceUsedBefore(Conflict):
    """The same source has given back another amount of this hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBack:
    """Which hold, by the API key that made it, and how much as a plain decimal; None gives back all that is left of it.

    source is the shop's own name of the cancellation: the same one gives back once.
    """

    api_key_id: int
    hold_ref: str
    source: str
    amount: str | None = None


def give_back_credit(toolkit: Toolkit, call: Call, wish: GiveBack, say: Say) -> Answer:
    """Put captured credit back into the lots that it came from and book it; see `answer_once` for what it gives.

    The same source again, under any key, gives the same hold and moves nothing. What belongs to a lot that has ended,
    or ends within the grace, comes back as a lot that lasts for the grace. Refused as NotFound, HoldSettled where
    nothing was captured, MoreThanCaptured, BadAmount, or SourceUsedBefore; raises KeyUsedBefore.
    """
    return answer_once(toolkit, call, lambda session: _give_back(toolkit, session, wish), say)


def _give_back(toolkit: Toolkit, session: Session, wish: GiveBack) -> Hold:
    found = credit.lock_hold(session, wish.api_key_id, wish.hold_ref)
    if found is None:
        raise NotFound("there is no such hold")
    hold, account = found
    # The moment is read under the lock, so that the account's history is in the order of its moments.
    now = toolkit.now()
    if hold.state != HoldState.CAPTURED.value:
        raise HoldSettled(drawn(hold, account, now).state)
    asked = None if wish.amount is None else _asked(wish.amount, account.currency)
    before = credit_returns.give_back_of(session, hold, wish.source)
    if before is not None:
        if asked is not None and asked.minor != before.amount_minor:
            raise SourceUsedBefore("this source has given back another amount")
        return drawn(hold, account, now)
    left = Money(hold.captured_minor - hold.given_back_minor, account.currency)
    amount = left if asked is None else asked
    if not left or left < amount:
        raise MoreThanCaptured(left)
    _return(toolkit, session, hold, account, amount, wish.source, now)
    return drawn(hold, account, now)


def _asked(amount: str, currency: str) -> Money:
    asked = parse(amount, currency)
    if asked.minor <= 0:
        raise BadAmount("only an amount above zero goes back")
    return asked


def _return(
    toolkit: Toolkit,
    session: Session,
    hold: CreditHold,
    account: CreditAccount,
    amount: Money,
    source: str,
    now: datetime,
) -> None:
    plan = give_back_plan(credit_returns.taken_by(session, account, hold), amount)
    given = credit_returns.add_give_back(session, hold, amount, source, now)
    parts = [Returned(taken.lot.ref, part, new_end(taken, now)) for taken, part in plan]
    actor = checkout_actor(hold.api_key_id)
    credit_returns.give_back(session, account, parts, source=given.ref, actor=actor, now=now)
    entry = journal.credit_given_back(given.ref, amount, hold.ref)
    books.record(session, entry, actor=actor, now=now, zone=toolkit.zone)
