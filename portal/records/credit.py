"""Store credit as rows: accounts and their lock, lots, holds and moves. Balances are sums, never kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.credit import HoldState, LiveHold, Lot, new_code
from portal.domain.money import Money
from portal.domain.refs import new_ref
from portal.records import credit_codes
from portal.records.rows_to_write import as_json, row_of
from portal.records.tables.credit import CreditAccount, CreditHold, CreditLot, CreditMove
from portal.records.tables.people import ApiKey

S = TypeVar("S", bound=Select[Any])


_LOCK_ACCOUNT = (
    select(CreditAccount)
    .where(CreditAccount.customer_id == bindparam("customer_id"), CreditAccount.currency == bindparam("currency"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_MAKE_ACCOUNT = upsert(CreditAccount).on_conflict_do_nothing(index_elements=["customer_id", "currency"])
_LOTS_FROM = select(CreditLot).where(CreditLot.source == bindparam("source"))
# A lot and its first move are one statement, however many lots there are.
_ADD_LOTS = """
WITH granted AS (
  INSERT INTO credit_lots (ref, account_id, origin, jurisdiction, amount_minor, source, issued_at, expires_at)
  SELECT ref, account_id, origin, jurisdiction, amount_minor, source, issued_at, expires_at
  FROM json_populate_recordset(NULL::credit_lots, %(lots)s)
  RETURNING id, account_id, amount_minor, source, issued_at
)
INSERT INTO credit_moves (account_id, lot_id, kind, amount_minor, source, actor, happened_at)
SELECT account_id, id, 'issue', amount_minor, source, %(actor)s, issued_at FROM granted ORDER BY id
"""
_WRITE_MOVES = insert(cast("Table", CreditMove.__table__))


def locked_account(
    session: Session, customer_id: int, currency: str, *, secret_key: str, now: datetime
) -> CreditAccount:
    """Find or make the account of a customer in a currency, and lock it. Two at once end with the same one."""
    owner = {"customer_id": customer_id, "currency": currency}
    account = session.scalars(_LOCK_ACCOUNT, owner).one_or_none()
    if account is not None:
        return account
    code = new_code()
    values = {
        "ref": new_ref("CRD", 10),
        "customer_id": customer_id,
        "currency": currency,
        "code_hash": credit_codes.hashed(code, secret_key),
        "code_sealed": credit_codes.sealed(code, secret_key),
        "created_at": now,
    }
    session.execute(_MAKE_ACCOUNT, values)
    return session.scalars(_LOCK_ACCOUNT, owner).one()


def lock(session: Session, account_id: int) -> CreditAccount:
    """Lock an account. Its row is the lock for everything that changes what it holds."""
    return session.scalars(_locking(select(CreditAccount).where(CreditAccount.id == account_id))).one()


def lock_owned(session: Session, customer_id: int, account_ref: str) -> CreditAccount | None:
    """Lock the account of that ref where it is this customer's; else None."""
    asked = select(CreditAccount).where(CreditAccount.ref == account_ref, CreditAccount.customer_id == customer_id)
    return session.scalars(_locking(asked)).one_or_none()


def lock_by_code(session: Session, code: str, secret_key: str) -> CreditAccount | None:
    """Find the account that a code is bound to, and lock it; None for a code that is nobody's."""
    asked = select(CreditAccount).where(CreditAccount.code_hash == credit_codes.hashed(code, secret_key))
    return session.scalars(_locking(asked)).one_or_none()


def _locking(asked: S) -> S:
    return asked.with_for_update().execution_options(populate_existing=True)


def change_code(session: Session, account: CreditAccount, code: str, secret_key: str) -> None:
    """Bind another code to a locked account; the one before is nobody's from now on."""
    account.code_hash = credit_codes.hashed(code, secret_key)
    account.code_sealed = credit_codes.sealed(code, secret_key)
    session.flush()


def lots(session: Session, account: CreditAccount) -> list[Lot]:
    """Read the lots of an account that have something left, expired ones included."""
    left = func.sum(CreditMove.amount_minor)
    asked = (
        select(CreditLot.ref, CreditLot.issued_at, CreditLot.expires_at, left)
        .join(CreditMove, CreditMove.lot_id == CreditLot.id)
        .where(CreditLot.account_id == account.id)
        .group_by(CreditLot.id)
        .having(left != 0)
    )
    rows = session.execute(asked)
    return [Lot(ref, Money(int(minor), account.currency), issued, expires) for ref, issued, expires, minor in rows]


def live_holds(session: Session, account: CreditAccount, now: datetime) -> list[LiveHold]:
    """Read what checkouts have set aside and whose time is not over."""
    asked = select(CreditHold.amount_minor, CreditHold.created_at, CreditHold.expires_at).where(
        CreditHold.account_id == account.id, CreditHold.state == HoldState.HELD.value, CreditHold.expires_at > now
    )
    rows = session.execute(asked)
    return [LiveHold(Money(minor, account.currency), made, expires) for minor, made, expires in rows]


def lots_from(session: Session, source: str) -> list[CreditLot]:
    """List the lots that a source has granted, one for each origin at most."""
    return list(session.scalars(_LOTS_FROM, {"source": source}))


def add_lots(session: Session, lots: Sequence[CreditLot], *, actor: Actor) -> None:
    """Grant lots, each with its first move. A second one from the same source and origin is refused by the database."""
    rows = as_json(row_of(lot) for lot in lots)
    session.connection().exec_driver_sql(_ADD_LOTS, {"lots": rows, "actor": str(actor)})


def move(
    session: Session,
    account: CreditAccount,
    parts: Sequence[tuple[str, Money]],
    *,
    kind: str,
    source: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Move amounts into lots, or out of them where they are negative. The same again for one source is refused."""
    named = select(CreditLot.ref, CreditLot.id).where(CreditLot.ref.in_([ref for ref, _ in parts]))
    ids = dict(session.execute(named).all())
    common = {"account_id": account.id, "kind": kind, "source": source, "actor": str(actor), "happened_at": now}
    rows = [common | {"lot_id": ids[ref], "amount_minor": part.minor} for ref, part in parts]
    session.execute(_WRITE_MOVES, rows)


def add_hold(
    session: Session,
    account: CreditAccount,
    *,
    api_key_id: int,
    amount: Money,
    purpose: str,
    expires_at: datetime,
    now: datetime,
) -> CreditHold:
    """Set credit of a locked account aside for a checkout."""
    hold = CreditHold(
        ref=new_ref("HLD", 12),
        account_id=account.id,
        api_key_id=api_key_id,
        amount_minor=amount.minor,
        captured_minor=0,
        state=HoldState.HELD.value,
        purpose=purpose,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(hold)
    session.flush()
    return hold


def _own(api_key_id: int, ref: str) -> ColumnElement[bool]:
    """Tell a hold of this API key, or of one before it of the same name: an order is cancelled after keys changed."""
    name = select(ApiKey.name).where(ApiKey.id == api_key_id).scalar_subquery()
    of_name = select(ApiKey.id).where(ApiKey.name == name)
    return and_(CreditHold.ref == ref, CreditHold.api_key_id.in_(of_name))


def find_hold(session: Session, api_key_id: int, ref: str) -> tuple[CreditHold, CreditAccount] | None:
    """Find a hold that this API key made, with its account, to read."""
    asked = (
        select(CreditHold, CreditAccount)
        .join(CreditAccount, CreditAccount.id == CreditHold.account_id)
        .where(_own(api_key_id, ref))
    )
    row = session.execute(asked).one_or_none()
    return None if row is None else (row[0], row[1])


def lock_hold(session: Session, api_key_id: int, ref: str) -> tuple[CreditHold, CreditAccount] | None:
    """Find a hold that this API key made, and lock its account, then itself, as every change of credit does."""
    named = select(CreditHold.account_id).where(_own(api_key_id, ref))
    account_id = session.scalars(named).one_or_none()
    if account_id is None:
        return None
    account = lock(session, account_id)
    return session.scalars(_locking(select(CreditHold).where(CreditHold.ref == ref))).one(), account


def settle_hold(session: Session, hold: CreditHold, state: HoldState, captured: Money, now: datetime) -> None:
    """Record how a locked hold ended."""
    hold.state, hold.captured_minor, hold.settled_at = state.value, captured.minor, now
    session.flush()


def expire_holds(session: Session, now: datetime, limit: int) -> int:
    """Mark holds whose time is over, at most so many, and tell how many. Rows that somebody works on are left."""
    over = (
        select(CreditHold.id)
        .where(CreditHold.state == HoldState.HELD.value, CreditHold.expires_at <= now)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(session.scalars(over))
    ended = update(CreditHold).where(CreditHold.id.in_(ids))
    session.execute(ended.values(state=HoldState.EXPIRED.value, settled_at=now))
    return len(ids)
