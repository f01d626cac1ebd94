"""A shop with store credit for tests: a clock that is told the time, customers, grants, checkouts, invariants."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, text

from portal.domain import journal
from portal.domain.actors import Actor
from portal.domain.credit import Origin
from portal.domain.errors import AmendsError
from portal.domain.money import Money
from portal.records import books
from portal.records.credit_statements import Statement, statements
from portal.records.invariants.every import OURS
from portal.records.sessions import make_sessions
from portal.records.tables.book import JournalEntry
from portal.records.tables.orders import Customer
from portal.services.answer_once import Answer, Call, Say
from portal.services.capture_credit import Capture, capture_credit
from portal.services.create_api_key import create_api_key
from portal.services.give_back_credit import GiveBack, give_back_credit
from portal.services.grant_credit import Grant, Granted, grant_credit
from portal.services.hold_credit import HoldWish, hold_credit
from portal.services.release_credit import release_credit
from portal.services.reverse_credit import Mistake, Reversed, reverse_credit
from portal.services.show_hold import Hold, show_hold
from portal.services.toolkit import Shop, Toolkit
from tests.support.invariants import assert_all_hold
from tests.support.shared_engine import rest, shared_engine

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SYSTEM = Actor.system("worker")
SECRET = "a secret of this test, long enough to be one"

# What a shop can be held to whose remedies are only booked: their claims are made nowhere.
_HELD = tuple(one for one in OURS if one.key != "L15")


@dataclass
class CreditShop:
    """The shop; `now` is the time that its services see."""

    database_url: str
    # Of an application under test, which then brings its own clock.
    given: Toolkit | None = None
    now: datetime = NOON
    toolkit: Toolkit = field(init=False)

    def __post_init__(self) -> None:
        self.engine = shared_engine(self.database_url)
        self.toolkit = self.given or Toolkit(
            sessions=make_sessions(self.engine),
            now=lambda: self.now,
            zone=ZoneInfo("America/Sao_Paulo"),
            shop=Shop("Good Parcel", "http://127.0.0.1:8000", "hello@goodparcel.example", None, "#0f6b5c"),
            secret_key=SECRET,
            sandbox=True,
        )

    def wait(self, **time: int) -> None:
        self.now += timedelta(**time)

    def api_key(self, name: str = "checkout") -> int:
        create_api_key(self.toolkit, name)
        return self.one("SELECT max(id) FROM api_keys")

    def customer(self) -> int:
        with self.toolkit.transaction() as session:
            made = insert(Customer).values(mailbox=f"{uuid.uuid4().hex[:12]}@example.com").returning(Customer.id)
            return session.scalars(made).one()

    def grant(
        self,
        customer_id: int,
        minor: int,
        currency: str = "BRL",
        *,
        source: str | None = None,
        origin: Origin = Origin.PAID_VALUE,
        jurisdiction: str = "BR",
        expires_at: datetime | None = None,
    ) -> Granted:
        """Promise a remedy and grant it as credit, as the worker does."""
        wish = Grant(
            customer_id=customer_id,
            amount=Money(minor, currency),
            origin=origin,
            source=source or f"RMD-{uuid.uuid4().hex[:8]}",
            jurisdiction=jurisdiction,
            about=journal.About("CLM-1", {"problem": "damaged"}),
            expires_at=expires_at,
        )
        with self.toolkit.transaction() as session:
            (granted,), entries = grant_credit(
                session, [wish], actor=SYSTEM, now=self.toolkit.now(), secret_key=self.toolkit.secret_key
            )
            now, zone = self.toolkit.now(), self.toolkit.zone
            books.record_all(session, entries, actor=SYSTEM, now=now, zone=zone)
            if not granted.repeated:
                bonus = Money(0, currency)
                # A second grant of the same remedy finds its promise booked, so it is booked under its own name.
                booked = select(JournalEntry.id).where(JournalEntry.source == wish.source)
                promise = granted.lot_ref if session.scalars(booked).first() else wish.source
                entry = journal.remedy_promised(promise, wish.amount, bonus, "entitled", wish.about)
                books.record(session, entry, actor=SYSTEM, now=self.toolkit.now(), zone=self.toolkit.zone)
            return granted

    def code(self, customer_id: int) -> str:
        """Tell the code of the customer's only account."""
        (only,) = self.statements(customer_id)
        assert only.code is not None
        return only.code

    def with_credit(self, minor: int = 10_000) -> tuple[int, str]:
        """Make a customer with credit in BRL, and give the id and the code."""
        customer = self.customer()
        self.grant(customer, minor)
        return customer, self.code(customer)

    def statements(self, customer_id: int) -> list[Statement]:
        with self.toolkit.reading() as session:
            return statements(session, customer_id, secret_key=self.toolkit.secret_key, now=self.toolkit.now())

    def free(self, customer_id: int) -> int:
        """Tell what the customer could still spend, in their only currency."""
        (only,) = self.statements(customer_id)
        return only.free.minor

    def hold(self, key: int, code: str, minor: int, currency: str = "BRL") -> Hold:
        wish = HoldWish(api_key_id=key, code=code, amount=Money(minor, currency), purpose="order 17")
        return _heard(lambda say: hold_credit(self.toolkit, self.call(key), wish, say))

    def capture(self, key: int, ref: str, amount: str | None = None) -> Hold:
        wish = Capture(api_key_id=key, hold_ref=ref, amount=amount)
        return _heard(lambda say: capture_credit(self.toolkit, self.call(key), wish, say))

    def release(self, key: int, ref: str) -> Hold:
        return _heard(lambda say: release_credit(self.toolkit, self.call(key), ref, say))

    def give_back(self, key: int, ref: str, amount: str | None = None, *, source: str = "cancelled") -> Hold:
        wish = GiveBack(api_key_id=key, hold_ref=ref, source=source, amount=amount)
        return _heard(lambda say: give_back_credit(self.toolkit, self.call(key), wish, say))

    def reverse(self, remedy_ref: str, source: str = "an error") -> Reversed:
        return reverse_credit(self.toolkit, Mistake(remedy_ref, source, "granted twice", Actor.staff(1)))

    def show(self, key: int, ref: str) -> Hold:
        return show_hold(self.toolkit, api_key_id=key, hold_ref=ref)

    @staticmethod
    def call(key: int, idempotency_key: str | None = None) -> Call:
        return Call(key, idempotency_key or uuid.uuid4().hex, b"asked")

    def one(self, question: str) -> Any:
        with self.engine.connect() as connection:
            return connection.execute(text(question)).scalar()

    def booked(self, account: str) -> dict[str, int]:
        """Give what was booked on an account, by what caused it."""
        asked = """SELECT source, sum(amount_minor)::int FROM journal_postings p
            JOIN journal_entries e ON e.id = p.entry_id WHERE account = :account GROUP BY source"""
        with self.engine.connect() as connection:
            return dict(connection.execute(text(asked), {"account": account}).all())

    def check_invariants(self) -> None:
        """Fail where anything does not hold that a shop without claims can be held to."""
        assert_all_hold(self.toolkit, among=_HELD)


def _heard(act: Callable[[Say], Answer]) -> Hold:
    heard: list[Hold | AmendsError] = []

    def say(outcome: Hold | AmendsError) -> Answer:
        heard.append(outcome)
        return Answer(200, {})

    act(say)
    if isinstance(heard[0], AmendsError):
        raise heard[0]
    return heard[0]


@contextmanager
def credit_shop(database_url: str, toolkit: Toolkit | None = None) -> Iterator[CreditShop]:
    """Open the shop on a database, and check all that it can be held to at the end."""
    shop = CreditShop(database_url, toolkit)
    try:
        yield shop
        shop.check_invariants()
    finally:
        rest(shop.engine)


@pytest.fixture
def shop(database_url: str) -> Iterator[CreditShop]:
    """Open a shop with a clock of its own, and check all that it can be held to at the end."""
    with credit_shop(database_url) as opened:
        yield opened


@pytest.fixture
def key(shop: CreditShop) -> int:
    """Give a checkout its key."""
    return shop.api_key()
