"""The sandbox's own switches, under /sandbox: what Stripe has no call for, and what tests need to happen."""

import sqlite3
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.sandbox.deliveries import PostRoom
from portal.sandbox.imports import import_payments
from portal.sandbox.store import Store
from portal.sandbox.stripe_double import books, shelf
from portal.sandbox.stripe_double.calls import Lives
from portal.sandbox.stripe_double.cards import BEHAVIOURS
from portal.sandbox.stripe_double.errors import StripeFault, bad_request, missing
from portal.sandbox.warehouse_book import set_refused_late, set_stock

_FORM = "application/x-www-form-urlencoded"
Given = dict[str, Any]


def make_blueprint(store: Store, lives: Lives, post_room: PostRoom) -> Blueprint:
    """Make the switches."""
    blueprint = Blueprint("control", __name__, url_prefix="/sandbox")
    blueprint.register_error_handler(StripeFault, lambda refusal: (refusal.body(), refusal.status))
    blueprint.register_error_handler(ValueError, _not_understood)
    blueprint.register_error_handler(TypeError, _not_understood)
    blueprint.register_error_handler(KeyError, _not_understood)
    _add_money(blueprint, store, lives)
    _add_disputes(blueprint, store, lives)
    _add_world(blueprint, store, lives, post_room)
    return blueprint


def _add_money(blueprint: Blueprint, store: Store, lives: Lives) -> None:
    @blueprint.post("/payment_intents")
    def many_payments() -> Given:
        """Take thousands of payments in one transaction; the same feed_reference gives the same id again."""
        with store.write() as db:
            return {"payment_intents": import_payments(db, request.get_json(), lives.clock.seconds())}

    @blueprint.post("/refunds/<refund_id>")
    def move_refund(refund_id: str) -> AnyResponse | Given:
        """Settle or fail a refund by hand: status, and failure_reason where it failed."""
        given = _given()
        with store.write() as db:
            row = _any(db, "refunds", refund_id)
            reason = given.get("failure_reason", "lost_or_stolen_card")
            return _done(lives.refunds.move(db, row, given["status"], failure_reason=reason))

    @blueprint.post("/behaviour")
    def behaviour() -> AnyResponse | Given:
        """Say how future refunds of a payment go: payment_intent, behaviour."""
        given = _given()
        if given["behaviour"] not in BEHAVIOURS:
            raise bad_request(f"behaviour is one of {', '.join(BEHAVIOURS)}")
        with store.write() as db:
            charge = shelf.paid_charge(db, given["payment_intent"])
            db.execute("UPDATE charges SET behaviour = ? WHERE id = ?", (given["behaviour"], charge["id"]))
        return _done({"charge": charge["id"], "behaviour": given["behaviour"]})

    @blueprint.get("/books")
    def read_books() -> Given:
        """Give the books."""
        return books.as_json(store.read())


def _add_disputes(blueprint: Blueprint, store: Store, lives: Lives) -> None:
    @blueprint.post("/disputes")
    def open_dispute() -> AnyResponse | Given:
        """Open a dispute as a cardholder would: payment_intent, reason, inquiry."""
        given = _given()
        with store.write() as db:
            charge = shelf.paid_charge(db, given["payment_intent"])
            reason, inquiry = given.get("reason", "fraudulent"), bool(given.get("inquiry", False))
            return _done(lives.disputes.open(db, charge, reason=reason, inquiry=inquiry))

    @blueprint.post("/disputes/<dispute_id>")
    def move_dispute(dispute_id: str) -> AnyResponse | Given:
        """Move a dispute: status is won, lost, under_review or warning_closed."""
        with store.write() as db:
            return _done(lives.disputes.move(db, _any(db, "disputes", dispute_id), _given()["status"]))


def _add_world(blueprint: Blueprint, store: Store, lives: Lives, post_room: PostRoom) -> None:
    @blueprint.post("/deliveries")
    def deliveries() -> Given:
        """Hold deliveries to the portal back, or let them go on: paused."""
        paused = bool(_given()["paused"])
        post_room.pause(paused=paused)
        return {"paused": paused}

    @blueprint.post("/events/<event_id>/deliver")
    def deliver_again(event_id: str) -> AnyResponse | Given:
        """Deliver an event once more, as Stripe sometimes does by itself."""
        with store.write() as db:
            copied = db.execute(
                "INSERT INTO posts (kind, subject, body, due_at) SELECT 'stripe', id, body, ? FROM events WHERE id = ?",
                (lives.clock.now(), event_id),
            )
            if copied.rowcount == 0:
                raise missing("event", event_id, "id")
        return _done({"event": event_id})

    @blueprint.post("/out_of_stock")
    def out_of_stock() -> AnyResponse | Given:
        """Say what the warehouse has not: skus, and back for what it has again."""
        given = _given()
        return _done({"out_of_stock": set_stock(store, _names(given.get("skus")), _names(given.get("back")))})

    @blueprint.post("/refused_late")
    def refused_late() -> AnyResponse | Given:
        """Say what the warehouse accepts and then does not send: skus, and back for what it sends again."""
        given = _given()
        return _done({"refused_late": set_refused_late(store, _names(given.get("skus")), _names(given.get("back")))})


def _given() -> Given:
    given = request.form.to_dict() if request.mimetype == _FORM else request.get_json()
    if not isinstance(given, dict):
        raise bad_request("Send a JSON object or a form.")
    return given


def _names(value: str | list[str] | None) -> list[str]:
    if isinstance(value, str):
        return value.replace(",", " ").split()
    return value or []


def _done(shape: Given) -> AnyResponse | Given:
    """Answer machines with the object, and a person's button with the page they came from."""
    if request.mimetype != _FORM:
        return shape
    page = "warehouse.warehouse" if request.path.endswith(("out_of_stock", "refused_late")) else "books.stripe_books"
    return redirect(url_for(page), 303)


def _not_understood(failure: Exception) -> tuple[Given, int]:
    return {"error": {"message": str(failure), "type": "invalid_request_error"}}, 400


def _any(db: sqlite3.Connection, table: str, object_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute(f"SELECT * FROM {table} WHERE id = ?", (object_id,)).fetchone()
    if row is None:
        raise missing(table, object_id, "id")
    return row
