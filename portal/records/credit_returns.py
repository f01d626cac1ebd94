"""Credit that goes back where it came from: what a capture took of which lots, and what a cancellation gave back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.credit import Lot, Taken
from portal.domain.money import Money
from portal.domain.refs import new_ref
from portal.records import credit
from portal.records.tables.credit import CreditAccount, CreditGiveBack, CreditHold, CreditLot, CreditMove

# What came back as a lot of its own came back for the lot that it stands for.
_OF_LOT = case(
    (and_(CreditMove.kind == "give_back", CreditLot.source == CreditMove.source), CreditLot.again_of_id),
    else_=CreditLot.id,
)


@dataclass(frozen=True, slots=True)
class Returned:
    """An amount that goes into a lot; with expires_at, into a lot of its own that ends then."""

    lot_ref: str
    amount: Money
    expires_at: datetime | None = None


def give_back_of(session: Session, hold: CreditHold, source: str) -> CreditGiveBack | None:
    """Find what was given back of a hold for a source."""
    asked = select(CreditGiveBack).where(CreditGiveBack.hold_id == hold.id, CreditGiveBack.source == source)
    return session.scalars(asked).one_or_none()


def taken_by(session: Session, account: CreditAccount, hold: CreditHold) -> list[Taken]:
    """Read what a captured hold took of each lot and has not given back yet."""
    gave = select(CreditGiveBack.ref).where(CreditGiveBack.hold_id == hold.id)
    sums = (
        select(_OF_LOT.label("lot_id"), (-func.sum(CreditMove.amount_minor)).label("minor"))
        .join(CreditLot, CreditLot.id == CreditMove.lot_id)
        .where(CreditMove.account_id == account.id)
        .where(
            or_(
                and_(CreditMove.kind == "spend", CreditMove.source == hold.ref),
                and_(CreditMove.kind == "give_back", CreditMove.source.in_(gave)),
            )
        )
        .group_by(_OF_LOT)
        .subquery()
    )
    asked = select(CreditLot, sums.c.minor).join(sums, sums.c.lot_id == CreditLot.id).where(sums.c.minor > 0)
    nothing = Money(0, account.currency)
    return [
        Taken(
            Lot(lot.ref, nothing, lot.issued_at, lot.expires_at),
            Money(int(minor), account.currency),
            ended=lot.ended_at is not None,
        )
        for lot, minor in session.execute(asked)
    ]


def add_give_back(session: Session, hold: CreditHold, amount: Money, source: str, now: datetime) -> CreditGiveBack:
    """Keep that so much of a locked hold goes back; more than was captured is refused by the database too."""
    given = CreditGiveBack(
        ref=new_ref("GVB", 12), hold_id=hold.id, source=source, amount_minor=amount.minor, created_at=now
    )
    hold.given_back_minor += amount.minor
    session.add(given)
    session.flush()
    return given


def give_back(
    session: Session,
    account: CreditAccount,
    parts: Sequence[Returned],
    *,
    source: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Move what comes back into its lots, and make those that it needs anew."""
    made = [_again(session, part, source, now) if part.expires_at else part.lot_ref for part in parts]
    moves = [(ref, part.amount) for ref, part in zip(made, parts, strict=True)]
    credit.move(session, account, moves, kind="give_back", source=source, actor=actor, now=now)


def _again(session: Session, part: Returned, source: str, now: datetime) -> str:
    old = session.scalars(select(CreditLot).where(CreditLot.ref == part.lot_ref)).one()
    lot = CreditLot(
        ref=new_ref("LOT", 10),
        account_id=old.account_id,
        origin=old.origin,
        jurisdiction=old.jurisdiction,
        amount_minor=part.amount.minor,
        source=source,
        issued_at=now,
        expires_at=part.expires_at,
        again_of_id=old.id,
    )
    session.add(lot)
    session.flush()
    return lot.ref
