"""What a customer sees of their store credit: balances, lots with what is left, spends, and the code."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from portal.domain.credit import HoldState
from portal.domain.journal import Occasion
from portal.domain.money import Money
from portal.records import credit_codes
from portal.records.tables.book import JournalEntry
from portal.records.tables.credit import CreditAccount, CreditHold, CreditLot, CreditMove


@dataclass(frozen=True, slots=True)
class LotLine:
    """One grant. left: what can still be spent of it; nothing once it has expired. source: the remedy's ref."""

    ref: str
    origin: str
    given: Money
    left: Money
    source: str
    claim_ref: str | None
    issued_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class SpendLine:
    """One capture of a checkout. purpose: the shop's own name of the sale."""

    at: datetime
    amount: Money
    purpose: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One account. free: what can be spent now; held: what open checkouts have set aside. Newest first.

    code: what its owner types at the checkout; None where it was sealed under another secret key.
    """

    account_ref: str
    free: Money
    held: Money
    code: str | None
    lots: tuple[LotLine, ...]
    spends: tuple[SpendLine, ...]


def statements(session: Session, customer_id: int, *, secret_key: str, now: datetime) -> list[Statement]:
    """Read all accounts of a customer, in four queries however many there are."""
    asked = select(CreditAccount).where(CreditAccount.customer_id == customer_id).order_by(CreditAccount.currency)
    accounts = {account.id: account for account in session.scalars(asked)}
    if not accounts:
        return []
    lots, spends = _lots(session, accounts, now), _spends(session, accounts)
    held = _held(session, accounts, now)
    return [
        Statement(
            account.ref,
            Money(sum(lot.left.minor for lot in lots[key]) - held.get(key, 0), account.currency),
            Money(held.get(key, 0), account.currency),
            credit_codes.opened(account.code_sealed, secret_key),
            tuple(lots[key]),
            tuple(spends[key]),
        )
        for key, account in accounts.items()
    ]


def code_of(session: Session, customer_id: int, currency: str, secret_key: str) -> str | None:
    """Read the code of one account, for a letter or a claim page; None where there is no account."""
    asked = select(CreditAccount.code_sealed).where(
        CreditAccount.customer_id == customer_id, CreditAccount.currency == currency
    )
    seal = session.scalars(asked).one_or_none()
    return None if seal is None else credit_codes.opened(seal, secret_key)


def _lots(session: Session, accounts: dict[int, CreditAccount], now: datetime) -> dict[int, list[LotLine]]:
    booked = and_(JournalEntry.source == CreditLot.ref, JournalEntry.occasion == Occasion.CREDIT_ISSUED.value)
    asked = (
        select(CreditLot, JournalEntry.claim_ref, func.sum(CreditMove.amount_minor))
        .join(CreditMove, CreditMove.lot_id == CreditLot.id)
        .outerjoin(JournalEntry, booked)
        .where(CreditLot.account_id.in_(accounts))
        .group_by(CreditLot.id, JournalEntry.id)
        .order_by(CreditLot.issued_at.desc(), CreditLot.id.desc())
    )
    lines: dict[int, list[LotLine]] = {key: [] for key in accounts}
    for lot, claim_ref, left in session.execute(asked):
        currency = accounts[lot.account_id].currency
        over = lot.expires_at is not None and lot.expires_at <= now
        line = LotLine(
            lot.ref,
            lot.origin,
            Money(lot.amount_minor, currency),
            Money(0 if over else int(left), currency),
            lot.source,
            claim_ref,
            lot.issued_at,
            lot.expires_at,
        )
        lines[lot.account_id].append(line)
    return lines


def _spends(session: Session, accounts: dict[int, CreditAccount]) -> dict[int, list[SpendLine]]:
    asked = (
        select(CreditHold.account_id, CreditHold.settled_at, CreditHold.captured_minor, CreditHold.purpose)
        .where(CreditHold.account_id.in_(accounts), CreditHold.state == HoldState.CAPTURED.value)
        .order_by(CreditHold.settled_at.desc(), CreditHold.id.desc())
    )
    lines: dict[int, list[SpendLine]] = {key: [] for key in accounts}
    for key, at, minor, purpose in session.execute(asked):
        if at is not None:
            lines[key].append(SpendLine(at, Money(minor, accounts[key].currency), purpose))
    return lines


def _held(session: Session, accounts: dict[int, CreditAccount], now: datetime) -> dict[int, int]:
    asked = (
        select(CreditHold.account_id, func.sum(CreditHold.amount_minor))
        .where(CreditHold.account_id.in_(accounts))
        .where(CreditHold.state == HoldState.HELD.value, CreditHold.expires_at > now)
        .group_by(CreditHold.account_id)
    )
    return {key: int(minor) for key, minor in session.execute(asked)}
