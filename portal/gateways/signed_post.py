"""One signed message over HTTP to whoever shares a secret with us."""

import http.client
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from portal.domain import signatures
from portal.domain.ports import ProviderBusy, ProviderLocked, UnknownOutcome

TIMEOUT_SECONDS = 10.0
_LONGEST_ANSWER = 64 * 1024
OK, CONFLICT = 200, 409
_TOO_MANY, _BROKEN = 429, 500
_LOCKED = frozenset({401, 403})


def now_in_utc() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


class SignedPost:
    """Posts signed bodies to one address."""

    def __init__(
        self, url: str, secret: str, *, name: str, timeout_seconds: float, now: Callable[[], datetime]
    ) -> None:
        """Know the address and the secret. name: of the setting, for whoever set it wrongly."""
        self._url = urlsplit(url)
        if self._url.scheme not in ("http", "https") or not self._url.hostname:
            raise ValueError(f"{name} is an http or https address")
        self._secret, self._timeout, self._now = secret, timeout_seconds, now

    def send(self, body: bytes, path: str = "") -> tuple[int, bytes]:
        """Send one message to the address, or to a path under it; give status and answer of a clear yes or no.

        Raises UnknownOutcome (no clear answer, or one of 5xx, 1xx), ProviderBusy (429) or ProviderLocked (401, 403).
        """
        status, content = self._exchange(body, path)
        if status in _LOCKED:
            raise ProviderLocked(str(status))
        if status == _TOO_MANY:
            raise ProviderBusy(str(status))
        if status >= _BROKEN or status < OK:
            raise UnknownOutcome(str(status))
        return status, content

    def _exchange(self, body: bytes, path: str) -> tuple[int, bytes]:
        secure = self._url.scheme == "https"
        make = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = make(self._url.hostname or "", self._url.port, timeout=self._timeout)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            signatures.HEADER: signatures.sign(body, self._secret, self._now()),
        }
        target = (self._url.path.rstrip("/") + path) or "/"
        try:
            # Redirects are not followed: a message goes where the configuration says, or nowhere.
            connection.request("POST", target, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(_LONGEST_ANSWER)
        except (OSError, http.client.HTTPException) as failure:
            raise UnknownOutcome(type(failure).__name__) from failure
        finally:
            connection.close()
