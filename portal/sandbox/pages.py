"""The sandbox's front door and the page of the Stripe double's books."""

import json
import sqlite3
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, render_template, request

from portal.domain.money import exponent, stripe_factor
from portal.sandbox.clock import Clock
from portal.sandbox.settings import SandboxSettings
from portal.sandbox.store import Store
from portal.sandbox.stripe_double import books
from portal.sandbox.stripe_double.cards import BEHAVIOURS
from portal.sandbox.stripe_double.faults import ACTIONS
from portal.sandbox.stripe_double.script import FaultScript

_PAGE = 50
_COUNTS = ("payment_intents", "refunds", "disputes", "events", "mails", "warehouse_orders")


def make_blueprint(store: Store, settings: SandboxSettings, clock: Clock, script: FaultScript) -> Blueprint:
    """Make the pages / and /stripe."""
    blueprint = Blueprint("books", __name__)

    @blueprint.get("/")
    def index() -> str:
        """Link everything."""
        return render_template("index.html", counts=_counts(store.read()), portal=settings.portal)

    @blueprint.get("/stripe")
    def stripe_books() -> str:
        """Show the books, and what they are made of."""
        db = store.read()
        search = request.args.get("q", "").strip()
        return render_template(
            "stripe.html",
            books=books.books(db),
            wrong=books.unbalanced_charges(db),
            refunds=_newest(db, "refunds", search),
            disputes=_newest(db, "disputes", search),
            payments=_payments(db, search),
            posts=_posts(db),
            clock=clock.describe(),
            faults=script.waiting(),
            actions=sorted(ACTIONS),
            behaviours=sorted(BEHAVIOURS),
            search=search,
        )

    @blueprint.get("/healthz")
    def healthz() -> dict[str, str]:
        """Answer that the sandbox is up."""
        return {"state": "up"}

    return blueprint


def amount_text(minor: int, currency: str) -> str:
    """Write Stripe's minor units for people, such as ``BRL 18.90``."""
    code = currency.upper()
    digits = exponent(code)
    whole, rest = divmod(abs(minor) // stripe_factor(code), 10**digits)
    number = f"{whole:,}" + (f".{rest:0{digits}d}" if digits else "")
    return f"{code} {'−' if minor < 0 else ''}{number}"


def moment_text(seconds: float | None) -> str:
    """Write Unix seconds for people."""
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _counts(db: sqlite3.Connection) -> dict[str, int]:
    return {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _COUNTS}


def _newest(db: sqlite3.Connection, table: str, search: str) -> list[sqlite3.Row]:
    if search:
        statement = f"SELECT * FROM {table} WHERE ? IN (id, charge, payment_intent) ORDER BY seq DESC LIMIT ?"
        return db.execute(statement, (search, _PAGE)).fetchall()
    return db.execute(f"SELECT * FROM {table} ORDER BY seq DESC LIMIT ?", (_PAGE,)).fetchall()


def _payments(db: sqlite3.Connection, search: str) -> list[dict[str, Any]]:
    where = "WHERE ? IN (p.id, p.latest_charge, p.feed_reference, json_extract(p.metadata, '$.order_number'))"
    statement = (
        "SELECT p.id, p.amount, p.currency, p.status, p.created, p.metadata, c.amount_refunded, c.disputed, c.brand,"
        f" c.last4, c.behaviour FROM payment_intents p LEFT JOIN charges c ON c.id = p.latest_charge "
        f"{where if search else ''} ORDER BY p.created DESC, p.seq DESC LIMIT ?"
    )
    rows = db.execute(statement, (search, _PAGE) if search else (_PAGE,))
    return [dict(row) | {"order_number": json.loads(row["metadata"]).get("order_number", "")} for row in rows]


def _posts(db: sqlite3.Connection) -> list[sqlite3.Row]:
    statement = (
        "SELECT kind, subject, coalesce(json_extract(body, '$.type'), json_extract(body, '$.state')) AS type, attempts,"
        " last_answer, delivered_at, due_at FROM posts ORDER BY seq DESC LIMIT ?"
    )
    return db.execute(statement, (_PAGE,)).fetchall()
