"""Refunds: make, read, update, cancel, list."""

import json
import sqlite3

from portal.sandbox.stripe_double import shelf
from portal.sandbox.stripe_double.calls import Answer, Call, Endpoint, filters
from portal.sandbox.stripe_double.errors import bad_request, refused
from portal.sandbox.stripe_double.parameters import LISTING
from portal.sandbox.stripe_double.refund_life import Wish

_REASONS = ("duplicate", "fraudulent", "requested_by_customer")
_CREATE = {
    "amount": "positive",
    "charge": "string",
    "currency": "string",
    "customer": "string",
    "expand": "strings",
    "instructions_email": "string",
    "metadata": "metadata",
    "origin": "string",
    "payment_intent": "string",
    "reason": "string",
    "refund_application_fee": "boolean",
    "reverse_transfer": "boolean",
}


def create(call: Call) -> Answer:
    """Refund a charge or a PaymentIntent, whole or in part."""
    params = call.params
    reason = params.get("reason")
    if reason is not None and reason not in _REASONS:
        raise bad_request(f"Invalid reason: must be one of {', '.join(_REASONS)}", param="reason")
    wish = Wish(params.get("amount"), reason, params.get("metadata", {}))
    return Answer(call.lives.refunds.make(call.db, _charge(call), wish, call.cause))


def read(call: Call) -> Answer:
    """Read a refund."""
    return Answer(shelf.draw(call.db, "refund", _refund(call)))


def update(call: Call) -> Answer:
    """Change the metadata of a refund: keys are merged, an empty value takes one away."""
    row = _refund(call)
    given = call.params.get("metadata", {})
    merged = {key: value for key, value in (json.loads(row["metadata"]) | given).items() if value != ""}
    call.db.execute("UPDATE refunds SET metadata = ? WHERE id = ?", (json.dumps(merged), row["id"]))
    shape = shelf.draw(call.db, "refund", _refund(call))
    previous = {"metadata": json.loads(row["metadata"])}
    tell = call.lives.events.tell
    tell(call.db, "refund.updated", shape, account=call.account, cause=call.cause, previous=previous)
    return Answer(shape)


def cancel(call: Call) -> Answer:
    """Cancel a refund that waits for the customer; no other can be cancelled."""
    row = _refund(call)
    if row["status"] != "requires_action":
        raise refused("Only refunds with status requires_action can be canceled.")
    return Answer(call.lives.refunds.move(call.db, row, "canceled", cause=call.cause))


def listing(call: Call) -> Answer:
    """List refunds, all or of one payment; an unknown payment is an error."""
    for kind in ("payment_intent", "charge"):
        if kind in call.params:
            shelf.needed(call.db, kind, call.account, call.params[kind], kind)
    where = filters(call.params, payment_intent="payment_intent", charge="charge")
    return Answer(shelf.page(call.db, "refund", call.account, call.params, where=where, url=call.path))


def _refund(call: Call) -> sqlite3.Row:
    return shelf.needed(call.db, "refund", call.account, call.object_id, "refund")


def _charge(call: Call) -> sqlite3.Row:
    charge_id, intent_id = call.params.get("charge"), call.params.get("payment_intent")
    if charge_id is None and intent_id is None:
        message = "One of the following params should be provided for this request: payment_intent or charge."
        raise bad_request(message, code="parameter_missing", param="payment_intent")
    if intent_id is not None:
        intent = shelf.needed(call.db, "payment_intent", call.account, intent_id, "payment_intent")
        if intent["status"] != "succeeded":
            message = f"This PaymentIntent ({intent_id}) does not have a successful charge to refund."
            raise refused(message, code="payment_intent_unexpected_state", param="payment_intent")
        if charge_id not in (None, intent["latest_charge"]):
            raise bad_request("The charge is not one of this PaymentIntent.", param="charge")
        charge_id = intent["latest_charge"]
    charge = shelf.needed(call.db, "charge", call.account, str(charge_id), "charge")
    if charge["status"] != "succeeded":
        raise refused("This charge did not succeed.", code="charge_not_refundable", param="charge")
    return charge


_BY_PAYMENT = {"payment_intent": "string", "charge": "string"}
ENDPOINTS = (
    Endpoint("POST", "/v1/refunds", create, _CREATE),
    Endpoint("GET", "/v1/refunds", listing, LISTING | _BY_PAYMENT),
    Endpoint("GET", "/v1/refunds/<object_id>", read, {"expand": "strings"}),
    Endpoint("POST", "/v1/refunds/<object_id>", update, {"metadata": "metadata", "expand": "strings"}),
    Endpoint("POST", "/v1/refunds/<object_id>/cancel", cancel, {"expand": "strings"}),
)
