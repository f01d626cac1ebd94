"""After a load all that must hold is held, beside the books of Stripe's double; whatever does not ends the run."""

from portal.services.check_invariants import Beside
from portal.services.toolkit import Toolkit
from portal.wiring import sandbox_books
from tests.bench.servers import Servers
from tests.support.invariants import assert_all_hold


def hold_books(toolkit: Toolkit, servers: Servers) -> None:
    """Check everything on a shop that has come to rest; raise AssertionError with what does not hold."""
    books = sandbox_books(servers.config)
    if books is None:
        raise RuntimeError("the bench has a sandbox")
    assert_all_hold(toolkit, Beside(books, at_rest=True))
