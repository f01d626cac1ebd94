"""What the contract tests share: one sandbox, and the gateways that speak to it."""

from collections.abc import Iterator

import pytest

from portal.gateways.stripe_refunds import StripeRefunds
from tests.support.sandbox_server import SECRET_KEY, Sandbox, sandbox

__all__ = ["sandbox"]


@pytest.fixture
def refunds(sandbox: Sandbox) -> StripeRefunds:
    """Speak to the double through the real client."""
    return StripeRefunds(SECRET_KEY, api_base=sandbox.url, read_seconds=2.0)


@pytest.fixture
def books_add_up(sandbox: Sandbox) -> Iterator[None]:
    """End every test with no fault left waiting, the clock right, and the double's books equal."""
    yield
    sandbox.no_faults()
    sandbox.set_clock()
    assert sandbox.books_are_equal()
