"""Sign-in codes: asked for, counted and consumed in one statement, swept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, insert, select, update
from sqlalchemy.orm import Session

from portal.records.sessions import at_once
from portal.records.tables.orders import Customer, Order
from portal.records.tables.people import SignInCode


@dataclass(frozen=True, slots=True)
class Proven:
    """Whom a code proved: the customer, their language, and the order number they typed where it is theirs."""

    customer_id: int
    locale: str
    order_number: str | None
    order_locale: str | None


@dataclass(frozen=True, slots=True)
class ToSend:
    """What the letter of a code needs. customer_id is None for a mailbox without orders."""

    mailbox: str
    browser_hash: bytes
    created_at: datetime
    customer_id: int | None
    locale: str | None


def ask(
    session: Session,
    *,
    browser_hash: bytes,
    mailbox: str,
    order_number: str | None,
    code_hash: bytes,
    now: datetime,
    expires_at: datetime,
) -> int:
    """Keep a code that was asked for and give its id: the same statement for a mailbox with orders and without."""
    customer = select(Customer.id).where(Customer.mailbox == mailbox).scalar_subquery()
    values = {
        "browser_hash": browser_hash,
        "mailbox": mailbox,
        "customer_id": customer,
        "order_number": order_number,
        "code_hash": code_hash,
        "created_at": now,
        "expires_at": expires_at,
    }
    return session.execute(insert(SignInCode).values(values).returning(SignInCode.id)).scalar_one()


def newest(session: Session, browser_hash: bytes, now: datetime) -> SignInCode | None:
    """Find the newest code that a browser asked for, unless its time is over or it was used."""
    at_once(session)
    asked = select(SignInCode).where(SignInCode.browser_hash == browser_hash).order_by(SignInCode.id.desc()).limit(1)
    found = session.scalars(asked).one_or_none()
    return found if found and found.expires_at > now and found.used_at is None else None


def enter(session: Session, *, browser_hash: bytes, code_hash: bytes, most_tries: int, now: datetime) -> int | None:
    """Count a try on the browser's newest code and consume the code where it is right, in one statement.

    Gives the customer's id, or None for a wrong, used, ended or overtried code, or a mailbox without orders.
    """
    its_newest = (
        select(SignInCode.id)
        .where(SignInCode.browser_hash == browser_hash)
        .order_by(SignInCode.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    right = and_(SignInCode.code_hash == code_hash, SignInCode.customer_id.is_not(None))
    trying = (
        update(SignInCode)
        .where(
            SignInCode.id == its_newest,
            SignInCode.used_at.is_(None),
            SignInCode.tries < most_tries,
            SignInCode.expires_at > now,
        )
        .values(tries=SignInCode.tries + 1, used_at=case((right, now)))
        .returning(SignInCode.id, SignInCode.used_at)
    )
    tried = session.execute(trying).one_or_none()
    return tried.id if tried is not None and tried.used_at is not None else None


def proven(session: Session, code_id: int) -> Proven:
    """Tell whom a consumed code proved."""
    asked = (
        select(Customer.id, Customer.locale, Order.order_number, Order.locale.label("order_locale"))
        .join_from(SignInCode, Customer, Customer.id == SignInCode.customer_id)
        .outerjoin(
            Order, and_(Order.order_number == SignInCode.order_number, Order.customer_id == SignInCode.customer_id)
        )
        .where(SignInCode.id == code_id)
    )
    row = session.execute(asked).one()
    return Proven(row.id, row.locale, row.order_number, row.order_locale)


def to_send(session: Session, code_id: int, now: datetime) -> ToSend | None:
    """Find what the letter of a code needs, unless the code has ended, was used, or was followed by a newer one."""
    newer = (
        select(SignInCode.id)
        .where(SignInCode.id > code_id)
        .where(
            SignInCode.browser_hash == select(SignInCode.browser_hash).where(SignInCode.id == code_id).scalar_subquery()
        )
        .exists()
    )
    asked = (
        select(SignInCode, Customer.locale)
        .outerjoin(Customer, Customer.id == SignInCode.customer_id)
        .where(SignInCode.id == code_id, SignInCode.expires_at > now, SignInCode.used_at.is_(None), ~newer)
    )
    row = session.execute(asked).one_or_none()
    if row is None:
        return None
    code: SignInCode = row[0]
    return ToSend(code.mailbox, code.browser_hash, code.created_at, code.customer_id, row[1])
