"""Ask the sandbox Stripe to have taken the card payments of an order feed. Never used against Stripe itself."""

import http.client
import json
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from portal.domain.money import stripe_factor
from portal.domain.ports import UnknownOutcome
from portal.domain.ports_feed import FeedPayment

__all__ = ["FeedPayment", "SandboxPayments"]

_BATCH = 2000
_TIMEOUT_SECONDS = 60.0
_OK = 200


class SandboxPayments:
    """Makes PaymentIntents in the sandbox, thousands in one call."""

    def __init__(self, api_base: str) -> None:
        """Know the sandbox's address."""
        self._url = urlsplit(api_base)

    def make(self, payments: Iterable[FeedPayment]) -> dict[str, str]:
        """Give the PaymentIntent of every payment by feed reference; raise UnknownOutcome where no sandbox answers."""
        made: dict[str, str] = {}
        batch: list[FeedPayment] = []
        for payment in payments:
            batch.append(payment)
            if len(batch) == _BATCH:
                made |= self._make(batch)
                batch = []
        return made | self._make(batch) if batch else made

    def _make(self, batch: Sequence[FeedPayment]) -> dict[str, str]:
        body = json.dumps([_wire(payment) for payment in batch])
        connection = http.client.HTTPConnection(self._url.hostname or "", self._url.port, timeout=_TIMEOUT_SECONDS)
        try:
            connection.request("POST", "/sandbox/payment_intents", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as failure:
            raise UnknownOutcome(type(failure).__name__) from failure
        finally:
            connection.close()
        if answer.status != _OK:
            raise UnknownOutcome(content.decode("utf-8", "replace"))
        return {item["feed_reference"]: item["id"] for item in json.loads(content)["payment_intents"]}


def _wire(payment: FeedPayment) -> dict[str, object]:
    return {
        "feed_reference": payment.feed_reference,
        "order_number": payment.order_number,
        "amount": payment.amount.minor * stripe_factor(payment.amount.currency),
        "currency": payment.amount.currency.lower(),
        "captured_at": payment.captured_at.isoformat(),
        "card_brand": payment.card_brand,
        "card_last4": payment.card_last4,
    }
