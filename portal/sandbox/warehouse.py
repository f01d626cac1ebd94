"""The warehouse: takes signed orders over HTTP, and shows what it sent."""

import json
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, render_template, request

from portal.domain import signatures
from portal.domain.errors import BadSignature
from portal.sandbox.settings import SandboxSettings
from portal.sandbox.store import Store
from portal.sandbox.warehouse_book import BadOrder, OtherOrder, WarehouseBook

_PAGE = 200


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
        parcels = [dict(row) | {"asked": json.loads(row["request"])} for row in rows]
        gone = [row["sku"] for row in db.execute("SELECT sku FROM out_of_stock ORDER BY sku")]
        return render_template("warehouse.html", parcels=parcels, out_of_stock=gone)

    return blueprint


def _read(body: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError) as failure:
        raise BadOrder("body") from failure
    if not isinstance(asked, dict):
        raise BadOrder("body")
    return asked
