"""How the checkout speaks to the portal: over HTTP with its API key, as any shop's own system would."""

import http
import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_PATIENCE_SECONDS = 10
_TRIES = 3
_HOLDS = "/api/v1/credit/holds"


class NoAnswer(Exception):
    """The portal gave no clear answer; asking again under the same idempotency key is safe."""


@dataclass(frozen=True, slots=True)
class PortalAnswer:
    """What the portal said: a hold, or an error with its code."""

    status: int
    body: dict[str, Any]

    @property
    def is_good(self) -> bool:
        """Tell whether it did what was asked."""
        return self.status in {200, 201}

    @property
    def code(self) -> str:
        """Name why not, such as ``not_enough_credit``."""
        return str(self.body.get("error", {}).get("code", ""))


class Portal:
    """The portal's API."""

    def __init__(self, origin: str, api_key: str) -> None:
        """Know where it is, and our key."""
        self._origin = urlsplit(origin)
        self._api_key = api_key

    def hold(self, key: str, *, code: str, amount: str, currency: str, purpose: str) -> PortalAnswer:
        """Ask to set credit aside. key is the same for every try of one intent."""
        return self._post("", key, {"code": code, "amount": amount, "currency": currency, "purpose": purpose})

    def capture(self, key: str, hold_ref: str) -> PortalAnswer:
        """Take what is held."""
        return self._post(f"/{hold_ref}/capture", key, {})

    def release(self, key: str, hold_ref: str) -> PortalAnswer:
        """Give back what is held."""
        return self._post(f"/{hold_ref}/release", key, {})

    def _post(self, path: str, key: str, body: dict[str, str]) -> PortalAnswer:
        headers = {
            "Authorization": f"Bearer {self._api_key}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        for _ in range(_TRIES):
            answer = self._try(f"{_HOLDS}{path}", json.dumps(body), headers)
            if answer is not None:
                return answer
        raise NoAnswer("the portal does not answer")

    def _try(self, path: str, body: str, headers: dict[str, str]) -> PortalAnswer | None:
        """Call once; None where it is not known what came of it."""
        kind = http.client.HTTPSConnection if self._origin.scheme == "https" else http.client.HTTPConnection
        connection = kind(self._origin.hostname or "", self._origin.port, timeout=_PATIENCE_SECONDS)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            said = json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()
        broken = answer.status >= http.HTTPStatus.INTERNAL_SERVER_ERROR or not isinstance(said, dict)
        return None if broken else PortalAnswer(answer.status, said)
