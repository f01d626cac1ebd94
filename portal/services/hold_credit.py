"""Set store credit aside for a checkout, so that nobody else spends it while the rest is paid."""

from dataclasses import dataclass
from datetime import datetime

from portal.domain.credit import HOLD_LASTS, WrongCurrency, check_free, read_code
from portal.domain.errors import NotFound, TooMany
from portal.domain.money import Money
from portal.records import credit, wrong_codes
from portal.records.sessions import Session
from portal.records.tables.credit import CreditAccount
from portal.services.answer_once import Answer, Call, Say, answer_once
from portal.services.show_hold import Hold, drawn
from portal.services.toolkit import Toolkit

# A code is one of 2^54; at this pace the first of a million codes is found after some hundred years.
WRONG_CODES_A_MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldWish:
    """What a checkout asks for. purpose is the shop's own name of the sale, such as its order number."""

    api_key_id: int
    code: str
    amount: Money
    purpose: str


def hold_credit(toolkit: Toolkit, call: Call, wish: HoldWish, say: Say) -> Answer:
    """Set credit aside under the account's lock, once for the call; see `answer_once` for what it gives.

    Refused as NotFound for any code that is nobody's, WrongCurrency, ShortOfCredit or BadAmount; raises TooMany after
    too many wrong codes in a minute, and KeyUsedBefore.
    """
    return answer_once(toolkit, call, lambda session: _set_aside(toolkit, session, wish), say)


def _set_aside(toolkit: Toolkit, session: Session, wish: HoldWish) -> Hold:
    account = _account_of(session, wish, toolkit.now(), toolkit.secret_key)
    if account.currency != wish.amount.currency:
        raise WrongCurrency(account.currency)
    # The moment is read under the lock, so that the account's history is in the order of its moments.
    now = toolkit.now()
    check_free(credit.lots(session, account), credit.live_holds(session, account, now), wish.amount, now)
    row = credit.add_hold(
        session,
        account,
        api_key_id=wish.api_key_id,
        amount=wish.amount,
        purpose=wish.purpose,
        expires_at=now + HOLD_LASTS,
        now=now,
    )
    return drawn(row, account, now)


def _account_of(session: Session, wish: HoldWish, now: datetime, secret_key: str) -> CreditAccount:
    too_many = TooMany(60 - now.second)
    whose, minute = f"wrong-credit-code:{wish.api_key_id}", now.replace(second=0, microsecond=0)
    if wrong_codes.so_far(session, whose, minute) >= WRONG_CODES_A_MINUTE:
        raise too_many
    code = read_code(wish.code)
    account = credit.lock_by_code(session, code, secret_key) if code else None
    if account is None:
        if wrong_codes.count(session, whose, minute) > WRONG_CODES_A_MINUTE:
            raise too_many
        raise NotFound("no account has this code")
    return account
