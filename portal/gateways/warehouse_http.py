"""The warehouse over HTTP: signed orders out, plain answers back."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from portal.domain.errors import Conflict
from portal.domain.ports import ShipmentOrder, UnknownOutcome, WarehouseAnswer
from portal.gateways.signed_post import CONFLICT, OK, TIMEOUT_SECONDS, SignedPost, now_in_utc


class WarehouseHttp:
    """Asks a warehouse for parcels as a Warehouse."""

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        now: Callable[[], datetime] = now_in_utc,
    ) -> None:
        """Know the warehouse (orders go to ``url`` + ``/warehouse/orders``) and the secret shared with it."""
        self._post = SignedPost(url, secret, name="WAREHOUSE_URL", timeout_seconds=timeout_seconds, now=now)

    def order(self, shipment: ShipmentOrder) -> WarehouseAnswer:
        """Ask for one parcel; the same ref twice is one parcel.

        Raises UnknownOutcome (no clear answer), ProviderBusy (429), ProviderLocked (401, 403) or Conflict (the ref was
        used for another parcel). Any other no is an answer that is not accepted, with its reason.
        """
        body = json.dumps(asdict(shipment), ensure_ascii=False).encode()
        status, content = self._post.send(body, "/warehouse/orders")
        if status == CONFLICT:
            raise Conflict(shipment.ref)
        answer = _read(content)
        if status != OK:
            return WarehouseAnswer(accepted=False, warehouse_ref="", reason=f"http_{status}", arrives_on=None)
        return _answer(answer)


def _read(content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError) as failure:
        raise UnknownOutcome("not_json") from failure
    if not isinstance(answer, dict):
        raise UnknownOutcome("not_an_object")
    return answer


def _answer(answer: dict[str, Any]) -> WarehouseAnswer:
    try:
        arrives_on = answer.get("arrives_on")
        return WarehouseAnswer(
            accepted=answer["accepted"] is True,
            warehouse_ref=str(answer["warehouse_ref"]),
            reason=str(answer["reason"]) if answer.get("reason") else None,
            arrives_on=date.fromisoformat(arrives_on) if arrives_on else None,
        )
    except (KeyError, TypeError, ValueError) as failure:
        raise UnknownOutcome("not_understood") from failure
