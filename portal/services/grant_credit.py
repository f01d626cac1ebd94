"""Grant store credit inside the transaction of the service that carries out a remedy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.domain import journal
from portal.domain.actors import Actor
from portal.domain.credit import Origin
from portal.domain.errors import BadAmount, Conflict
from portal.domain.money import Money
from portal.domain.refs import new_ref
from portal.records import credit
from portal.records.sessions import Session
from portal.records.tables.credit import CreditAccount, CreditLot


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Credit to give: one lot for each source (a remedy's ref) and origin. jurisdiction is the market of the order.

    Without expires_at it never ends, which is the default; about is what finance groups by.
    """

    customer_id: int
    amount: Money
    origin: Origin
    source: str
    jurisdiction: str
    about: journal.About
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """What came of it. repeated: the same source had granted it before, so nothing was written."""

    account_ref: str
    lot_ref: str
    amount: Money
    repeated: bool


def grant_credit(
    session: Session, grants: Sequence[Grant], *, actor: Actor, now: datetime, secret_key: str
) -> tuple[list[Granted], list[journal.Entry]]:
    """Grant lots from one source to one customer in one currency, each exactly once for its source and origin.

    Gives what came of each, where a repeat gives the first one's answer, and the entries to book, none for a repeat.
    It locks the customer's credit account and leaves the commit to its caller. The entries take the amounts out of
    what we owe, so the remedy must have been promised before. Raise BadAmount for nothing or less, Conflict where the
    same source has granted something else.
    """
    if any(grant.amount.minor <= 0 for grant in grants):
        raise BadAmount("only an amount above zero is granted")
    first = grants[0]
    account = credit.locked_account(session, first.customer_id, first.amount.currency, secret_key=secret_key, now=now)
    before = {lot.origin: lot for lot in credit.lots_from(session, first.source)}
    granted, lots, entries = [], [], []
    for grant in grants:
        known = before.get(grant.origin.value)
        if known is not None and (known.account_id, known.amount_minor) != (account.id, grant.amount.minor):
            raise Conflict(f"{grant.source} has granted other {grant.origin} credit before")
        lot = known or _lot(account, grant, now)
        granted.append(Granted(account.ref, lot.ref, grant.amount, repeated=known is not None))
        if known is None:
            lots.append(lot)
            entries.append(journal.credit_issued(lot.ref, grant.amount, grant.about))
    if lots:
        credit.add_lots(session, lots, actor=actor)
    return granted, entries


def _lot(account: CreditAccount, grant: Grant, now: datetime) -> CreditLot:
    return CreditLot(
        ref=new_ref("LOT", 10),
        account_id=account.id,
        origin=grant.origin.value,
        jurisdiction=grant.jurisdiction,
        amount_minor=grant.amount.minor,
        source=grant.source,
        issued_at=now,
        expires_at=grant.expires_at,
    )
