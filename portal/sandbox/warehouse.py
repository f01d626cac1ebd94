"""The warehouse: takes signed orders over HTTP, and shows what it sent."""

import json
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import signatures
from portal.domain.errors import BadSignature
from portal.sandbox.settings import SandboxSettings
from portal.sandbox.store import Store
from portal.sandbox.warehouse_book import BadOrder, OtherOrder, WarehouseBook

_PAGE = 200
_FORM = "application/x-www-form-urlencoded"


def make_blueprint(store: Store, book: WarehouseBook, settings: SandboxSettings) -> Blueprint:
    """Make the warehouse's door and its page."""
    blueprint = Blueprint("warehouse", __name__)

    @blueprint.post("/warehouse/orders")
    def order() -> tuple[dict[str, Any], int]:
        """Take one signed order; the same ref twice is one parcel."""
        body = request.get_data()
        try:
            header = request.headers.get(signatures.HEADER)
            signatures.verify(header, body, [settings.warehouse_secret], datetime.now(UTC))
            return book.order(_read(body)), 200
        except BadSignature as refusal:
            return {"error": "bad_signature", "reason": refusal.reason}, 401
        except BadOrder as refusal:
            return {"error": "bad_order", "reason": str(refusal)}, 422
        except OtherOrder as refusal:
            return {"error": "other_order", "reason": str(refusal)}, 409

    @blueprint.get("/warehouse")
    def warehouse() -> str:
        """Show the parcels, newest first."""
        db = store.read()
        rows = db.execute("SELECT * FROM warehouse_orders ORDER BY seq DESC LIMIT ?", (_PAGE,)).fetchall()
        orders = [dict(row) | {"asked": json.loads(row["request"])} for row in rows]
        parcels = [one for one in orders if one["state"] != "refused"]
        refused = [one for one in orders if one["state"] == "refused"]
        gone = [row["sku"] for row in db.execute("SELECT sku FROM out_of_stock ORDER BY sku")]
        late = [row["sku"] for row in db.execute("SELECT sku FROM refused_late ORDER BY sku")]
        return render_template("warehouse.html", parcels=parcels, refused=refused, out_of_stock=gone, refused_late=late)

    _add_refusal(blueprint, book)
    return blueprint


def _add_refusal(blueprint: Blueprint, book: WarehouseBook) -> None:
    @blueprint.post("/warehouse/orders/<ref>/refuse")
    def refuse(ref: str) -> AnyResponse | tuple[dict[str, Any], int]:
        """Say no after all to a parcel that has not left: reason, ``out_of_stock`` where none is given."""
        form = request.mimetype == _FORM
        given = request.form.to_dict() if form else request.get_json(silent=True) or {}
        try:
            state = book.refuse(ref, str(given.get("reason") or "out_of_stock"))
        except BadOrder:
            return {"error": "no_such_parcel", "reason": ref}, 404
        if form:
            return redirect(url_for("warehouse.warehouse"), 303)
        return {"ref": ref, "state": state}, 200 if state == "refused" else 409


def _read(body: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError) as failure:
        raise BadOrder("body") from failure
    if not isinstance(asked, dict):
        raise BadOrder("body")
    return asked
