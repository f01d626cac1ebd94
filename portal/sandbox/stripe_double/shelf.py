"""Find objects by id, list them in pages, and open what ``expand`` asks for."""

import sqlite3
from typing import Any

from portal.sandbox.stripe_double import objects
from portal.sandbox.stripe_double.errors import bad_request, missing
from portal.sandbox.stripe_double.objects import Shape

_TABLES = {
    "payment_intent": "payment_intents",
    "charge": "charges",
    "refund": "refunds",
    "balance_transaction": "balance_transactions",
    "dispute": "disputes",
}
_PREFIXES = {"pi": "payment_intent", "ch": "charge", "re": "refund", "txn": "balance_transaction", "dp": "dispute"}
_EXPANDABLE = {
    "payment_intent": {"latest_charge"},
    "charge": {"payment_intent", "balance_transaction"},
    "refund": {"charge", "payment_intent", "balance_transaction", "failure_balance_transaction"},
    "balance_transaction": {"source"},
    "dispute": {"charge", "payment_intent"},
}
_COMPARE = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "eq": "="}
_DEFAULT_LIMIT, _MAX_LIMIT, _MAX_DEPTH = 10, 100, 4


def row_of(db: sqlite3.Connection, kind: str, account: str, object_id: str) -> sqlite3.Row | None:
    """Find a row; None where there is none, or it is another account's."""
    statement = f"SELECT * FROM {_TABLES[kind]} WHERE id = ? AND account = ?"
    found: sqlite3.Row | None = db.execute(statement, (object_id, account)).fetchone()
    return found


def needed(db: sqlite3.Connection, kind: str, account: str, object_id: str, param: str) -> sqlite3.Row:
    """Find a row, or raise resource_missing."""
    row = row_of(db, kind, account, object_id)
    if row is None:
        raise missing(kind.replace("_", " ") if kind == "balance_transaction" else kind, object_id, param)
    return row


def paid_charge(db: sqlite3.Connection, payment_intent: str) -> sqlite3.Row:
    """Find the charge that paid a PaymentIntent, of whichever account, or raise resource_missing."""
    statement = "SELECT * FROM charges WHERE payment_intent = ? AND status = 'succeeded'"
    row: sqlite3.Row | None = db.execute(statement, (payment_intent,)).fetchone()
    if row is None:
        raise missing("payment_intent", payment_intent, "payment_intent")
    return row


def draw(db: sqlite3.Connection, kind: str, row: sqlite3.Row) -> Shape:
    """Draw a row as Stripe's object."""
    if kind == "dispute":
        movements = db.execute("SELECT * FROM balance_transactions WHERE source = ? ORDER BY seq", (row["id"],))
        return objects.dispute(row, movements.fetchall())
    drawn: Shape = getattr(objects, kind)(row)
    return drawn


def page(
    db: sqlite3.Connection,
    kind: str,
    account: str,
    params: dict[str, Any],
    *,
    where: dict[str, str],
    url: str,
) -> Shape:
    """List newest first, as Stripe pages: limit, starting_after, ending_before, created, and column filters."""
    limit = _limit(params)
    table = _TABLES[kind]
    clauses, values = ["account = ?"], [account]
    for column, value in where.items():
        clauses.append(f"{column} = ?")
        values.append(value)
    rows, more = rows_of_page(db, table, clauses, values, params, limit)
    data = [draw(db, kind, row) for row in rows]
    return {"object": "list", "data": data, "has_more": more, "url": url}


def rows_of_page(
    db: sqlite3.Connection,
    table: str,
    clauses: list[str],
    values: list[Any],
    params: dict[str, Any],
    limit: int,
) -> tuple[list[sqlite3.Row], bool]:
    """Read one page of any table that has account, id, created and seq."""
    for name, moment in params.get("created", {}).items():
        clauses.append(f"created {_COMPARE[name]} ?")
        values.append(moment)
    order = "DESC"
    for name, sign in (("starting_after", "<"), ("ending_before", ">")):
        if name in params:
            mark = db.execute(f"SELECT created, seq FROM {table} WHERE id = ?", (params[name],)).fetchone()
            if mark is None:
                raise missing("object", params[name], name)
            clauses.append(f"(created, seq) {sign} (?, ?)")
            values.extend((mark["created"], mark["seq"]))
            order = "ASC" if name == "ending_before" else order
    statement = f"SELECT * FROM {table} WHERE {' AND '.join(clauses)} ORDER BY created {order}, seq {order} LIMIT ?"
    rows = db.execute(statement, (*values, limit + 1)).fetchall()
    more, rows = len(rows) > limit, rows[:limit]
    return (rows[::-1] if order == "ASC" else rows), more


def expand(db: sqlite3.Connection, account: str, shape: Shape, paths: list[str]) -> Shape:
    """Open the ids that ``expand`` names, up to four levels deep; ``data.`` leads into a list."""
    for index, path in enumerate(paths):
        parts = path.split(".")
        param = f"expand[{index}]"
        if len(parts) > _MAX_DEPTH + (parts[0] == "data"):
            raise bad_request("You cannot expand more than 4 levels of a property.", param=param)
        if shape["object"] == "list":
            if parts[0] != "data":
                raise _not_expandable(path, param)
            for item in shape["data"]:
                _open(db, account, item, parts[1:], path, param)
        else:
            _open(db, account, shape, parts, path, param)
    return shape


def _open(db: sqlite3.Connection, account: str, shape: Shape, parts: list[str], path: str, param: str) -> None:
    if not parts:
        return
    name = parts[0]
    if name not in _EXPANDABLE.get(shape["object"], ()):
        raise _not_expandable(path, param)
    value = shape.get(name)
    if isinstance(value, str):
        kind = _PREFIXES[value.partition("_")[0]]
        value = draw(db, kind, needed(db, kind, account, value, param))
        shape[name] = value
    if value is not None:
        _open(db, account, value, parts[1:], path, param)


def _not_expandable(path: str, param: str) -> Exception:
    return bad_request(f"This property cannot be expanded ({path}).", param=param)


def _limit(params: dict[str, Any]) -> int:
    limit = params.get("limit", _DEFAULT_LIMIT)
    if not 1 <= limit <= _MAX_LIMIT:
        message = f"Limit must be between 1 and {_MAX_LIMIT}."
        raise bad_request(message, code="parameter_invalid_integer", param="limit")
    return int(limit)
