"""What a customer sees of their store credit: balances, lots with what is left, spends, and the code."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, func, literal, select, union_all
from sqlalchemy.orm import Session

from portal.domain.credit import HoldState, LiveHold, Lot, available
from portal.domain.journal import Occasion
from portal.domain.money import Money, total, zero
from portal.records import credit_codes
from portal.records.tables.book import JournalEntry
from portal.records.tables.credit import CreditAccount, CreditGiveBack, CreditHold, CreditLot, CreditMove


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
    """One capture of a checkout, or what came back of it. purpose: the shop's own name of the sale."""

    at: datetime
    amount: Money
    purpose: str
    came_back: bool = False


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
    """Read all accounts of a customer, in five queries however many there are."""
    asked = select(CreditAccount).where(CreditAccount.customer_id == customer_id).order_by(CreditAccount.currency)
    accounts = {account.id: account for account in session.scalars(asked)}
    if not accounts:
        return []
    lots, spends, holds = _lots(session, accounts), _spends(session, accounts), _holds(session, accounts, now)
    return [
        Statement(
            account.ref,
            max(available([lot for lot, _ in lots[key]], holds[key], account.currency, now), zero(account.currency)),
            total([hold.amount for hold in holds[key]], account.currency),
            credit_codes.opened(account.code_sealed, secret_key),
            tuple(line if lot.is_open(now) else _over(line) for lot, line in lots[key]),
            tuple(spends[key]),
        )
        for key, account in accounts.items()
    ]


def _over(line: LotLine) -> LotLine:
    return replace(line, left=zero(line.left.currency))


def code_of(session: Session, customer_id: int, currency: str, secret_key: str) -> str | None:
    """Read the code of one account, for a letter or a claim page; None where there is no account."""
    asked = select(CreditAccount.code_sealed).where(
        CreditAccount.customer_id == customer_id, CreditAccount.currency == currency
    )
    seal = session.scalars(asked).one_or_none()
    return None if seal is None else credit_codes.opened(seal, secret_key)


def _lots(session: Session, accounts: Mapping[int, CreditAccount]) -> dict[int, list[tuple[Lot, LotLine]]]:
    booked = and_(JournalEntry.source == CreditLot.ref, JournalEntry.occasion == Occasion.CREDIT_ISSUED.value)
    asked = (
        select(CreditLot, JournalEntry.claim_ref, func.sum(CreditMove.amount_minor))
        .join(CreditMove, CreditMove.lot_id == CreditLot.id)
        .outerjoin(JournalEntry, booked)
        .where(CreditLot.account_id.in_(accounts))
        .group_by(CreditLot.id, JournalEntry.id)
        .order_by(CreditLot.issued_at.desc(), CreditLot.id.desc())
    )
    rows = session.execute(asked).all()
    found: dict[int, list[tuple[Lot, LotLine]]] = {key: [] for key in accounts}
    first = {lot.id: (lot.again_of_id, lot.source, claim_ref) for lot, claim_ref, _ in rows}
    for lot, _, minor in rows:
        currency = accounts[lot.account_id].currency
        source, claim_ref = _came_from(lot.id, first)
        left, given = Money(int(minor), currency), Money(lot.amount_minor, currency)
        line = LotLine(lot.ref, lot.origin, given, left, source, claim_ref, lot.issued_at, lot.expires_at)
        found[lot.account_id].append((Lot(lot.ref, left, lot.issued_at, lot.expires_at), line))
    return found


def _came_from(lot_id: int, first: Mapping[int, tuple[int | None, str, str | None]]) -> tuple[str, str | None]:
    """Tell the remedy and the claim of a lot; one that came back from a cancelled order is still of its first grant."""
    again_of, source, claim_ref = first[lot_id]
    return (source, claim_ref) if again_of is None else _came_from(again_of, first)


def _spends(session: Session, accounts: Collection[int]) -> dict[int, list[SpendLine]]:
    took = select(
        CreditAccount.id,
        CreditAccount.currency,
        CreditHold.settled_at.label("at"),
        CreditHold.captured_minor.label("minor"),
        CreditHold.purpose,
        literal(value=False).label("came_back"),
    ).join(CreditHold, CreditHold.account_id == CreditAccount.id)
    gave = (
        select(
            CreditAccount.id,
            CreditAccount.currency,
            CreditGiveBack.created_at,
            CreditGiveBack.amount_minor,
            CreditHold.purpose,
            literal(value=True),
        )
        .join(CreditHold, CreditHold.account_id == CreditAccount.id)
        .join(CreditGiveBack, CreditGiveBack.hold_id == CreditHold.id)
    )
    both = union_all(
        took.where(CreditAccount.id.in_(accounts), CreditHold.state == HoldState.CAPTURED.value),
        gave.where(CreditAccount.id.in_(accounts)),
    ).subquery()
    lines: dict[int, list[SpendLine]] = {key: [] for key in accounts}
    for key, currency, at, minor, purpose, came_back in session.execute(select(both).order_by(both.c.at.desc())):
        lines[key].append(SpendLine(at, Money(minor, currency), purpose, came_back))
    return lines


def _holds(session: Session, accounts: Mapping[int, CreditAccount], now: datetime) -> dict[int, list[LiveHold]]:
    asked = select(CreditHold).where(CreditHold.account_id.in_(accounts), CreditHold.expires_at > now)
    holds: dict[int, list[LiveHold]] = {key: [] for key in accounts}
    for hold in session.scalars(asked.where(CreditHold.state == HoldState.HELD.value)):
        amount = Money(hold.amount_minor, accounts[hold.account_id].currency)
        holds[hold.account_id].append(LiveHold(amount, hold.created_at, hold.expires_at))
    return holds
