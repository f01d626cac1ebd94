"""What Stripe lets one read beside payments and refunds: the balance, events, disputes."""

import json
from typing import Any

from portal.sandbox.stripe_double import shelf
from portal.sandbox.stripe_double.calls import Answer, Call, Endpoint, filters
from portal.sandbox.stripe_double.errors import bad_request, missing
from portal.sandbox.stripe_double.parameters import LISTING

_READ = {"expand": "strings"}
_DEFAULT_LIMIT = 10


def read_movement(call: Call) -> Answer:
    """Read a BalanceTransaction."""
    row = shelf.needed(call.db, "balance_transaction", call.account, call.object_id, "id")
    return Answer(shelf.draw(call.db, "balance_transaction", row))


def list_movements(call: Call) -> Answer:
    """List BalanceTransactions, by type, source or currency."""
    where = filters(call.params, type="type", source="source", currency="currency")
    return Answer(shelf.page(call.db, "balance_transaction", call.account, call.params, where=where, url=call.path))


def read_dispute(call: Call) -> Answer:
    """Read a dispute."""
    row = shelf.needed(call.db, "dispute", call.account, call.object_id, "dispute")
    return Answer(shelf.draw(call.db, "dispute", row))


def list_disputes(call: Call) -> Answer:
    """List disputes, all or of one payment."""
    where = filters(call.params, payment_intent="payment_intent", charge="charge")
    return Answer(shelf.page(call.db, "dispute", call.account, call.params, where=where, url=call.path))


def read_event(call: Call) -> Answer:
    """Read an event."""
    found = call.db.execute(
        "SELECT body FROM events WHERE id = ? AND account = ?", (call.object_id, call.account)
    ).fetchone()
    if found is None:
        raise missing("event", call.object_id, "id")
    return Answer(json.loads(found["body"]))


def list_events(call: Call) -> Answer:
    """List events of the last 30 days, by type or types."""
    params = call.params
    clauses: list[str] = ["account = ?"]
    values: list[Any] = [call.account]
    types = _types(params)
    if types:
        clauses.append(f"({' OR '.join('type GLOB ?' for _ in types)})")
        values.extend(types)
    if "delivery_success" in params:
        delivered = "EXISTS (SELECT 1 FROM posts WHERE posts.subject = events.id AND posts.delivered_at IS NULL)"
        clauses.append(f"NOT {delivered}" if params["delivery_success"] else delivered)
    limit = params.get("limit", _DEFAULT_LIMIT)
    rows, more = shelf.rows_of_page(call.db, "events", clauses, values, params, limit)
    data = [json.loads(row["body"]) for row in rows]
    return Answer({"object": "list", "data": data, "has_more": more, "url": call.path})


def _types(params: dict[str, Any]) -> list[str]:
    if "type" in params and "types" in params:
        raise bad_request("You may only specify one of these parameters: type, types.", param="type")
    types: list[str] = params.get("types", [])
    return [params["type"]] if "type" in params else types


ENDPOINTS = (
    Endpoint(
        "GET",
        "/v1/balance_transactions",
        list_movements,
        LISTING | {"type": "string", "source": "string", "currency": "string"},
    ),
    Endpoint("GET", "/v1/balance_transactions/<object_id>", read_movement, _READ),
    Endpoint(
        "GET",
        "/v1/events",
        list_events,
        LISTING | {"type": "string", "types": "strings", "delivery_success": "boolean"},
    ),
    Endpoint("GET", "/v1/events/<object_id>", read_event, _READ),
    Endpoint("GET", "/v1/disputes", list_disputes, LISTING | {"payment_intent": "string", "charge": "string"}),
    Endpoint("GET", "/v1/disputes/<object_id>", read_dispute, _READ),
)
