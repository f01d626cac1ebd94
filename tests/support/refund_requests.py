"""What the contract tests of refunds say to Stripe."""

import secrets
import time
from collections.abc import Callable

from portal.domain.money import Money
from portal.domain.ports import ProviderState, RefundAnswer, RefundRequest


def brl(minor: int) -> Money:
    return Money(minor, "BRL")


def a_request(payment: str, amount: Money | None = None, account: str | None = None) -> RefundRequest:
    key = f"RFD-{secrets.token_hex(6)}"
    return RefundRequest(key, payment, amount or brl(5000), account, (("claim_ref", "CLM-1"),))


def wait_for(read: Callable[[], RefundAnswer], state: ProviderState) -> RefundAnswer:
    until = time.monotonic() + 10
    while (answer := read()).state is not state and time.monotonic() < until:
        time.sleep(0.05)
    return answer
