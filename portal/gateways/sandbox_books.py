"""Read the books of the sandbox Stripe, over the same API as everybody else. Never used against Stripe itself."""

import http.client
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from portal.domain.money import Money, stripe_factor
from portal.domain.ports import UnknownOutcome
from portal.domain.ports_books import BookedDispute, BookedRefund, Books

_PAGE = 100
_TIMEOUT_SECONDS = 60.0
_OK = 200
# Under this name our own ref travels in a refund's metadata.
_REF_KEY = "refund_ref"


class SandboxBooks:
    """Reads what the sandbox Stripe holds, page by page over one connection."""

    def __init__(self, secret_key: str, api_base: str) -> None:
        """Know the key and the sandbox's address."""
        self._headers = {"Authorization": f"Bearer {secret_key}"}
        self._url = urlsplit(api_base)

    def read(self, accounts: Sequence[str | None], since: datetime | None) -> Books:
        """Read the refunds and disputes of these accounts; raise UnknownOutcome where no sandbox answers."""
        connection = http.client.HTTPConnection(self._url.hostname or "", self._url.port, timeout=_TIMEOUT_SECONDS)
        try:
            refunds, disputes = [], []
            for account in accounts:
                refunds += [_refund(found, account) for found in self._all(connection, "refunds", account, since)]
                disputes += [_dispute(found) for found in self._all(connection, "disputes", account, since)]
            return Books(refunds, disputes, _unequal(self._get(connection, "/sandbox/books", {})))
        except (OSError, http.client.HTTPException) as failure:
            raise UnknownOutcome(type(failure).__name__) from failure
        finally:
            connection.close()

    def _all(
        self, connection: http.client.HTTPConnection, kind: str, account: str | None, since: datetime | None
    ) -> Iterator[dict[str, Any]]:
        asked: dict[str, str | int] = {"limit": _PAGE}
        if since is not None:
            asked["created[gte]"] = int(since.timestamp())
        headers = {"Stripe-Account": account} if account else {}
        more = True
        while more:
            page = self._get(connection, f"/v1/{kind}?{urlencode(asked)}", headers)
            yield from page["data"]
            more = page["has_more"]
            if more:
                asked["starting_after"] = page["data"][-1]["id"]

    def _get(self, connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> dict[str, Any]:
        connection.request("GET", path, headers=self._headers | headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != _OK:
            raise UnknownOutcome(f"{answer.status} for {path}")
        read: dict[str, Any] = json.loads(content)
        return read


def _refund(found: dict[str, Any], account: str | None) -> BookedRefund:
    return BookedRefund(
        provider_ref=found["id"],
        payment_ref=found["payment_intent"] or found["charge"],
        refund_ref=found["metadata"].get(_REF_KEY),
        amount=_money(found),
        state=found["status"],
        account=account,
        live=bool(found.get("livemode", False)),
        left_balance=found["balance_transaction"] is not None,
        came_back=found.get("failure_balance_transaction") is not None,
        created_at=datetime.fromtimestamp(found["created"], UTC),
    )


def _dispute(found: dict[str, Any]) -> BookedDispute:
    taken = [moved["created"] for moved in found["balance_transactions"] if moved["amount"] < 0]
    return BookedDispute(
        provider_ref=found["id"],
        payment_ref=found["payment_intent"] or found["charge"],
        amount=_money(found),
        state=found["status"],
        withdrawn_at=datetime.fromtimestamp(max(taken, default=found["created"]), UTC),
    )


def _money(found: dict[str, Any]) -> Money:
    currency = str(found["currency"]).upper()
    return Money(found["amount"] // stripe_factor(currency), currency)


def _unequal(books: dict[str, Any]) -> list[str]:
    return [book["currency"] for book in books["books"] if not book["equal"]] + list(books["unbalanced_charges"])
