"""Every invariant on the whole product, beside the books of the Stripe double."""

from portal.gateways.sandbox_books import SandboxBooks
from portal.services.check_invariants import Beside
from tests.support.invariants import assert_all_hold
from tests.support.running import Running


def assert_invariants_hold(running: Running) -> None:
    """Fail where an invariant does not hold, the double's own among them, or the two tell different refunds."""
    beside = Beside(SandboxBooks(running.config.stripe_secret_key, running.sandbox.url), at_rest=True)
    with running.toolkit() as toolkit:
        assert_all_hold(toolkit, beside)
