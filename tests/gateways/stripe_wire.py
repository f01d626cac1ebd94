"""A listener between client and double, which keeps what passes and holds it to Stripe's published description."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import stripe

from portal.sandbox.stripe_double.parameters import read_form
from tests.gateways.listener import listening
from tests.gateways.stripe_description import answer_errors, list_errors, request_errors
from tests.support.sandbox_server import SECRET_KEY, Sandbox

_IDS = re.compile(r"/(re|pi|ch|txn|evt|dp)_[A-Za-z0-9_]+")
_NAMES = {"re": "refund", "pi": "intent", "ch": "charge", "txn": "id", "evt": "id", "dp": "dispute"}
_OK = 200


@dataclass
class Exchange:
    """One request and its answer."""

    method: str
    path: str
    form: dict[str, Any]
    headers: dict[str, str]
    status: int
    answer: Any

    @property
    def described_path(self) -> str:
        """Give the path as the description writes it."""
        return _IDS.sub(lambda match: f"/{{{_NAMES[match.group(1)]}}}", self.path)

    def mistakes(self) -> list[str]:
        """Tell where the answer differs from the description, and the request where it was taken."""
        method = self.method.lower()
        if self.status != _OK:
            return answer_errors("error", self.answer)
        wrong = request_errors(method, self.described_path, self.form)
        return wrong + list_errors(method, self.described_path, self.answer)


@dataclass
class Wire:
    """Where the listener is, and what passed."""

    url: str = ""
    exchanges: list[Exchange] = field(default_factory=list)

    def mistakes(self) -> list[str]:
        """Tell every mistake of everything that passed."""
        return [f"{passed.method} {passed.path}: {wrong}" for passed in self.exchanges for wrong in passed.mistakes()]


@contextmanager
def tapped(sandbox: Sandbox) -> Iterator[Wire]:
    """Listen between a client and the double until the block ends."""
    found = Wire()

    def forward(method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        status, content = sandbox.raw(method, path, body or None, headers)
        asked = urlsplit(path)
        form = read_form(asked.query or body.decode())
        found.exchanges.append(Exchange(method, asked.path, form, headers, status, json.loads(content)))
        return status, content

    with listening(forward) as found.url:
        yield found


def a_client(url: str) -> stripe.StripeClient:
    """Make Stripe's own client, which tries once."""
    return stripe.StripeClient(SECRET_KEY, base_addresses={"api": url}, max_network_retries=0)
