"""Grant store credit inside the transaction of the service that carries out a remedy."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from portal.domain import journal
from portal.domain.actors import Actor
from portal.domain.credit import Origin
from portal.domain.errors import BadAmount, Conflict
from portal.domain.money import Money
from portal.records import books, credit
from portal.records.sessions import Session


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
    session: Session, grant: Grant, *, actor: Actor, now: datetime, zone: ZoneInfo, secret_key: str
) -> Granted:
    """Grant one lot and book it, exactly once for its source and origin; a repeat gives the first one's answer.

    It locks the customer's credit account and leaves the commit to its caller. The journal takes the amount out of
    what we owe, so the remedy must have been promised before. Raise BadAmount for nothing or less, Conflict where the
    same source has granted something else.
    """
    if grant.amount.minor <= 0:
        raise BadAmount("only an amount above zero is granted")
    account = credit.locked_account(session, grant.customer_id, grant.amount.currency, secret_key=secret_key, now=now)
    before = credit.lot_from(session, grant.source, grant.origin)
    if before is not None:
        if (before.account_id, before.amount_minor) != (account.id, grant.amount.minor):
            raise Conflict(f"{grant.source} has granted other {grant.origin} credit before")
        return Granted(account.ref, before.ref, grant.amount, repeated=True)
    lot = credit.add_lot(
        session,
        account,
        amount=grant.amount,
        origin=grant.origin,
        source=grant.source,
        jurisdiction=grant.jurisdiction,
        expires_at=grant.expires_at,
        actor=actor,
        now=now,
    )
    entry = journal.credit_issued(lot.ref, grant.amount, grant.about)
    books.record(session, entry, actor=actor, now=now, zone=zone)
    return Granted(account.ref, lot.ref, grant.amount, repeated=False)
