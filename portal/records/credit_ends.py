"""Credit whose time is over: which accounts have some, and what is booked of it once for each lot."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.domain.credit import Lot
from portal.domain.money import Money
from portal.records.tables.credit import CreditAccount, CreditLot, CreditMove


@dataclass(frozen=True, slots=True)
class Ending:
    """A lot whose time is over, with what decides where its rest goes."""

    lot: Lot
    origin: str
    jurisdiction: str


def due_accounts(session: Session, now: datetime, limit: int) -> list[int]:
    """List accounts with lots that are over and not booked as over, the longest over first."""
    asked = (
        select(CreditLot.account_id)
        .where(CreditLot.ended_at.is_(None), CreditLot.expires_at <= now)
        .group_by(CreditLot.account_id)
        .order_by(func.min(CreditLot.expires_at))
        .limit(limit)
    )
    return list(session.scalars(asked))


def endings(session: Session, account: CreditAccount, now: datetime) -> Mapping[str, Ending]:
    """Read the lots of a locked account that are over and not booked as over, by ref; some have nothing left."""
    left = func.coalesce(func.sum(CreditMove.amount_minor), 0)
    asked = (
        select(CreditLot, left)
        .outerjoin(CreditMove, CreditMove.lot_id == CreditLot.id)
        .where(CreditLot.account_id == account.id, CreditLot.ended_at.is_(None), CreditLot.expires_at <= now)
        .group_by(CreditLot.id)
    )
    return {
        row.ref: Ending(
            Lot(row.ref, Money(int(minor), account.currency), row.issued_at, row.expires_at),
            row.origin,
            row.jurisdiction,
        )
        for row, minor in session.execute(asked)
    }


def end(session: Session, refs: Collection[str], now: datetime) -> None:
    """Mark lots as over: nothing goes into them or out of them any more."""
    session.execute(update(CreditLot).where(CreditLot.ref.in_(refs)).values(ended_at=now))
