"""The switches under /stripe for tests and people: the fault script, the clock, the calls, refunds of the dashboard."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.sandbox.clock import Clock
from portal.sandbox.store import Store
from portal.sandbox.stripe_double import ledger, shelf
from portal.sandbox.stripe_double.call_log import CallLog
from portal.sandbox.stripe_double.calls import Lives
from portal.sandbox.stripe_double.errors import StripeFault
from portal.sandbox.stripe_double.faults import read_fault
from portal.sandbox.stripe_double.journal import OWN_MOVE
from portal.sandbox.stripe_double.refund_life import Wish
from portal.sandbox.stripe_double.script import FaultScript

_FORM = "application/x-www-form-urlencoded"
_NUMBERS = frozenset({"times", "seed", "skip", "milliseconds", "copies"})
_FRACTIONS = frozenset({"rate", "probability", "after_seconds", "offset_seconds", "advance_seconds"})
Given = dict[str, Any]


def make_blueprint(store: Store, lives: Lives, script: FaultScript, log: CallLog) -> Blueprint:
    """Make the switches."""
    blueprint = Blueprint("script", __name__, url_prefix="/stripe")
    blueprint.register_error_handler(StripeFault, lambda refusal: (refusal.body(), refusal.status))
    for kind in (ValueError, TypeError, KeyError, AttributeError):
        blueprint.register_error_handler(kind, _not_understood)
    _add_faults(blueprint, script)
    _add_clock(blueprint, lives.clock)

    @blueprint.get("/calls")
    def calls() -> Given:
        """List the newest calls of a method to a path, each with the moment when it came in (Unix seconds)."""
        wanted = request.args.get("method", "POST"), request.args.get("path", "/v1/refunds")
        return {"calls": log.of(*wanted)}

    @blueprint.delete("/events")
    def forget_events() -> Given:
        """Forget every event that happened so far, as Stripe does after 30 days."""
        with store.write() as db:
            db.execute("DELETE FROM events")
        return {"events": []}

    @blueprint.post("/refunds")
    def refund_in_the_dashboard() -> AnyResponse | Given:
        """Refund a payment as the shop's people do in Stripe's dashboard: payment_intent, amount?, reason?."""
        given = _given()
        with store.write() as db:
            charge = shelf.paid_charge(db, given["payment_intent"])
            amount = int(given["amount"]) if given.get("amount") else None
            wish = Wish(amount, given.get("reason") or "requested_by_customer", given.get("metadata", {}))
            return _done(lives.refunds.make(db, charge, wish, OWN_MOVE))

    @blueprint.post("/settlement")
    def settle_in() -> AnyResponse | Given:
        """Keep what is taken in a currency in another one on the balance: currency, settled_in, rate."""
        given = _given()
        currency, settled_in, rate = str(given["currency"]), str(given["settled_in"]), float(given["rate"])
        with store.write() as db:
            ledger.settle_in(db, currency, settled_in, rate)
        return _done({"currency": currency, "settled_in": settled_in, "rate": rate})

    return blueprint


def _add_faults(blueprint: Blueprint, script: FaultScript) -> None:
    @blueprint.get("/faults")
    def faults() -> Given:
        """List the script."""
        return {"faults": script.waiting()}

    @blueprint.post("/faults")
    def add_faults() -> AnyResponse | Given:
        """Add a fault, or a list of them, and give the ids of the new ones beside the whole script."""
        given = request.get_json(silent=True)
        wanted = given if isinstance(given, list) else [_given()]
        added = script.add([read_fault(fault) for fault in wanted])
        return _done({"added": added, "faults": script.waiting()})

    @blueprint.delete("/faults")
    def clear_faults() -> Given:
        """Forget the script."""
        script.clear()
        return {"faults": []}

    @blueprint.delete("/faults/<int:number>")
    @blueprint.post("/faults/<int:number>/remove")
    def remove_fault(number: int) -> AnyResponse | Given:
        """Forget one fault."""
        script.remove(number)
        return _done({"faults": script.waiting()})


def _add_clock(blueprint: Blueprint, clock: Clock) -> None:
    @blueprint.get("/clock")
    def read_clock() -> dict[str, float | str]:
        """Tell the time of the double."""
        return clock.describe()

    @blueprint.post("/clock")
    def set_clock() -> AnyResponse | Given:
        """Set the clock: offset_seconds ahead of the machine's, or advance_seconds further, or to a time ``at``."""
        given = _given()
        if "at" in given:
            moment = datetime.fromisoformat(given["at"])
            if moment.tzinfo is None:
                raise ValueError("at needs a time zone")
            given = {"advance_seconds": moment.timestamp() - clock.now()}
        further = given.get("advance_seconds")
        clock.set(given["offset_seconds"] if further is None else clock.offset + further)
        return _done(clock.describe())


def _given() -> Given:
    if request.mimetype == _FORM:
        return {name: _typed(name, value) for name, value in request.form.items() if value.strip()}
    given = request.get_json()
    if not isinstance(given, dict):
        raise TypeError("Send a JSON object or a form.")
    return given


def _typed(name: str, value: str) -> object:
    if name == "times" and value == "for ever":
        return None
    return int(value) if name in _NUMBERS else float(value) if name in _FRACTIONS else value


def _done(shape: Mapping[str, Any]) -> AnyResponse | Given:
    """Answer machines with the object, and a person's button with the page they came from."""
    if request.mimetype != _FORM:
        return dict(shape)
    return redirect(url_for("books.stripe_books"), 303)


def _not_understood(failure: Exception) -> tuple[Given, int]:
    return {"error": {"message": str(failure), "type": "invalid_request_error"}}, 400
