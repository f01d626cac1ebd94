"""The warehouse over HTTP: signed orders out, plain answers back."""

import http.client
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from portal.domain import signatures
from portal.domain.errors import Conflict
from portal.domain.ports import ProviderBusy, ProviderLocked, ShipmentOrder, UnknownOutcome, WarehouseAnswer

_TIMEOUT_SECONDS = 10.0
_LONGEST_ANSWER = 64 * 1024
_OK, _CONFLICT, _TOO_MANY, _BROKEN = 200, 409, 429, 500
_LOCKED = frozenset({401, 403})


def now_in_utc() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


class WarehouseHttp:
    """Asks a warehouse for parcels as a Warehouse."""

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        timeout_seconds: float = _TIMEOUT_SECONDS,
        now: Callable[[], datetime] = now_in_utc,
    ) -> None:
        """Know the warehouse (orders go to ``url`` + ``/warehouse/orders``) and the secret shared with it."""
        self._url = urlsplit(url)
        if self._url.scheme not in ("http", "https") or not self._url.hostname:
            raise ValueError("WAREHOUSE_URL is an http or https address")
        self._secret = secret
        self._timeout = timeout_seconds
        self._now = now

    def order(self, shipment: ShipmentOrder) -> WarehouseAnswer:
        """Ask for one parcel; the same ref twice is one parcel.

        Raises UnknownOutcome (no clear answer), ProviderBusy (429), ProviderLocked (401, 403) or Conflict (the ref was
        used for another parcel). Any other no is an answer that is not accepted, with its reason.
        """
        body = json.dumps(asdict(shipment), ensure_ascii=False).encode()
        status, content = self._post(body)
        if status in _LOCKED:
            raise ProviderLocked(str(status))
        if status == _TOO_MANY:
            raise ProviderBusy(str(status))
        if status == _CONFLICT:
            raise Conflict(shipment.ref)
        if status >= _BROKEN or status < _OK:
            raise UnknownOutcome(str(status))
        answer = _read(content)
        if status != _OK:
            return WarehouseAnswer(accepted=False, warehouse_ref="", reason=f"http_{status}", arrives_on=None)
        return _answer(answer)

    def _post(self, body: bytes) -> tuple[int, bytes]:
        secure = self._url.scheme == "https"
        make = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = make(self._url.hostname or "", self._url.port, timeout=self._timeout)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            signatures.HEADER: signatures.sign(body, self._secret, self._now()),
        }
        try:
            # Redirects are not followed: an order goes where the configuration says, or nowhere.
            connection.request("POST", self._url.path.rstrip("/") + "/warehouse/orders", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(_LONGEST_ANSWER)
        except (OSError, http.client.HTTPException) as failure:
            raise UnknownOutcome(type(failure).__name__) from failure
        finally:
            connection.close()


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
