"""Whoever can call ahead, over HTTP: one signed message for each parcel about to go wrong."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from portal.domain.ports import UnknownOutcome
from portal.domain.ports_prevention import CallAhead
from portal.gateways.signed_post import OK, TIMEOUT_SECONDS, SignedPost, now_in_utc

_GONE_ELSEWHERE, _REFUSED = 300, 400


class PreventionHttp:
    """Tells a desk of parcels as a PreventionDesk."""

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        now: Callable[[], datetime] = now_in_utc,
    ) -> None:
        """Know the address and the secret shared with it."""
        self._post = SignedPost(url, secret, name="PREVENTION_URL", timeout_seconds=timeout_seconds, now=now)

    def tell(self, message: CallAhead) -> str | None:
        """Tell of one parcel; give why it was refused for good, nothing where it was heard.

        It was heard where the answer is 2xx with a JSON object that says ``"heard": true``: a page of somebody in
        between says nothing of the kind. Raises UnknownOutcome, ProviderBusy or ProviderLocked.
        """
        status, content = self._post.send(json.dumps(asdict(message), ensure_ascii=False).encode())
        if status >= _REFUSED:
            return f"http_{status}"
        if not OK <= status < _GONE_ELSEWHERE:
            raise UnknownOutcome(str(status))
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError) as failure:
            raise UnknownOutcome("not_json") from failure
        if not isinstance(answer, dict) or answer.get("heard") is not True:
            raise UnknownOutcome("not_heard")
        return None
