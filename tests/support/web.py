"""The portal for tests of its pages: an application on the worker's database, a clock, and people who are signed in.

Ask for the fixtures by importing them: ``from tests.support.web import app, client, clock, web_app``.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, text

from portal.domain.authority import Role
from portal.domain.refs import new_ref, new_secret
from portal.factory import create_app
from portal.records import staff as staff_records
from portal.records.tables.orders import Customer, Order
from portal.services.keep_browser_session import CUSTOMER_ENDS, STAFF_ENDS, begin_session
from portal.services.sign_in_secrets import code_for
from portal.services.toolkit import Toolkit
from portal.wiring import WebMeans, wire_web
from tests.support.engines import engine_of
from tests.support.settings import a_config

COOKIES = {"customer": "amends", "staff": "amends-staff"}


@dataclass
class Clock:
    """A clock that runs, and can be moved ahead."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        """Tell the time."""
        return datetime.now(UTC) + self.ahead

    def pass_(self, **spans: float) -> None:
        """Let time pass: ``clock.pass_(minutes=5)``."""
        self.ahead += timedelta(**spans)


def build_app(database_url: str, clock: Callable[[], datetime], **settings: str) -> Flask:
    """Build the portal on a database, with a clock. settings are variables of the environment."""
    config = a_config(database_url, **settings)
    means = wire_web(config)
    return create_app(config, WebMeans(toolkit=replace(means.toolkit, now=clock), photos=means.photos))


def close_app(app: Flask) -> None:
    """Give the application's connections back."""
    engine = engine_of(toolkit_of(app))
    engine.dispose()


def toolkit_of(app: Flask) -> Toolkit:
    """Give the application's toolkit."""
    return app.extensions["toolkit"]


@pytest.fixture(scope="session")
def web_clock() -> Clock:
    """Give the clock of the application that all tests of a worker share."""
    return Clock()


@pytest.fixture(scope="session")
def web_app(worker_database_url: str, web_clock: Clock) -> Iterator[Flask]:
    """Build the application once; ask for ``app`` instead, which also empties the database."""
    built = build_app(worker_database_url, web_clock)
    yield built
    close_app(built)


@pytest.fixture
def clock(web_clock: Clock) -> Iterator[Clock]:
    """Give the application's clock; it is right again after the test."""
    yield web_clock
    web_clock.ahead = timedelta()


@pytest.fixture
def app(web_app: Flask, database_url: str, clock: Clock) -> Flask:
    """Give the application, with an empty shop."""
    return web_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give a browser that was never here."""
    return app.test_client()


def a_customer(app: Flask, mailbox: str | None = None, *, orders: tuple[str, ...] = (), locale: str = "en") -> int:
    """Make a customer with bare orders of these numbers and give the id."""
    with toolkit_of(app).transaction() as session:
        values = {"mailbox": mailbox or f"{uuid.uuid4().hex[:10]}@example.org", "name": "Ana", "locale": locale}
        customer_id: int = session.execute(insert(Customer).values(values).returning(Customer.id)).scalar_one()
        for number in orders:
            session.execute(insert(Order).values(_bare_order(number, customer_id, locale)))
    return customer_id


def _bare_order(number: str, customer_id: int, locale: str) -> dict[str, Any]:
    parts = ("name", "line1", "city", "region", "postcode")
    return {
        **{f"ship_to_{part}": "x" for part in parts},
        "order_number": number,
        "customer_id": customer_id,
        "placed_at": datetime.now(UTC),
        "status": "delivered",
        "customer_name": "Ana",
        "locale": locale,
        "currency": "EUR",
        "ship_to_country": "DE",
        "market": "DE",
        "lines_total_minor": 0,
        "payments_total_minor": 0,
    }


def sign_in_customer(client: FlaskClient, customer_id: int, *, locale: str = "en") -> str:
    """Let a browser in as a customer and give its session's id."""
    return _let_in(client, "customer", customer_id, {"customer_locale": locale})


def sign_in_staff(client: FlaskClient, role: Role | str, *, limits: dict[str, int] | None = None) -> int:
    """Let a browser in as a new staff member of a role and give the staff id."""
    with toolkit_of(client.application).transaction() as session:
        staff_id = staff_records.add(
            session,
            ref=new_ref("STF"),
            mailbox=f"{uuid.uuid4().hex[:10]}@shop.example",
            name=f"{Role(role).value.title()} of the tests",
            role=Role(role),
            password_hash="no password fits",
        )
        staff_records.set_limits(session, staff_id, limits or {})
    let_in_staff(client, staff_id)
    return staff_id


def let_in_staff(client: FlaskClient, staff_id: int, *, at_the_door: bool = False) -> None:
    """Let a browser in as a staff member, or to the door: with the password, without the second factor."""
    _let_in(client, "staff", staff_id, {}, with_factor=not at_the_door)


def _let_in(client: FlaskClient, front: str, number: int, held: dict[str, Any], *, with_factor: bool = False) -> str:
    token, toolkit = new_secret(), toolkit_of(client.application)
    begin_session(
        toolkit,
        token=token,
        subject=f"{front}:{number}",
        held=held,
        ends=STAFF_ENDS if front == "staff" else CUSTOMER_ENDS,
        instead_of=None,
        factor_at=toolkit.now() if with_factor else None,
    )
    client.set_cookie(COOKIES[front], token)
    return token


def csrf_token(client: FlaskClient, path: str = "/") -> str:
    """Read the token of a form as a browser would, from a page of the same front."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path, follow_redirects=True).text)
    assert found, f"{path} holds no form"
    return found.group(1)


def send(client: FlaskClient, path: str, data: dict[str, Any] | None = None, *, seen: str = "/", **more: Any) -> Any:
    """Send a form as a browser would, with the token of a page that was seen before."""
    return client.post(path, data={"csrf_token": csrf_token(client, seen), **(data or {})}, **more)


def newest_code(app: Flask) -> str:
    """Give the digits of the newest code that was asked for, as its letter would."""
    with toolkit_of(app).reading() as session:
        asked = "SELECT browser_hash, mailbox, created_at FROM sign_in_codes ORDER BY id DESC LIMIT 1"
        row = session.execute(text(asked)).one()
    created_at = row.created_at.astimezone(UTC)
    secret_key = toolkit_of(app).secret_key
    return code_for(secret_key, browser_hash=bytes(row.browser_hash), mailbox=row.mailbox, asked_at=created_at)


def rows(app: Flask, query: str, **values: Any) -> list[Any]:
    """Ask the database something."""
    with toolkit_of(app).reading() as session:
        return list(session.execute(text(query), values))
